"""The rolling pass reaches every section and former address within its days, evenly, each once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.upkeep.rolling_refresh import AT_FIRST
from tests.simulation.examples.worlds import EVERYTHING, SITE, forget, right, settled
from tests.simulation.simulated_world import ROLL_WITHIN, SimulatedWorld

WEEK = timedelta(days=7)
TICKS = 42  # in a week, four hours apart: as many as there are sections and records, and more

# What can be made again from records, redirects and settings alone.
DERIVED = (
    *("post:/2010/01/a/", "post:/2010/02/one/", "post:/2010/02/removed/", "post:/2010/02/r/", "post:/old/"),
    *("post:/from/", "post:/about/", "post:/one.html", "head:all", "head:tag:y", "head:author:john"),
    *("period:all:2010", "period:all:2010-02", "period:all:2011-01", "period:tag:x:2010", "period:author:john:2010"),
    *("directory:archive", "directory:tags", "directory:authors", "directory:pages", "site"),
)


# Its post is not there yet, but its address may have been.
SCHEDULED = "post:/2012/02/later/"


def _rolling(world: SimulatedWorld) -> Checkpoint:
    return world.index.checkpoint(CheckpointName.ROLLING)


def _begin(world: SimulatedWorld, *, total: int) -> None:
    """Let a pass begin with the next tick, as many names expected as the last one had."""
    done = replace(_rolling(world), phase=Phase.DONE, began=world.now - WEEK, total=total, done=total)
    world.index._checkpoints[CheckpointName.ROLLING] = done
    world.roll_within = WEEK
    forget(world)


def _roll(world: SimulatedWorld, ticks: int = TICKS) -> list[list[str]]:
    """Let so many ticks pass in a week; return what each sent."""
    sent = []
    for _ in range(ticks):
        world.tick()
        sent.append(world.pages.bodies())
        forget(world)
        world.now += WEEK / TICKS
    return sent


def test_every_section_is_sent_once_within_its_days() -> None:
    world = settled(*EVERYTHING)
    names = sorted(world.index._sections)
    _begin(world, total=len(names) + len(world.index._records))

    sent = _roll(world)
    world.tick()

    assert Counter(name for each in sent for name in each) == Counter([*names, SCHEDULED])
    assert _rolling(world).phase is Phase.DONE
    assert max(map(len, sent)) <= 3
    assert (_rolling(world).sent, _rolling(world).done) == (len(names) + 1, len(names) + len(world.index._records))


def test_the_first_pass_begins_with_a_few_and_comes_to_its_end() -> None:
    world = settled(*EVERYTHING)
    names = sorted(world.index._sections)
    world.index._checkpoints.pop(CheckpointName.ROLLING)
    world.roll_within = WEEK

    sent = _roll(world)

    assert len(sent[0]) == AT_FIRST
    assert Counter(name for each in sent for name in each) == Counter([*names, SCHEDULED])
    assert _rolling(world).total == len(names) + len(world.index._records)


def test_the_next_pass_begins_when_the_days_are_over_and_not_before() -> None:
    world = settled(*EVERYTHING)
    _begin(world, total=0)
    began = world.now
    _roll(world, ticks=TICKS - 1)
    assert _rolling(world).phase is Phase.DONE

    world.now = began + WEEK - timedelta(seconds=1)
    world.tick()
    assert world.pages.bodies() == []
    world.now = began + WEEK
    world.tick()

    assert len(world.pages.bodies()) == 1
    assert _rolling(world).began == world.now


def test_sections_that_were_never_made_are_made_each_of_them() -> None:
    for name in DERIVED:
        world = settled(*EVERYTHING)
        assert world.index._sections.pop(name), name
        _begin(world, total=0)

        sent = _roll(world)

        assert name in {each for tick in sent for each in tick}, name


def test_a_site_of_few_sections_sends_those_that_were_never_made_with_the_last_part() -> None:
    for name in ("directory:tags", "directory:archive", "site"):
        world = settled(SITE)
        assert world.index._sections.pop(name), name
        _begin(world, total=0)

        world.tick()

        assert set(world.pages.bodies()) == {*world.index._sections, name}


def test_what_a_lost_message_left_behind_is_right_after_a_pass() -> None:
    world = settled(*EVERYTHING)
    stored, _ = world.site._objects["2010/02/b/index.html"]
    world.site._objects["2010/02/b/index.html"] = replace(stored, cache_control="other"), b"older"
    world.index._sections.pop("post:/2010/02/one/")
    world.site.lose("2010/02/one/index.html")
    _begin(world, total=0)
    for _ in range(TICKS):
        world.tick()
        world.deliver_all()
        world.now += WEEK / TICKS

    right(world)
    world.roll_within = ROLL_WITHIN
    assert world.needless() == []


def test_a_site_that_has_grown_is_finished_all_the_same() -> None:
    world = settled(*EVERYTHING)
    _begin(world, total=10)

    sent = _roll(world, ticks=TICKS * 8)

    first = [name for tick in sent for name in tick]
    assert set(first) == {*world.index._sections, SCHEDULED}


def test_a_pass_under_way_goes_on_where_it_is() -> None:
    world = settled(*EVERYTHING)
    _begin(world, total=len(world.index._sections) + len(world.index._records))
    first = _roll(world, ticks=5)
    checkpoint = _rolling(world)
    names = sorted(world.index._sections)

    assert [name for tick in first for name in sorted(tick)] == names[: checkpoint.done]
    assert checkpoint.cursor == names[checkpoint.done - 1]
    world.tick()
    assert _rolling(world).began == checkpoint.began
