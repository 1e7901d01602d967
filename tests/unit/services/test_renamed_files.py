"""A renamed file is another source; its id says that it is the same post, and its old addresses lead to the new one."""

from dataclasses import replace
from typing import Any

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.post import Entry, State
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.services.namesakes import heir_of, removed
from bucketpress.services.neighbours import neighbours
from bucketpress.site.entry_ids import own_id_name
from bucketpress.site.impact import Shown
from tests.support.values import entry, publication
from tests.support.world import SITE_YAML, World, clean_build, markdown

A_POST_OF_ANOTHER_ID = Shown(entry=entry("posts/b.md", id="urn:test:b"), body_digest="1")
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


def former(key: str, state: State = State.REMOVED, **changes: Any) -> Record:
    return Record(**{"key": key, "kind": SourceKind.POST, "revision": 1, "state": state, "id": "urn:test:a", **changes})


def heir(key: str, **changes: Any) -> Record:
    shown = Shown(entry=entry(key, id="urn:test:a", **changes), body_digest="1")
    return former(key, State.PUBLISHED, shown=shown)


def named(*records: Record) -> MemoryPostIndex:
    """An index in which all of these are or were published under one id."""
    index = MemoryPostIndex()
    for record in records:
        index.commit(PublishTransaction(record=record, names_in=frozenset({own_id_name("urn:test:a")})))
    return index


def test_of_the_sources_of_one_id_the_other_removed_ones_are_found_smallest_key_first() -> None:
    index = named(former("posts/c.md"), former("posts/b.md"), heir("posts/d.md"), former("posts/a.md"))

    found = removed(index, own_id_name("urn:test:a"), besides="posts/a.md")

    assert [record.key for record in found] == ["posts/b.md", "posts/c.md"]
    assert removed(named(former("posts/a.md")), own_id_name("urn:test:a"), besides="posts/a.md") == ()


@pytest.mark.parametrize(
    ("formers", "others", "key"),
    [
        ([former("posts/a.md")], [heir("posts/c.md"), heir("posts/b.md")], "posts/b.md"),
        ([former("posts/a.md")], [former("posts/b.md"), heir("posts/c.md")], "posts/c.md"),
        ([former("posts/a.md")], [former("posts/b.md")], None),
        ([former("posts/a.md", State.DRAFT)], [heir("posts/b.md")], None),
        ([former("posts/a.md", id="")], [heir("posts/b.md")], None),
        ([former("posts/0.md", id=""), former("posts/a.md")], [heir("posts/b.md")], "posts/b.md"),
        ([former("posts/a.md")], [replace(heir("posts/b.md"), shown=A_POST_OF_ANOTHER_ID)], None),
        ([], [heir("posts/b.md")], None),
    ],
)
def test_a_removed_post_is_continued_by_the_first_that_readers_see_under_its_id(
    formers: list[Record], others: list[Record], key: str | None
) -> None:
    found = heir_of(named(*formers, *others), formers)

    assert (found.entry.key if found else None) == key


def test_the_neighbours_of_a_place_are_the_posts_next_to_it_and_one_row_of_each_side_is_read() -> None:
    limits: list[int | None] = []

    class Limited(MemoryPostIndex):
        def entries(self, listing: str, **asked: Any) -> tuple[Entry, ...]:
            limits.append(asked.get("limit"))
            return super().entries(listing, **asked)

    index = Limited()
    days = {day: entry(f"posts/{day}.md", day) for day in (1, 2, 3, 4, 5)}
    for each in days.values():
        index.commit(publication(each))

    assert neighbours(index, OneByOne(), days[3].position) == (days[4], days[2])
    assert neighbours(index, OneByOne(), days[1].position) == (days[2], None)
    assert neighbours(index, OneByOne(), days[5].position) == (None, days[4])
    assert set(limits) == {1}


def test_a_post_that_was_there_itself_and_is_published_elsewhere_comes_before_an_heir(world: World) -> None:
    world.upload("posts/old.md", markdown("Ren", id="ren-1"))
    world.settle()
    world.delete("posts/old.md")
    world.upload("posts/then.md", markdown("Then", slug="old"))
    world.settle()
    world.upload("posts/then.md", markdown("Then", slug="then"))
    world.upload("posts/new.md", markdown("Ren", id="ren-1"))

    assert leads(world) == "/2010/03/then/"
    assert world.live() == clean_build(world)
