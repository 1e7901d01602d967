"""What happens at a moment happens at that second: dates that come, expiry, what is overdue."""

from datetime import datetime, timedelta

from bucketpress.content.post import State
from bucketpress.records.checkpoint import CheckpointName
from bucketpress.services.upkeep import audit, comparison, rolling_refresh, tick
from bucketpress.services.upkeep.checkpoints import TickLimits
from tests.simulation.actions import START
from tests.simulation.examples.worlds import SITE, forget, gone, happened, post, right, run, settled
from tests.simulation.oracle import NOT_BEFORE
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Fate

SOON = START + timedelta(hours=5)
SECOND = timedelta(seconds=1)
MARK = f"{NOT_BEFORE}{SOON:%Y%m%dt%H%M}z"
FRONT = {
    "date": {"date": SOON.isoformat()},
    "embargo": {"publishDate": SOON.isoformat()},
}


def _at(world: SimulatedWorld, moment: datetime) -> SimulatedWorld:
    world.now = moment
    world.tick()
    world.deliver_all()
    return world


def test_a_scheduled_post_is_due_and_live_from_its_second_on() -> None:
    for front in FRONT.values():
        world = settled(SITE, post("a", text=MARK, **front), post("b"))
        assert world.index.record("posts/a.md").state is State.SCHEDULED
        assert world.index.record("posts/a.md").due == SOON

        _at(world, SOON - SECOND)
        assert world.index.record("posts/a.md").state is State.SCHEDULED
        right(world)
        _at(world, SOON)
        assert world.index.record("posts/a.md").state is State.PUBLISHED
        assert world.index.record("posts/a.md").due is None
        happened(world)
        right(world)


def test_a_post_published_by_hand_in_its_second_is_live() -> None:
    for passed, state in ((-SECOND, State.SCHEDULED), (timedelta(), State.PUBLISHED)):
        world = settled(SITE)
        world.now = SOON + passed
        happened(world, post("a", text=MARK, date=SOON.isoformat()))

        assert world.index.record("posts/a.md").state is state
        right(world)


def test_an_expiring_post_is_gone_from_its_second_on() -> None:
    world = settled(SITE, post("a", expires=SOON.isoformat()), post("b"))
    assert world.index.record("posts/a.md").due == SOON

    _at(world, SOON - SECOND)
    assert world.index.record("posts/a.md").state is State.PUBLISHED
    _at(world, SOON)
    assert world.index.record("posts/a.md").state is State.EXPIRED
    assert world.index.record("posts/a.md").due is None
    assert world.site.head("2010/02/a/index.html").status == 410
    happened(world)
    right(world)


def test_a_post_expired_when_it_comes_in_its_second_is_not_shown() -> None:
    for passed, state in ((-SECOND, State.PUBLISHED), (timedelta(), State.EXPIRED)):
        world = settled(SITE)
        world.now = SOON + passed
        happened(world, post("a", expires=SOON.isoformat()))

        assert world.index.record("posts/a.md").state is state
        right(world)


def test_a_post_comes_and_goes_again() -> None:
    later = SOON + timedelta(hours=1)
    world = settled(SITE, post("a", text=MARK, date=SOON.isoformat(), expires=later.isoformat()))
    states = []
    for moment in (SOON - SECOND, SOON, later - SECOND, later):
        _at(world, moment)
        record = world.index.record("posts/a.md")
        states.append((record.state, record.due))
        happened(world)
        right(world)

    assert states == [
        (State.SCHEDULED, SOON),
        (State.PUBLISHED, later),
        (State.PUBLISHED, later),
        (State.EXPIRED, None),
    ]


def test_a_post_that_waits_for_a_path_expires_too() -> None:
    world = settled(SITE, post("a", slug="one"), post("b", slug="one", expires=SOON.isoformat()))
    assert (world.index.record("posts/b.md").state, world.index.record("posts/b.md").due) == (State.SHADOWED, SOON)

    _at(world, SOON)

    assert (world.index.record("posts/b.md").state, world.index.record("posts/b.md").due) == (State.EXPIRED, None)
    happened(world, gone("a"))
    right(world)


def test_what_was_withdrawn_or_moved_to_another_moment_is_not_due_at_the_old_one() -> None:
    later = SOON + timedelta(hours=1)
    for change, due in (
        (gone("a"), []),
        (post("a", "zznever", draft="true", date=SOON.isoformat()), []),
        (post("a"), []),
        (post("a", date=later.isoformat()), [(later, "posts/a.md")]),
    ):
        world = settled(SITE, post("a", date=SOON.isoformat()))
        happened(world, change)

        assert [(datetime.fromisoformat(at), key) for at, key in world.index._due] == due


def test_a_tick_tells_what_is_due_and_what_has_been_for_more_than_three_minutes() -> None:
    world = settled(
        SITE,
        *(post(name, date=SOON.isoformat()) for name in "ab"),
        post("c", date=(SOON + timedelta(minutes=2)).isoformat()),
    )
    told = []
    for passed in (
        -SECOND,
        timedelta(),
        timedelta(minutes=2),
        timedelta(minutes=3) - SECOND,
        timedelta(minutes=3),
        timedelta(minutes=5),
    ):
        forget(world)
        world.now = SOON + passed
        found = world.tick()
        told.append((found.due, found.overdue, world.sources.bodies()))

    both, all_three = ["posts/a.md", "posts/b.md"], ["posts/a.md", "posts/b.md", "posts/c.md"]
    assert told == [
        (0, 0, []),
        (2, 0, both),
        (3, 0, all_three),
        (3, 0, all_three),
        (3, 2, all_three),
        (3, 3, all_three),
    ]


def test_what_is_due_is_sent_though_the_rest_of_a_tick_fails() -> None:
    world = settled(SITE, post("a", text=MARK, date=SOON.isoformat()))
    world.now = SOON

    run(world.tick, lambda call: Fate.REFUSED if call.method == "checkpoint" else Fate.GO)

    assert world.sources.bodies() == ["posts/a.md"]


def test_upkeep_comes_round_as_often_as_it_is_said_to() -> None:
    assert (timedelta(hours=1), timedelta(days=1)) == (audit.EVERY, audit.FULL_EVERY)
    assert timedelta(days=7) == rolling_refresh.WITHIN
    assert timedelta(minutes=3) == tick.OVERDUE_AFTER
    assert timedelta(minutes=5) == comparison.IN_FLIGHT


def test_nothing_is_wrong_or_overdue_of_a_site_in_order() -> None:
    world = settled(SITE, post("a"), post("b", date=SOON.isoformat()))
    for _ in range(3):
        found = world.tick()

        assert (found.due, found.overdue, found.rebuilt, found.divergences) == (0, 0, 0, ())


def test_a_site_without_settings_sends_for_them_and_does_nothing_else() -> None:
    world = SimulatedWorld()

    found = world.tick()

    assert world.sources.bodies() == ["site.yaml"]
    assert (world.pages.bodies(), found.due, found.rebuilt, found.divergences) == ([], 0, 0, ())


def test_a_post_that_expires_before_its_date_is_never_promised() -> None:
    world = settled(SITE, post("a", "zznever", date=SOON.isoformat(), expires=(START - SECOND).isoformat()))
    record = world.index.record("posts/a.md")

    assert (record.state, record.due) == (State.EXPIRED, None)
    right(world)


def test_the_next_audit_begins_an_hour_after_the_last_one_began_however_long_that_took() -> None:
    world = settled(SITE, post("a"))
    world.audit_every, world.limits = audit.EVERY, TickLimits(audit_steps=1)
    began = world.now
    world.tick()
    while world.index.checkpoint(CheckpointName.AUDIT).is_under_way:
        world.now += timedelta(minutes=15)
        world.tick()
    assert world.index.checkpoint(CheckpointName.AUDIT).finished > began

    for passed, begun in ((-SECOND, began), (timedelta(), began + audit.EVERY)):
        world.now = began + audit.EVERY + passed
        world.tick()
        assert world.index.checkpoint(CheckpointName.AUDIT).began == begun
