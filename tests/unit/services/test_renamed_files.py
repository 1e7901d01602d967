"""A renamed file is another source; its id says that it is the same post, and its old addresses lead to the new one."""

import pytest

from tests.support.world import SITE_YAML, World, clean_build, markdown

OLD, NEW = "2010/03/old/index.html", "2010/03/new/index.html"


@pytest.fixture
def world() -> World:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    return world


def leads(world: World, key: str = OLD) -> str | int | None:
    world.settle()
    stored = world.site.head(key)
    return None if stored is None else stored.redirect_to or stored.status or 200


@pytest.mark.parametrize("identity", ["ren-1", "tag:blog.example,2010:a", "with space"])
@pytest.mark.parametrize("first", ["copied", "deleted"])
def test_the_old_address_of_a_renamed_file_leads_to_the_new_one(world: World, identity: str, first: str) -> None:
    world.upload("posts/old.md", markdown("Ren", id=identity, aliases="[/older/]"))
    world.settle()

    if first == "copied":
        world.upload("posts/new.md", markdown("Ren", id=identity))
        world.settle()
        world.delete("posts/old.md")
    else:
        world.delete("posts/old.md")
        world.settle()
        world.upload("posts/new.md", markdown("Ren", id=identity))

    assert leads(world) == "/2010/03/new/"
    assert leads(world, "older/index.html") == "/2010/03/new/"
    assert world.live() == clean_build(world)


def test_it_follows_when_the_new_one_moves_goes_and_takes_another_id(world: World) -> None:
    world.upload("posts/old.md", markdown("Ren", id="ren-1"))
    world.settle()
    world.delete("posts/old.md")
    world.upload("posts/new.md", markdown("Ren", id="ren-1"))
    assert leads(world) == "/2010/03/new/"

    world.upload("posts/new.md", markdown("Ren", id="ren-1", slug="newer"))
    assert leads(world) == leads(world, NEW) == "/2010/03/newer/"

    world.upload("posts/new.md", markdown("Ren", id="other", slug="newer"))
    assert leads(world) == 410

    world.upload("posts/new.md", markdown("Ren", id="ren-1", slug="newer"))
    assert leads(world) == "/2010/03/newer/"

    world.upload("posts/new.md", markdown("Ren", id="ren-1", slug="newer", draft="true"))
    assert leads(world) == 410


def test_a_file_that_comes_back_has_its_address_again(world: World) -> None:
    world.upload("posts/old.md", markdown("Ren", id="ren-1"))
    world.upload("posts/new.md", markdown("Ren", id="ren-1"))
    world.settle()
    world.delete("posts/old.md")
    world.settle()

    world.upload("posts/old.md", markdown("Ren", id="ren-1"))

    assert leads(world) == 200


def test_a_file_renamed_twice_is_found_from_its_first_name(world: World) -> None:
    for name, before in (("old", ""), ("new", "old"), ("newest", "new")):
        world.upload(f"posts/{name}.md", markdown("Ren", id="ren-1"))
        if before:
            world.delete(f"posts/{before}.md")
        world.settle()

    assert leads(world) == leads(world, NEW) == "/2010/03/newest/"


def test_another_file_without_that_id_is_no_heir(world: World) -> None:
    world.upload("posts/old.md", markdown("Ren", id="ren-1"))
    world.upload("posts/new.md", markdown("Ren"))
    world.settle()
    world.delete("posts/old.md")

    assert leads(world) == 410
