"""Which posts a busy month lists itself, which parts it has, and how little of it is read for that."""

from collections.abc import Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.services.parts import MOST_ROWS, PART_LIMITS, Newest, PartLimits, PartReader, part_at
from bucketpress.site.layout import SITE_MAP
from tests.support.counted_index import CountedIndex
from tests.support.values import entry, publication

MONTH, YEAR = "period:all:2010-03", "period:tag:voip:2010"
NO_PART = 2**32 + 1  # no digest is a multiple of it
LIMITS = st.builds(PartLimits, listed=st.integers(1, 6), one_in=st.integers(1, 5))


class MonthsIndex(CountedIndex):
    """An index of so many posts a day, that counts how many rows each request gave."""

    def __init__(self, posts: int, *, each_day: int = 3, month: int = 3) -> None:
        super().__init__()
        self.gave = []
        self.add(posts, each_day, month)

    def add(self, posts: int, each_day: int = 3, month: int = 3) -> None:
        for number in range(posts):
            key = f"posts/{month:02}-{number}.md"
            made = entry(key, day=number // each_day + 1)
            assert made.published
            self.commit(publication(entry(key, published=made.published.replace(month=month))))


SITES = [MonthsIndex(posts) for posts in range(12)]
for each_site in SITES[::2]:
    each_site.add(6, month=2)
    each_site.add(6, month=4)


def reader(index: MemoryPostIndex, limits: PartLimits, whole: str = MONTH) -> PartReader:
    return PartReader(index=index, whole=whole, limits=limits)


def newest_first(index: MemoryPostIndex) -> list[str]:
    rows = index.entries("all", newest_first=True)
    return [row.position for row in rows if row.position.startswith("2010-03")]


def part(position: str, whole: str = MONTH) -> str:
    return SITE_MAP.part_section(whole, part_at(position))


def expected(positions: Sequence[str], limits: PartLimits) -> tuple[int, str]:
    """Return how many posts a page lists, and where its first part begins: one that it lists, or the next."""
    until = ""
    for number, position in enumerate(positions):
        until = position if limits.begins(position) else until
        if number >= limits.listed and until:
            return number, until
    return len(positions), ""


@given(st.integers(0, 11), LIMITS)
def test_a_page_lists_its_newest_posts_and_goes_on_to_where_a_part_begins(posts: int, limits: PartLimits) -> None:
    positions = newest_first(SITES[posts])
    count, until = expected(positions, limits)

    found = reader(SITES[posts], limits).newest()

    assert [row.position for row in found.rows] == positions[:count]
    assert found.until == until
    assert found.before == (positions.index(until) if until else count)


@given(st.integers(0, 11), LIMITS)
def test_a_part_has_the_posts_down_to_where_the_next_begins(posts: int, limits: PartLimits) -> None:
    positions = newest_first(SITES[posts])
    begin = [number for number, position in enumerate(positions) if limits.begins(position)]
    ends = dict(zip(begin, [*begin[1:], len(positions)], strict=False))

    for (number, position), until in product(enumerate(positions), positions):
        rows = reader(SITES[posts], limits).rows(part_at(position), until)

        is_there = number in ends and position <= until
        assert [row.position for row in rows] == (positions[number : ends[number]] if is_there else [])


@given(st.integers(0, 11), LIMITS)
def test_the_parts_between_two_positions_are_those_that_begin_after_one_and_up_to_the_other(
    posts: int, limits: PartLimits
) -> None:
    positions = newest_first(SITES[posts])

    for low, high in product(["", *positions], positions):
        parts = [*reader(SITES[posts], limits).between(low, high)]

        assert parts == [part(each) for each in positions if low < each <= high and limits.begins(each)]


@given(st.integers(1, 11), LIMITS)
def test_a_post_that_comes_or_goes_changes_the_part_it_is_in_and_the_one_it_begins(
    posts: int, limits: PartLimits
) -> None:
    positions = newest_first(SITES[posts])

    for position, until in product(positions, positions):
        if position == until:
            continue
        parts = [*reader(SITES[posts], limits).around(position, until)]

        above = [each for each in positions if each > position and limits.begins(each)]
        own = [position] if limits.begins(position) else []
        assert parts == [*map(part, own), *map(part, above[-1:] if position < until else [])]


def test_a_post_of_another_month_changes_no_part() -> None:
    limits = PartLimits(listed=1, one_in=1)
    rows = SITES[8].entries("all", newest_first=False)
    before = next(row.position for row in rows if row.position.startswith("2010-02"))

    assert [*reader(SITES[8], limits).around(before, newest_first(SITES[8])[0])] == []


@pytest.mark.parametrize("posts", [1, 99, 100])
def test_a_month_that_lists_all_its_posts_is_read_with_one_request(posts: int) -> None:
    index = MonthsIndex(posts, each_day=10)
    index.add(300, each_day=15, month=2)

    found = reader(index, PART_LIMITS).newest()

    assert (len(found.rows), found.until, found.before) == (posts, "", posts)
    assert len(index.gave) == 1
    assert index.gave[0] <= posts + 20  # a day and a bit of the month before may be looked at


def test_a_busy_month_reads_one_post_more_than_its_page_lists() -> None:
    index = MonthsIndex(300, each_day=15)

    found = reader(index, PART_LIMITS).newest()

    assert found.until
    assert len(found.rows) == PART_LIMITS.listed
    assert index.gave == [PART_LIMITS.listed + 1]


def test_a_part_that_is_none_is_looked_for_at_its_instant_alone() -> None:
    index, limits = MonthsIndex(60, each_day=2), PartLimits(listed=3, one_in=4)
    newest = newest_first(index)[0]
    index.gave.clear()

    assert reader(index, limits).rows(part_at(newest)[:-8] + "ffffffff", newest) == ()

    assert index.gave == [limits.one_in]


def test_the_part_above_a_post_is_looked_for_in_its_month_alone() -> None:
    index = MonthsIndex(4)
    index.add(200, each_day=15, month=4)
    limits = PartLimits(listed=1, one_in=NO_PART)
    newest, *_, oldest = newest_first(index)
    index.gave.clear()

    assert [*reader(index, limits).around(oldest, newest)] == []

    assert sum(index.gave) <= 4 + 30  # a day and a bit of the month after may be looked at


def test_of_a_busy_month_no_more_is_read_than_its_part_takes() -> None:
    index, limits = MonthsIndex(100, each_day=4), PartLimits(listed=3, one_in=4)
    positions = newest_first(index)
    begin = [position for position in positions if limits.begins(position)]
    index.gave.clear()

    for first, second in pairwise(begin):
        index.gave.clear()
        rows = reader(index, limits).rows(part_at(first), positions[0])

        instants = 2 * 4  # those of the same instant come first, and a request reads as many as a part has
        assert len(rows) == positions.index(second) - positions.index(first)
        assert sum(index.gave) <= len(rows) + instants


def test_the_part_above_a_post_is_read_down_from_no_farther_than_it_begins() -> None:
    index, limits = MonthsIndex(60, each_day=2), PartLimits(listed=3, one_in=4)
    positions = newest_first(index)
    above, far = "", 0

    for number, position in enumerate(positions):
        index.gave.clear()
        if above:
            parts = [*reader(index, limits).around(position, positions[0])]

            far = max(far, number - positions.index(above))
            assert parts[-1] == part(above)
            assert sum(index.gave) < number - positions.index(above) + limits.one_in
        above = position if limits.begins(position) else above
    assert far > 2 * limits.one_in


@pytest.mark.parametrize("whole", [MONTH, YEAR])
def test_no_page_grows_for_ever(whole: str) -> None:
    index = MonthsIndex(MOST_ROWS + 2, each_day=80)
    positions = newest_first(index)
    first = max(positions[:50], key=lambda position: int(position[-8:], 16))
    alone = PartLimits(listed=1, one_in=int(first[-8:], 16))  # only the greatest digest is a multiple of itself

    endless = reader(index, PartLimits(listed=3, one_in=NO_PART), whole).newest()
    rows = reader(index, alone, whole).rows(part_at(first), first)

    assert endless == Newest(rows=index.entries("all")[:MOST_ROWS], until="", before=MOST_ROWS)
    assert len(rows) == min(MOST_ROWS, len(positions) - positions.index(first))


def test_what_has_no_parts_says_so() -> None:
    with pytest.raises(ValueError, match="head:all"):
        reader(MemoryPostIndex(), PART_LIMITS, "head:all").newest()
