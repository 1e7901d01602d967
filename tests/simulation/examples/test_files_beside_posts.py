"""Pictures and the posts that show them, published at the same time or one ahead of the other."""

from functools import partial

from bucketpress.content.post import State
from tests.simulation.actions import Upload
from tests.simulation.examples.worlds import PICTURE, SITE, happened, post, right, settled, stopped, to_the_end
from tests.support.pictures import png
from tests.support.world import markdown

SHOWING = post("a", text="![p](p.png)")


def test_a_picture_and_its_post_that_know_nothing_of_each_other_are_both_public() -> None:
    for first in (0, 1):
        world = settled(SITE)
        SHOWING.happen(world)
        Upload("posts/p.png", PICTURE).happen(world)
        both = [stopped(partial(world.publisher.publish, key), "index.commit") for key in ("posts/a.md", "posts/p.png")]

        for task in (both[first], both[1 - first]):
            to_the_end(task)

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
        world.publisher.publish(upload.key)
    world.refresher.refresh("post:/2010/02/x/")
    assert "srcset" not in world.site.data(page).decode()

    happened(world)

    assert "srcset" in world.site.data(page).decode()
    right(world)
