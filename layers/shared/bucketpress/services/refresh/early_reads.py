"""What is read of a section before its turn, together with what others of its batch read.

Everything here is read after the record of the section, on whose revision its commit depends. Only a claim may be of
before: it leads to a source, and that source's record, read afterwards, says whether it is published there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bucketpress.content.post import Body, Entry
from bucketpress.ports import Parallel, PostIndex
from bucketpress.records.claim import Claim
from bucketpress.records.record import Record
from bucketpress.services.neighbours import Group, Neighbours, grouped
from bucketpress.services.periods import around_end
from bucketpress.site.layout import ALL, MonthSubject, YearSubject, parse_section

# Three items each: what one request reads.
MOST_PAGES = 33


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyPage:
    """The source that is published at a path, by its claim, and its neighbours at the position that the claim names.

    `around` is None where they are not known.
    """

    record: Record
    body: Body | None
    position: str
    around: Neighbours | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestRows:
    """The newest posts of all, newest first, as the front page was made from them; `is_all` says there are no others.

    `began` is when that reading began.
    """

    rows: tuple[Entry, ...]
    is_all: bool
    began: datetime

    def reach_behind(self, name: str) -> bool:
        """Return whether a section is a month or year of all posts, and these rows tell which posts come after it."""
        subject = parse_section(name).subject
        if not isinstance(subject, YearSubject | MonthSubject) or subject.listing != ALL:
            return False
        return self.after(around_end(name.rpartition(":")[2])[0], 1) is not None

    def after(self, position: str, limit: int) -> tuple[Entry, ...] | None:
        """Return the first posts after a position, None where these rows do not reach down to it."""
        if not self.is_all and not (self.rows and self.rows[-1].position <= position):
            return None
        return tuple(row for row in reversed(self.rows) if row.position > position)[:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyReads:
    """What was read of a section before its turn; `began` is a moment before any of it was read.

    A run that uses it counts from then: a message sent later tells of what the run may not have seen.
    """

    began: datetime | None = None
    page: EarlyPage | None = None
    newest: NewestRows | None = None


NOTHING_EARLY = EarlyReads()


def read_pages(index: PostIndex, parallel: Parallel, owners: Mapping[str, Claim]) -> dict[str, EarlyPage]:
    """Read at once what sections are made from at whose paths sources are published, by their claims."""
    chosen = dict(sorted(owners.items())[:MOST_PAGES])
    keys = list(dict.fromkeys(claim.key for claim in chosen.values()))
    if not keys:
        return {}
    groups = grouped(claim.position for claim in chosen.values() if claim.position)
    lookups = [partial(look, index) for group in groups for look in (group.at_and_below, group.above)]
    sources, *rows = parallel.run([partial(_sources, index, keys), *(partial(_rows, lookup) for lookup in lookups)])
    around = _around(groups, [each.rows for each in rows])
    return {
        name: EarlyPage(
            record=sources.published[claim.key][0],
            body=sources.published[claim.key][1],
            position=claim.position,
            around=around.get(claim.position),
        )
        for name, claim in chosen.items()
    }


def _around(groups: Sequence[Group], rows: Sequence[tuple[Entry, ...]]) -> dict[str, Neighbours]:
    around: dict[str, Neighbours] = {}
    for group, at_and_below, above in zip(groups, rows[::2], rows[1::2], strict=True):
        around |= group.neighbours(at_and_below, above)
    return around


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What one of several calls has read."""

    published: Mapping[str, tuple[Record, Body | None]] = field(default_factory=dict)
    rows: tuple[Entry, ...] = ()


def _sources(index: PostIndex, keys: Sequence[str]) -> _Answer:
    return _Answer(published=index.published_each(keys))


def _rows(lookup: "partial[tuple[Entry, ...]]") -> _Answer:
    return _Answer(rows=lookup())
