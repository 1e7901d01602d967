"""Whoever follows the changes misses none, however commits race and clocks disagree."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.records.post_change import ChangeKind, PostChange, change_position
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.services.publish.change_log import with_post_change
from bucketpress.services.queries.change_feed import SAFETY_LAG, Place, place_at, read_changes
from bucketpress.site.entry_ids import entry_id, names_of
from bucketpress.site.impact import Shown, ShownAsset
from tests.support.values import entry
from tests.support.world import SITE_YAML, World, markdown

NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)


def test_a_post_is_published_then_updated_then_removed_and_only_the_last_is_told() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    told = []
    for data in (markdown("A"), markdown("A", text="Other."), None, markdown("A")):
        if data is None:
            world.delete("posts/a.md")
        else:
            world.upload("posts/a.md", data)
        world.tick()
        told.append([each.kind for each in world.index.changes("", 10)])

    assert told == [[ChangeKind.PUBLISHED], [ChangeKind.UPDATED], [ChangeKind.REMOVED], [ChangeKind.PUBLISHED]]


def test_nothing_is_told_of_what_readers_do_not_see() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/draft.md", markdown("Draft", draft="true"))
    world.upload("posts/later.md", markdown("Later", "2030-01-01"))
    world.upload("posts/invalid.md", markdown("Invalid", "2010-02-30"))
    world.upload("posts/a.md", markdown("A"))
    world.upload("posts/b.md", markdown("B", slug="a"))
    world.upload("pages/about.md", b"---\ntitle: About\n---\nUs.\n")
    world.settle()
    world.upload("posts/a.md", markdown("A"))
    world.delete("posts/draft.md")
    world.settle()

    (only,) = world.index.changes("", 10)

    assert (only.key, only.revision) == ("posts/a.md", 1)


def test_changes_of_one_source_move_forward_though_its_clocks_go_back() -> None:
    first = commit(MemoryPostIndex(), None, "posts/a.md", NOON)
    again = with_post_change(change(first.record, "Later"), first.record, NOON - timedelta(seconds=3))

    assert first.change_in is not None
    assert again.change_in is not None
    assert again.change_out == first.change_in.position < again.change_in.position


def test_a_place_never_comes_closer_to_the_clock_than_the_safety_lag() -> None:
    index = MemoryPostIndex()
    for second in range(10):
        commit(index, None, f"posts/{second}.md", NOON + timedelta(seconds=second))

    page = read_changes(index, Place(), limit=100, now=NOON + SAFETY_LAG + timedelta(seconds=4))
    again = read_changes(index, page.following, limit=100, now=NOON + SAFETY_LAG + timedelta(hours=1))

    assert (len(page.changes), page.more) == (10, False)
    assert [each.key for each in again.changes] == [f"posts/{second}.md" for second in range(4, 10)]
    assert read_changes(index, again.following, limit=100, now=NOON + timedelta(hours=2)).changes == ()


def test_who_asks_again_while_nothing_happens_gets_the_same_answer() -> None:
    index = MemoryPostIndex()
    for second in range(10):
        commit(index, None, f"posts/{second}.md", NOON + timedelta(seconds=second))

    place = read_changes(index, Place(), limit=4, now=NOON).following
    pages = [read_changes(index, Place(), limit=100, now=NOON + SAFETY_LAG * hours) for hours in (2, 3)]
    rest = [read_changes(index, pages[0].following, limit=100, now=NOON + SAFETY_LAG * hours) for hours in (4, 5)]

    assert place.position > place.settled == ""
    assert pages[0] == pages[1]
    assert rest[0] == rest[1]
    assert rest[0].following == pages[0].following


def test_one_who_begins_in_the_future_is_set_back() -> None:
    index = MemoryPostIndex()
    place = place_at(NOON + timedelta(days=1), NOON)
    page = read_changes(index, place, limit=10, now=NOON)
    commit(index, None, "posts/a.md", NOON - SAFETY_LAG + timedelta(seconds=1))

    assert page.changes == ()
    assert len(read_changes(index, page.following, limit=10, now=NOON).changes) == 1


@pytest.mark.slow
@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_a_reader_ends_with_the_newest_change_of_every_source(seed: int) -> None:
    lagging = follow(random.Random(seed), lag_seconds=int(SAFETY_LAG.total_seconds()) - 1)

    assert lagging[0] == lagging[1]


def test_without_a_lag_longer_than_the_slowest_commit_changes_would_be_skipped() -> None:
    """Show that the search above can find what it looks for."""
    slower = int(SAFETY_LAG.total_seconds()) * 4

    assert any(seen != told for seen, told in (follow(random.Random(seed), slower) for seed in range(40)))


def follow(chance: random.Random, lag_seconds: int) -> tuple[dict[str, int], dict[str, int]]:
    """Let commits arrive up to a lag after their stamp while a reader reads; give what it knows, and what is true."""
    index = MemoryPostIndex()
    records: dict[str, Record] = {}
    waiting: list[tuple[datetime, str, datetime]] = []
    seen: dict[str, int] = {}
    now, place = NOON, Place()
    for step in range(120):
        now += timedelta(seconds=chance.choice([0, 1, 30, 200]))
        if step < 100 and chance.random() < 0.6:
            late = timedelta(seconds=chance.randrange(lag_seconds + 1))
            waiting.append((now + late, f"posts/{chance.randrange(6)}.md", now))
        if step >= 100:
            now += timedelta(hours=1)
        for arrival in sorted(each for each in waiting if each[0] <= now):
            waiting.remove(arrival)
            _, key, stamp = arrival
            done = commit(index, records.get(key), key, stamp, f"Title {step} {len(waiting)}")
            records[key] = done.record
        if chance.random() < 0.5 or step >= 100:
            page = read_changes(index, place, limit=chance.choice([1, 2, 50]), now=now)
            place = page.following
            for each in page.changes:
                seen[each.key] = max(each.revision, seen.get(each.key, 0))
    return seen, {key: record.revision for key, record in records.items()}


def commit(
    index: MemoryPostIndex, old: Record | None, key: str, stamp: datetime, title: str = "Title"
) -> PublishTransaction:
    old = old or Record(key=key, kind=SourceKind.POST)
    done = with_post_change(change(old, title), old, stamp)
    index.commit(done)
    return done


def change(old: Record, title: str) -> PublishTransaction:
    shown = Shown(entry=entry(old.key, title=title), body_digest="d")
    return PublishTransaction(record=Record(key=old.key, kind=SourceKind.POST, revision=old.revision + 1, shown=shown))


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_a_burst_younger_than_the_lag_is_read_to_its_end(limit: int) -> None:
    index = MemoryPostIndex()
    for number in range(20):
        commit(index, None, f"posts/{number}.md", NOON + timedelta(seconds=number))
    place, seen = Place(), []
    more = True

    while more:
        page = read_changes(index, place, limit=limit, now=NOON + timedelta(seconds=30))
        place, more = page.following, page.more
        seen += [each.key for each in page.changes]

    assert seen == [f"posts/{number}.md" for number in range(20)]


def record_of(shown: Shown | ShownAsset | None, changed: datetime | None = None, key: str = "posts/a.md") -> Record:
    return Record(key=key, kind=classify(key).kind, revision=3, shown=shown, changed=changed)


def told(old: Record, shown: Shown | ShownAsset | None, now: datetime = NOON) -> PublishTransaction:
    record = replace(old, revision=4, shown=shown)
    return with_post_change(PublishTransaction(record=record), old, now)


A, OTHER_TEXT = Shown(entry=entry(), body_digest="1"), Shown(entry=entry(), body_digest="2")
RENAMED = Shown(entry=entry(slug="b", path="/2010/03/b/"), body_digest="1")
BEFORE = NOON - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("old", "shown", "kind"),
    [
        (record_of(None), A, ChangeKind.PUBLISHED),
        (record_of(A, BEFORE), OTHER_TEXT, ChangeKind.UPDATED),
        (record_of(A, BEFORE), RENAMED, ChangeKind.UPDATED),
        (record_of(A, BEFORE), None, ChangeKind.REMOVED),
        (record_of(None, BEFORE), A, ChangeKind.PUBLISHED),
        (record_of(A), A, ChangeKind.UPDATED),  # published before changes were kept
        (record_of(A), None, ChangeKind.REMOVED),
    ],
)
def test_each_change_that_readers_see_is_told_once_in_the_place_of_the_last(
    old: Record, shown: Shown | None, kind: ChangeKind
) -> None:
    done = told(old, shown)

    view = shown or A
    assert done.change_in == PostChange(
        key="posts/a.md",
        kind=kind,
        at=NOON,
        revision=4,
        id=entry_id(view.entry),
        slug=view.entry.slug,
        path=view.entry.path,
    )
    assert done.record.changed == NOON
    assert done.change_out == (change_position("posts/a.md", BEFORE) if old.changed else None)


@pytest.mark.parametrize(
    ("old", "shown"),
    [
        (record_of(None), None),
        (record_of(None, BEFORE), None),
        (record_of(A, BEFORE), A),
        (record_of(None, key="pages/a.md"), A),
        (record_of(None, key="static/p.png"), ShownAsset(path="/p.png", etag="e")),
    ],
)
def test_what_readers_see_no_differently_and_what_is_no_post_is_not_told(
    old: Record, shown: Shown | ShownAsset | None
) -> None:
    assert told(old, shown) == PublishTransaction(record=replace(old, revision=4, shown=shown))


def test_a_post_is_found_by_the_names_it_has_not_had_before() -> None:
    assert told(record_of(None), A).names_in == names_of(A.entry)
    assert told(record_of(A, BEFORE), RENAMED).names_in == names_of(RENAMED.entry) - names_of(A.entry) != frozenset()
    assert told(record_of(A, BEFORE), OTHER_TEXT).names_in == frozenset()
    assert told(record_of(A), A).names_in == names_of(A.entry)
    assert told(record_of(A, BEFORE), None).names_in == frozenset()


@pytest.mark.parametrize("now", [BEFORE, NOON, NOON - timedelta(hours=1)])
def test_a_change_stands_a_microsecond_after_the_last_where_the_clock_does_not(now: datetime) -> None:
    assert told(record_of(A, NOON), OTHER_TEXT, now).record.changed == NOON + timedelta(microseconds=1)
