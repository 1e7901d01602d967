"""What the templates are given: plain values, ready to be shown. Their names are a contract with every theme."""

from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from bucketpress.content.post import Body, Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.languages.messages import Messages
from bucketpress.site.text import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A published post: what listings show of it, and its body."""

    entry: Entry
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link: `label` is its text, `url` its percent-encoded address; `current` when it leads to the page it is on."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A link to one of a listing's feeds."""

    label: str
    url: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date for readers (`text`) and for machines (`iso`, RFC 3339)."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A picture as other sites show it: its absolute URL, and its size in pixels, 0 where that is unknown."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A post's picture; `absolute_url` is for other sites. Width and height are 0 where unknown.

    `srcset` are its smaller versions as a page offers them, `sizes` how wide it is shown; "" where there are none.
    `cover` is what other sites show: the picture cut to the shape they ask for, or the picture itself.
    """

    url: str
    absolute_url: str
    alt: str
    cover: Cover
    width: int = 0
    height: int = 0
    srcset: str = ""
    sizes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """The picture in the place of the site's title. Width and height are in CSS pixels, 0 where unknown."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of a text as its table of contents lists it: `level` is 2 or 3, `url` a fragment."""

    level: int
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """One author of a post."""

    name: str
    url: str
    bio: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """What every page shows of the site.

    `direction` is `ltr` or `rtl`. `stylesheets` come in the order in which they apply. `footer` has one text for each
    line, `social` links to the site's publishers elsewhere. `search` leads to the page of search, None where there is
    none; `search_box` asks for a box on every page.
    """

    title: str
    description: str
    language: str
    direction: str
    home: Link
    menu: tuple[Link, ...]
    sections: tuple[Link, ...]
    feeds: tuple[FeedLink, ...]
    stylesheets: tuple[str, ...]
    logo: Logo | None
    favicon: str
    footer: tuple[str, ...]
    social: tuple[Link, ...]
    search: Link | None = None
    search_box: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the head of a page and its place on the site need.

    `title` is what the window shows, `heading` the same without the site's title, `canonical` the absolute URL (empty
    for a page that must not be found). `newer` and `older` are the page's neighbours in time. `feeds` are those of the
    page's own listing, if not the site's. `json_ld` describes the page to machines, ready for a script element.
    """

    kind: str
    title: str
    heading: str
    description: str
    canonical: str
    og_type: str = "website"
    json_ld: Markup = field(default_factory=Markup)
    picture: Picture | None = None
    feeds: tuple[FeedLink, ...] = ()
    twin: str = ""
    newer: Link | None = None
    older: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A post as listings show it; `lang` and `direction` are empty where they are the site's own."""

    title: str
    url: str
    summary: str
    published: Moment | None
    authors: tuple[Byline, ...]
    tags: tuple[Link, ...]
    reading_time: str
    picture: Picture | None
    lang: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post or page in full.

    `standfirst` is empty when it would only repeat how the text begins, `picture` None when the text shows it itself.
    `contents` are the headings, where the author asked for a table of contents.
    """

    card: Card
    id: str
    standfirst: str
    html: Markup
    picture: Picture | None
    contents: tuple[Heading, ...]
    updated: Moment | None
    is_page: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A listing or period with the number of its posts; `url` is empty if there is nothing to link to."""

    label: str
    url: str
    count: int
    posts: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTally:
    """A year with its months, newest first."""

    year: Tally
    months: tuple[Tally, ...]


def moment(when: datetime | None, words: Messages) -> Moment | None:
    """Return a date as pages show it."""
    return None if when is None else Moment(iso=rfc3339(when), text=words.day(when))


def site_name(settings: SiteSettings) -> str:
    """Return the title of the site, which is never empty."""
    return settings.title.strip() or settings.url
