"""What a row of the site map says of a kind of section, and what the name of one section says of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

# Sections that a burst of posts shares coalesce meanwhile, and a page is there before the links to it.
SHARED_DELAY_SECONDS = 2
# What may stand in the place of each field of a pattern. A year is one that a date can have.
_FIELDS = {
    "path": "/.*",
    "picture": "/.*[^/]",
    "width": "[1-9][0-9]{1,3}",
    "slug": "[^/]+",
    "year": "(?!0000)[0-9]{4}",
    "month": "(?:0[1-9]|1[0-2])",
    "part": "[0-9]{8}t[0-9]{6}-[0-9a-f]{8}",
    "digest": "[0-9a-f]{10}",
    # As `site/search/cells.py` writes them.
    "cell": "pages(?:-[01]{1,12})?|(?!0000)[0-9]{4}(?:-q[1-4]|-(?:0[1-9]|1[0-2])(?:-[01]{1,17})?)?",
}
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionKind:
    """One row of the site map: a kind of section.

    Every text is a pattern with fields in braces: `name` of the section's name, `keys` of the keys of its artifacts,
    the page first, `sitemap` of the key of its sitemap, `parent` of the name of the section that shows its count,
    `told` of the one to refresh when its summary changes where that is no parent, `whole` of the section it is a part
    of, `listing` of the listing it shows. A key may have fields that the name has not: such artifacts are found by
    listing the bucket. `has_feeds` puts a feed of every format beside the page. The lowest `rank` is worked on first.
    """

    name: str
    rank: int
    keys: tuple[str, ...] = ()
    sitemap: str = ""
    parent: str = ""
    listing: str = ""
    whole: str = ""
    told: str = ""
    has_feeds: bool = False
    delay_seconds: int = SHARED_DELAY_SECONDS

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the name: what tells one section of the kind from another."""
        return fields_of(self.name)


@dataclass(frozen=True, slots=True)
class PathSubject:
    """What a path section is about: a path of the site."""

    path: str


@dataclass(frozen=True, slots=True)
class PictureSubject:
    """What a section of smaller versions is about: the path of a picture."""

    path: str


@dataclass(frozen=True, slots=True)
class ListingSubject:
    """What a head is about: a listing."""

    listing: str


@dataclass(frozen=True, slots=True)
class YearSubject:
    """What a yearly archive is about: a listing in one year."""

    listing: str
    year: int


@dataclass(frozen=True, slots=True)
class MonthSubject:
    """What a monthly archive is about: one month of a listing."""

    listing: str
    year: int
    month: int


@dataclass(frozen=True, slots=True)
class CellSubject:
    """What a segment of search is about: a stretch of time, or a part of the pages."""

    cell: str


@dataclass(frozen=True, slots=True)
class PartSubject:
    """What a part of a monthly or yearly archive is about: the section it is a part of, and how the part is called."""

    whole: str
    part: str


Subject: TypeAlias = (
    PathSubject | PictureSubject | ListingSubject | YearSubject | MonthSubject | CellSubject | PartSubject
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: its kind and all that follows from its name.

    `keys` are those of its artifacts as far as the name tells, the page first; `sitemap` is the one among them that is
    a sitemap, "" where none is. `parent` is the section that shows this one's count, None at the top of a chain; `told`
    is the one to refresh when the summary changes, most often the parent.
    `subject` is None for a section that is the only one of its kind.
    """

    kind: SectionKind
    name: str
    keys: tuple[str, ...]
    sitemap: str
    parent: str | None
    told: str | None
    subject: Subject | None


def subject_of(kind: SectionKind, values: dict[str, str]) -> Subject | None:
    """Return what a section is about from the values of its name's fields."""
    listing = kind.listing.format_map(values)
    if "path" in values:
        return PathSubject(values["path"])
    if "picture" in values:
        return PictureSubject(values["picture"])
    if "cell" in values:
        return CellSubject(values["cell"])
    if kind.whole:
        return PartSubject(kind.whole.format_map(values), values["part"])
    if "month" in values:
        return MonthSubject(listing, int(values["year"]), int(values["month"]))
    if "year" in values:
        return YearSubject(listing, int(values["year"]))
    return ListingSubject(listing) if listing else None


@lru_cache(maxsize=256)
def fields_of(pattern: str) -> frozenset[str]:
    """Return the names of the fields of a pattern."""
    return frozenset(_FIELD.findall(pattern))


def known_beginning(pattern: str, values: Mapping[str, str]) -> str:
    """Return what a pattern begins with before the first field that has no value."""
    beginning = ""
    for place, part in enumerate(_FIELD.split(pattern)):
        if place % 2 and part not in values:
            break
        beginning += values[part] if place % 2 else part
    return beginning


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression that reads what a pattern writes; a field may stand in it once."""
    parts = _FIELD.split(pattern)
    texts = (f"(?P<{part}>{_FIELDS[part]})" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(texts), re.DOTALL)
