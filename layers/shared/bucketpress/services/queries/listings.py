"""Listings: pages of published posts in the order of their dates. Nothing unpublished is in the rows it reads."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bucketpress.content.post import Entry, instant
from bucketpress.ports import PostIndex
from bucketpress.site.layout import ALL

WIDEST_ZONE = timedelta(hours=30)  # local dates are at most a day and a few hours away from those in UTC
# Rows beside a span of days are read and left out, because a row's own date decides. Should there be more of them
# than this, a page has fewer entries than asked for, and has a cursor for the rest.
ROWS_BESIDE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time, both ends included; None is open.

    Days are compared with a post's own date, as its page and the archive show it. Moments are aware.
    """

    first_day: date | None = None
    last_day: date | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def in_days(self) -> bool:
        """Return whether days bound the span: then each row's own date decides."""
        return self.first_day is not None or self.last_day is not None

    def holds(self, entry: Entry) -> bool:
        """Return whether a post's own date is among the days."""
        if not self.in_days or entry.published is None:
            return not self.in_days
        day = entry.published.date()
        return (self.first_day or date.min) <= day <= (self.last_day or date.max)

    def positions(self) -> tuple[str, str]:
        """Return the positions that no row inside comes before and after; "" is open."""
        lows = [instant(self.start) if self.start else "", _beside(self.first_day, -WIDEST_ZONE)]
        # A position goes on with "#" after the instant; "$" comes after that.
        ends = [f"{instant(self.end)}$" if self.end else "", _beside(self.last_day, WIDEST_ZONE + timedelta(days=1))]
        return max(lows), min(filter(None, ends), default="")


EVER = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """Some entries of a listing in the order asked for; those that follow come after `following`, None at the end."""

    entries: tuple[Entry, ...]
    following: str | None


def listing_page(
    index: PostIndex, *, listing: str = ALL, span: Span = EVER, newest_first: bool = True, after: str = "", limit: int
) -> ListingPage:
    """Read the entries of a listing that come after a position, with one query however many there are.

    A page may have fewer entries than asked for, even none, and still be followed by others.
    """
    start, end = span.positions()
    if after:
        start, end = (start, after) if newest_first else (after, end)
    wanted = limit + 1 + (ROWS_BESIDE if span.in_days else 0)
    rows = index.entries(listing, start=start, end=end, limit=wanted, newest_first=newest_first)
    inside = [row for row in rows if span.holds(row)]
    if len(inside) > limit:
        return ListingPage(entries=tuple(inside[:limit]), following=inside[limit - 1].position)
    return ListingPage(entries=tuple(inside), following=rows[-1].position if len(rows) == wanted else None)


def _beside(day: date | None, distance: timedelta) -> str:
    if day is None:
        return ""
    try:
        return instant(datetime(day.year, day.month, day.day, tzinfo=UTC) + distance)
    except OverflowError:  # Where the calendar ends there is nothing beside.
        return ""
