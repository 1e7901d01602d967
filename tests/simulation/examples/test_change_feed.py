"""What mirrors are told: each change of what readers see once, of its kind, in order; and the names of posts."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from bucketpress.content.post import State
from bucketpress.records.post_change import ChangeKind, change_instant
from bucketpress.services.queries.change_feed import SAFETY_LAG, Place, place_at, read_changes
from bucketpress.services.queries.lookup import GoneError, Lookup, MovedError, NeverPublishedError
from tests.simulation.actions import Delete, Purge, Upload
from tests.simulation.examples.worlds import EVERYTHING, PICTURE, SITE, forget, gone, happened, post, right, settled
from tests.simulation.simulated_world import SimulatedWorld
from tests.support.world import RECOLOURED, SITE_YAML, markdown

PUBLISHED, UPDATED, REMOVED = ChangeKind.PUBLISHED, ChangeKind.UPDATED, ChangeKind.REMOVED


def _told(world: SimulatedWorld) -> list[tuple[str, ChangeKind, str]]:
    changes = world.index.changes("", 100)
    assert [change.at for change in changes] == sorted(change.at for change in changes)
    return [(change.key, change.kind, change.path) for change in changes]


def test_each_thing_that_happens_to_a_post_is_told_by_its_kind() -> None:
    world = settled(SITE)
    path, moved = "/2010/02/a/", "/2010/02/one/"
    for action, kind, at in (
        (post("a"), PUBLISHED, path),
        (post("a", text="Other."), UPDATED, path),
        (post("a", "Title", text="Other."), UPDATED, path),
        (post("a", "Title", text="Other.", tags="[x]"), UPDATED, path),
        (post("a", slug="one"), UPDATED, moved),
        (post("a", slug="one", updated="2010-03-01"), UPDATED, moved),
        (post("a", "zznever", slug="one", draft="true"), REMOVED, moved),
        (post("a", slug="one"), PUBLISHED, moved),
        (gone("a"), REMOVED, moved),
        (Purge("posts/a.md"), PUBLISHED, moved),
        (post("a"), UPDATED, path),
    ):
        world.now += timedelta(minutes=1)
        happened(world, action)
        (change,) = world.index.changes("", 100)

        assert (change.key, change.kind, change.path) == ("posts/a.md", kind, at), action
        assert (change.at, change.slug) == (world.now, at.split("/")[-2])
        assert change.revision <= world.index.record("posts/a.md").revision
        right(world)


def test_what_readers_do_not_see_differently_is_not_told() -> None:
    world = settled(SITE, post("a"), post("b", "zznever", draft="true"))
    before = world.index.changes("", 100)
    world.now += timedelta(minutes=1)
    happened(
        world,
        post("a"),
        post("a", key_nobody_knows="x"),
        post("b", "zznever too", draft="true"),
        gone("b"),
        Upload("posts/a.md", b"\xff"),
        Upload("pages/about.md", markdown("About")),
        Upload("static/one.html", b"one"),
        Upload("posts/p.png", PICTURE),
        Upload("site.yaml", SITE_YAML + RECOLOURED),
    )

    assert world.index.changes("", 100) == before
    right(world)


def test_a_post_changed_again_is_told_last() -> None:
    world = settled(SITE)
    for name in ("a", "b", "c"):
        world.now += timedelta(minutes=1)
        happened(world, post(name))
    world.now += timedelta(minutes=1)
    happened(world, post("a", "Again"))

    assert [key for key, _, _ in _told(world)] == ["posts/b.md", "posts/c.md", "posts/a.md"]
    happened(world, gone("b"))
    assert [key for key, _, _ in _told(world)] == ["posts/c.md", "posts/a.md", "posts/b.md"]


def test_changes_within_one_moment_and_under_a_clock_that_goes_back_move_forward() -> None:
    world = settled(SITE, post("a"))
    moments = []
    for number in range(4):
        world.now -= timedelta(seconds=number)
        happened(world, post("a", str(number)))
        moments.append(world.index.record("posts/a.md").changed)

    assert [later - earlier for earlier, later in pairwise(moments)] == [timedelta(microseconds=1)] * 3


def test_settings_that_move_posts_are_told_of_each() -> None:
    world = settled(SITE, post("a"), post("b"))
    world.now += timedelta(minutes=1)

    happened(world, Upload("site.yaml", SITE_YAML + b"permalink: /:slug/\n"))

    assert sorted(_told(world)) == [("posts/a.md", UPDATED, "/a/"), ("posts/b.md", UPDATED, "/b/")]
    right(world)


def test_a_post_that_was_never_told_of_is_told_of_once_more() -> None:
    world = settled(SITE, post("a"))
    record = world.index.record("posts/a.md")
    world.index._records["posts/a.md"] = replace(record, changed=None)
    world.index._changes.clear()
    world.index._change_positions.clear()
    world.index._names.clear()

    world.sources.send(["posts/a.md"])
    happened(world)

    assert [kind for _, kind, _ in _told(world)] == [UPDATED]
    assert world.index.named("slug:a", 9) == ("posts/a.md",)


def test_a_reader_is_told_of_everything_in_pages_and_of_nothing_for_good_before_its_time() -> None:
    world = settled(SITE)
    for number in range(5):
        happened(world, post(f"p{number}"))
        world.now += timedelta(minutes=1)
    now = world.now + timedelta(seconds=1)
    place, seen = Place(), []
    for _ in range(4):
        page = read_changes(world.index, place, limit=2, now=now)
        seen += [change.key for change in page.changes]
        place = page.following
        if not page.more:
            break

    assert seen == [f"posts/p{number}.md" for number in range(5)]
    assert place.settled == world.index.changes("", 1)[0].position  # the one older than the lag
    assert place.position == place.settled
    assert timedelta(minutes=5) == SAFETY_LAG
    assert place_at(now, now).settled == change_instant(now - SAFETY_LAG)
    assert place_at(now - timedelta(hours=1), now).settled == change_instant(now - timedelta(hours=1))


def test_a_post_is_found_by_each_name_it_has_and_had() -> None:
    world = settled(SITE, post("a", id="tag:x,2010:a"), post("a", slug="one", id="tag:x,2010:a"))
    lookup = Lookup(index=world.index)

    assert lookup.by_slug("one").path == lookup.by_id("tag:x,2010:a").path == "/2010/02/one/"
    assert lookup.by_path("/2010/02/one/").path == "/2010/02/one/"
    for ask in (lambda: lookup.by_slug("a"), lambda: lookup.by_path("/2010/02/a/")):
        assert _raised(ask) == "/2010/02/one/"
    happened(world, gone("a"))
    for ask in (
        lambda: lookup.by_slug("one"),
        lambda: lookup.by_slug("a"),
        lambda: lookup.by_id("tag:x,2010:a"),
        lambda: lookup.by_path("/2010/02/a/"),
    ):
        assert _raised(ask) is GoneError
    assert _raised(lambda: lookup.by_slug("never")) is NeverPublishedError


def test_a_draft_and_a_scheduled_post_have_no_name() -> None:
    world = settled(*EVERYTHING, post("d", "zznever", draft="true"))

    for slug in ("d", "later"):
        assert _raised(lambda name=slug: Lookup(index=world.index).by_slug(name)) is NeverPublishedError
    assert world.index.record("posts/d.md").state is State.DRAFT
    assert not [name for name, keys in world.index._names.items() if keys & {"posts/d.md", "posts/later.md"}]


def test_a_changed_id_leads_to_the_post_as_the_old_one_does() -> None:
    world = settled(SITE, post("a", id="tag:x,2010:a"), post("a", id="tag:x,2010:b"))
    lookup = Lookup(index=world.index)

    assert lookup.by_id("tag:x,2010:b").path == "/2010/02/a/"
    assert _raised(lambda: lookup.by_id("tag:x,2010:a")) == "/2010/02/a/"


def test_of_posts_with_one_slug_the_newest_is_found() -> None:
    world = settled(SITE, post("a", date="2010-02-01", slug="one"), post("b", date="2010-03-01", slug="one"))

    assert Lookup(index=world.index).by_slug("one").path == "/2010/03/one/"
    happened(world, Delete("posts/b.md"))
    assert Lookup(index=world.index).by_slug("one").path == "/2010/02/one/"
    forget(world)


def _raised(ask: object) -> object:
    """Return what a question raises: the path a post has moved to, or the kind of error."""
    try:
        ask()
    except MovedError as error:
        return error.entry.path
    except (GoneError, NeverPublishedError) as error:
        return type(error)
    return None
