"""Every address answers with and without its final slash, whatever its last segment looks like."""

from urllib.parse import unquote

import pytest

from bucketpress_cli.cloudfront.functions import address
from tests.support.world import SITE_YAML, World, clean_build, is_live, markdown


@pytest.fixture
def world() -> World:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    return world


def reached(world: World, uri: str) -> tuple[int, str]:
    """Follow a reader's way from an address: how it ends, and at which object."""
    for _ in range(4):
        found = address(uri)
        if found.location is not None:
            uri = found.location
            continue
        key = unquote(found.uri).removeprefix("/")
        stored = world.site.head(key)
        if stored is None:
            return 404, key
        if stored.redirect_to is None:
            return stored.status or 200, key
        uri = stored.redirect_to
    message = f"{uri} leads in circles"
    raise AssertionError(message)


def spellings(path: str) -> tuple[str, str]:
    return path, path.removesuffix("/") if path.endswith("/") else f"{path}/"


@pytest.mark.parametrize(
    "path",
    [
        "/notes/v1.5/",
        "/release-1.0/",
        "/old/post.php/",
        "/wait./",
        "/.hidden/",
        "/x/",
        "/a.html",
        "/a.HTM",
        "/x.png/",
        "/a.b/c/",
    ],
)
def test_a_page_answers_with_and_without_its_final_slash(world: World, path: str) -> None:
    world.upload("posts/a.md", markdown("A", url=path))
    world.settle()

    ends = [reached(world, spelling) for spelling in spellings(path)]

    assert ends[0] == ends[1]
    assert ends[0][0] == 200
    assert world.live() == clean_build(world)


@pytest.mark.parametrize(
    "alias", ["/old/post.php", "/archives/123.aspx", "/release-1.0", "/a.html", "/plain", "/x.tar.gz"]
)
def test_an_alias_leads_on_with_and_without_its_final_slash(world: World, alias: str) -> None:
    world.upload("posts/a.md", markdown("A", aliases=f"[{alias}]"))
    world.settle()

    assert {reached(world, spelling) for spelling in spellings(alias)} == {(200, "2010/03/a/index.html")}


def test_nothing_stays_at_either_address_of_a_page_that_goes(world: World) -> None:
    world.upload("posts/a.md", markdown("A", url="/release-1.0", aliases="[/old.php]"))
    world.settle()
    world.delete("posts/a.md")
    world.settle()

    assert {reached(world, uri)[0] for path in ("/release-1.0/", "/old.php/") for uri in spellings(path)} == {410}
    assert not any(is_live(world.site.head(key)) for key in ("release-1.0", "release-1.0/index.html", "old.php"))


def test_a_page_that_looks_like_a_file_leaves_the_place_to_a_file_when_it_moves(world: World) -> None:
    world.upload("posts/a.md", markdown("A", url="/x.png"))
    world.settle()
    world.upload("posts/a.md", markdown("A", url="/y"))
    world.upload("static/x.png", b"png")
    world.settle()

    assert world.live() == clean_build(world)
    assert reached(world, "/x.png") == (200, "x.png")
    assert reached(world, "/x.png/")[0] == 410


def test_a_page_and_a_file_that_want_one_name_are_decided_between(world: World) -> None:
    world.upload("static/x.png", b"png")
    world.upload("posts/a.md", markdown("A", url="/x.png"))
    world.settle()

    assert [world.record(key).state.value for key in ("posts/a.md", "static/x.png")] == ["published", "shadowed"]
    assert world.live() == clean_build(world)


@pytest.mark.parametrize("key", ["static/site.webmanifest", "static/model.safetensors", "static/a.été"])
def test_a_file_answers_whatever_its_extension(world: World, key: str) -> None:
    world.upload(key, b"{}")
    world.settle()

    assert reached(world, "/" + key.removeprefix("static/")) == (200, key.removeprefix("static/"))


def test_a_link_to_a_page_that_looks_like_a_file_leads_straight_to_it(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="[b](b.md)"))
    world.upload("posts/b.md", markdown("B", url="/release-1.0"))
    world.settle()

    assert 'href="/release-1.0/"' in world.page("2010/03/a/index.html")
