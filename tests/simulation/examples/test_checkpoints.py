"""A checkpoint never moves before its part is sent, nor where another has moved it, and no work begins twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bucketpress.content.source_keys import is_source
from bucketpress.records.checkpoint import CheckpointName
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.repairs import Repairs
from tests.simulation.examples.worlds import EVERYTHING, forget, post, run, settled
from tests.simulation.simulated_world import AUDIT_EVERY, SimulatedWorld
from tests.simulation.stepping import Call, Fate

ONE_STEP = TickLimits(
    audit_names=30, audit_sources=5, audit_steps=1, rebuild_names=10, rebuild_steps=1, recovery_addresses=3
)
TICKS = 60


def _audit(world: SimulatedWorld) -> None:
    post("b", "Edited").happen(world)
    post("x/index", "Edited", date="2010-02-06", text="![p](p.png)").happen(world)
    for key in ("2010/01/a/index.html", "tags/y/index.html"):
        world.site.tamper(key, "delete")
    world.audit_every = AUDIT_EVERY


def _rebuild(world: SimulatedWorld) -> None:
    world.software = "other"


def _roll(world: SimulatedWorld) -> None:
    world.roll_within = timedelta(minutes=2)
    checkpoint = world.index.checkpoint(CheckpointName.ROLLING)
    world.index._checkpoints[CheckpointName.ROLLING] = replace(checkpoint, total=40)


def _recover(world: SimulatedWorld) -> None:
    Repairs(index=world.index).start_recovery()


WORK: tuple[tuple[CheckpointName, Callable[[SimulatedWorld], None]], ...] = (
    (CheckpointName.AUDIT, _audit),
    (CheckpointName.REBUILD, _rebuild),
    (CheckpointName.ROLLING, _roll),
    (CheckpointName.RECOVERY, _recover),
)


def _at_work(begin: Callable[[SimulatedWorld], None]) -> SimulatedWorld:
    world = settled(*EVERYTHING)
    begin(world)
    world.limits = ONE_STEP
    forget(world)
    return world


def _sent(world: SimulatedWorld) -> tuple[set[str], set[str]]:
    return set(world.sources.bodies()), set(world.pages.bodies())


def _parts(begin: Callable[[SimulatedWorld], None], name: CheckpointName) -> list[SimulatedWorld]:
    """Return the worlds in which a tick takes each part of some work that sends something."""
    world, parts = _at_work(begin), []
    for _ in range(TICKS):
        there = world.fork()
        there.audit_every, there.roll_within = world.audit_every, world.roll_within
        forget(there)
        before = world.index.checkpoint(name)
        forget(world)
        world.tick()
        if world.index.checkpoint(name) != before and any(_sent(world)):
            parts.append(there)
        elif world.index.checkpoint(name) == before and parts:
            break
    assert parts, name
    return parts


def test_a_part_that_was_not_sent_is_sent_by_the_next_tick() -> None:
    for name, begin in WORK:
        for world in _parts(begin, name):
            whole = world.fork()
            whole.audit_every, whole.roll_within = world.audit_every, world.roll_within
            whole.tick()

            def dies(call: Call, checkpoint: CheckpointName = name) -> Fate:
                is_moved = call.method == "put_checkpoint" and call.arguments[0].name is checkpoint
                return Fate.DIE_BEFORE if is_moved or call.method == "send" else Fate.GO

            before = world.index.checkpoint(name)
            run(world.tick, dies)
            assert world.index.checkpoint(name) == before, name
            forget(world)
            world.tick()

            assert _sent(world) == _sent(whole), name


def test_a_queue_that_takes_nothing_moves_no_checkpoint() -> None:
    for name, begin in WORK:
        for world in _parts(begin, name):
            before = world.index.checkpoint(name)
            run(world.tick, lambda call: Fate.REFUSED if call.method == "send" else Fate.GO)

            assert world.index.checkpoint(name) == before, name


def test_a_tick_that_another_was_faster_than_moves_nothing() -> None:
    for name, begin in WORK:
        for world in _parts(begin, name):
            for trigger in ("send", "put_checkpoint"):
                here = world.fork()
                here.audit_every, here.roll_within, here.limits = world.audit_every, world.roll_within, TickLimits()
                run(
                    here.tick,
                    lambda call, method=trigger: Fate.DIE_BEFORE if call.method == method else Fate.GO,
                    lambda there=here, checkpoint=name: _move_on(there, checkpoint),
                )

                assert here.index.checkpoint(name).cursor == "elsewhere", (name, trigger)


def _move_on(world: SimulatedWorld, name: CheckpointName) -> None:
    stored = world.index.checkpoint(name)
    world.index.put_checkpoint(replace(stored, revision=stored.revision + 1, cursor="elsewhere"))


def test_two_ticks_at_once_begin_one_piece_of_work() -> None:
    for name, begin in WORK:
        world = _at_work(begin)
        revision = world.index.checkpoint(name).revision

        def moves(call: Call, checkpoint: CheckpointName = name) -> Fate:
            is_moved = call.method == "put_checkpoint" and call.arguments[0].name is checkpoint
            return Fate.DIE_BEFORE if is_moved else Fate.GO

        run(world.tick, moves, world.tick)

        assert world.index.checkpoint(name).revision == revision + 1, name
        assert world.index.checkpoint(name).began is not None


def test_an_audit_and_a_rebuild_asked_for_twice_begin_once_and_with_the_first_part() -> None:
    for start in (Repairs.start_audit, Repairs.start_rebuild, Repairs.start_recovery):
        world = settled(*EVERYTHING)
        repairs = Repairs(index=world.index)
        world.limits = ONE_STEP

        assert start(repairs) is True
        world.audit_every = timedelta(days=1)
        world.now += timedelta(minutes=1)
        world.tick()
        forget(world)

        assert start(repairs) is False
        world.tick()
        if start is Repairs.start_rebuild:
            assert (
                world.sources.bodies()
                == [version.key for version in world.content.list_keys("", 20) if is_source(version.key)][10:]
            )


def test_whoever_asks_for_work_while_another_does_begins_it_once() -> None:
    for start, name in (
        (Repairs.start_audit, CheckpointName.AUDIT),
        (Repairs.start_rebuild, CheckpointName.REBUILD),
        (Repairs.start_recovery, CheckpointName.RECOVERY),
    ):
        world = settled(*EVERYTHING)
        stepped = Repairs(index=world.refresher.index)
        answers: list[bool] = []

        run(
            lambda ask=start, via=stepped, said=answers: said.append(ask(via)),
            lambda call: Fate.DIE_BEFORE if call.writes else Fate.GO,
            lambda ask=start, here=world, said=answers: said.append(ask(Repairs(index=here.index))),
        )

        assert True in answers
        assert world.index.checkpoint(name).began is None
