"""Pictures and the posts that show them, published at the same time or one ahead of the other."""

from bucketpress.content.post import State
from tests.simulation.actions import Upload
from tests.simulation.examples.worlds import PICTURE, SITE, happened, post, right, settled
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Task
from tests.support.pictures import png
from tests.support.world import markdown

SHOWING = post("a", text="![p](p.png)")


def _publishing(world: SimulatedWorld, key: str, *, before: str = "") -> Task:
    """Publish a source, to the end or until a call is about to be made."""
    task = Task(name=key, handler=lambda: world.publisher.publish(key))
    task.start()
    while task.pending is not None and task.pending.name != before:
        task.step()
    return task


def test_a_picture_and_its_post_that_know_nothing_of_each_other_are_both_public() -> None:
    for first in (0, 1):
        world = settled(SITE)
        SHOWING.happen(world)
        Upload("posts/p.png", PICTURE).happen(world)
        both = [_publishing(world, key, before="index.commit") for key in ("posts/a.md", "posts/p.png")]

        for task in (both[first], both[1 - first]):
            while not task.over:
                task.step()

        happened(world)
        assert world.index.record("posts/p.png").state is State.PUBLISHED
        right(world)


def test_smaller_versions_are_offered_once_they_are_there() -> None:
    world = settled(SITE)
    page = "2010/02/x/index.html"
    for upload in (
        Upload("posts/x/p.png", png(500, 1)),
        Upload("posts/x/index.md", markdown("X", "2010-02-01", "![p](p.png)")),
    ):
        upload.happen(world)
        _publishing(world, upload.key)
    world.refresher.refresh("post:/2010/02/x/")
    assert "srcset" not in world.site.data(page).decode()

    happened(world)

    assert "srcset" in world.site.data(page).decode()
    right(world)
