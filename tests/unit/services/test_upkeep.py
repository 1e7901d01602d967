"""Audit, rebuild and rolling refresh over memory: what they find, how far they go at once, what they call wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bucketpress.adapters.memory_stores import MemoryQueue
from bucketpress.content.post import State
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.encoding_start import EncodingStart
from bucketpress.services.upkeep.rolling_refresh import AT_FIRST, RollingRefresh
from tests.support.world import World, audit_of, clean_build, markdown

GENERATION = "1/test"


def _upload_unnoticed(world: World, count: int) -> None:
    for number in range(count):
        world.content.upload(f"posts/{number:04}.md", markdown(f"P{number}"))


def test_an_audit_of_a_site_in_order_finds_nothing(world: World) -> None:
    world.upload("posts/a.md", markdown("A", tags="[x]"))
    world.settle()

    world.now += timedelta(hours=1)
    found = audit_of(world).go_on(GENERATION, world.now)

    assert found == ()
    assert world.index.checkpoint(CheckpointName.AUDIT).phase == Phase.DONE


def test_an_audit_does_not_mind_which_post_shows_a_file_that_is_public(world: World) -> None:
    world.upload("posts/x/index.md", markdown("Its own post"))
    world.upload("posts/b.md", markdown("Expired", text="![p](x/p.png)", expires="2009-01-01"))
    world.upload("posts/c.md", markdown("Later", date="2011-01-11", text="![p](x/p.png)"))
    world.upload("posts/x/p.png", b"picture")
    world.settle()
    world.tick(3 * 24 * 60)
    found = audit_of(world).go_on(GENERATION, world.now + timedelta(hours=2))

    assert world.record("posts/c.md").state is State.PUBLISHED
    assert found == ()


def test_an_audit_finds_every_source_whose_event_was_lost(world: World) -> None:
    world.upload("posts/here.md", markdown("Here"))
    world.upload("posts/gone.md", markdown("Gone"))
    world.settle()
    world.content.upload("posts/new.md", markdown("New"))
    world.content.upload("posts/here.md", markdown("Changed"))
    world.content.delete("posts/gone.md")

    world.now += timedelta(hours=1)
    found = audit_of(world).go_on(GENERATION, world.now)
    world.settle()

    assert found == ("posts/gone.md", "posts/here.md", "posts/new.md")
    assert world.live() == clean_build(world)


def test_what_was_published_a_moment_ago_is_sent_again_and_called_no_divergence(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.content.upload("posts/a.md", markdown("B"))

    found = audit_of(world).go_on(GENERATION, world.now + timedelta(minutes=4))
    sent = world.sources.take_all()

    assert found == ()
    assert "posts/a.md" in sent


def test_an_object_altered_long_after_it_was_refreshed_is_a_divergence(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.site.lose("2010/03/a/index.html")

    at_once = audit_of(world).go_on(GENERATION, world.now + timedelta(minutes=1))
    world.now += timedelta(hours=2)
    later = audit_of(world).go_on(GENERATION, world.now)

    assert at_once == ()
    assert later == ("post:/2010/03/a/",)


def test_an_audit_goes_on_at_the_next_tick_where_it_stopped(world: World) -> None:
    limits = TickLimits(audit_steps=2, audit_sources=3)
    most = limits.audit_steps * limits.audit_sources
    _upload_unnoticed(world, most + 2)
    audit = audit_of(world, limits)

    first = audit.go_on(GENERATION, world.now)
    at = world.index.checkpoint(CheckpointName.AUDIT)
    second = audit.go_on(GENERATION, world.now + timedelta(minutes=1))
    audit.go_on(GENERATION, world.now + timedelta(minutes=2))

    assert (at.phase, at.done) == (Phase.SOURCES, most)
    assert len(first) + len(second) == most + 2
    assert world.index.checkpoint(CheckpointName.AUDIT).phase == Phase.DONE


def test_two_ticks_that_take_the_same_step_leave_one_checkpoint(world: World) -> None:
    _upload_unnoticed(world, 3)
    stale = replace(world.index.checkpoint(CheckpointName.AUDIT), phase=Phase.SOURCES, began=world.now)
    world.index.put_checkpoint(replace(stale, revision=stale.revision + 1))

    with pytest.raises(Exception, match=CheckpointName.AUDIT):
        world.index.put_checkpoint(replace(stale, revision=stale.revision + 1))
    found = audit_of(world).go_on(GENERATION, world.now)

    assert len(found) == 3


def test_settings_without_a_valid_version_are_the_defaults_as_in_a_clean_build(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    for version in world.content.versions("site.yaml", 10):
        world.content.delete_version("site.yaml", version.version)

    world.upload("site.yaml", b"title: [\n")
    world.settle()
    for _ in range(4):
        world.tick()

    assert world.record("site.yaml").state is State.INVALID
    assert world.live() == clean_build(world)


def test_a_page_message_lost_for_good_is_made_up_for_by_the_rolling_refresh(world: World) -> None:
    world.upload("posts/a.md", markdown("A", tags="[x]"))
    world.settle()
    world.upload("posts/a.md", markdown("B", tags="[y]"))
    while (key := world.sources.take()) is not None:
        world.publisher.publish(key)
    lost = world.pages.take_all()

    before = world.live() == clean_build(world)
    for _ in range(10):
        world.tick(24 * 60)

    assert "head:tag:y" in lost
    assert not before
    assert world.live() == clean_build(world)


def test_one_pass_of_the_rolling_refresh_sends_each_section_once(world: World) -> None:
    for number in range(5):
        world.upload(f"posts/{number}.md", markdown(f"P{number}", tags="[x, y, z]"))
    world.settle()
    rolling = RollingRefresh(index=world.index, page_queue=world.pages)

    sent: list[str] = []
    while world.index.checkpoint(CheckpointName.ROLLING).phase is not Phase.DONE:
        rolling.go_on(world.now)
        world.now += timedelta(days=1)
        sent += world.pages.take_all()

    sections, _ = world.index.list_sections("", 1000)
    assert sorted(sent) == sorted({section.name for section in sections})


def test_the_rolling_refresh_finds_a_section_that_was_never_made(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.upload("posts/a.md", markdown("A", tags="[new]"))
    while (key := world.sources.take()) is not None:
        world.publisher.publish(key)
    world.pages.take_all()
    rolling = RollingRefresh(index=world.index, page_queue=world.pages)

    sent: list[str] = []
    while world.index.checkpoint(CheckpointName.ROLLING).phase is not Phase.DONE:
        rolling.go_on(world.now)
        world.now += timedelta(days=1)
        sent += world.pages.take_all()

    assert {"head:tag:new", "period:tag:new:2010", "directory:tags"} <= set(sent)


def test_the_rolling_refresh_spreads_what_it_sends_evenly(world: World) -> None:
    checkpoint = Checkpoint(name=CheckpointName.ROLLING, revision=1, phase=Phase.SECTIONS, began=world.now, total=100)
    world.index.put_checkpoint(checkpoint)
    rolling = RollingRefresh(index=world.index, page_queue=world.pages, within=timedelta(days=1))

    at_once = rolling.go_on(world.now)
    rolling.go_on(world.now)
    rolling.go_on(world.now + timedelta(hours=1))

    assert at_once == 1
    assert world.index.checkpoint(CheckpointName.ROLLING).done == 6


@pytest.mark.parametrize(("past_three_hours", "late"), [(-1, False), (0, False), (1, True)])
def test_an_audit_is_late_once_it_has_missed_three_rounds_to_the_second(
    world: World, past_three_hours: int, *, late: bool
) -> None:
    finished = world.now - timedelta(hours=3, seconds=past_three_hours)
    checkpoint = world.index.checkpoint(CheckpointName.AUDIT)
    world.index.put_checkpoint(
        replace(checkpoint, revision=checkpoint.revision + 1, phase=Phase.DONE, began=finished, finished=finished)
    )

    tick = world.upkeep.tick(lambda: True)  # without time for an audit

    assert tick.is_audit_late is late
    assert tick.audit_age == world.now - finished


def test_a_tick_counts_the_dead_letters_of_all_queues(world: World) -> None:
    queues = MemoryQueue(), MemoryQueue()
    queues[0].send(["a", "b"])
    queues[1].send(["c"])

    assert replace(world.upkeep, dead_letters=queues).tick().dead_letters == 3
    assert world.upkeep.tick().dead_letters == 0


class Waiting:
    """A queue in which so many messages wait."""

    def __init__(self, messages: int) -> None:
        self.messages = messages

    def waiting(self) -> int:
        return self.messages


@pytest.mark.parametrize(
    ("pictures", "texts", "due"),
    [
        (0, (), False),
        (1, (), True),
        (1, (0, 0), True),
        (9, (0, 1), False),
        (9, (1, 0), False),
        (0, (0,), False),
        (0, (1,), False),
    ],
)
def test_encoding_begins_where_pictures_wait_and_no_text_does(
    pictures: int, texts: tuple[int, ...], *, due: bool
) -> None:
    start = EncodingStart(queue=Waiting(pictures), begin=lambda: None, texts=[Waiting(number) for number in texts])

    assert start.is_due() is due


def test_the_first_rolling_refresh_begins_with_a_few(world: World) -> None:
    rolling = RollingRefresh(index=world.index, page_queue=world.pages)

    rolling.go_on(world.now)

    assert 0 < world.index.checkpoint(CheckpointName.ROLLING).done <= AT_FIRST
