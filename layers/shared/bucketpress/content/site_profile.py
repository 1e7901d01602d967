"""The types of a site's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
class SiteSettings:
    """Everything `site.yaml` can say; `url` is the origin without a trailing slash, `timezone` an IANA name."""

    url: str
    title: str = "Untitled site"
    description: str = ""
    language: str = "en"
    timezone: str = "UTC"
    permalink: str = "/:year/:month/:slug/"
    posts_per_page: int = 10
    feed_items: int = 20
    feed_content: str = "full"
    smart_punctuation: bool = True
    raw_html: bool = False
    embed_hosts: tuple[str, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    authors: Mapping[str, AuthorProfile] = field(default_factory=dict)
    tags: Mapping[str, TagProfile] = field(default_factory=dict)
