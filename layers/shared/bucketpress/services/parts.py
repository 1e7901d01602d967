"""Finds what a busy month or year lists itself, and its parts: its older posts, on pages that keep their address.

A post begins a part when the digest in its position is a multiple of a number; the part is that post and the older ones
down to the next that begins one. So whether a post begins a part depends on nothing but itself, and where parts begin
does not depend on the order in which posts came. A post that comes or goes changes the one part it lies in. No more is
read of a month or year than that takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bucketpress.content.post import Entry, instant
from bucketpress.ports import PostIndex
from bucketpress.services.periods import span_of, within
from bucketpress.site.layout import (
    ALL,
    SITE_MAP,
    MonthSubject,
    YearSubject,
    parse_section,
)

# Many times more than a part has: what begins one is random, and no page may grow for ever.
MOST_ROWS = 2000
_SEPARATORS = str.maketrans("", "", "-:")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLimits:
    """How many of its newest posts a month or year lists itself, and that one post in so many begins a part."""

    listed: int = 100
    one_in: int = 50

    def begins(self, position: str) -> bool:
        """Return whether the post at a position begins a part."""
        return int(position.rpartition("#")[2], 16) % self.one_in == 0


PART_LIMITS = PartLimits()


def part_at(position: str) -> str:
    """Return how the part that begins at a position is called: `20100305t140000-1a2b3c4d`."""
    moment = position.partition("#")[0].removesuffix("Z").lower()
    return f"{moment.translate(_SEPARATORS)}-{position.rpartition('#')[2]}"


def moment_of(part: str) -> str:
    """Return the instant of the post that a part begins with, as its position writes it."""
    day, _, time = part.partition("-")[0].partition("t")
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """What the page of a month or year lists, newest first.

    `until` is the position at which its first part begins, the one with what the page does not list any more: "" where
    it lists everything. `before` is how many posts are newer than that.
    """

    rows: tuple[Entry, ...]
    until: str
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReader:
    """Reads the posts of one month of all posts, or of one year of a tag or author: the section `whole`."""

    index: PostIndex
    whole: str
    limits: PartLimits

    def newest(self) -> Newest:
        """Return what the page itself lists: the newest posts, at least down to where a part begins."""
        rows: list[Entry] = []
        until, before = "", 0
        # One more than the page lists tells whether it lists everything.
        for number, row in enumerate(self._older("", at_first=self.limits.listed + 1)):
            if self.limits.begins(row.position):
                until, before = row.position, number
            if number >= self.limits.listed and until:
                return Newest(rows=tuple(rows), until=until, before=before)
            if number == MOST_ROWS:
                break
            rows.append(row)
        return Newest(rows=tuple(rows), until="", before=len(rows))

    def rows(self, part: str, until: str) -> tuple[Entry, ...]:
        """Return the posts of a part, newest first; none where it does not begin at `until` or before."""
        moment = moment_of(part)
        found: list[Entry] = []
        for row in self._older(f"{moment}$"):  # "$" comes after the "#" that follows the instant of a position
            begins = self.limits.begins(row.position)
            if not found:
                if begins and part_at(row.position) == part and row.position <= until:
                    found.append(row)
                elif row.published is None or instant(row.published) != moment:
                    break
                continue
            if begins or len(found) == MOST_ROWS:
                break
            found.append(row)
        return tuple(found)

    def between(self, low: str, high: str) -> Iterator[str]:
        """Yield the sections of the parts that begin after one position and up to another, or at it."""
        for row in self._older(f"{high}\0"):
            if row.position <= low:
                return
            if self.limits.begins(row.position):
                yield SITE_MAP.part_section(self.whole, part_at(row.position))

    def around(self, position: str, until: str) -> Iterator[str]:
        """Yield the sections of the parts, up to one at `until`, that what comes or goes at a position changes.

        It is in the part that begins next to it. A post that begins one itself takes its posts from that part; its own
        may be behind `until` already, because the post has gone.
        """
        if position <= span_of(self._period)[0]:
            return
        if self.limits.begins(position):
            yield SITE_MAP.part_section(self.whole, part_at(position))
        if position > until:
            return
        for row in self._newer(position):
            if self.limits.begins(row.position):
                yield SITE_MAP.part_section(self.whole, part_at(row.position))
                return

    def _older(self, below: str, at_first: int = 0) -> Iterator[Entry]:
        """Yield the posts below a position, newest first, read by so many `at_first` and then as many as a part has."""
        start, end = span_of(self._period)
        end = min(end, below) if below else end
        wanted = at_first or self.limits.one_in
        while True:
            rows = self.index.entries(self._listing, start=start, end=end, limit=wanted)
            yield from within(self._period, rows)
            if len(rows) < wanted:
                return
            end, wanted = rows[-1].position, self.limits.one_in

    def _newer(self, above: str) -> Iterator[Entry]:
        """Yield the posts above a position, oldest first."""
        _, end = span_of(self._period)
        wanted = self.limits.one_in
        while True:
            rows = self.index.entries(self._listing, start=above, end=end, limit=wanted, newest_first=False)
            yield from within(self._period, rows)
            if len(rows) < wanted:
                return
            above = rows[-1].position

    @property
    def _listing(self) -> str:
        subject = parse_section(self.whole).subject
        return subject.listing if isinstance(subject, YearSubject) else ALL

    @property
    def _period(self) -> str:
        match parse_section(self.whole).subject:
            case MonthSubject(_, year, month):
                return f"{year:04d}-{month:02d}"
            case YearSubject(_, year):
                return f"{year:04d}"
        raise ValueError(self.whole)
