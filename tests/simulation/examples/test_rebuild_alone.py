"""A rebuild begins by itself, reaches everything, and is done only when everything is made."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count

from bucketpress.content.source_keys import is_source
from bucketpress.records.checkpoint import CheckpointName, Phase
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.repairs import Repairs
from bucketpress.services.upkeep.standing_sections import standing_sections
from tests.simulation.actions import Deploy, Upload
from tests.simulation.examples.worlds import (
    EVERYTHING,
    SHORT,
    SITE,
    forget,
    happened,
    post,
    right,
    run,
    settled,
    with_record,
)
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Fate, Task
from tests.support.world import RECOLOURED, SITE_YAML

OTHER = "other"
DONE_WITHIN = 200
RECOLOURED_SITE = Upload("site.yaml", SITE_YAML + RECOLOURED)


def _phase(world: SimulatedWorld) -> Phase:
    return world.index.checkpoint(CheckpointName.REBUILD).phase


def _tick_until(world: SimulatedWorld, phase: Phase) -> tuple[list[str], list[str]]:
    """Tick until a rebuild is in a phase; return the sources and sections sent by then, in order."""
    for _ in range(DONE_WITHIN):
        if _phase(world) is phase:
            break
        world.tick()
    assert _phase(world) is phase
    keys, sections = world.sources.bodies(), world.pages.bodies()
    forget(world)
    return keys, sections


def test_new_software_alone_begins_a_rebuild_that_makes_everything_again() -> None:
    for limits in SHORT:
        world = settled(*EVERYTHING)
        world.limits, world.software = limits, OTHER

        world.come_due()

        generation = world.index.settings().generation(OTHER)
        assert {section.generation for section in world.index._sections.values()} == {generation}
        assert {record.generation for record in world.index._records.values() if record.version} == {generation}
        assert world.index.checkpoint(CheckpointName.REBUILD).has_reached(generation)
        right(world)


def test_a_rebuild_sends_every_source_once_then_every_section_once() -> None:
    for limits in SHORT[1:]:
        world = settled(*EVERYTHING)
        world.limits, world.software = replace(limits, rebuild_steps=1), OTHER
        there = [version.key for version in world.content.list_keys("", 1000) if is_source(version.key)]
        world.now += timedelta(minutes=1)

        keys, early = _tick_until(world, Phase.SECTIONS)
        more, sections = _tick_until(world, Phase.SETTLING)

        assert [*keys, *more] == there
        # Those that stand whatever is published are sent at the end, for they may never have been made.
        standing = [*standing_sections(world.index)]
        assert set(standing) <= set(sections)
        twice = Counter([*early, *sections]) - Counter(world.index._sections.keys())
        assert twice.keys() <= set(standing)
        assert twice.total() == len(early) + len(sections) - len(world.index._sections) <= len(standing)
        checkpoint = world.index.checkpoint(CheckpointName.REBUILD)
        assert checkpoint.began == world.now
        assert checkpoint.done == len(there) + len(world.index._sections)
        assert checkpoint.sent == len(there) + len(early) + len(sections)


def test_a_tick_says_how_many_messages_a_rebuild_sent() -> None:
    world = settled(*EVERYTHING)
    world.software = OTHER

    world.limits = SHORT[2]
    for _ in range(DONE_WITHIN):
        forget(world)
        tick = world.tick()
        if _phase(world) is Phase.SETTLING:
            break
        assert tick.rebuilt == len(world.sources.messages) + len(world.pages.messages)

    assert happened(world).tick().rebuilt == 0


def test_a_rebuild_expects_to_read_as_many_names_as_the_one_before() -> None:
    world = settled(*EVERYTHING)
    world.software = OTHER
    world.come_due()
    first = world.index.checkpoint(CheckpointName.REBUILD)
    world.software, world.limits = "third", SHORT[2]

    world.tick()

    second = world.index.checkpoint(CheckpointName.REBUILD)
    assert first.done == first.total == len(world.content.list_keys("", 1000)) + len(world.index._sections)
    assert (second.total, second.done, second.sent) == (first.done, 2, 2)


def test_a_rebuild_makes_sections_of_a_kind_that_is_new() -> None:
    world = settled(*EVERYTHING)
    for name in [name for name in world.index._sections if name.startswith("search:")]:
        del world.index._sections[name]
    for key in [key for key in world.site.objects if key.startswith(("_search/20", "_search/pages"))]:
        del world.site._objects[key]
        world.site.ever_live.discard(key)
    world.software = OTHER

    world.tick()
    while _phase(world) is not Phase.DONE:
        world.deliver_all()
        world.tick()
    world.deliver_all()

    assert {name for name in world.index._sections if name.startswith("search:")} != set()
    assert world.mistakes() == []


def test_a_rebuild_is_not_done_while_any_section_is_still_to_be_made() -> None:
    for last in ("post:/2010/01/a/", "post:/from/", "directory:archive", "head:all", "site"):
        world = settled(*EVERYTHING)
        world.software = OTHER
        world.tick()
        world.deliver_all(but="pages")
        held = [message for message in world.pages.messages if message.body == last]
        world.pages.messages[:] = [message for message in world.pages.messages if message.body != last]
        assert held, last
        world.deliver_all()

        for _ in range(5):
            world.tick()
            assert _phase(world) is Phase.SETTLING, last
            assert set(world.pages.bodies()) == {last}  # sent once more
            forget(world)
        world.pages.messages[:] = held
        world.deliver_all()
        world.tick()

        assert _phase(world) is Phase.DONE
        assert world.pages.bodies() == ["site"]
        happened(world)
        right(world)


def test_what_other_software_made_since_is_made_again() -> None:
    for limits in SHORT:
        world = settled(*EVERYTHING)
        world.limits, world.software = limits, OTHER
        for _ in range(DONE_WITHIN):
            if _phase(world) is Phase.SETTLING:
                break
            world.tick()
            world.deliver_all(but="pages")
        world.software = "test"
        world.deliver_all()  # by functions of before the deployment
        world.software = OTHER

        world.come_due()

        right(world)


def test_a_source_that_readers_do_not_see_is_sent_again_where_other_software_published_it_since() -> None:
    draft = post("draft", "zznever", draft="true")
    world = settled(SITE, draft, post("a"))
    world.limits, world.software = TickLimits(rebuild_steps=1), OTHER
    for _ in range(DONE_WITHIN):
        if _phase(world) is Phase.RECORDS:
            break
        world.tick()
        world.deliver_all()
    with_record(world, draft.key, generation="1/test")

    world.tick()

    assert world.sources.bodies() == [draft.key]
    assert _phase(world) is Phase.RECORDS


def test_a_rebuild_reaches_sections_that_were_never_made() -> None:
    for limits in SHORT:
        world = settled(*EVERYTHING)
        for name in ("post:/from/", "directory:tags", "directory:archive", "asset:/index.xml", "site"):
            world.index._sections.pop(name, None)
        world.limits, world.software = limits, OTHER

        _, sections = _tick_until(world, Phase.SETTLING)

        assert {"post:/from/", "directory:tags", "directory:archive", "site"} <= set(sections)


def test_a_rebuild_asked_for_reaches_every_section_once_more_though_none_is_older() -> None:
    for limits in SHORT:
        world = settled(*EVERYTHING)
        world.limits = limits
        assert Repairs(index=world.index).start_rebuild()
        assert not Repairs(index=world.index).start_rebuild()
        keys, sections = _tick_until(world, Phase.SETTLING)

        sources = [version.key for version in world.content.list_keys("", 1000) if is_source(version.key)]
        assert keys == sources
        assert set(sections) == set(world.index._sections)
        for _ in range(3):
            world.tick()
        assert _phase(world) is Phase.SETTLING
        for _ in range(DONE_WITHIN):
            world.deliver_all()
            world.tick()
        assert _phase(world) is Phase.DONE
        since = world.index.checkpoint(CheckpointName.REBUILD).began
        assert all(section.refreshed_at >= since for section in world.index._sections.values())


def test_another_generation_during_a_rebuild_begins_it_again_with_the_first_source() -> None:
    world = settled(*EVERYTHING)
    world.limits, world.software = SHORT[2], OTHER
    for _ in range(3):
        world.tick()
    before = world.index.checkpoint(CheckpointName.REBUILD)
    forget(world)
    world.software = "third"
    world.now += timedelta(minutes=1)

    world.tick()

    after = world.index.checkpoint(CheckpointName.REBUILD)
    assert before.cursor
    assert (after.generation, after.began) == (world.index.settings().generation("third"), world.now)
    assert world.sources.bodies() == ["pages/about.md", "posts/a.md"]
    happened(world)
    right(world)


def test_settings_that_change_begin_a_rebuild_and_settings_uploaded_again_do_not() -> None:
    world = settled(SITE, post("a"))
    revision = world.index.checkpoint(CheckpointName.REBUILD).revision

    SITE.happen(world)
    world.deliver_all()
    assert world.index.checkpoint(CheckpointName.REBUILD).revision == revision

    RECOLOURED_SITE.happen(world)
    world.deliver_all()
    assert _phase(world) is Phase.SOURCES
    happened(world)
    assert _phase(world) is Phase.DONE
    right(world)


def test_the_first_settings_begin_no_rebuild() -> None:
    world = SimulatedWorld()
    SITE.happen(world)
    world.deliver_all()

    assert world.index.checkpoint(CheckpointName.REBUILD).has_reached(world.index.settings().generation("test"))


def test_the_old_stylesheet_stays_while_a_page_needs_it_and_goes_with_the_last() -> None:
    world = settled(SITE, post("a"), post("b"))
    world.site.pages_first = True
    (old,) = (key for key in world.site._objects if key.endswith(".css"))
    RECOLOURED_SITE.happen(world)
    world.deliver_all()
    world.tick()
    world.deliver_all(but="pages")
    held = [message for message in world.pages.messages if message.body == "post:/2010/02/a/"]
    world.pages.messages[:] = [message for message in world.pages.messages if message.body != "post:/2010/02/a/"]
    world.deliver_all()
    world.pages.send(["site"])
    world.deliver_all()

    assert world.site.head(old).status is None
    world.pages.messages[:] = held
    world.deliver_all()
    world.site.pages_first = False
    world.come_due()

    assert world.site.head(old).status == 410
    right(world)


def _before_the_last_tick() -> tuple[SimulatedWorld, str]:
    """Give a site whose other stylesheet waits for one tick more, and the key of the old stylesheet."""
    world = settled(SITE, post("a"))
    (old,) = (key for key in world.site._objects if key.endswith(".css"))
    RECOLOURED_SITE.happen(world)
    world.deliver_all()
    world.tick()
    world.deliver_all()
    return world, old


def test_whenever_its_messages_are_worked_on_a_finished_rebuild_leaves_no_old_stylesheet() -> None:
    world, old = _before_the_last_tick()
    task = Task(name="tick", handler=world.tick)
    task.start()
    while not task.over:
        is_sent = task.pending.method == "send"
        task.step()
        if is_sent:
            world.deliver_all()

    assert _phase(world) is Phase.DONE
    assert world.site.head(old).status == 410
    right(world)


def test_a_rebuild_whose_last_tick_dies_or_cannot_send_leaves_no_old_stylesheet() -> None:
    whole, old = _before_the_last_tick()
    for fate in (Fate.DIE_BEFORE, Fate.DIE_AFTER, Fate.REFUSED):
        for number in count():
            world, calls = whole.fork(), count()
            fates = run(world.tick, lambda _call, left=calls, at=number, met=fate: met if next(left) == at else Fate.GO)
            if fates.finished and next(calls) <= number:
                break
            world.come_due()

            assert _phase(world) is Phase.DONE
            assert world.site.head(old).status == 410, (fate, number)


def test_a_site_that_is_being_rebuilt_rolls_out_in_calm() -> None:
    world = settled(*EVERYTHING)
    Deploy(OTHER).happen(world)
    world.come_due()

    assert world.needless() == []
