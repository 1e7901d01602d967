"""Worlds that the examples begin with, and what the examples do with them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import count

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.records.checkpoint import CheckpointName
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.services.upkeep.checkpoints import TickLimits
from tests.simulation.actions import Action, Delete, Upload
from tests.simulation.simulated_world import AUDIT_EVERY, SimulatedWorld
from tests.simulation.stepping import Call, Fate, Task
from tests.support.pictures import png
from tests.support.world import SITE_YAML, markdown

SITE = Upload(SETTINGS_KEY, SITE_YAML)
PICTURE = png(3, 2)
MOST_TICKS = 400
SHORT = (
    TickLimits(),
    TickLimits(audit_names=1, audit_sources=1, rebuild_names=1, recovery_addresses=1),
    TickLimits(audit_names=3, audit_sources=2, rebuild_names=2, audit_steps=2, rebuild_steps=1),
)


def post(key: str, title: str = "T", date: str = "2010-02-01", text: str = "Text.", **front: str) -> Upload:
    """Return the upload of a post below `posts/`."""
    return Upload(f"posts/{key}.md", markdown(title, date, text, **front))


def gone(key: str) -> Delete:
    """Return the removal of a post below `posts/`."""
    return Delete(f"posts/{key}.md")


# One of everything: tags, authors, years; a bundle with a picture; rivals for a path; one that moved, one that is gone.
EVERYTHING = (
    Upload(SETTINGS_KEY, SITE_YAML + b"redirects:\n  /from/: /2010/01/a/\n"),
    post("a", date="2010-01-31", tags="[x]", author="jane-doe"),
    post("b", date="2010-02-01", tags="[x, y]", author="John"),
    post("c", date="2011-01-05", text="See [a](a.md).", aliases="[/old/]"),
    post("moved", date="2010-02-03", slug="one", id="m"),
    post("moved", date="2010-02-03", slug="two", id="m"),
    post("removed", date="2010-02-04"),
    gone("removed"),
    post("r2", date="2010-02-05", slug="r"),
    post("r1", date="2010-02-05", slug="r"),
    Upload("posts/x/index.md", markdown("X", "2010-02-06", "![p](p.png)")),
    Upload("posts/x/p.png", PICTURE),
    Upload("pages/about.md", markdown("About", "2010-02-06")),
    Upload("static/one.html", b"one"),
    post("later", date="2012-02-01", text="zznotbefore20120201t0000z"),
)


def settled(*actions: Action) -> SimulatedWorld:
    """Return a world in which everything has happened and been worked on, long ago."""
    return _settled(actions).fork()


@cache
def _settled(actions: tuple[Action, ...]) -> SimulatedWorld:
    world = SimulatedWorld()
    for action in actions:
        action.happen(world)
        world.deliver_all()
    world.come_due()
    world.now += timedelta(hours=2)
    return world


def happened(world: SimulatedWorld, *actions: Action) -> SimulatedWorld:
    """Let things happen and be worked on."""
    for action in actions:
        action.happen(world)
        world.deliver_all()
    world.come_due()
    return world


def right(world: SimulatedWorld) -> None:
    """Assert that nothing is wrong with a world at rest."""
    mistakes = world.mistakes()
    assert not mistakes, mistakes


def publish_unheard(world: SimulatedWorld, *actions: Action) -> None:
    """Let things happen and be published, and every message that this brings be lost."""
    for action in actions:
        action.happen(world)
        body = world.sources.messages[-1].body
        world.take("sources", body)
        world.handler("sources", body)()
        forget(world)


def forget(world: SimulatedWorld) -> None:
    """Lose every message."""
    for queue in world.queues:
        queue.messages.clear()


def asked(queue: str, world: SimulatedWorld) -> RefreshRequest | PublishRequest:
    """Return a request that has to be done whatever was done before."""
    if queue == "sources":
        return PublishRequest()
    return RefreshRequest(sent_at=world.read() + timedelta(hours=1), first_delivery=False)


def die(world: SimulatedWorld, queue: str, body: str, *, after: str) -> None:
    """Handle a message until a call was made, and die there; the message is lost."""
    run(world.handler(queue, body, asked(queue, world)), lambda call: Fate.DIE_AFTER if call.name == after else Fate.GO)


def run(
    handle: Callable[[], object], fate: Callable[[Call], Fate], meanwhile: Callable[[], None] | None = None
) -> Task:
    """Run a handler, each call of which meets its fate.

    Where something is to happen meanwhile, it does so once, before the first call that is not to go on; all go on then.
    """
    interrupts = meanwhile is not None
    task = Task(name="handler", handler=handle)
    task.start()
    while not task.over:
        assert task.pending is not None
        met = fate(task.pending)
        if meanwhile is not None and met is not Fate.GO:
            meanwhile()
            meanwhile = None
        task.step(Fate.GO if interrupts else met)
    return task


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What one audit found: divergences, sources and sections sent, and how many ticks it took."""

    divergences: set[str]
    keys: list[str]
    sections: list[str]
    ticks: int


def audited(world: SimulatedWorld, minutes: float = 61, limits: TickLimits | None = None) -> Audited:
    """Let an audit begin after so many minutes and come to its end; its messages stay in the queues."""
    world.now += timedelta(minutes=minutes)
    world.audit_every, world.limits = AUDIT_EVERY, limits or TickLimits()
    forget(world)
    divergences: set[str] = set()
    ticks = 0
    while ticks < MOST_TICKS:
        ticks += 1
        divergences |= set(world.tick().divergences)
        if not world.index.checkpoint(CheckpointName.AUDIT).is_under_way:
            break
    world.audit_every = timedelta(days=36_500)
    keys = world.sources.bodies()
    keys.remove(SETTINGS_KEY)  # sent as the audit begins
    return Audited(divergences=divergences, keys=keys, sections=world.pages.bodies(), ticks=ticks)


def with_record(world: SimulatedWorld, key: str, **changes: object) -> None:
    """Change a record behind the system's back."""
    world.index._records[key] = replace(world.index.record(key), **changes)


def with_section(world: SimulatedWorld, name: str, **changes: object) -> None:
    """Change a section's record behind the system's back."""
    world.index._sections[name] = replace(world.index.section(name), **changes)


def stopped(handle: Callable[[], object], before: str) -> Task:
    """Start a handler and stop it before the first call of a name."""
    task = Task(name="stopped", handler=handle)
    task.start()
    while task.pending is not None and task.pending.name != before:
        task.step()
    assert task.pending is not None, before
    return task


def stopped_in_turn(
    begun: Callable[[], tuple[SimulatedWorld, Callable[[], object]]], every: int = 1
) -> Iterator[tuple[SimulatedWorld, Task]]:
    """Yield worlds with a handler that has stopped before each of its calls in turn, or before every so many."""
    for number in count(step=every):
        world, handle = begun()
        task = Task(name="stopped", handler=handle)
        task.start()
        for _ in range(number):
            if not task.over:
                task.step()
        if task.over:
            return
        yield world, task


def to_the_end(task: Task) -> None:
    """Let a handler make all the calls that are left."""
    while not task.over:
        task.step()


def interrupted(
    before: Callable[[], SimulatedWorld], message: tuple[str, str], meanwhile: Callable[[SimulatedWorld], object]
) -> Iterator[SimulatedWorld]:
    """Yield worlds at rest in which something happened before each call of a handler in turn."""

    def begun() -> tuple[SimulatedWorld, Callable[[], object]]:
        world = before()
        return world, world.handler(*message, asked(message[0], world))

    for world, task in stopped_in_turn(begun):
        meanwhile(world)
        to_the_end(task)
        if not task.finished:
            world.put_back(*message)
        yield happened(world)
