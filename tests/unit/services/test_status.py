"""What a person is told about the whole site and about one source."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bucketpress.adapters.memory_stores import MemoryQueue
from bucketpress.content.post import State
from bucketpress.ports import TransientError
from bucketpress.records.checkpoint import Phase
from bucketpress.services.queries.status import Status, UnknownSourceError
from bucketpress.services.refresh.refresher import MOMENTS_KEPT
from tests.support.world import World, markdown

ASKED = datetime(2011, 1, 10, 12, 59, 58, tzinfo=UTC)


@pytest.fixture
def world(world: World) -> World:
    world.now += timedelta(hours=1)
    return world


def status(world: World) -> Status:
    return Status(
        index=world.index,
        content=world.content,
        depths={"sources": world.sources, "source_dead_letters": MemoryQueue()},
    )


def publish(world: World, key: str = "posts/a.md", **front_matter: str) -> None:
    world.content.upload(key, markdown(**front_matter))
    world.publisher.publish(key, asked_at=ASKED)


def test_an_upload_waits_until_its_last_section_is_refreshed(world: World) -> None:
    publish(world, tags="[x]")
    before = status(world).of_source("posts/a.md")
    world.now += timedelta(seconds=1)
    world.refresher.refresh("post:/2010/03/a/")
    between = status(world).of_source("posts/a.md")
    world.now += timedelta(seconds=2)
    world.settle()

    after = status(world).of_source("posts/a.md")

    assert "post:/2010/03/a/" in before.waiting
    assert (before.rewritten, before.seconds, before.page_seconds) == (0, None, None)
    assert "post:/2010/03/a/" not in between.waiting
    assert (between.rewritten, between.seconds, between.page_seconds) == (2, None, 3.0)
    assert after.waiting == ()
    assert (after.seconds, after.page_seconds) == (5.0, 3.0)
    assert after.rewritten > 10
    assert after.url == "https://blog.packnet.example/2010/03/a/"


def test_later_uploads_to_the_same_sections_do_not_lengthen_the_time_of_an_earlier_one(world: World) -> None:
    publish(world)
    world.now += timedelta(seconds=1)
    world.settle()

    world.now += timedelta(hours=5)
    world.upload("posts/b.md", markdown("B"))
    world.settle()

    assert status(world).of_source("posts/a.md").seconds == 3.0


def test_a_time_that_no_section_remembers_is_not_invented(world: World) -> None:
    publish(world)
    world.settle()

    for _ in range(MOMENTS_KEPT):
        world.now += timedelta(days=1)
        world.refresher.refresh("head:all")

    source = status(world).of_source("posts/a.md")
    assert source.waiting == ()
    assert (source.seconds, source.page_seconds) == (None, 2.0)


def test_what_was_never_sent_waits_also_where_a_section_was_refreshed_for_another_reason(world: World) -> None:
    class BrokenQueue(MemoryQueue):
        def send(self, bodies: object, *, delay_seconds: int = 0) -> None:
            del bodies, delay_seconds
            raise TransientError

    world.content.upload("posts/a.md", markdown())
    with pytest.raises(TransientError):
        replace(world.publisher, page_queue=BrokenQueue()).publish("posts/a.md", asked_at=ASKED)

    world.refresher.refresh("head:all")

    assert "head:all" in status(world).of_source("posts/a.md").waiting


def test_nothing_waits_of_what_touched_nothing(world: World) -> None:
    publish(world, draft="true")

    source = status(world).of_source("posts/a.md")

    assert (source.refreshments, source.waiting, source.seconds, source.url) == ((), (), None, None)


def test_an_unknown_key_is_answered_with_the_ones_most_like_it(world: World) -> None:
    for key in ("posts/2010/a-long-name.md", "posts/another.md", "pages/about.md"):
        publish(world, key, date="2010-03-01", slug=key[-9:-4])

    with pytest.raises(UnknownSourceError) as moved:
        status(world).of_source("posts/a-long-name.md")
    with pytest.raises(UnknownSourceError) as misspelt:
        status(world).of_source("posts/anothr.md")

    assert moved.value.near[0] == "posts/2010/a-long-name.md"
    assert misspelt.value.near[0] == "posts/another.md"
    assert not misspelt.value.uploaded


def test_an_unknown_key_is_told_apart_from_one_that_waits_and_one_that_is_ignored(world: World) -> None:
    world.content.upload("posts/new.md", markdown())
    found: dict[str, UnknownSourceError] = {}

    for key in ("posts/new.md", "posts/.draft.md.swp", "notes/x.md"):
        with pytest.raises(UnknownSourceError) as caught:
            status(world).of_source(key)
        found[key] = caught.value

    assert found["posts/new.md"].uploaded
    assert "ignored" in found["posts/.draft.md.swp"].reason
    assert "posts/" in found["notes/x.md"].reason


def test_the_site_shows_what_is_not_published_before_what_is_only_odd(world: World) -> None:
    world.upload("posts/odd.md", markdown("Odd", text="[x](missing.md)"))
    world.upload("posts/last-good.md", markdown("Good"))
    world.upload("posts/z.md", b"---\ntitle: Z\ndate: 03/04/2010\n---\n")
    world.upload("posts/fine.md", markdown("Fine"))
    world.upload("posts/gone.md", b"---\ntitle: [\n---\n")
    world.settle()
    world.upload("posts/last-good.md", b"---\ntitle: [\n---\n")
    world.delete("posts/gone.md")
    world.settle()
    world.sources.send(["posts/waiting.md"])

    site = status(world).of_site()

    assert [record.key for record in site.troubled] == ["posts/z.md", "posts/last-good.md", "posts/odd.md"]
    assert site.states == {State.PUBLISHED: 4, State.INVALID: 1, State.REMOVED: 1}
    assert site.depths == {"sources": 1, "source_dead_letters": 0}
    assert site.rebuild.phase == Phase.DONE
