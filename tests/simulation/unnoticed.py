"""A change of a bucket that no event tells of, on a site in order: audits that compare listings have to see it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.simulation.actions import Action, Delete, Tamper, Upload
from tests.support.world import markdown

if TYPE_CHECKING:
    from tests.simulation.simulated_world import SimulatedWorld

EVERYTHING = 1_000_000
LOST_REPAIRS = 3  # of so many changes the repairs of one are lost on the way


def mistakes_unnoticed(world: "SimulatedWorld", number: int) -> list[str]:
    """Change what the number says, let audits come round, and name what is wrong then."""
    world.lost_events = lambda _key: True
    _change(world, number).happen(world)
    world.full_audit_every = timedelta.max
    if number % LOST_REPAIRS == 0:
        world.lose_repairs()
    world.audit()
    world.full_audit_every = timedelta()
    return [f"unnoticed: {mistake}" for mistake in world.mistakes()]


def _change(world: "SimulatedWorld", number: int) -> Action:
    posts = [each.key for each in world.content.list_keys("", EVERYTHING) if each.key.endswith(".md")]
    post = posts[number % len(posts)] if posts else "posts/a.md"
    changes = (
        Upload(post, markdown("Unnoticed", "2010-03-04")),
        Delete(post),
        Tamper(number, "delete"),
        Upload("posts/unnoticed.md", markdown("Unnoticed", "2010-03-04")),
    )
    return changes[number // LOST_REPAIRS % len(changes)]
