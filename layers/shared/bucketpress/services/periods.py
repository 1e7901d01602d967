"""Which posts belong to a year (`2010`) or a month (`2010-03`), and which come next to it.

A row's date is local to the zone it was published under, as is the section that its publication touches: during the
rebuild after a change of time zone there are rows of both zones. Positions are in UTC, so rows are read from a little
around a period, and their own dates decide.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bucketpress.content.post import Entry, instant
from bucketpress.site.layout import month_of

WIDEST_ZONE = timedelta(hours=30)  # local dates are at most a day and a few hours away from those in UTC


def span_of(period: str) -> tuple[str, str]:
    """Return the positions between which every row of a period lies."""
    start, end = bounds(period)
    return instant(start - WIDEST_ZONE), instant(end + WIDEST_ZONE)


def around_start(period: str) -> tuple[str, str]:
    """Return the positions around the beginning of a period; rows below are certainly before it."""
    start, _ = bounds(period)
    return instant(start - WIDEST_ZONE), instant(start + WIDEST_ZONE)


def around_end(period: str) -> tuple[str, str]:
    """Return the positions around the end of a period; rows above are certainly after it."""
    _, end = bounds(period)
    return instant(end - WIDEST_ZONE), instant(end + WIDEST_ZONE)


def within(period: str, rows: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the rows whose own date lies in a period."""
    return tuple(row for row in rows if row.published and month_of(row.published).startswith(period))


def first_after(period: str, rows: Iterable[Entry]) -> datetime | None:
    """Return the date of the first of some rows, the oldest first, that lies after a period."""
    dates = (row.published for row in rows if row.published)
    return next((date for date in dates if month_of(date)[: len(period)] > period), None)


def first_before(period: str, rows: Iterable[Entry]) -> datetime | None:
    """Return the date of the first of some rows, the newest first, that lies before a period."""
    dates = (row.published for row in rows if row.published)
    return next((date for date in dates if month_of(date)[: len(period)] < period), None)


def bounds(period: str) -> tuple[datetime, datetime]:
    """Return the beginning and the end of a period in UTC."""
    year, month = int(period[:4]), int(period[5:] or 1)
    if len(period) == len("2010"):
        return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
