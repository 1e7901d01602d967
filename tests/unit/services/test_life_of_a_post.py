"""Everything a post can live through: what readers get at each of its addresses, what stays, and when."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.content.post import State
from bucketpress.records.source_version import SourceVersion
from tests.support.world import SITE_YAML, World, clean_build, markdown

KEY = "posts/a.md"
HERE, THERE = "2010/03/a/index.html", "2010/03/b/index.html"


@pytest.fixture
def world(world: World) -> World:
    world.upload(KEY, markdown("A"))
    world.settle()
    return world


def _upload(world: World, data: bytes) -> None:
    world.upload(KEY, data)
    world.settle()


def _answers(world: World, key: str) -> tuple[int | None, str | None]:
    stored = world.site.head(key)
    return world.status(key), stored.redirect_to if stored else None


def _ids(world: World) -> set[str]:
    return set(re.findall(r"<id>(urn:[^<]+)</id>", world.page("atom.xml").partition("<entry>")[2]))


def test_renamed_and_back_and_deleted_and_undeleted_every_address_answers(world: World) -> None:
    ids = [_ids(world)]
    steps = []
    for data in (markdown("A", slug="b"), markdown("A")):
        _upload(world, data)
        steps.append((_answers(world, HERE), _answers(world, THERE)))
        ids.append(_ids(world))
    world.delete(KEY)
    world.settle()
    steps.append((_answers(world, HERE), _answers(world, THERE)))
    marker = world.content.versions(KEY, 1)[0]
    world.content.delete_version(KEY, marker.version)
    world.sources.send([KEY])
    world.settle()
    steps.append((_answers(world, HERE), _answers(world, THERE)))
    ids.append(_ids(world))

    assert steps == [
        ((301, "/2010/03/b/"), (200, None)),
        ((200, None), (301, "/2010/03/a/")),
        ((410, None), (410, None)),
        ((200, None), (301, "/2010/03/a/")),
    ]
    assert len(ids[0]) == 1
    assert ids.count(ids[0]) == len(ids)


def test_a_post_moved_through_many_addresses_is_one_step_away_from_each(world: World) -> None:
    for number in range(8):
        _upload(world, markdown("A", slug=f"n{number}"))

    former = [HERE, *(f"2010/03/n{number}/index.html" for number in range(7))]

    assert {_answers(world, key) for key in former} == {(301, "/2010/03/n7/")}
    assert _answers(world, "2010/03/n7/index.html") == (200, None)


def test_a_file_that_is_renamed_keeps_its_old_address_by_an_alias(world: World) -> None:
    world.delete(KEY)
    world.upload("posts/c.md", markdown("A", aliases="[/2010/03/a/]"))
    world.settle()

    assert _answers(world, HERE) == (301, "/2010/03/c/")


def test_deleting_the_newest_version_brings_the_older_one_back(world: World) -> None:
    _upload(world, markdown("Newer"))
    newest = world.content.versions(KEY, 1)[0]

    world.content.delete_version(KEY, newest.version)
    world.sources.send([KEY])
    world.settle()

    assert "<h1" in world.page(HERE)
    assert "Newer" not in world.page(HERE)
    assert world.live() == clean_build(world)


def test_a_post_taken_back_to_draft_is_gone_and_comes_back_as_it_was(world: World) -> None:
    before, ids = world.page(HERE), _ids(world)

    _upload(world, markdown("A", draft="true"))
    withdrawn = world.status(HERE)
    _upload(world, markdown("A"))

    assert withdrawn == 410
    assert (world.page(HERE), _ids(world)) == (before, ids)


def test_a_post_that_leaves_a_contested_path_gives_it_to_the_next(world: World) -> None:
    world.upload("posts/b.md", markdown("B", slug="a"))
    world.settle()
    waiting = world.record("posts/b.md").state

    _upload(world, markdown("A", slug="elsewhere"))
    passed_on = world.record("posts/b.md").state, _answers(world, HERE)
    _upload(world, markdown("A"))

    assert waiting is State.SHADOWED
    assert passed_on == (State.PUBLISHED, (200, None))
    assert world.record("posts/b.md").state is State.SHADOWED
    assert world.live() == clean_build(world)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
@pytest.mark.parametrize("hour", [0, 9, 10, 11, 23])
def test_a_post_dated_today_is_live_at_once_and_shows_that_date(zone: str, hour: int) -> None:
    world = World(now=datetime(2010, 3, 15, hour, 30, tzinfo=UTC))
    today = world.now.astimezone(ZoneInfo(zone)).date().isoformat()
    world.upload("site.yaml", SITE_YAML.replace(b"UTC", zone.encode()))

    world.upload(KEY, markdown("A", today, slug="a"))
    world.settle()

    assert world.record(KEY).state is State.PUBLISHED
    page = world.page(f"{today[:4]}/{today[5:7]}/a/index.html")
    assert f'datetime="{today}' in page


def test_a_scheduled_post_whose_ticks_were_missed_is_live_with_the_next_one(world: World) -> None:
    due = world.now + timedelta(minutes=10)
    world.upload("posts/later.md", markdown("Later", due.isoformat()))
    world.settle()

    world.tick(9)
    early = world.record("posts/later.md").state
    world.now += timedelta(minutes=3)  # two ticks that never came
    world.tick(0.5)

    assert early is State.SCHEDULED
    assert world.record("posts/later.md").state is State.PUBLISHED
    assert world.live() == clean_build(world)


def test_a_source_overdue_by_more_than_three_minutes_is_counted(world: World) -> None:
    due = world.now + timedelta(minutes=10)
    world.upload("posts/later.md", markdown("Later", due.isoformat()))
    world.settle()

    counts = []
    for minutes in (9, 12, 14):
        world.now = due + timedelta(minutes=minutes - 10)
        counts.append(world.upkeep.tick().overdue)

    assert counts == [0, 0, 1]


def test_a_repeated_event_is_no_news_to_mirrors_and_a_change_replaces_the_last(world: World) -> None:
    first = world.index.changes("", 10)
    for _ in range(3):
        world.publisher.publish(KEY)
    repeated = world.index.changes("", 10)

    _upload(world, markdown("Changed"))

    assert repeated == first
    assert [change.kind.value for change in world.index.changes("", 10)] == ["updated"]


class CountingContent(MemoryContentStore):
    """Content whose reads are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[SourceVersion] = []

    def read(self, version: SourceVersion) -> bytes:
        self.reads.append(version)
        return super().read(version)


def _invalid(number: int, size: int = 0) -> bytes:
    return f"---\ntitle: A\ndate: wrong {number}\n---\n{'x' * size}".encode()


def _reads(uploads: list[bytes]) -> tuple[int, State]:
    """Upload versions one after another; return how many are read when the last is published, and what comes of it."""
    content = CountingContent()
    world = World(content)
    for data in uploads:
        world.content.upload(KEY, data)
    record = world.publisher.publish(KEY)
    assert record is not None
    return len([version for version in content.reads if version.key == KEY]), record.state


def test_an_invalid_source_is_looked_back_a_few_versions_only() -> None:
    good = markdown("A")

    assert _reads([good, *map(_invalid, range(5))]) == (6, State.PUBLISHED)
    assert _reads([good, *map(_invalid, range(6))]) == (6, State.INVALID)
    assert _reads([good, *map(_invalid, range(200))]) == (6, State.INVALID)


def test_the_same_wrong_file_uploaded_again_and_again_is_read_once() -> None:
    assert _reads([markdown("A"), *[_invalid(0)] * 50]) == (2, State.PUBLISHED)


@pytest.mark.slow
def test_large_versions_are_read_until_they_are_too_many_bytes() -> None:
    large = [_invalid(number, size=250 * 1024) for number in range(4)]

    assert _reads([markdown("A"), *large]) == (3, State.INVALID)
    assert _reads([markdown("A"), *large[:3]]) == (4, State.PUBLISHED)


def test_a_version_too_large_to_be_read_stands_in_nobodys_way() -> None:
    huge = markdown("A", text="x" * 300_000)

    assert _reads([markdown("A"), huge, _invalid(1)]) == (2, State.PUBLISHED)
