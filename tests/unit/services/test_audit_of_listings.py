"""An audit that only lists both buckets, where nothing in them has changed since a full one found all in order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemorySiteStore
from bucketpress.records.checkpoint import CheckpointName, Phase
from bucketpress.records.record import Record
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.listing_digest import digest_of_nothing, digest_with_objects, digest_with_sources
from bucketpress.services.upkeep.presence import etags_listed
from bucketpress.services.upkeep.repairs import Repairs
from tests.support.world import World, audit_of, clean_build, markdown

GENERATION = "1/test"
NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEYS = ("posts/a.md", "posts/b.md", "posts/x/index.md", "posts/x/p.png", "static/one.txt")
Change = Callable[[World], None]


class Counted(MemoryPostIndex):
    """An index that counts how often its records are listed."""

    listings = 0

    def list_records(self, after: str, limit: int) -> tuple[tuple[Record, ...], str]:
        self.listings += 1
        return super().list_records(after, limit)


class ListedSite(MemorySiteStore):
    """A site bucket that counts how often it is listed."""

    listings = 0

    def list_keys(self, after: str, limit: int) -> tuple[tuple[str, str], ...]:
        self.listings += 1
        return super().list_keys(after, limit)


def audited(world: World, limits: TickLimits | None = None) -> set[str]:
    """Let an hour pass and an audit come to its end; return what it found."""
    world.now += HOUR
    found: set[str] = set()
    for _ in range(100):
        found |= set(audit_of(world, limits).go_on(GENERATION, world.now))
        if world.index.checkpoint(CheckpointName.AUDIT).phase is Phase.DONE:
            world.settle()
            return found
    raise AssertionError


def site_in_order(limits: TickLimits | None = None) -> World:
    """Give a site that a full audit has found in order, its index counting from then on."""
    world = World()
    for key in KEYS:
        world.upload(key, markdown(key) if key.endswith(".md") else b"bytes")
    world.settle()
    for _ in range(3):
        world.tick()
    world.index.__class__ = Counted
    world.now += timedelta(minutes=10)
    Repairs(index=world.index).start_audit()
    assert audited(world, limits) == set()
    assert world.index.checkpoint(CheckpointName.AUDIT).in_order
    return world


def listings(world: World) -> int:
    assert isinstance(world.index, Counted)
    return world.index.listings


@pytest.mark.parametrize(("names", "sources"), [(1, 300), (2, 300), (1000, 300), (1000, 2), (1000, 1)])
def test_where_nothing_has_changed_no_record_is_read(names: int, sources: int) -> None:
    limits = TickLimits(audit_names=names, audit_sources=sources)
    world = site_in_order(limits)
    before = listings(world)

    found = audited(world, limits)

    point = world.index.checkpoint(CheckpointName.AUDIT)
    assert found == set()
    assert listings(world) == before
    assert (point.finished, point.cursor) == (world.now, "")


def test_where_nothing_has_changed_each_bucket_is_listed_once() -> None:
    world = site_in_order()
    world.site.__class__ = ListedSite

    audited(world)

    assert isinstance(world.site, ListedSite)
    assert world.site.listings == 1


def test_an_audit_asked_for_by_hand_compares_everything() -> None:
    world = site_in_order()
    before = listings(world)

    Repairs(index=world.index).start_audit()
    audited(world)

    assert listings(world) > before


def test_once_a_day_an_audit_compares_everything() -> None:
    world = site_in_order()
    before = listings(world)
    read = []

    for _ in range(26):
        audited(world)
        read.append(listings(world) > before)
        before = listings(world)

    assert read == [False] * 23 + [True] + [False] * 2


def test_what_was_found_and_not_repaired_is_found_again() -> None:
    world = site_in_order()
    world.content.upload("posts/new.md", markdown("New"))
    world.now += HOUR
    audit_of(world).go_on(GENERATION, world.now)
    while world.sources.take():
        pass  # every repair is lost

    found = audited(world)

    assert "posts/new.md" in found
    assert world.live() == clean_build(world)


def test_another_generation_is_compared_in_full() -> None:
    world = site_in_order()
    before = listings(world)

    world.now += HOUR
    audit_of(world).go_on("2/test", world.now)

    assert listings(world) > before


def uploaded(key: str, text: str) -> Change:
    return lambda world: world.content.upload(key, markdown(text) if key.endswith(".md") else text.encode()) and None


def changed_back(key: str) -> Change:
    """Publish other bytes, and lose the event that says that the first are there again."""

    def change(world: World) -> None:
        version = world.content.head(key)
        data = world.content.read(version) if version else b""
        world.upload(key, markdown("Other") if key.endswith(".md") else b"other")
        world.settle()
        world.content.upload(key, data)

    return change


def lost_object(number: int) -> Change:
    def change(world: World) -> None:
        keys = sorted(world.live())
        world.site.lose(keys[number % len(keys)])

    return change


CHANGES = st.one_of(
    st.builds(uploaded, st.sampled_from([*KEYS, "posts/c.md", "README"]), st.sampled_from(["T", "U"])),
    st.builds(lambda key: lambda world: world.content.delete(key), st.sampled_from(KEYS)),
    st.builds(changed_back, st.sampled_from(KEYS)),
    st.builds(lost_object, st.integers(min_value=0, max_value=99)),
)


@given(st.lists(st.lists(CHANGES, max_size=3), min_size=1, max_size=4), st.sampled_from([2, 1000]))
def test_whatever_changes_without_an_event_is_put_right_within_the_hour(rounds: list[list[Change]], names: int) -> None:
    limits = TickLimits(audit_names=names, audit_sources=names)
    world = site_in_order(limits)

    for changes in rounds:
        for change in changes:
            change(world)
        audited(world, limits)

        assert world.live() == clean_build(world)


TEXTS = st.text(st.sampled_from("a1:/"), max_size=3)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8), st.lists(st.tuples(TEXTS, TEXTS), max_size=8), st.integers(0, 8))
def test_a_digest_depends_on_what_is_listed_and_not_on_its_pages(
    one: list[tuple[str, str]], other: list[tuple[str, str]], cut: int
) -> None:
    def of(*pages: list[tuple[str, str]]) -> tuple[str, str]:
        objects = sources = digest_of_nothing("1")
        for page in pages:
            objects = digest_with_objects(objects, page)
            sources = digest_with_sources(sources, [SourceVersion(key=key, version="", etag=tag) for key, tag in page])
        return objects, sources

    assert of(one) == of(one[:cut], one[cut:])
    assert (of(one) == of(other)) == (one == other)
    assert digest_of_nothing("1") != digest_of_nothing("2")


@pytest.mark.parametrize(
    "changes",
    [{"key": "b"}, {"etag": "f"}, {"version": "w"}, {"modified": None}, {"modified": NOON + timedelta(seconds=1)}],
)
def test_a_digest_of_sources_depends_on_all_that_a_listing_tells_of_each(changes: dict[str, Any]) -> None:
    one = SourceVersion(key="a", version="v", etag="e", modified=NOON)

    assert digest_with_sources("", [one]) != digest_with_sources("", [replace(one, **changes)])
    assert digest_with_sources("", [one]) == digest_with_sources("", [replace(one, size=7)])


class Pages:
    """Listings of a bucket of so many keys a page, counted."""

    def __init__(self, *keys: str) -> None:
        self.keys, self.asked = keys, 0

    def __call__(self, after: str, limit: int) -> list[tuple[str, str]]:
        self.asked += 1
        return [(key, f"etag of {key}") for key in self.keys if key > after][:limit]


def test_a_key_is_found_however_many_pages_lie_right_before_it() -> None:
    pages = Pages(*(f"1/{number}" for number in range(1, 10)))

    found = etags_listed(["1/9"], pages, 3)

    assert found["1/9"] == "etag of 1/9"
    assert pages.asked == 3


@pytest.mark.parametrize(
    ("keys", "there", "requests"),
    [
        ([], [], 0),
        (["1/x"], ["1/x"], 1),
        (["1/x", "2/x", "3/x"], ["1/x", "2/x", "3/x"], 1),  # one page of three
        (["3/x", "1/x"], ["1/x", "3/x"], 1),
        (["4/x"], ["4/x"], 1),  # from right before it on
        (["1/x", "4/x"], ["1/x", "4/x"], 2),
        (["1/x", "9/x"], ["1/x", "9/x"], 2),
        (["1/x", "b/x"], ["1/x"], 2),
        (["z/x", "z/y"], [], 1),  # behind the last one there is nothing
        (["0/x"], [], 1),
    ],
)
def test_one_request_tells_of_neighbours_and_one_more_of_each_key_far_away(
    keys: list[str], there: list[str], requests: int
) -> None:
    pages = Pages(*(f"{number}/x" for number in range(1, 10)))

    found = etags_listed(keys, pages, 3)

    assert {key: found[key] for key in keys if key in found} == {key: f"etag of {key}" for key in there}
    assert pages.asked == requests
