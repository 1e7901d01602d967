"""Messages come in batches: what is asked once for all of them, and what is told once, is as if each had come alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bucketpress.adapters.parallel import OneByOne
from bucketpress.ports import TransientError
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.refresh.refresh_batch import refresh_batch
from tests.simulation.actions import Action, Upload
from tests.simulation.examples.worlds import (
    EVERYTHING,
    SITE,
    asked,
    forget,
    gone,
    happened,
    post,
    right,
    settled,
    stopped_in_turn,
    to_the_end,
)
from tests.simulation.simulated_world import AHEAD, SimulatedWorld
from tests.simulation.stepping import Fate
from tests.support.world import RECOLOURED, SITE_YAML

ROUNDS = 30
CHANGES: tuple[tuple[Action, ...], ...] = (
    (post("a", "New", date="2010-01-31", tags="[x, z]"), gone("b"), post("d", date="2009-02-01", tags="[z]")),
    (gone("a"), gone("b"), gone("c"), post("moved", date="2010-02-03", slug="three", id="m")),
    (Upload("site.yaml", SITE_YAML + RECOLOURED), post("b", "New", date="2010-02-01"), gone("r1")),
)


def _publish_all(world: SimulatedWorld) -> None:
    keys = dict.fromkeys(world.sources.bodies())
    world.sources.messages.clear()
    _publish_batch(world, keys)


def _publish_batch(world: SimulatedWorld, keys: Iterable[str]) -> None:
    for outcome in publish_batch(world.publisher, OneByOne(), {key: PublishRequest() for key in keys}).values():
        outcome()


def _refresh_all(world: SimulatedWorld) -> None:
    names = dict.fromkeys(world.pages.bodies())
    world.pages.messages.clear()
    requests = {name: asked("pages", world) for name in reversed([*names])}
    for outcome in refresh_batch(world.refresher, OneByOne(), requests).values():
        outcome()


def _in_batches(world: SimulatedWorld) -> SimulatedWorld:
    """Handle all messages of a queue at once, until there are none."""
    for _ in range(ROUNDS):
        _publish_all(world)
        _refresh_all(world)
        world.ticks.messages.clear()
        if not (world.sources.messages or world.pages.messages):
            world.tick()
        if not (world.sources.messages or world.pages.messages):
            break
    return world


def test_what_comes_in_one_batch_ends_as_what_comes_one_by_one() -> None:
    for actions in CHANGES:
        world = settled(*EVERYTHING)
        for action in actions:
            action.happen(world)

        right(_in_batches(world))
        assert world.needless() == []


def test_a_new_site_in_one_batch_begins_with_its_settings() -> None:
    for keys in (["posts/a.md", "site.yaml"], ["posts/a.md"]):
        world = SimulatedWorld()
        for action in (SITE, post("a")):
            action.happen(world)
        world.sources.messages[:] = [message for message in world.sources.messages if message.body in keys]

        right(_in_batches(world))
        assert world.index.record("posts/a.md").revision <= 2


def test_a_parent_in_the_batch_of_its_child_is_refreshed_after_it_and_not_once_more() -> None:
    world = settled(SITE, post("a", tags="[x]"))
    post("b", tags="[x]").happen(world)
    world.deliver_all(but="pages")
    names = ["directory:tags", "head:tag:x", "period:tag:x:2010"]
    forget(world)

    world.pages.send(names)
    _refresh_all(world)

    assert world.pages.bodies() == []
    assert [section.outbox for section in world.index.sections(names).values()] == [frozenset()] * 3
    assert world.index.section("head:tag:x").summary.count == 2


def test_a_parent_that_is_not_in_the_batch_or_fails_in_it_is_sent() -> None:
    child, parent = "period:tag:x:2010", "head:tag:x"
    for names, fails in (([child], False), ([parent, child], True)):
        world = settled(SITE, post("a", tags="[x]"))
        post("b", tags="[x]").happen(world)
        world.deliver_all(but="pages")
        forget(world)
        requests = {name: asked("pages", world) for name in names}
        refresher = world.refresher

        class Failing:
            def __init__(self, index: object) -> None:
                self.index = index

            def __getattr__(self, name: str) -> object:
                return getattr(self.index, name)

            def commit_section(self, record: object) -> None:
                if record.name == parent:
                    raise TransientError
                self.index.commit_section(record)

        if fails:
            refresher = replace(refresher, index=Failing(refresher.index))
        outcomes = refresh_batch(refresher, OneByOne(), requests)

        outcomes[child]()
        assert world.pages.bodies() == [parent]


def test_sections_made_under_settings_that_change_meanwhile_are_made_again_in_the_batch() -> None:
    names = ["post:/2010/02/b/", "period:all:2010-02", "head:tag:z"]

    def begun() -> tuple[SimulatedWorld, Callable[[], object]]:
        world = settled(SITE, post("a"))
        post("b", tags="[z]").happen(world)
        world.deliver_all(but="pages")
        world.pages.messages[:] = [message for message in world.pages.messages if message.body not in names]
        return world, partial(_batch, world, names)

    for world, task in stopped_in_turn(begun, every=2):
        happened(world, Upload("site.yaml", SITE_YAML + RECOLOURED))
        to_the_end(task)
        happened(world)
        world.audit()
        right(world)


def test_no_source_of_a_batch_is_published_under_settings_older_than_its_record() -> None:
    keys = ["posts/a.md", "posts/b.md"]  # what is removed no rebuild publishes again

    def begun() -> tuple[SimulatedWorld, Callable[[], object]]:
        world = settled(SITE, post("a"), gone("a"), post("b"))
        return world, partial(_publish_batch, world, keys)

    for world, task in stopped_in_turn(begun):
        happened(world, Upload("site.yaml", SITE_YAML + b"permalink: /:slug/\n"))
        to_the_end(task)
        happened(world)
        right(world)


def _new_post_between_two() -> tuple[SimulatedWorld, Callable[[], object]]:
    """Publish a post; return what refreshes all that was sent for it in one batch."""
    world = settled(SITE, post("a"), post("c", date="2010-02-03"))
    post("b", date="2010-02-02").happen(world)
    world.deliver_all(but="pages")
    names = dict.fromkeys(world.pages.bodies())
    forget(world)
    return world, partial(_batch, world, names, AHEAD)


def test_what_sections_of_a_batch_read_together_is_right_whatever_happens_meanwhile() -> None:
    for change in (
        post("d", date="2010-02-02"),
        post("b", "Other", date="2010-02-04"),
        post("c", date="2010-02-03", slug="one"),
        gone("a"),
    ):
        for world, task in stopped_in_turn(_new_post_between_two):
            happened(world, change)
            to_the_end(task)
            happened(world)
            right(world)


def test_what_is_published_after_a_batch_has_read_is_refreshed_once_more() -> None:
    for change in (post("b", "Other", date="2010-02-04"), post("d", date="2010-02-05")):
        for world, task in stopped_in_turn(_new_post_between_two):
            change.happen(world)
            world.deliver_all(but="pages")
            to_the_end(task)
            happened(world)
            right(world)


def test_a_batch_that_dies_anywhere_is_finished_when_it_comes_again() -> None:
    def begun() -> tuple[SimulatedWorld, Callable[[], object]]:
        world = settled(SITE, post("a", tags="[x]"))
        post("b", tags="[x]").happen(world)
        world.deliver_all(but="pages")
        return world, partial(_batch, world, dict.fromkeys(world.pages.bodies()))

    for world, task in stopped_in_turn(begun, every=3):
        task.step(Fate.DIE_AFTER)
        world.pages.messages[:] = [message._replace(again=True) for message in world.pages.messages]
        happened(world)
        right(world)


def _batch(world: SimulatedWorld, names: object, ahead: timedelta = timedelta()) -> None:
    """Refresh sections; a clock that is ahead of that of the queues is the worse case."""
    requests = {name: asked("pages", world) for name in names}
    refresher = replace(world.refresher, clock=lambda: world.read() + ahead) if ahead else world.refresher
    for outcome in refresh_batch(refresher, OneByOne(), requests).values():
        outcome()
