"""What is read of a section before its turn: as it would read it itself, and a run that uses it counts from then."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.post import Entry
from bucketpress.content.source_keys import SourceKind
from bucketpress.ports import TransientError
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.neighbours import MOST_SIDE_BY_SIDE, grouped, neighbours
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.refresh.early_reads import NewestRows
from bucketpress.services.refresh.refresh_batch import refresh_batch
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.services.refresh.refresher import Refresher
from bucketpress.site.layout import ALL
from tests.support.values import entry
from tests.support.world import SITE_YAML, World, markdown

NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ENTRIES = [replace(entry(), key=f"posts/p{number}.md", published=NOON + number * SECOND) for number in range(12)]
NUMBERS = st.sets(st.integers(0, 11))


def index_of(entries: Iterable[Entry]) -> MemoryPostIndex:
    index = MemoryPostIndex()
    for each in entries:
        record = Record(key=each.key, kind=SourceKind.POST, revision=1)
        rows = {RowKey(listing=ALL, position=each.position): each}
        index.commit(PublishTransaction(record=record, rows_in=rows))
    return index


@given(NUMBERS, NUMBERS)
def test_neighbours_found_together_are_those_found_one_by_one(there: set[int], asked: set[int]) -> None:
    index = index_of(ENTRIES[number] for number in there)
    positions = {ENTRIES[number].position for number in asked}

    found = {
        position: around
        for group in grouped(positions)
        for position, around in group.neighbours(group.at_and_below(index), group.above(index)).items()
    }

    assert found == {position: neighbours(index, OneByOne(), position) for position in found}
    assert len(asked) <= MOST_SIDE_BY_SIDE or found.keys() == positions
    assert max(positions, default=None) == max(found, default=None)


@given(st.integers(0, 11))
def test_what_lies_side_by_side_is_found_with_two_lookups(lowest: int) -> None:
    index = index_of(ENTRIES)
    positions = [each.position for each in ENTRIES[lowest : lowest + MOST_SIDE_BY_SIDE]]

    (group,) = grouped(positions)

    below, above = group.at_and_below(index), group.above(index)

    assert group.neighbours(below, above).keys() == set(positions)
    assert len(below) == len(positions) + (lowest > 0)
    assert len(above) == (lowest + len(positions) < len(ENTRIES))


def test_of_a_place_further_down_than_two_lookups_reach_no_neighbours_are_found() -> None:
    index = index_of(ENTRIES)
    low, high = ENTRIES[3].position, ENTRIES[9].position

    (group,) = grouped([low, high])

    assert group.neighbours(group.at_and_below(index), group.above(index)) == {high: (ENTRIES[10], ENTRIES[8])}


@given(NUMBERS, st.integers(1, 12), st.integers(0, 11), st.integers(1, 12))
def test_the_newest_rows_tell_what_comes_after_a_place_or_that_they_do_not(
    there: set[int], shown: int, asked: int, limit: int
) -> None:
    index = index_of(ENTRIES[number] for number in there)
    rows = index.entries(ALL, limit=shown)
    newest = NewestRows(rows=rows, is_all=len(rows) < shown, began=NOON)

    found = newest.after(ENTRIES[asked].position, limit)

    wanted = index.entries(ALL, start=ENTRIES[asked].position, limit=limit, newest_first=False)
    assert found in {None, wanted}
    assert found is not None or (len(rows) == shown and rows[-1].position > ENTRIES[asked].position)


def test_only_a_month_or_year_of_all_posts_that_they_reach_behind_uses_the_newest_rows() -> None:
    rows = tuple(replace(entry(), published=datetime(2010, 3, 31, hour, tzinfo=UTC)) for hour in (12, 2))
    newest = NewestRows(rows=rows, is_all=False, began=NOON)
    # What is published in March somewhere on Earth may stand 30 hours away from its end.
    reaching = replace(newest, rows=(*rows, replace(entry(), published=datetime(2010, 3, 30, 17, tzinfo=UTC))))
    names = ("period:all:2010-02", "period:all:2010-03", "period:all:2009", "period:tag:x:2009", "head:tag:x", "site")

    assert [newest.reach_behind(name) for name in names] == [False] * len(names)
    assert [reaching.reach_behind(name) for name in names] == [False, True, False, False, False, False]
    assert replace(newest, is_all=True).reach_behind("period:all:2009")
    assert not replace(newest, is_all=True).reach_behind("period:tag:x:2009")


def test_as_many_posts_as_a_front_page_shows_may_not_be_all() -> None:
    for posts, shown, is_all in ((2, 3, True), (3, 3, False), (4, 3, False)):
        world = World()
        world.upload("site.yaml", SITE_YAML + b"posts_per_page: %d\nfeed_items: %d\n" % (shown, shown))
        for number in range(posts):
            world.upload(f"posts/p{number}.md", markdown(f"P{number}", f"2010-01-0{number + 1}"))
        world.settle()

        newest = world.refresher.refresh("head:all").newest

        assert newest is not None
        assert (len(newest.rows), newest.is_all) == (min(posts, shown), is_all)


def world_of_posts() -> World:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for number in range(1, 7):
        world.upload(f"posts/p{number}.md", markdown(f"P{number}", f"2010-{number:02d}-01", tags="[x]"))
    world.upload("posts/moved.md", markdown("Moved", "2010-03-02", slug="one"))
    world.upload("pages/about.md", b"About\n")
    world.settle()
    world.upload("posts/p3.md", markdown("Other", "2010-05-02"))
    world.upload("posts/p4.md", markdown("P4", "2010-04-01", tags="[x]", draft="true"))
    world.upload("posts/moved.md", markdown("Moved", "2010-03-02", slug="two"))
    while key := world.sources.take():
        world.publisher.publish(key)
    return world


def requests_for(names: Iterable[str]) -> dict[str, RefreshRequest]:
    return {name: RefreshRequest(sent_at=NOON, first_delivery=False) for name in names}


def refreshed_together(world: World, refresher: Refresher) -> None:
    while names := set(world.pages.take_all()):
        for outcome in refresh_batch(refresher, OneByOne(), requests_for(names)).values():
            outcome()


def test_sections_refreshed_in_one_batch_are_as_they_are_one_by_one() -> None:
    together, apart = world_of_posts(), world_of_posts()

    refreshed_together(together, together.refresher)
    apart.settle()

    assert together.live() == apart.live()
    assert together.status("2010/03/one/index.html") == apart.status("2010/03/one/index.html")


class BusyWhenReadTogether(MemoryPostIndex):
    """An index that does not answer when several pages are read at once."""

    def published_each(self, keys: Iterable[str]) -> Mapping[str, object]:  # type: ignore[override]
        raise TransientError(*keys)


def test_pages_that_cannot_be_read_together_are_read_one_by_one() -> None:
    world, apart = world_of_posts(), world_of_posts()
    busy = BusyWhenReadTogether()
    vars(busy).update(vars(world.index))

    refreshed_together(world, replace(world.refresher, index=busy))
    apart.settle()

    assert world.live() == apart.live()


class Overtaken(MemoryPostIndex):
    """Lets something happen once, before a section is committed."""

    meanwhile: list[Callable[[], None]]

    def commit_section(self, record: SectionRecord) -> None:
        if self.meanwhile:
            self.meanwhile.pop()()
        super().commit_section(record)


def test_a_run_that_others_overtake_reads_anew_what_it_had_read_early() -> None:
    world, index = world_of_posts(), Overtaken()
    world.settle()
    vars(index).update(vars(world.index))
    name, page = "post:/2010/01/p1/", "2010/01/p1/index.html"
    refresher = replace(world.refresher, index=index)
    begun = refresher.read_early(refresher.begin(requests_for([name])), None)[name]

    def edit() -> None:
        world.upload("posts/p1.md", markdown("Edited", "2010-01-01", tags="[x]"))
        world.settle()
        assert "Edited" in world.page(page)

    index.meanwhile = [edit]
    refresher.write_and_commit(name, begun)

    assert begun.early.page is not None
    assert "Edited" in world.page(page)


def seconds() -> Iterator[datetime]:
    moment = NOON
    while True:
        yield moment
        moment += SECOND


def test_a_run_counts_from_before_anything_that_was_read_early() -> None:
    world = world_of_posts()
    clock, reading = seconds(), []

    class Noting(MemoryPostIndex):
        def published_each(self, keys: Iterable[str]) -> Mapping[str, object]:  # type: ignore[override]
            reading.append(next(clock))
            return super().published_each(keys)

    noting = Noting()
    vars(noting).update(vars(world.index))
    names = ["post:/2010/01/p1/", "post:/2010/02/p2/", "head:all", "period:all:2010-06", "period:all:2010"]

    refresher = replace(world.refresher, index=noting, clock=lambda: next(clock))
    for outcome in refresh_batch(refresher, OneByOne(), requests_for(names)).values():
        outcome()

    began = {name: noting.section(name).began for name in names}
    assert all(began[name] < reading[0] for name in names[:2])
    assert began["period:all:2010-06"] == began["period:all:2010"] == began["head:all"]


def test_a_source_is_not_published_under_settings_older_than_those_of_its_record() -> None:
    class Torn(MemoryPostIndex):
        """An index that answers with settings of before, as a batch may that is read item by item."""

        before: StoredSettings | None = None

        def records_and_settings(self, keys: Iterable[str]) -> tuple[Mapping[str, Record], StoredSettings | None]:
            return self.records(keys), self.before

    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    torn = Torn()
    torn.before = world.index.settings()
    world.upload("site.yaml", SITE_YAML + b"permalink: /:slug/\n")
    world.settle()
    world.tick()
    vars(torn).update(vars(world.index) | {"before": torn.before})

    publisher = replace(world.publisher, index=torn)
    publish_batch(publisher, OneByOne(), {"posts/a.md": PublishRequest()})["posts/a.md"]()

    assert torn.record("posts/a.md").path == "/a/"
    assert torn.record("posts/a.md").generation == world.index.record("posts/a.md").generation
