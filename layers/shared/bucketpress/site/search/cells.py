"""Which posts a segment of search holds: those of a cell, a stretch of time that has few enough of them.

Every post and page has a row in one listing of search, at a position that begins with its year and month, goes on with
five bits of its day and ends with bits of a digest of its key; a page has only the latter. A cell is what positions
have in common at their beginning: a year, a quarter, a month, sixteen days, eight, and so on to one day, then half of
the posts of a day, a quarter of them, and so on. A cell with too many posts is split into those below it. So a quiet
year is one segment, a busy month is many, and thousands of posts of one date are no different.

All dates are in UTC: nobody sees a cell, and the time zone of a site may change.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC
from enum import Enum, StrEnum

from bucketpress.content.post import Entry
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.layout import PAGES

DAY_BITS, DIGEST_BITS = 5, 12
_YEAR = len("2010")
_MONTHS_A_QUARTER = 3
_AFTER_ALL = "~"  # behind every character of a position


class Split(StrEnum):
    """Why a cell is no segment itself: it has too many posts, or so few that are too long."""

    COUNT = "count"
    SIZE = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpot:
    """A position in the listing of search where something has changed; `leaves` says that the row has gone."""

    position: str
    leaves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLimits:
    """What a segment may hold: so many posts, and so many bytes unless it is of one post."""

    posts: int = 64
    bytes: int = 192 * 1024


def search_position(entry: Entry) -> str:
    """Return where a post or page stands in the listing of search."""
    digest = hashlib.sha256(entry.key.encode()).digest()
    bits = f"{int.from_bytes(digest[:2]) >> 16 - DIGEST_BITS:0{DIGEST_BITS}b}"
    mark = digest.hex()[:32]
    if entry.kind is not SourceKind.POST or entry.published is None:
        return f"{PAGES}-{bits}#{mark}"
    moment = entry.published.astimezone(UTC)
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day - 1:0{DAY_BITS}b}{bits}#{mark}"


def cells_at(position: str) -> tuple[str, ...]:
    """Return every cell that a position lies in, the widest first."""
    narrowest, _, _ = position.partition("#")
    cells = [narrowest]
    while above := cell_above(cells[-1]):
        cells.append(above)
    return tuple(reversed(cells))


def cell_above(cell: str) -> str | None:
    """Return the cell that is split into this one and others, None for a widest one."""
    match _form(cell):
        case _Form.WHOLE:
            return None
        case _Form.QUARTER:
            return cell[:_YEAR]
        case _Form.MONTH:
            return f"{cell[:_YEAR]}-q{(int(cell[-2:]) - 1) // _MONTHS_A_QUARTER + 1}"
        case _Form.BITS:
            return cell[:-1].removesuffix("-")


def cells_below(cell: str) -> tuple[str, ...]:
    """Return the cells that a cell is split into, none for one of the narrowest."""
    match _form(cell):
        case _Form.WHOLE if cell != PAGES:
            return tuple(f"{cell}-q{number}" for number in range(1, 5))
        case _Form.QUARTER:
            return tuple(f"{cell[:_YEAR]}-{month:02d}" for month in _months(cell))
        case _Form.BITS:
            return () if is_narrowest(cell) else (f"{cell}0", f"{cell}1")
        case _:
            return f"{cell}-0", f"{cell}-1"


def is_narrowest(cell: str) -> bool:
    """Return whether a cell cannot be split."""
    most = DIGEST_BITS if cell.startswith(PAGES) else DAY_BITS + DIGEST_BITS
    return _form(cell) is _Form.BITS and len(cell.rpartition("-")[2]) == most


def bounds_of(cell: str) -> tuple[str, str]:
    """Return between which two texts the positions of a cell lie."""
    match _form(cell):
        case _Form.QUARTER:
            first, *_, last = (f"{cell[:_YEAR]}-{month:02d}-" for month in _months(cell))
            return first, f"{last}{_AFTER_ALL}"
        case _Form.BITS:
            return cell, f"{cell}{_AFTER_ALL}"
        case _:
            return f"{cell}-", f"{cell}-{_AFTER_ALL}"


def is_below(cell: str, others: frozenset[str]) -> bool:
    """Return whether a cell lies in one of others."""
    above = cell_above(cell)
    return above is not None and (above in others or is_below(above, others))


class _Form(Enum):
    """How the name of a cell is written: a year or all pages, a quarter, a month, or with bits behind."""

    WHOLE, QUARTER, MONTH, BITS = range(4)


def _form(cell: str) -> _Form:
    whole, dash, rest = cell.partition("-")
    if not dash:
        return _Form.WHOLE
    if rest.startswith("q"):
        return _Form.QUARTER
    return _Form.MONTH if whole != PAGES and "-" not in rest else _Form.BITS


def _months(quarter: str) -> range:
    first = (int(quarter[-1]) - 1) * _MONTHS_A_QUARTER + 1
    return range(first, first + _MONTHS_A_QUARTER)
