"""Pictures and the posts that show them, published at the same time or one ahead of the other."""

import unicodedata
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


def test_a_file_waits_for_the_draft_nearest_to_it_though_nobody_has_read_that_yet() -> None:
    world = settled(SITE, Upload("posts/x/index.md", markdown("X", "2010-02-01")))
    Upload("posts/x/y/index.md", markdown("zznever", "2010-02-01", draft="true")).happen(world)
    Upload("posts/x/y/p.png", PICTURE).happen(world)

    world.publisher.publish("posts/x/y/p.png")

    assert world.index.record("posts/x/y/p.png").state is State.DRAFT


def test_a_file_that_waits_names_the_first_post_that_would_release_it() -> None:
    drafts = [post(name, "zznever", text="![p](p.png)", draft="true") for name in "bac"]
    world = settled(SITE, *drafts, Upload("posts/p.png", PICTURE))

    assert "posts/a.md" in world.index.record("posts/p.png").receipt.note


def test_a_file_that_no_draft_shows_any_more_waits_for_none() -> None:
    world = settled(SITE, post("a", "zznever", text="![p](p.png)", draft="true"), Upload("posts/p.png", PICTURE))
    assert "posts/a.md" in world.index.record("posts/p.png").receipt.note

    happened(world, post("a", "zznever", draft="true"))

    assert "posts/a.md" not in world.index.record("posts/p.png").receipt.note


def test_a_picture_whose_name_is_decomposed_is_shown_anew_where_it_is_replaced() -> None:
    key = unicodedata.normalize("NFD", "posts/x/é.png")
    world = settled(SITE, Upload("posts/x/index.md", markdown("X", "2010-02-01", "![p](é.png)")), Upload(key, PICTURE))

    happened(world, Upload(key, png(2, 3)))

    assert 'width="2"' in world.site.data("2010/02/x/index.html").decode()
