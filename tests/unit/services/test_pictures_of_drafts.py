"""A file beside a post is withheld while every post that shows it is."""

import pytest

from bucketpress.content.post import State
from tests.support.pictures import png
from tests.support.world import World, clean_build, markdown

PICTURE = "posts/p.png"
SHOWING = markdown("A", text="![A map](p.png)")
HELD = markdown("A", text="![A map](p.png)", draft="true")
OTHER = markdown("B", text="![A map](p.png)")


def shown(world: World) -> bool:
    return any(key.endswith("posts/p.png") for key in world.live())


@pytest.mark.parametrize("order", [("posts/a.md", PICTURE), (PICTURE, "posts/a.md")])
def test_a_picture_that_only_a_draft_shows_is_withheld(world: World, order: tuple[str, str]) -> None:
    for key in order:
        world.upload(key, HELD if key.endswith(".md") else png(3, 2))
        world.settle()

    assert world.record(PICTURE).state is State.DRAFT
    assert not shown(world)
    assert world.live() == clean_build(world)


def test_it_appears_and_goes_with_its_post(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    for data, visible in ((HELD, False), (SHOWING, True), (HELD, False), (markdown("A", draft="true"), True)):
        world.upload("posts/a.md", data)
        world.settle()
        assert shown(world) is visible
        assert world.live() == clean_build(world)


def test_one_public_post_that_shows_it_is_enough(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", HELD)
    world.upload("posts/b.md", OTHER)
    world.settle()
    assert shown(world)

    world.delete("posts/b.md")
    world.settle()
    assert not shown(world)

    world.delete("posts/a.md")
    world.settle()
    assert shown(world)
    assert world.live() == clean_build(world)


def test_it_waits_for_a_scheduled_post(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", markdown("A", "2011-01-10T12:05:00Z", text="![A map](p.png)"))
    world.settle()
    assert not shown(world)

    world.tick(minutes=5)

    assert shown(world)


def test_what_lies_below_static_is_public_whatever_shows_it(world: World) -> None:
    world.upload("static/p.png", png(3, 2))
    world.upload("posts/a.md", markdown("A", text="![A map](/p.png)", draft="true"))
    world.settle()

    assert "p.png" in world.live()


def test_a_file_of_a_draft_that_a_public_post_shows_is_public(world: World) -> None:
    world.upload("posts/x/index.md", markdown("X", draft="true"))
    world.upload("posts/x/p.png", png(3, 2))
    world.upload("posts/b.md", markdown("B", text="![A map](x/p.png)"))
    world.settle()

    assert any(key.endswith("posts/x/p.png") for key in world.live())
    assert world.live() == clean_build(world)
