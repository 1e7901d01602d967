"""What one cell of search is made of, how little of a large one is read, and whom it tells."""

from collections.abc import Sequence
from functools import partial
from itertools import count

from bucketpress.content.post import Body, Entry
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.refresh.search_builder import KEPT_FOR_A_MOMENT, MadeCell, search_of_cell
from bucketpress.site.layout import search_section
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import SegmentLimits, Split, cell_above, cells_at, is_narrowest, search_position
from tests.support.counted_index import CountedIndex
from tests.support.values import entry, publication
from tests.support.world import SITE_YAML, World, markdown

FEW = SegmentLimits(posts=4)
TINY = SegmentLimits(posts=4, bytes=10)
YEAR, QUARTER = "2010", "2010-q1"


class CountedBodies(CountedIndex):
    """An index that counts how many rows and bodies each request gave."""

    bodies_read: int

    def bodies(self, keys: Sequence[str], *, markdown: bool = True) -> dict[str, Body]:
        self.bodies_read += len(keys)
        return dict(super().bodies(keys, markdown=markdown))


def crowded(posts: int, *, at_first: int = 0) -> World:
    """Give a site of so many posts, of which search has been told of the first ones only."""
    world = World(renderer=partial(Renderer, segment_limits=FEW))
    world.upload("site.yaml", SITE_YAML)
    world.settle()
    for number in range(posts):
        world.upload(f"posts/p{number}.md", markdown(f"P{number}", f"2010-{number % 12 + 1:02}-01"))
        if number < at_first:
            world.settle()
    if at_first < posts:
        while key := world.sources.take():
            world.publisher.publish(key)
    world.index.__class__ = CountedBodies
    assert isinstance(world.index, CountedBodies)
    world.index.gave, world.index.bodies_read = [], 0
    return world


def made(world: World, cell: str, limits: SegmentLimits = FEW) -> MadeCell:
    stored = world.index.settings()
    assert isinstance(world.index, CountedBodies)
    assert stored is not None
    world.index.gave, world.index.bodies_read = [], 0
    return search_of_cell(world.index, Renderer(stored.settings, segment_limits=limits), cell)


def test_of_a_cell_that_was_never_a_segment_only_so_much_is_read_that_it_is_known_to_have_too_many() -> None:
    world = crowded(30)

    found = made(world, YEAR)

    assert found == MadeCell(split=Split.COUNT)
    assert isinstance(world.index, CountedBodies)
    assert (world.index.gave, world.index.bodies_read) == ([FEW.posts + 1], 0)


def test_a_segment_that_has_too_many_posts_now_stays_for_a_moment_and_tells_those_below_it() -> None:
    world = crowded(30, at_first=FEW.posts)

    found = made(world, YEAR)

    kept = KEPT_FOR_A_MOMENT * FEW.posts
    assert isinstance(world.index, CountedBodies)
    assert (world.index.gave, world.index.bodies_read) == ([FEW.posts + 1, kept], kept)
    assert found.split is Split.COUNT
    assert found.summary is not None
    assert found.summary.count == kept
    assert len(found.artifacts) == 1
    # The newest of them are of the last two quarters.
    assert found.follow == {search_section("2010-q3"), search_section("2010-q4")}


def test_a_segment_goes_once_each_cell_below_it_is_made_or_is_split_itself() -> None:
    world = crowded(30, at_first=FEW.posts)
    for name in made(world, YEAR).follow:
        world.index._sections[name] = SectionRecord(name=name, revision=1, split=Split.COUNT)

    assert made(world, YEAR) == MadeCell(split=Split.COUNT)


def test_a_segment_with_room_for_all_its_posts_is_one_and_tells_nobody() -> None:
    world = crowded(FEW.posts, at_first=FEW.posts)

    found = made(world, YEAR)

    assert found.split is None
    assert found.summary is not None
    assert found.summary.count == FEW.posts
    assert found.follow == frozenset()


def test_cells_that_were_split_long_ago_tell_each_other_nothing() -> None:
    world = crowded(16)
    world.settle()

    assert world.index.section(search_section(YEAR)).split is Split.COUNT
    assert made(world, YEAR) == MadeCell(split=Split.COUNT)
    assert made(world, QUARTER).follow == frozenset()


def test_a_cell_below_one_that_is_not_split_is_nothing() -> None:
    world = crowded(FEW.posts, at_first=FEW.posts)

    assert made(world, QUARTER) == MadeCell()


def test_posts_that_nothing_can_part_share_a_segment_however_long_they_are() -> None:
    seen: dict[str, Entry] = {}
    world = crowded(0)
    for number in count():
        one = entry(f"posts/{number}.md")
        cell = cells_at(search_position(one))[-1]
        if cell in seen:
            break
        seen[cell] = one
    for post in (seen[cell], one):
        world.index.commit(publication(post, text="long " * 50))
    above = search_section(cell_above(cell) or "")
    world.index._sections[above] = SectionRecord(name=above, revision=1, split=Split.SIZE)

    found = made(world, cell, TINY)

    assert is_narrowest(cell)
    assert (found.split, found.summary and found.summary.count) == (None, 2)
    assert found.follow == frozenset()
