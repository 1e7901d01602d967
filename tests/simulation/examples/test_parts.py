"""Busy months and years: which parts there are, and who sends them, whatever happens meanwhile."""

from datetime import timedelta
from functools import cache

from bucketpress.services.parts import part_at
from bucketpress.site.layout import SITE_MAP
from tests.simulation.actions import Action
from tests.simulation.examples.worlds import SITE, asked, forget, gone, happened, post, publish_unheard, right, run
from tests.simulation.simulated_world import FEW_LISTED, ROLL_WITHIN, SimulatedWorld
from tests.simulation.stepping import Fate

MONTH = "period:all:2010-02"
# On a busy site c begins a part, a and d do not; so the page lists d, and a part has c and a.
A, C, D = post("a", tags="[x]"), post("c", date="2010-02-03", tags="[x]"), post("d", date="2010-02-04", tags="[x]")
E = post("e", date="2010-02-05", tags="[x]")  # begins another


def _busy(*actions: Action) -> SimulatedWorld:
    return _made(actions).fork()


@cache
def _made(actions: tuple[Action, ...]) -> SimulatedWorld:
    world = happened(SimulatedWorld(part_limits=FEW_LISTED), SITE, *actions)
    world.now += timedelta(hours=2)
    return world


def _part(world: SimulatedWorld, key: str, whole: str = MONTH) -> str:
    (row,) = (row for row in world.index.entries("all") if row.key == f"posts/{key}.md")
    return SITE_MAP.part_section(whole, part_at(row.position))


def _refresh(world: SimulatedWorld, name: str) -> None:
    world.handler("pages", name, asked("pages", world))()


def test_a_busy_month_has_parts() -> None:
    world = _busy(A, C, D)

    right(world)
    assert world.index.section(_part(world, "c")).summary is not None
    assert world.index.section(MONTH).parts_until


def test_each_change_of_a_busy_month_alone_is_seen_by_its_parts() -> None:
    changes = (
        (post("a", "U", tags="[x]"),),
        (post("b", date="2010-02-02", tags="[x]"),),
        (gone("a"),),
        (gone("c"),),
        (gone("d"),),
        (E,),
        (post("a", date="2010-03-01", tags="[x]"),),
        (post("a", date="2009-02-01", tags="[x]"),),
        (post("c", date="2010-01-20", tags="[x]"),),
        (post("a", tags="[y]"),),
        (E, post("f", date="2010-02-06")),
        (E, gone("e")),
        (gone("d"), gone("c")),
        (gone("a"), gone("c"), gone("d")),
    )
    for each in changes:
        right(happened(_busy(A, C, D), *each))


def test_a_month_that_was_not_busy_for_a_moment_that_nobody_saw_keeps_its_parts() -> None:
    world = _busy(A, C, D)
    part = _part(world, "c")
    for action in (gone("a"), gone("d")):
        action.happen(world)
    world.deliver_all(but="pages")
    world.take("pages", part)
    world.handler("pages", part)()

    right(happened(world, D))


def test_a_post_that_comes_into_a_month_about_to_be_busy_is_in_its_part() -> None:
    world = _busy(A)
    D.happen(world)
    C.happen(world)
    world.take("sources", "posts/d.md")
    world.handler("sources", "posts/d.md")()

    def come() -> None:
        world.take("sources", "posts/c.md")
        world.handler("sources", "posts/c.md")()

    # It reads the month's rows without the other, and commits after it.
    run(
        lambda: _refresh(world, MONTH),
        lambda call: Fate.DIE_BEFORE if call.name == "index.commit_section" else Fate.GO,
        come,
    )
    world.deliver_all()
    world.come_due()

    right(world)


def test_a_post_that_began_the_last_part_and_moves_takes_its_part_along() -> None:
    world = _busy(A, C, D)
    part = _part(world, "c")
    post("c", date="2010-02-02", tags="[x]").happen(world)
    world.take("sources", "posts/c.md")

    # The month is refreshed between the commit and the lookup of the parts.
    run(
        world.handler("sources", "posts/c.md"),
        lambda call: Fate.DIE_BEFORE if call.name == "index.sections" and MONTH in call.arguments[0] else Fate.GO,
        lambda: _refresh(world, MONTH),
    )
    world.deliver_all()
    world.come_due()

    right(world)
    assert world.index.section(part).summary is None


def test_a_month_that_dies_after_it_became_busy_sends_its_parts_when_it_comes_again() -> None:
    world = _busy(A)
    for action in (C, D):
        action.happen(world)
    world.deliver_all(but="pages")
    forget(world)
    run(
        lambda: _refresh(world, MONTH),
        lambda call: Fate.DIE_AFTER if call.name == "index.commit_section" else Fate.GO,
    )
    assert world.index.section(MONTH).waiting_parts

    world.audit()

    assert world.index.section(_part(world, "c")).summary is not None
    assert not world.index.section(MONTH).outbox


def test_parts_whose_messages_are_lost_come_with_the_rolling_pass() -> None:
    world = _busy(A)
    publish_unheard(world, C)
    publish_unheard(world, D)
    world.now += ROLL_WITHIN
    world.roll_on()

    right(world)


def test_parts_of_a_part_lost_with_what_counts_them_come_with_the_rolling_pass() -> None:
    world = _busy(A)
    for action in (C, D):
        action.happen(world)
    world.deliver_all(but="pages")
    for name in [*world.pages.bodies(), _part(world, "c"), _part(world, "c", "period:tag:x:2010")]:
        if not name.startswith("parts:"):
            _refresh(world, name)
    forget(world)
    world.roll_on()

    right(world)


def test_other_software_makes_all_parts_again() -> None:
    world = _busy(A, C, D)
    world.software = "other"
    world.come_due()

    right(world)
    assert world.index.section(_part(world, "c")).generation.endswith("other")
