"""Pictures and the posts that show them: each knows the size of the other's file, whoever came first."""

import pytest

from tests.support.pictures import png, png_header
from tests.support.world import World, clean_build, markdown
from tests.unit.site.outline import outline

PICTURE_POST = markdown("Pictured", text="![A picture](p.png) and ![another](../b.png)", image="p.png")


PAGE = "2010/03/x/index.html"


def _size(world: World) -> tuple[str | None, str | None]:
    """Give width and height of the picture as the post says them."""
    (image,) = outline(world.site.data(PAGE)).attributes("img", src="/_bucketpress/media/posts/x/p.png")
    return image.get("width"), image.get("height")


@pytest.mark.parametrize("picture_first", [True, False])
def test_a_picture_has_its_size_in_the_post_whichever_came_first(world: World, *, picture_first: bool) -> None:
    uploads = [("posts/x/p.png", png(64, 48)), ("posts/x/index.md", PICTURE_POST)]
    for key, data in uploads if picture_first else reversed(uploads):
        world.upload(key, data)
        world.settle()

    assert _size(world) == ("64", "48")
    assert outline(world.site.data(PAGE)).meta("og:image:width") == "64"
    assert world.live() == clean_build(world)


def test_a_picture_replaced_or_removed_changes_the_post_that_shows_it(world: World) -> None:
    world.upload("posts/x/p.png", png(64, 48))
    world.upload("posts/x/index.md", PICTURE_POST)
    world.settle()

    world.upload("posts/x/p.png", png(10, 20))
    world.settle()
    replaced = _size(world)
    world.delete("posts/x/p.png")
    world.settle()

    assert replaced == ("10", "20")
    assert _size(world) == (None, None)
    assert outline(world.site.data(PAGE)).meta("og:image:width") is None
    assert world.live() == clean_build(world)


def test_a_new_picture_of_the_same_size_leaves_the_post_alone(world: World) -> None:
    world.upload("posts/x/p.png", png(64, 48))
    world.upload("posts/x/index.md", PICTURE_POST)
    world.settle()
    world.site.writes.clear()

    world.upload("posts/x/p.png", png(64, 48) + b"other")
    world.settle()

    assert set(world.site.writes) == {"_bucketpress/media/posts/x/p.png"}


def test_the_size_of_a_drafts_picture_is_told_to_nobody(world: World) -> None:
    world.upload("drafts/p.png", png(64, 48))
    world.upload("posts/a.md", markdown(text="![A picture](../drafts/p.png)"))
    world.settle()

    assert "width=" not in world.page("2010/03/a/index.html").partition("<main")[2]


def test_a_picture_that_lies_about_its_size_is_shown_without_one(world: World) -> None:
    world.upload("static/p.png", png_header(2**31, 2**31))
    world.upload("posts/a.md", markdown(text="![A picture](/p.png)"))
    world.settle()

    assert 'src="/p.png"' in world.page("2010/03/a/index.html")
    assert "width=" not in world.page("2010/03/a/index.html").partition("<main")[2]


def test_a_picture_without_a_text_is_a_warning_with_its_place(world: World) -> None:
    world.upload("posts/p.png", png(3, 2))
    world.upload("posts/a.md", markdown(text="Text.\n\n![](p.png)"))
    world.settle()

    receipt = world.record("posts/a.md").receipt
    assert receipt is not None
    assert [(one.severity, one.line, one.column) for one in receipt.problems] == [("warning", 8, 5)]
    assert "cannot see it" in receipt.problems[0].message


@pytest.mark.parametrize("picture", [png(3, 2), b"<svg/>", b"no picture"])
def test_a_picture_that_is_not_there_is_a_warning_until_it_comes(world: World, picture: bytes) -> None:
    world.upload("posts/x/index.md", markdown(text="Text.\n\n![A](p.svg) ![A](/b.png)", image="p.svg"))
    world.settle()
    alone = _warnings(world)

    world.upload("posts/x/p.svg", picture)
    world.settle()
    arrived = _warnings(world)
    world.delete("posts/x/p.svg")
    world.settle()

    lost = ("The picture static/b.png is not there.", 9, 18)
    assert alone == [("The picture posts/x/p.svg is not there.", 9, 6), lost]
    assert arrived == [lost]
    assert _warnings(world) == alone


def test_a_picture_held_back_with_its_post_is_no_warning(world: World) -> None:
    world.upload("posts/x/index.md", markdown(text="![A](p.png)", draft="true"))
    world.upload("posts/x/p.png", png(3, 2))
    world.settle()

    assert _warnings(world) == []


def _warnings(world: World) -> list[tuple[str, int | None, int | None]]:
    receipt = world.record("posts/x/index.md").receipt
    assert receipt is not None
    return [(one.message, one.line, one.column) for one in receipt.problems]


@pytest.mark.parametrize("written", ["images/p.png", "./images/p.png"])
def test_the_picture_of_a_post_is_looked_for_at_the_root_too(world: World, written: str) -> None:
    world.upload("posts/x.md", markdown("Pictured", image=written))
    world.settle()
    missing = world.index.record("posts/x.md").receipt

    world.upload("static/images/p.png", png(64, 48))
    world.settle()
    at_root = outline(world.site.data(PAGE)).meta("og:image")
    receipt = world.index.record("posts/x.md").receipt
    world.upload("posts/images/p.png", png(8, 9))
    world.settle()

    assert missing is not None
    assert [problem.message for problem in missing.problems] == ["The picture posts/images/p.png is not there."]
    assert at_root is not None
    assert at_root.endswith("example/images/p.png")
    assert receipt is not None
    assert receipt.problems == ()
    assert outline(world.site.data(PAGE)).meta("og:image:width") == "8"
    assert world.live() == clean_build(world)


def test_a_picture_the_text_shows_too_is_still_missed(world: World) -> None:
    world.upload("static/p.png", png(64, 48))
    world.upload("posts/x.md", markdown("Pictured", text="![A picture](p.png)", image="p.png"))
    world.settle()

    receipt = world.index.record("posts/x.md").receipt
    assert receipt is not None
    assert [problem.kind for problem in receipt.problems] == ["picture-missing"]
