"""A table that is lost comes back from both buckets, and readers see the site as it was."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.former_addresses import is_known, path_of
from bucketpress.services.upkeep.recovery import Recovery, mark_recovering
from bucketpress.services.upkeep.repairs import Repairs
from tests.simulation.actions import LoseTable, Upload
from tests.simulation.examples.worlds import (
    EVERYTHING,
    MOST_TICKS,
    SHORT,
    SITE,
    forget,
    happened,
    post,
    right,
    run,
    settled,
    stopped_in_turn,
    to_the_end,
    with_section,
)
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Call, Fate, Task
from tests.support.world import RECOLOURED, SITE_YAML

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
REMOVED = "post:/2010/02/removed/"


def _recovery(world: SimulatedWorld, limits: TickLimits | None = None) -> Recovery:
    upkeep = world._upkeep(world.audit_every)
    return Recovery(
        index=upkeep.index,
        content=upkeep.content,
        site=upkeep.site,
        source_queue=upkeep.source_queue,
        page_queue=upkeep.page_queue,
        limits=limits or TickLimits(),
    )


def _point(world: SimulatedWorld) -> Checkpoint:
    return world.index.checkpoint(CheckpointName.RECOVERY)


def _begun(*, until: Phase | None = None, limits: TickLimits | None = None) -> SimulatedWorld:
    """Return a world whose recovery was asked for, and has come to a phase."""
    world = settled(*EVERYTHING)
    world.limits = limits or TickLimits(rebuild_steps=1)
    Repairs(index=world.index).start_recovery()
    for _ in range(MOST_TICKS):
        if until is None or _point(world).phase is until:
            return world
        world.tick()
        world.deliver_all()
    raise AssertionError(until)


def _sent(world: SimulatedWorld) -> int:
    return len(world.sources.messages) + len(world.pages.messages)


def test_a_table_that_is_lost_comes_back_as_it_was() -> None:
    world = settled(*EVERYTHING)

    assert world.unlike_after_recovery() == []
    assert _point(world).phase is Phase.DONE


def test_what_is_edited_during_a_recovery_is_right_in_the_end() -> None:
    for ticks in range(4):
        world = settled(*EVERYTHING)
        LoseTable(ticks=ticks).happen(world)
        happened(world, post("b", "Edited", date="2010-02-01", slug="else"), post("a", "Other", date="2010-01-31"))
        right(world)


def test_a_recovery_counts_what_it_reads_and_sends_and_the_next_begins_at_nothing() -> None:
    for names in (1, 2, 5, 1000):
        world = settled(*EVERYTHING)
        recovery = _recovery(world, TickLimits(rebuild_names=names))
        keys, objects = len(world.index.list_records("", 1000)[0]), len(world.site.objects)

        for _ in range(2):
            world.now += timedelta(hours=1)
            began, sent = world.now, 0
            Repairs(index=world.index).start_recovery()
            while recovery.go_on(world.now, lambda: False):
                sent += _sent(world)
                world.deliver_all()
            sent += _sent(world)
            world.deliver_all()

            point = _point(world)
            assert (point.phase, point.cursor, point.began) == (Phase.DONE, "", began)
            assert point.sent == sent
            # Sources are read to be sent and to be waited for, objects for old addresses, owners and the end.
            assert point.done == point.total == 3 * keys + 3 * objects
        right(world)


def test_a_lost_table_counts_the_objects_that_no_record_accounts_for() -> None:
    world = settled(*EVERYTHING)
    world.lose_table(0)
    recovery, sent = _recovery(world), 0
    before = _point(world).sent

    while recovery.go_on(world.now, lambda: False):
        sent += _sent(world)
        world.deliver_all()

    assert _point(world).sent == before + sent


def test_a_recovery_without_time_takes_no_step_and_is_still_under_way() -> None:
    for phase in (None, Phase.RECORDS, Phase.ADDRESSES, Phase.SECTIONS, Phase.SITE, Phase.SETTLING):
        world = _begun(until=phase)
        before = _point(world)
        forget(world)

        assert _recovery(world).go_on(world.now, lambda: True) is True

        assert _point(world) == before
        assert _sent(world) == 0


def test_a_recovery_is_under_way_after_each_of_its_steps_but_not_once_it_is_done() -> None:
    world = _begun(until=Phase.RECORDS)

    for _ in range(MOST_TICKS):
        under_way = _recovery(world, TickLimits(rebuild_steps=1, rebuild_names=3)).go_on(world.now, lambda: False)
        assert under_way or _point(world).phase is Phase.DONE
        if not under_way:
            break
        world.deliver_all()

    assert not _recovery(world).go_on(world.now, lambda: False)
    assert not _recovery(settled(*EVERYTHING)).go_on(world.now, lambda: False)


def test_a_recovery_that_waits_for_a_source_sends_every_source_again_after_an_hour_to_the_second() -> None:
    waits = _begun(until=Phase.RECORDS)
    post("b", "Edited", date="2010-02-01").happen(waits)
    for passed, again in ((HOUR - SECOND, False), (HOUR, True)):
        world = waits.fork()
        before = _point(world)
        forget(world)
        world.now += passed

        assert _recovery(world).go_on(world.now, lambda: False) is True

        assert _point(world).phase is Phase.RECORDS
        assert _point(world).began == (world.now if again else before.began)
        records, _ = world.index.list_records("", 1000)
        assert world.sources.bodies() == ([record.key for record in records] if again else [])
        assert world.pages.bodies() == []


def test_a_recovery_that_begins_again_begins_with_the_first_source() -> None:
    limits = TickLimits(rebuild_steps=1, rebuild_names=1)
    world = _begun(until=Phase.RECORDS, limits=limits)
    last = max(world.content.all_keys())
    world.index._records[last] = replace(world.index.record(last), etag="older")
    for _ in range(MOST_TICKS // 10):
        world.tick()
    assert _point(world).cursor
    forget(world)
    world.now += HOUR

    _recovery(world, limits).go_on(world.now, lambda: False)
    _recovery(world, limits).go_on(world.now, lambda: False)

    assert world.sources.bodies() == [min(world.content.all_keys())]


def test_a_recovery_counts_the_sections_of_objects_that_no_record_accounts_for() -> None:
    world = _begun(until=Phase.SITE)
    with_section(world, REMOVED, revision=0)
    before = _point(world).sent
    forget(world)

    _recovery(world, TickLimits(rebuild_steps=1)).go_on(world.now, lambda: False)

    assert world.pages.bodies() == [REMOVED]
    assert _point(world).sent == before + 1


def test_a_recovery_waits_for_each_source_wherever_it_lies_among_the_others() -> None:
    records, _ = settled(*EVERYTHING).index.list_records("", 1000)
    for limits in SHORT:
        for record in (records[0], records[len(records) // 2], records[-1]):
            for etag in ("older", None):
                world = _begun(until=Phase.RECORDS, limits=replace(limits, rebuild_steps=1))
                if record.etag == etag:
                    continue
                world.index._records[record.key] = replace(world.index.record(record.key), etag=etag)
                for _ in range(len(records)):
                    world.tick()

                assert _point(world).phase is Phase.RECORDS, record.key


def test_a_recovery_waits_an_hour_at_most_for_what_belongs_to_an_object_to_be_refreshed() -> None:
    for names in (1, 1000):
        limits = TickLimits(rebuild_steps=1, rebuild_names=names)
        waits = _begun(until=Phase.SETTLING, limits=limits)
        with_section(waits, REMOVED, revision=0)
        for passed, over in ((HOUR - SECOND, False), (HOUR, True)):
            world = waits.fork()
            world.now += passed
            forget(world)
            for _ in range(MOST_TICKS):
                _recovery(world, limits).go_on(world.now, lambda: False)

            assert _point(world).phase is (Phase.DONE if over else Phase.SETTLING)
            # The stylesheet of before is deleted once no page names it.
            assert world.pages.bodies() == (["site"] if over else [])


def test_settings_published_while_a_recovery_lets_the_site_go_do_not_hold_it_again() -> None:
    held = settled(*EVERYTHING)
    mark_recovering(held.index, recovering=True)
    Upload(SETTINGS_KEY, SITE.data.replace(b"title: ", b"title: New ")).happen(held)

    def begun() -> tuple[SimulatedWorld, Callable[[], object]]:
        world = held.fork()
        return world, partial(world.publisher.publish, SETTINGS_KEY)

    number = 0
    for world, task in stopped_in_turn(begun):
        mark_recovering(world.index, recovering=False)
        to_the_end(task)

        stored = world.index.settings()
        assert stored is not None
        assert (stored.recovering, stored.settings.title.startswith("New ")) == (False, True), number
        number += 1
    assert number > 3


def test_nothing_else_is_looked_through_until_a_recovery_has_made_what_is_to_be_made_again() -> None:
    others = (CheckpointName.REBUILD, CheckpointName.AUDIT, CheckpointName.ROLLING)
    for phase in (Phase.SECTIONS, Phase.SITE, Phase.SETTLING):
        world = _begun(until=phase)
        world.audit_every, world.software = HOUR, "other"
        before = [world.index.checkpoint(name) for name in others]

        tick = world.tick()

        assert tick.divergences == ()
        assert [world.index.checkpoint(name) for name in others] == before, phase


def test_a_recovery_in_order_is_over_without_waiting() -> None:
    world = _begun(until=Phase.SETTLING)
    forget(world)

    _recovery(world, TickLimits(rebuild_steps=2)).go_on(world.now, lambda: False)

    assert _point(world).phase is Phase.DONE
    assert world.pages.bodies() == ["site"]


def test_a_tick_reads_no_more_old_addresses_than_it_has_time_for() -> None:
    whole = settled(*EVERYTHING)
    whole.lose_table(0)
    whole.limits = TickLimits(rebuild_steps=1)
    while _point(whole).phase is not Phase.ADDRESSES:
        whole.tick()
        whole.deliver_all()
    paths = {path for key in whole.site.objects if (path := path_of(key))} - {
        "/from/"
    }  # the settings say where it leads
    unknown = [path for path in paths if not is_known(whole.index, path)]
    ticks = {}
    for most, hurried in ((1, False), (2, False), (100, False), (100, True)):
        world = whole.fork()
        world.limits, world.hurried = TickLimits(rebuild_steps=1, recovery_addresses=most), hurried
        for number in range(1, MOST_TICKS):
            world.tick()
            if _point(world).phase is not Phase.ADDRESSES:
                ticks[most, hurried] = number
                break
            stored = world.index.settings()
            assert stored is not None
            assert stored.recovering  # the site stays as it is
        world.hurried = False
        world.come_due()
        right(world)

    one_by_one = len(unknown) + 1
    assert ticks == {
        (1, False): one_by_one,
        (2, False): len(unknown) // 2 + 1,
        (100, False): 1,
        (100, True): one_by_one,
    }


def test_a_tick_that_others_overtake_anywhere_begins_no_recovery_again() -> None:
    whole = _begun(until=Phase.ADDRESSES)
    whole.limits = TickLimits()
    for number in range(MOST_TICKS):
        world = whole.fork()
        world.now = whole.now + HOUR / 2
        calls = iter(range(MOST_TICKS))
        began = _point(world).began

        def overtaken(_call: Call, left: Iterator[int] = calls, at: int = number) -> Fate:
            return Fate.DIE_BEFORE if next(left) == at else Fate.GO

        def others(here: SimulatedWorld = world) -> None:
            for _ in range(3):
                here.now += SECOND
                here.tick()

        run(world.tick, overtaken, others)
        if next(calls) <= number:
            break
        world.come_due()

        assert _point(world).began == began
        assert _point(world).phase is Phase.DONE


def test_what_stands_whatever_is_published_is_sent_once_and_with_the_last_sections() -> None:
    sent = {}
    for names in (2, 1000):
        limits = TickLimits(rebuild_steps=1, rebuild_names=names)
        world = _begun(until=Phase.SECTIONS, limits=limits)
        parts = []
        while _point(world).phase is Phase.SECTIONS:
            forget(world)
            _recovery(world, limits).go_on(world.now, lambda: False)
            parts.append(set(world.pages.bodies()))
        sent[names] = set().union(*parts)

        assert {"site", "directory:pages", "directory:tags"} <= parts[-1]
        assert not any("site" in part for part in parts[:-1])
    assert sent[2] == sent[1000]


def test_a_recovery_whose_step_another_tick_has_taken_is_still_under_way() -> None:
    for phase in (Phase.RECORDS, Phase.ADDRESSES, Phase.SECTIONS, Phase.SITE, Phase.SETTLING):
        world = _begun(until=phase)
        answers: list[bool] = []

        def taken(here: SimulatedWorld = world) -> None:
            stored = _point(here)
            here.index.put_checkpoint(replace(stored, revision=stored.revision + 1))

        run(
            lambda here=world, said=answers: said.append(_recovery(here).go_on(here.now, lambda: False)),
            lambda call: Fate.DIE_BEFORE if call.method == "put_checkpoint" else Fate.GO,
            taken,
        )

        assert answers == [True], phase


def test_whenever_its_messages_are_worked_on_a_finished_recovery_leaves_no_old_stylesheet() -> None:
    world = settled(SITE, post("a"))
    (old,) = (key for key in world.site._objects if key.endswith(".css"))
    world.lose_table(0)
    world.limits = TickLimits(rebuild_steps=1)
    Upload(SETTINGS_KEY, SITE_YAML + RECOLOURED).happen(world)
    while _point(world).phase is not Phase.SETTLING:
        world.deliver_all()
        world.tick()
    world.deliver_all()
    for _ in range(2):
        task = Task(name="tick", handler=world.tick)
        task.start()
        while not task.over:
            task.step()
            world.deliver_all()

    assert _point(world).phase is Phase.DONE
    assert world.site.head(old).status == 410
    right(world)
