"""Which posts belong to a year or month by their own dates, and which come next to it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.post import Entry, instant
from bucketpress.services.periods import (
    around_end,
    around_start,
    bounds,
    first_after,
    first_before,
    span_of,
    within,
)
from tests.support.values import entry

EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


def row(date: str, zone: timezone = UTC) -> Entry:
    return entry(published=datetime.fromisoformat(date).replace(tzinfo=zone))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2010", "2010-01-01", "2011-01-01"),
        ("2010-03", "2010-03-01", "2010-04-01"),
        ("2010-12", "2010-12-01", "2011-01-01"),
        ("0001-01", "0001-01-01", "0001-02-01"),
    ],
)
def test_a_period_ends_where_the_next_one_begins(period: str, start: str, end: str) -> None:
    assert [moment.date().isoformat() for moment in bounds(period)] == [start, end]


@pytest.mark.parametrize(
    ("published", "zone", "month", "year"),
    [
        ("2010-03-01T00:00:00", EAST, True, True),  # in UTC still February
        ("2010-03-31T23:59:59", WEST, True, True),  # in UTC already April
        ("2010-02-28T23:59:59", WEST, False, True),
        ("2010-04-01T00:00:00", EAST, False, True),
        ("2011-03-05T00:00:00", UTC, False, False),
    ],
)
def test_a_row_belongs_to_the_period_of_its_own_date(
    published: str, zone: timezone, *, month: bool, year: bool
) -> None:
    rows = [row(published, zone)]

    assert (bool(within("2010-03", rows)), bool(within("2010", rows))) == (month, year)


def test_a_row_without_a_date_belongs_to_no_period() -> None:
    assert within("2010", [entry(published=None)]) == ()


def test_the_nearest_dates_are_found_past_rows_of_the_period_itself() -> None:
    rows = [row("2010-03-31T23:00:00", WEST), row("2010-04-01T00:30:00"), row("2010-05-01T00:00:00")]

    assert first_after("2010-03", rows) == rows[1].published
    assert first_before("2010-04", reversed(rows)) == rows[0].published
    assert (first_after("2010", rows), first_before("2010", rows)) == (None, None)


@given(
    moment=st.datetimes(datetime(1970, 1, 3), datetime(2100, 1, 1)),
    zone=st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)
def test_every_row_of_a_period_and_beside_it_lies_within_the_positions_that_are_read(
    moment: datetime, zone: timezone
) -> None:
    published = moment.replace(tzinfo=zone)
    position = instant(published)
    for period in (f"{moment:%Y-%m}", f"{moment:%Y}"):
        start, end = span_of(period)
        assert start < position < end
    # A row below what is read around the start, or above what is read around the end, lies outside by its own date too.
    for period in ("2010-03", "2010"):
        if position < around_start(period)[0]:
            assert f"{moment:%Y-%m}"[: len(period)] < period
        if position > around_end(period)[1]:
            assert f"{moment:%Y-%m}"[: len(period)] > period
