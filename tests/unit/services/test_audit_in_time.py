"""An audit that has little time: it stops, continues at the next tick, and reads listings rather than objects."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.records.checkpoint import CheckpointName, Phase
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.presence import etags_listed
from tests.support.world import World, audit_of, clean_build, markdown

GENERATION = "1/test"
TICKS = 200


class Counted(MemoryContentStore):
    """A content bucket that counts the requests made to it."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = self.listings = 0

    def head(self, key: str) -> SourceVersion | None:
        self.heads += 1
        return super().head(key)

    def list_keys(self, after: str, limit: int) -> tuple[SourceVersion, ...]:
        self.listings += 1
        return tuple(
            version
            for key in self.all_keys()
            if key > after and (version := MemoryContentStore.head(self, key)) is not None
        )[:limit]


def after_looks(number: int) -> Callable[[], bool]:
    """Return a clock that says from its so-many-th look on that time is up."""
    looks = count(1)
    return lambda: next(looks) > number


@given(st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=30), st.integers(min_value=1, max_value=5))
def test_whenever_its_time_is_up_an_audit_finds_all_there_is_to_find(looks: list[int], sources: int) -> None:
    world = World()
    world.upload("posts/b.md", markdown("B"))
    world.settle()
    for name in "acdefgh":
        world.content.upload(f"posts/{name}.md", markdown(name))
    world.content.upload("README", b"no source")
    world.now += timedelta(hours=1)
    audit = audit_of(world, TickLimits(audit_sources=sources, audit_names=4))

    found: set[str] = set()
    for tick in range(TICKS):
        found |= set(audit.go_on(GENERATION, world.now, after_looks(looks[tick % len(looks)])))
        if world.index.checkpoint(CheckpointName.AUDIT).phase is Phase.DONE:
            break
    world.settle()

    assert world.index.checkpoint(CheckpointName.AUDIT).phase is Phase.DONE
    assert {f"posts/{name}.md" for name in "acdefgh"} <= found
    assert world.live() == clean_build(world)


def test_an_audit_without_time_takes_no_step() -> None:
    world = World()
    world.content.upload("posts/a.md", markdown("A"))

    found = audit_of(world).go_on(GENERATION, world.now, after_looks(0))

    assert found == ()
    assert world.index.checkpoint(CheckpointName.AUDIT).revision == 0
    assert world.sources.take_all() == ()


def test_once_its_time_is_up_an_audit_compares_nothing_more() -> None:
    world = World()
    for number in range(50):
        world.content.upload(f"posts/{number:02}.md", markdown("P"))

    audit_of(world).go_on(GENERATION, world.now, after_looks(10))

    checkpoint = world.index.checkpoint(CheckpointName.AUDIT)
    assert (checkpoint.phase, checkpoint.cursor, checkpoint.done) == (Phase.SOURCES, "posts/09.md", 10)


def test_an_audit_of_bundles_looks_at_no_object_and_lists_once_for_many_files() -> None:
    content = Counted()
    world = World(content)
    bundles, files = 30, 10
    for bundle in range(bundles):
        for number in range(files):
            world.upload(f"posts/b{bundle:02}/{number}.png", b"\x89PNG")
        world.upload(f"posts/b{bundle:02}/index.md", markdown(f"B{bundle}"))
    world.settle()
    world.now += timedelta(hours=1)
    content.heads = content.listings = 0

    found = audit_of(world).go_on(GENERATION, world.now)

    assert found == ()
    assert world.index.checkpoint(CheckpointName.AUDIT).phase is Phase.DONE
    # 331 sources are two parts, each listed once for itself and once for the posts of its bundles.
    assert (content.heads, content.listings) == (0, 4)


def test_a_bundle_whose_post_is_gone_without_an_event_is_found_by_listing() -> None:
    world = World()
    world.upload("posts/x/index.md", markdown("X"))
    world.upload("posts/x/p.png", b"\x89PNG")
    world.settle()
    world.content.delete("posts/x/index.md")
    world.now += timedelta(hours=1)

    found = audit_of(world).go_on(GENERATION, world.now)
    world.settle()

    assert {"posts/x/index.md", "posts/x/p.png"} <= set(found)
    assert world.live() == clean_build(world)


KEYS = st.text(st.sampled_from("ab/.\ud7ff\ue000\U0010fffe"), min_size=1, max_size=4)


@given(st.sets(KEYS, max_size=30), st.sets(KEYS, max_size=10), st.integers(min_value=1, max_value=7))
def test_listings_tell_of_every_key_whether_it_is_there(there: set[str], asked: set[str], page_keys: int) -> None:
    in_order = sorted(there)

    def list_page(after: str, limit: int) -> list[tuple[str, str]]:
        return [(key, "etag") for key in in_order if key > after][:limit]

    found = etags_listed(asked, list_page, page_keys)

    assert {key for key in asked if key in found} == asked & there


@pytest.mark.parametrize("number", [1, 1000, 4500])
def test_neighbours_are_listed_in_pages_not_one_by_one(number: int) -> None:
    keys = [f"posts/{each:05}/index.md" for each in range(number)]
    pages: list[str] = []

    def list_page(after: str, limit: int) -> list[tuple[str, str]]:
        pages.append(after)
        return [(key, "etag") for key in keys if key > after][:limit]

    assert len(etags_listed(keys, list_page, 1000)) == number
    assert len(pages) == ceil(number / 1000)
