"""The index lost, or restored to an older moment: the same site comes back, its old addresses included."""

import random
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.records.checkpoint import CheckpointName, Phase
from bucketpress.records.site_object import StoredArtifact
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.repairs import Repairs
from bucketpress.site.artifact import Artifact
from tests.support.world import SITE_YAML, World, clean_build, markdown

TICKS = 12
SLUGS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
DATES = ("2010-03-01", "2010-03-02", "2011-01-01")
REMOVED, IDENTIFIED, ALIASED = 0.2, 0.3, 0.2
SEVERAL = 3
FIRST, SECOND = "2010/03/a/index.html", "2010/03/moved/index.html"


def everything(world: World) -> dict[str, tuple[StoredArtifact | None, bytes]]:
    """Give every object of the site bucket: its bytes, where it leads, its status and its other headers."""
    return {key: (world.site.head(key), world.site.data(key)) for key, _ in world.site.list_keys("", 10_000)}


def with_index(world: World, index: MemoryPostIndex) -> World:
    """Give the same buckets and the same clock with another index; nothing is in the queues."""
    other = World(world.content, world.now)
    other.site = world.site
    other.index = index
    for service in ("publisher", "refresher", "upkeep"):
        made = getattr(other, service)
        fields = {name: getattr(made, name) for name in made.__dataclass_fields__}
        fields |= {"index": index} | ({"site": world.site} if "site" in fields else {})
        setattr(other, service, type(made)(**fields))
    return other


def recovered(world: World, ticks: int = TICKS) -> World:
    for _ in range(ticks):
        world.tick()
    return world


@pytest.fixture
def world() -> World:
    """A site with a history: posts moved and moved on, removed, shadowed, renamed, and a file."""
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", markdown("A", tags="[x]"))
    world.upload("posts/b.md", markdown("B", "2010-03-02", tags="[x, y]", id="urn:b"))
    world.upload("posts/c.md", markdown("C", "2009-12-31", aliases="[/old/, /old.php]"))
    world.upload("posts/gone.md", markdown("Gone", "2010-02-01"))
    world.upload("static/one.txt", b"one")
    world.settle()
    world.upload("posts/a.md", markdown("A", tags="[x]", slug="moved"))
    world.upload("posts/b2.md", markdown("B", "2010-03-02", tags="[x, y]", id="urn:b", slug="b2"))
    world.delete("posts/b.md")
    world.delete("posts/gone.md")
    world.settle()
    world.upload("posts/a.md", markdown("A", tags="[x]", slug="moved-on"))
    world.settle()
    return world


def test_an_index_that_was_lost_comes_back_and_the_site_stays_as_it_was_byte_for_byte(world: World) -> None:
    before = everything(world)

    after = recovered(with_index(world, MemoryPostIndex()))

    assert everything(after) == before
    assert after.live() == clean_build(after)
    assert after.index.checkpoint(CheckpointName.RECOVERY).phase is Phase.DONE
    heads = {key: stored for key, (stored, _) in before.items()}
    assert [heads[key].redirect_to for key in (FIRST, SECOND, "old.php")] == [  # type: ignore[union-attr]
        "/2010/03/moved-on/",
        "/2010/03/moved-on/",
        "/2009/12/c/",
    ]
    assert heads["2010/02/gone/index.html"].status == 410  # type: ignore[union-attr]


def moved_about(seed: int) -> World:
    """Give a site whose posts moved, left, came back, took each other's places and were renamed."""
    chance, world = random.Random(seed), World()
    world.upload("site.yaml", SITE_YAML)
    for _ in range(40):
        key = f"posts/{chance.choice('abcdef')}.md"
        if chance.random() < REMOVED:
            world.delete(key)
        else:
            front = {"slug": chance.choice(SLUGS)}
            front |= {"id": chance.choice("xy")} if chance.random() < IDENTIFIED else {}
            front |= {"aliases": "[/old/, /release-1.0]"} if chance.random() < ALIASED else {}
            world.upload(key, markdown(key, chance.choice(DATES), **front))
        world.settle()
    return recovered(world)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_history_a_lost_index_gives_the_same_site_in_however_small_steps(seed: int) -> None:
    world = moved_about(seed)
    before = everything(world)
    redirects = [key for key, (stored, _) in before.items() if stored and stored.redirect_to and key[0] == "2"]

    lost = with_index(world, MemoryPostIndex())
    lost.upkeep = replace(lost.upkeep, limits=TickLimits(rebuild_steps=1, rebuild_names=7, recovery_addresses=2))
    recovered(lost, 120)

    assert len(redirects) > SEVERAL
    assert lost.index.checkpoint(CheckpointName.RECOVERY).phase is Phase.DONE
    assert everything(lost) == before


def test_readers_see_the_site_as_it_was_until_the_index_is_complete(world: World) -> None:
    before = everything(world)
    world = with_index(world, MemoryPostIndex())
    written = len(world.site.writes)

    world.upload("posts/new.md", markdown("New", "2010-03-09"))
    world.settle()
    held = everything(world)
    recovered(world)

    assert held == before
    assert world.status("2010/03/new/index.html") == 200
    assert all(world.status(key) == 410 for key in world.site.writes[written:] if "gone" in key)
    assert world.live() == clean_build(world)


def test_a_source_that_cannot_be_published_holds_the_site_and_loses_no_page(world: World) -> None:
    before = everything(world)
    world = with_index(world, MemoryPostIndex())

    for _ in range(3 * TICKS):
        world.now += timedelta(minutes=1)
        world.upkeep.tick()
        while key := world.sources.take():
            if key != "posts/c.md":
                world.publisher.publish(key)
        world.settle_pages()
    held = everything(world)
    world.now += timedelta(hours=1)
    recovered(world)

    assert held == before
    assert everything(world) == before


def test_what_was_taken_over_is_known_afterwards_as_it_was_before(world: World) -> None:
    after = recovered(with_index(world, MemoryPostIndex()))

    after.upload("posts/a.md", markdown("A", tags="[x]", slug="farther"))
    after.upload("posts/b2.md", markdown("B", "2010-03-02", id="urn:b", slug="b3"))
    after.settle()

    targets = {key: stored.redirect_to for key, (stored, _) in everything(after).items() if stored}
    assert targets[FIRST] == targets[SECOND] == targets["2010/03/moved-on/index.html"] == "/2010/03/farther/"
    assert targets["2010/03/b/index.html"] == targets["2010/03/b2/index.html"] == "/2010/03/b3/"
    after.delete("posts/a.md")
    after.settle()
    assert [after.status(key) for key in (FIRST, SECOND)] == [410, 410]


def test_a_redirect_that_was_not_brought_up_to_date_is_followed_to_the_post(world: World) -> None:
    found = world.site.head(FIRST)
    assert found is not None
    stale = Artifact(key=FIRST, data=b"", content_type="text/html", status=301, redirect_to="/2010/03/moved/")
    world.site.put(stale, expected=found.etag)

    after = recovered(with_index(world, MemoryPostIndex()))

    stored = after.site.head(FIRST)
    assert stored is not None
    assert stored.redirect_to == "/2010/03/moved-on/"


def test_redirects_of_the_settings_belong_to_no_post(world: World) -> None:
    world.upload("site.yaml", SITE_YAML + b"redirects:\n  /talk/: /2009/12/c/\n  /else/: https://example.org/\n")
    world.settle()
    recovered(world)
    before = everything(world)

    after = recovered(with_index(world, MemoryPostIndex()))

    assert everything(after) == before
    assert "/talk/" not in after.record("posts/c.md").live_paths


def test_an_index_restored_to_an_older_moment_is_brought_up_to_date_with_both_buckets(world: World) -> None:
    older = deepcopy(world.index)
    world.upload("posts/late.md", markdown("Late", "2010-03-05"))
    world.settle()
    world.upload("posts/late.md", markdown("Late", "2010-03-05", slug="later"))
    world.upload("posts/a.md", markdown("A", tags="[x]", slug="farther"))
    world.delete("posts/c.md")
    world.settle()
    before = everything(world)

    Repairs(index=older).start_recovery()
    after = recovered(with_index(world, older))

    assert everything(after) == before
    assert after.record("posts/late.md").live_paths == ("/2010/03/late/", "/2010/03/later/")
    assert after.live() == clean_build(after)


def test_a_site_moved_to_another_account_answers_there_as_it_did(world: World) -> None:
    """As docs/operating.md says: content first, without its versions, then the site bucket, then the recovery."""
    recovered(world)
    before, moved = everything(world), World(now=world.now)
    moved.upkeep.tick()
    moved.settle()
    for version in world.content.list_keys("", 10_000):
        moved.upload(version.key, world.content.read(version))
    moved.settle()
    for key, (stored, data) in before.items():
        there = moved.site.head(key)
        assert stored is not None
        copied = Artifact(
            key=key,
            data=data,
            content_type=stored.content_type,
            cache_control=stored.cache_control,
            redirect_to=stored.redirect_to,
            status=stored.status,
        )
        moved.site.put(copied, expected=there.etag if there else None)

    Repairs(index=moved.index).start_recovery()
    recovered(moved)

    assert everything(moved) == before
    assert set(moved.record("posts/a.md").live_paths) == set(world.record("posts/a.md").live_paths)


def test_a_recovery_of_an_index_in_order_changes_nothing(world: World) -> None:
    recovered(world)
    before, records = (
        everything(world),
        {record.key: record.live_paths for record in world.index.list_records("", 99)[0]},
    )

    started, again = Repairs(index=world.index).start_recovery(), Repairs(index=world.index).start_recovery()
    recovered(world)

    assert (started, again) == (True, False)
    assert everything(world) == before
    assert {record.key: record.live_paths for record in world.index.list_records("", 99)[0]} == records


def test_a_new_site_is_not_held() -> None:
    fresh = World()
    fresh.upload("posts/a.md", markdown("A"))
    fresh.settle()

    stored = fresh.index.settings()

    assert fresh.status(FIRST) == 200
    assert stored is not None
    assert not stored.recovering
    assert fresh.index.checkpoint(CheckpointName.RECOVERY).revision == 0


def test_the_audit_and_the_rebuild_wait_for_the_recovery(world: World) -> None:
    world = with_index(world, MemoryPostIndex())
    world.publisher.publish("site.yaml")

    found = []
    for _ in range(TICKS):
        world.now += timedelta(minutes=1)
        found.append(world.upkeep.tick().divergences)
        world.settle()

    assert not any(found)
    assert world.index.checkpoint(CheckpointName.AUDIT).phase is Phase.DONE
