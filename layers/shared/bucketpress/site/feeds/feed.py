"""The feed: one description of a listing's newest posts, from which every format is written alike.

Nothing here knows where feeds are on the site, so that the table of formats can say it.
"""

from dataclasses import dataclass
from datetime import datetime

GENERATOR = "Bucketpress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author as feeds name them; `url` is their page."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One member of a feed. `html` is None when the site's feeds carry only summaries; `guid` is its id in RSS."""

    id: str
    guid: str
    url: str
    title: str
    summary: str
    html: str | None
    published: datetime
    modified: datetime
    authors: tuple[Person, ...]
    tags: tuple[str, ...]
    image: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The newest posts of a listing, newest first; every URL is absolute, every text is legal in XML.

    `hub` is the WebSub hub that notifies subscribers, `icon` the site's; "" where there is none.
    """

    id: str
    title: str
    description: str
    publisher: str
    language: str
    home_url: str
    modified: datetime
    entries: tuple[FeedEntry, ...]
    hub: str = ""
    icon: str = ""
