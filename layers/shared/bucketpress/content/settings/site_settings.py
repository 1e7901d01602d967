"""The types of a site's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# The generators whose template syntax is understood; the registry of dialects has one module for each.
DIALECT_NAMES = ("docusaurus", "eleventy", "hexo", "hugo", "jekyll", "obsidian", "pelican", "zola")
# Video, sound and code as people embed them; a list in `site.yaml` replaces it.
DEFAULT_EMBED_HOSTS = (
    *("www.youtube-nocookie.com", "player.vimeo.com", "www.dailymotion.com", "player.bilibili.com", "player.twitch.tv"),
    *("embed.ted.com", "archive.org", "open.spotify.com", "w.soundcloud.com", "bandcamp.com"),
    *("codepen.io", "codesandbox.io", "stackblitz.com", "jsfiddle.net", "glitch.com", "replit.com", "asciinema.org"),
    *("www.slideshare.net", "speakerdeck.com", "play.golang.org", "play.rust-lang.org", "godbolt.org"),
    "www.openstreetmap.org",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorProfile:
    """What `site.yaml` says of one author."""

    slug: str
    name: str
    bio: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagProfile:
    """What `site.yaml` says of one tag."""

    slug: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One link of the site's menu; `path` is site-absolute or an absolute URL."""

    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What `site.yaml` says about the appearance of the site; "" and 0 leave the theme's own.

    The accents are `#rrggbb`, for light and dark pages, and readable. `logo`, `favicon` and `stylesheet` are paths of
    this site, the logo's size is in CSS pixels. `footer` has one text for each line.
    """

    accent: str = ""
    accent_dark: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0
    favicon: str = ""
    stylesheet: str = ""
    footer: tuple[str, ...] = ()
    social: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectPrefix:
    """A folder of addresses that once were: all below `former` leads to pages of the same names below `current`."""

    former: str
    current: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """Everything `site.yaml` can say; `url` is the origin without a trailing slash, `timezone` an IANA name.

    `permalink` is the pattern of addresses, "" for that of the folder a post lies in. `dialect` names the generator
    whose template syntax posts use, "" when the site does not say. `publication` is `blog` or `news`, which is how
    posts are described to machines. `hub` is the URL of a WebSub hub. `search` says whether there is one, `search_box`
    whether every page has a box for it. `redirects` are references by the paths that lead
    there unless something is published at them; `redirect_prefixes` add addresses to all that is published.
    """

    url: str
    title: str = "Untitled site"
    description: str = ""
    language: str = "en"
    timezone: str = "UTC"
    permalink: str = ""
    slugs: str = "unicode"
    posts_per_page: int = 10
    feed_items: int = 20
    feed_content: str = "full"
    smart_punctuation: bool = True
    raw_html: bool = True
    dialect: str = ""
    math: bool = False
    embed_hosts: tuple[str, ...] = DEFAULT_EMBED_HOSTS
    publication: str = "blog"
    hub: str = ""
    search: bool = True
    search_box: bool = False
    menu: tuple[MenuItem, ...] = ()
    appearance: Appearance = field(default_factory=Appearance)
    authors: Mapping[str, AuthorProfile] = field(default_factory=dict)
    tags: Mapping[str, TagProfile] = field(default_factory=dict)
    redirects: Mapping[str, str] = field(default_factory=dict)
    redirect_prefixes: tuple[RedirectPrefix, ...] = ()

    @property
    def head_entries(self) -> int:
        """How many of a listing's newest posts its front page and its feeds show at most."""
        return max(self.posts_per_page, self.feed_items)
