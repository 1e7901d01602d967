"""An audit and a rebuild asked for by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from bucketpress.ports import RevisionConflictError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.rebuild import Rebuild
from bucketpress.services.upkeep.repairs import Repairs
from bucketpress_cli.operator_commands import follow, follow_to_the_end
from tests.support.world import World, clean_build, markdown

TICKS = 12


@pytest.fixture
def world(world: World) -> World:
    for day in range(1, 6):
        world.upload(f"posts/p{day}.md", markdown(f"P{day}", f"2010-03-0{day}", tags="[x]"))
    world.settle()
    for _ in range(TICKS):
        world.tick()
    return world


def until_done(world: World, name: CheckpointName) -> Checkpoint:
    for _ in range(TICKS):
        world.tick()
        if world.index.checkpoint(name).phase == Phase.DONE:
            break
    return world.index.checkpoint(name)


def test_an_audit_asked_for_begins_with_the_next_tick_however_short_ago_the_last_one_was(world: World) -> None:
    before = world.index.checkpoint(CheckpointName.AUDIT)
    world.site.lose("2010/03/p1/index.html")

    started = Repairs(index=world.index).start_audit()
    done = until_done(world, CheckpointName.AUDIT)

    assert before.phase == Phase.DONE
    assert before.began is not None
    assert started
    assert done.began is not None
    assert timedelta() < done.began - before.began < timedelta(hours=1)
    assert done.sent
    assert world.live() == clean_build(world)


def test_an_audit_under_way_is_not_begun_again(world: World) -> None:
    checkpoint = world.index.checkpoint(CheckpointName.AUDIT)
    under_way = replace(checkpoint, revision=checkpoint.revision + 1, phase=Phase.SECTIONS)
    world.index.put_checkpoint(under_way)

    started = Repairs(index=world.index).start_audit()

    assert not started
    assert world.index.checkpoint(CheckpointName.AUDIT) == under_way


def test_a_rebuild_asked_for_refreshes_every_section_though_all_are_of_the_current_generation(world: World) -> None:
    sections, _ = world.index.list_sections("", 1000)
    generation = world.index.checkpoint(CheckpointName.REBUILD).generation
    world.now += timedelta(minutes=1)
    world.site.lose("tags/x/index.html")

    started = Repairs(index=world.index).start_rebuild()
    done = until_done(world, CheckpointName.REBUILD)

    assert started
    assert done.phase == Phase.DONE
    assert done.generation == generation
    assert done.began is not None
    again, _ = world.index.list_sections("", 1000)
    assert {section.name for section in again} == {section.name for section in sections}
    assert [section.name for section in again if not section.refreshed_at or section.refreshed_at < done.began] == []
    assert world.live() == clean_build(world)


def test_what_is_asked_for_begins_at_the_first_name(world: World) -> None:
    checkpoint = world.index.checkpoint(CheckpointName.AUDIT)
    world.index.put_checkpoint(replace(checkpoint, revision=checkpoint.revision + 1, cursor="posts/p3.md"))

    Repairs(index=world.index).start_audit()

    assert world.index.checkpoint(CheckpointName.AUDIT).cursor == ""


def test_a_rebuild_says_how_many_messages_each_tick_sends(world: World) -> None:
    world.now += timedelta(minutes=1)
    Repairs(index=world.index).start_rebuild()
    rebuild = Rebuild(
        index=world.index,
        content=world.content,
        source_queue=world.sources,
        page_queue=world.pages,
        limits=TickLimits(rebuild_names=2, rebuild_steps=2),
    )
    generation, told, counted = world.index.checkpoint(CheckpointName.REBUILD).generation, 0, 0

    while world.index.checkpoint(CheckpointName.REBUILD).phase is not Phase.DONE:
        told += rebuild.go_on(generation, world.now)
        world.settle()
        assert world.index.checkpoint(CheckpointName.REBUILD).sent == told
        counted += 1

    assert counted > 2
    assert told > len(world.content.list_keys("", 1000))
    assert rebuild.go_on(generation, world.now) == 0


def test_a_rebuild_says_what_it_sent_though_another_tick_has_taken_its_step(world: World) -> None:
    world.now += timedelta(minutes=1)
    Repairs(index=world.index).start_rebuild()
    rebuild = Rebuild(index=world.index, content=world.content, source_queue=world.sources, page_queue=world.pages)
    generation, put = world.index.checkpoint(CheckpointName.REBUILD).generation, world.index.put_checkpoint

    def raced(checkpoint: Checkpoint) -> None:
        raise RevisionConflictError(checkpoint.name)

    world.index.put_checkpoint = raced  # type: ignore[method-assign]
    told = rebuild.go_on(generation, world.now)
    world.index.put_checkpoint = put  # type: ignore[method-assign]

    assert told == len(world.sources.take_all()) > 0


def test_a_rebuild_sends_every_older_section_in_its_first_pass(world: World) -> None:
    world.now += timedelta(minutes=1)
    Repairs(index=world.index).start_rebuild()
    limits = TickLimits(rebuild_steps=1)
    rebuild = Rebuild(
        index=world.index, content=world.content, source_queue=world.sources, page_queue=world.pages, limits=limits
    )
    generation = world.index.checkpoint(CheckpointName.REBUILD).generation
    sections, _ = world.index.list_sections("", 1000)
    rebuild.go_on(generation, world.now)
    world.pages.take_all()

    rebuild.go_on(generation, world.now)

    assert world.index.checkpoint(CheckpointName.REBUILD).phase is Phase.SETTLING
    assert {section.name for section in sections} <= set(world.pages.take_all())


def test_a_rebuild_counts_what_it_sends_with_its_last_step_and_while_it_waits(world: World) -> None:
    world.now += timedelta(minutes=1)
    Repairs(index=world.index).start_rebuild()
    rebuild = Rebuild(index=world.index, content=world.content, source_queue=world.sources, page_queue=world.pages)
    generation = world.index.checkpoint(CheckpointName.REBUILD).generation
    sent = [rebuild.go_on(generation, world.now)]
    sent.append(rebuild.go_on(generation, world.now))  # nothing has been delivered
    world.settle()
    world.index._sections.pop("post:/2010/03/p1/")

    sent.append(rebuild.go_on(generation, world.now))

    assert world.index.checkpoint(CheckpointName.REBUILD).phase is Phase.DONE
    assert world.index.checkpoint(CheckpointName.REBUILD).sent == sum(sent)
    assert sent[0] > 0
    assert sent[1:] == [0, 2]  # what was never made, and at last what has the stylesheet


def test_a_rebuild_asked_for_is_not_done_while_a_section_is_still_to_be_refreshed(world: World) -> None:
    world.now += timedelta(minutes=1)
    Repairs(index=world.index).start_rebuild()

    for _ in range(TICKS):
        world.upkeep.tick()  # and nothing that was sent is delivered
    phase = world.index.checkpoint(CheckpointName.REBUILD).phase
    world.settle()
    done = until_done(world, CheckpointName.REBUILD)

    assert phase == Phase.SETTLING
    assert done.phase == Phase.DONE


def test_two_who_start_at_once_begin_one_piece_of_work(world: World) -> None:
    put = world.index.put_checkpoint

    def raced(checkpoint: Checkpoint) -> None:
        world.index.put_checkpoint = put  # type: ignore[method-assign]
        Repairs(index=world.index).start_rebuild()
        raise RevisionConflictError(checkpoint.name)

    world.index.put_checkpoint = raced  # type: ignore[method-assign]

    started = Repairs(index=world.index).start_rebuild()

    assert not started
    assert world.index.checkpoint(CheckpointName.REBUILD).phase == Phase.SOURCES


def test_following_ends_when_the_work_is_done(world: World) -> None:
    world.now += timedelta(minutes=1)
    repairs = Repairs(index=world.index)
    repairs.start_rebuild()
    console = Console(record=True, force_terminal=True, width=80)

    done = follow(lambda: repairs.progress(CheckpointName.REBUILD), console, world.tick)

    assert done.phase == Phase.DONE


def test_ctrl_c_stops_the_following_and_not_the_work(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    Repairs(index=world.index).start_rebuild()

    def interrupted() -> Checkpoint:
        raise KeyboardInterrupt

    follow_to_the_end(CheckpointName.REBUILD, interrupted)

    assert "The rebuild goes on" in capsys.readouterr().err
    assert world.index.checkpoint(CheckpointName.REBUILD).phase == Phase.SOURCES


def test_following_what_never_goes_on_says_where_to_look(world: World) -> None:
    repairs = Repairs(index=world.index)
    repairs.start_audit()
    console = Console(record=True, width=400)
    looks = 0

    def pause() -> None:
        nonlocal looks
        looks += 1
        if looks > 5:
            world.tick()

    follow(lambda: repairs.progress(CheckpointName.AUDIT), console, pause, stalled_polls=3)

    assert console.export_text().count("Is upkeep running?") == 1


def test_a_recovery_asked_for_takes_one_that_is_done_back_to_its_beginning(world: World) -> None:
    done = Checkpoint(name=CheckpointName.RECOVERY, revision=1, phase=Phase.DONE, began=world.now, done=7)
    world.index.put_checkpoint(done)

    started = Repairs(index=world.index).start_recovery()

    assert started
    asked_for = replace(done, revision=2, phase=Phase.NOT_BEGUN, began=None)
    assert world.index.checkpoint(CheckpointName.RECOVERY) == asked_for


def test_a_first_recovery_asked_for_leaves_its_checkpoint_to_the_tick_that_begins_it(world: World) -> None:
    before = world.index.checkpoint(CheckpointName.RECOVERY)

    started = Repairs(index=world.index).start_recovery()

    assert started
    assert world.index.checkpoint(CheckpointName.RECOVERY) == before


def test_a_recovery_asked_for_while_the_site_is_held_begins_nothing(world: World) -> None:
    Repairs(index=world.index).start_recovery()
    done = Checkpoint(name=CheckpointName.RECOVERY, revision=1, phase=Phase.DONE, began=world.now)
    world.index.put_checkpoint(done)

    started = Repairs(index=world.index).start_recovery()

    assert not started
    assert world.index.checkpoint(CheckpointName.RECOVERY) == done
