"""The post and what listings show of it."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

from bucketpress.content.pictures.variants import PictureVariants
from bucketpress.content.source_keys import SourceKind

_ENDING = re.compile(r"(?:/index)?\.[a-z]+$")
_NUMBER = re.compile("[0-9]+")
_ORDER_BYTES = 760  # of 1,024 that a sort key may have


class State(StrEnum):
    """The state of a source."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    EXPIRED = "expired"
    DRAFT = "draft"
    SHADOWED = "shadowed"
    INVALID = "invalid"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag as a post wears it: `slug` names its listing, `label` is shown."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A name in a byline; `slug` names its listing."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What listings, feeds, the API and neighbours show of a post, without its body.

    `published` and `updated` are aware, in the site's time zone, at whole seconds. A page has no tags, no authors
    and may have no date. The size of the image is in pixels, 0 where it is not known; `image_variants` are its
    smaller versions, None where there are none. `toc` asks for a table of contents. `canonical` is the address of the
    original, None where that is this one.
    """

    key: str
    kind: SourceKind
    id: str
    slug: str
    path: str
    title: str
    published: datetime | None
    updated: datetime | None
    summary: str
    tags: tuple[Tag, ...] = ()
    authors: tuple[Author, ...] = ()
    image: str | None = None
    image_alt: str = ""
    image_width: int = 0
    image_height: int = 0
    image_variants: PictureVariants | None = None
    lang: str | None = None
    toc: bool = False
    canonical: str | None = None

    @property
    def position(self) -> str:
        """Return the entry's position in the total order of posts: published instant, then key, numbers in it by value.

        At most 800 bytes. The key's digest keeps two keys apart that differ only in what the order does not look at.
        """
        return f"{instant(self.published) if self.published else ''}#{_place_of_key(self.key)}"

    @property
    def cover(self) -> str:
        """The reference of the image as other sites show it: cut to their shape if it is, "" where there is none."""
        image, variants = self.image or "", self.image_variants
        return (variants.cover_url(unquote(image)) if variants else "") or image

    @property
    def modified(self) -> datetime | None:
        """The moment the content last changed by its own account."""
        return self.updated or self.published

    def local(self) -> "Entry":
        """Return the entry with its datetimes as the index keeps them: at a fixed offset from UTC."""
        published, updated = _fixed(self.published), _fixed(self.updated)
        if published is self.published and updated is self.updated:
            return self
        return replace(self, published=published, updated=updated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A post's rendered HTML (sanitised, site-relative URLs) and its Markdown without front matter."""

    html: str
    markdown: str
    words: int

    @property
    def digest(self) -> str:
        """A short name for exactly this body."""
        return hashlib.sha256(f"{self.words}\0{self.html}\0{self.markdown}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A Markdown source understood: valid because it exists.

    `body.html` still names links to other sources by marker; `resolve_links` replaces them. `links` are the keys of
    the Markdown sources it links to, `images` those of the pictures it shows, `files` those of the other files beside
    posts that it links to or shows, `places` the line and column at which each is first named. `image_keys` are those
    of `entry.image` beside the post and, where nothing is there, at the site's root. `goes_live` decides scheduling,
    whatever date readers see, and `expires` withdrawal.
    """

    entry: Entry
    body: Body
    draft: bool = False
    goes_live: datetime | None = None
    expires: datetime | None = None
    links: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    image_keys: tuple[str, str] | None = None
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


def identical(one: object, other: object) -> bool:
    """Return whether two values are the same to a reader, and not only equal in Python.

    By text: two datetimes of one instant at different offsets are equal in Python, yet differ on a page, in a sitemap
    and in the month whose archive they belong to.
    """
    # Every row of a new post is compared with none.
    return one is other if one is None or other is None else repr(one) == repr(other)


def natural_order(key: str) -> str:
    """Return text by which keys sort as people count, `part-2.md` before `part-10.md`; at most 760 bytes.

    A folder's bundle stands where a file of its name would. Case, composition and leading zeros are not looked at.
    """
    name = _ENDING.sub("", unicodedata.normalize("NFC", key).lower()).replace("/", " ")
    return _NUMBER.sub(_with_length, name).encode()[:_ORDER_BYTES].decode(errors="ignore")


# A post is put into the listing of each of its tags.
@lru_cache(maxsize=4096)
def _place_of_key(key: str) -> str:
    return f"{natural_order(key)}#{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _with_length(number: re.Match[str]) -> str:
    """Write a number after the count of its digits, in digits that sort: 1 to 8, then 91 to 98, and so on."""
    digits = number[0].lstrip("0") or "0"
    nines, rest = divmod(len(digits) - 1, 8)
    return f"{'9' * nines}{rest + 1}{digits}"


def instant(moment: datetime) -> str:
    """Write an aware datetime as UTC text that sorts as time does: `2010-03-05T14:00:00Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def _fixed(moment: datetime | None) -> datetime | None:
    if moment is None or (isinstance(moment.tzinfo, timezone) and not moment.fold):
        return moment
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)
