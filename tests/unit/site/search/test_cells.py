"""Which cells there are, and which posts lie in each."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.source_keys import SourceKind
from bucketpress.site.layout import CellSubject, parse_section, search_section
from bucketpress.site.search.cells import (
    SegmentLimits,
    bounds_of,
    cell_above,
    cells_at,
    cells_below,
    is_below,
    is_narrowest,
    search_position,
)
from tests.support.values import entry

POSITIONS = st.builds(
    lambda name, moment, is_page: search_position(
        entry(f"posts/{name}.md", published=moment, kind=SourceKind.PAGE if is_page else SourceKind.POST)
    ),
    st.text("abc", min_size=1, max_size=8),
    st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    st.booleans(),
)


@given(POSITIONS)
def test_each_cell_at_a_position_lies_in_the_one_before_and_is_the_name_of_a_section(position: str) -> None:
    cells = cells_at(position)

    assert (cell_above(cells[0]), cells_below(cells[-1])) == (None, ())
    assert [is_narrowest(cell) for cell in cells] == [False] * (len(cells) - 1) + [True]
    for wide, narrow in pairwise(cells):
        assert cell_above(narrow) == wide
        assert narrow in cells_below(wide)
        assert is_below(narrow, frozenset({cells[0]}))
    assert [parse_section(search_section(cell)).subject for cell in cells] == list(map(CellSubject, cells))


@given(POSITIONS, POSITIONS)
def test_a_position_lies_between_the_bounds_of_its_cells_alone(position: str, other: str) -> None:
    for cell in cells_at(position):
        start, end = bounds_of(cell)

        assert (start < other < end) is (cell in cells_at(other))


@given(POSITIONS)
def test_the_cells_below_one_part_it_in_order(position: str) -> None:
    for cell in cells_at(position)[:-1]:
        bounds = [bounds_of(below) for below in cells_below(cell)]

        assert bounds == sorted(bounds)
        assert all(end < start for (_, end), (start, _) in pairwise(bounds))
        assert bounds_of(cell)[0] <= bounds[0][0]
        assert bounds[-1][1] <= bounds_of(cell)[1]


def test_a_position_is_the_same_in_every_time_zone() -> None:
    moment = datetime(2010, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert search_position(entry(published=moment)) == search_position(entry(published=moment.astimezone(UTC)))
    assert search_position(entry(published=moment)).startswith("2011-01-00000")


def _writes(moments: Iterable[datetime]) -> list[int]:
    """Count the search objects that each post writes if they come one after the other.

    A cell that is split is written with one post too many, then those below, then that it is gone; the manifest after
    each step.
    """
    counts, split, written = Counter[str](), set[str](), list[int]()
    for number, moment in enumerate(moments):
        cells = cells_at(search_position(entry(key=f"posts/p{number}.md", published=moment)))
        counts.update(cells)
        waiting = [cell for cell in cells if cell not in split][:1]
        objects = 0
        while waiting:
            cell = waiting.pop()
            if counts[cell] <= SegmentLimits().posts:
                objects += bool(counts[cell])
                continue
            split.add(cell)
            objects += 3
            waiting += cells_below(cell)
        written.append(objects + 1)
    return written


@pytest.mark.parametrize(
    ("hours_between", "most_above_two"), [(8, 0.0125), (0, 0.026)], ids=["three posts a day", "all of one date"]
)
def test_a_post_writes_a_segment_and_the_manifest_but_for_one_in_forty(
    hours_between: float, most_above_two: float
) -> None:
    first = datetime(2010, 1, 1, tzinfo=UTC)

    written = _writes(first + timedelta(hours=hours_between * number) for number in range(10_000))

    above = [objects for objects in written if objects > 2]
    assert 0 < len(above) <= most_above_two * len(written)
    assert sum(written) <= 2.11 * len(written)
