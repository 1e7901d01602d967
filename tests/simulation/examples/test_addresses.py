"""Who answers at an address: former owners, former paths, aliases, rivals, renamed files."""

from dataclasses import replace

from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.record import Record
from bucketpress.services.publish.live_paths import FORMER_PATHS_KEPT, OTHER_ITEMS, TRANSACTION_ITEMS, live_paths
from tests.simulation.actions import Delete, Upload
from tests.simulation.examples.worlds import SITE, gone, happened, post, right, settled
from tests.simulation.simulated_world import SimulatedWorld
from tests.support.world import SITE_YAML

ONE, TWO = "2010/02/one/index.html", "2010/02/two/index.html"


def _leads(world: SimulatedWorld, key: str) -> str | int | None:
    """Return where an object leads, its status, or None for one that is not there; 200 for a live one."""
    stored = world.site.head(key)
    if stored is None:
        return None
    return stored.redirect_to or stored.status or 200


def test_of_several_former_owners_the_one_that_lives_answers() -> None:
    moved_on = [
        action for name in ("a", "b", "c") for action in (post(name, slug="one"), post(name, slug=f"{name}-now"))
    ]
    for alive in ("a", "b", "c"):
        world = settled(SITE, *moved_on)
        for name in "abc":
            if name != alive:
                happened(world, gone(name))

        assert _leads(world, ONE) == f"/2010/02/{alive}-now/"
        right(world)
        happened(world, gone(alive))
        assert _leads(world, ONE) == 410
        right(world)


def test_of_several_that_live_the_smallest_key_answers_and_the_next_when_it_goes() -> None:
    moved_on = [
        action for name in ("c", "a", "b") for action in (post(name, slug="one"), post(name, slug=f"{name}-now"))
    ]
    world = settled(SITE, *moved_on)
    for name, following in (("a", "b"), ("b", "c")):
        assert _leads(world, ONE) == f"/2010/02/{name}-now/"
        happened(world, post(name, "zznever", slug=f"{name}-now", draft="true"))
        assert _leads(world, ONE) == f"/2010/02/{following}-now/"
        right(world)
    happened(world, post("a", slug="a-later"))
    assert _leads(world, ONE) == _leads(world, "2010/02/a-now/index.html") == "/2010/02/a-later/"
    right(world)


def test_more_former_paths_than_are_kept_lose_the_oldest_and_no_alias() -> None:
    world = settled(SITE, post("a", slug="p00", aliases="[/kept/]"))
    last = FORMER_PATHS_KEPT + 3
    for number in range(1, last + 1):
        post("a", slug=f"p{number:02}", aliases="[/kept/]").happen(world)
        world.deliver_all()
    world.come_due()
    now, former = f"/2010/02/p{last:02}/", world.index.record("posts/a.md").live_paths

    assert former[-1] == now
    assert len(former) == FORMER_PATHS_KEPT + 1
    assert former[:2] == ("/kept/", "/2010/02/p04/")
    for number in range(last):
        wanted = 410 if number < 4 else now
        assert _leads(world, f"2010/02/p{number:02}/index.html") == wanted, number
    assert _leads(world, "kept/index.html") == now


def test_aliases_added_later_lead_to_the_post_and_stay_when_they_are_taken_out() -> None:
    world = settled(SITE, post("a"))
    for front, wanted in (
        ({"aliases": "[/old/]"}, {"old": "/2010/02/a/"}),
        ({"aliases": "[/old/, /older/]"}, {"old": "/2010/02/a/", "older": "/2010/02/a/"}),
        ({}, {"old": "/2010/02/a/", "older": "/2010/02/a/"}),
        ({"slug": "one"}, {"old": "/2010/02/one/", "older": "/2010/02/one/", "2010/02/a": "/2010/02/one/"}),
        ({"slug": "one", "draft": "true"}, {"old": 410, "older": 410, "2010/02/a": 410, "2010/02/one": 410}),
        ({"slug": "one"}, {"old": "/2010/02/one/", "older": "/2010/02/one/", "2010/02/a": "/2010/02/one/"}),
    ):
        happened(world, post("a", "zznever" if "draft" in front else "T", **front))

        assert {name: _leads(world, f"{name}/index.html") for name in wanted} == wanted, front
        right(world)


def test_an_alias_that_another_post_lives_at_waits_until_it_goes() -> None:
    world = settled(SITE, post("b", slug="one"), post("a", aliases="[/2010/02/one/]"))
    assert _leads(world, ONE) == 200

    happened(world, gone("b"))

    assert _leads(world, ONE) == "/2010/02/a/"
    right(world)


def test_as_many_aliases_change_as_one_transaction_has_room_for_and_the_oldest_paths_go_last() -> None:
    aliases, paths = (tuple(f"/{name}-{number:03}/" for number in range(95)) for name in ("alias", "path"))
    none = Record(key="posts/a.md", kind=SourceKind.POST)
    room = TRANSACTION_ITEMS - OTHER_ITEMS

    assert live_paths(none, None, "/now/", aliases) == (*aliases[:room], "/now/")
    begun = replace(none, live_paths=(*aliases[:room], "/now/"))
    assert live_paths(begun, None, "/now/", aliases) == (*aliases, "/now/")
    assert live_paths(begun, None, "/now/", aliases[:3]) == (*aliases[:3], *aliases[room - 47 : room], "/now/")
    many = replace(none, live_paths=paths)
    assert live_paths(many, None, "/now/", ()) == (*paths[95 - FORMER_PATHS_KEPT :], "/now/")
    assert live_paths(many, None, "/path-090/", ()) == (*paths[44:90], *paths[91:], "/path-090/")
    # Adding comes before dropping, and both share the room.
    assert live_paths(many, None, "/now/", aliases[: room - 2]) == (*paths[2:], *aliases[: room - 2], "/now/")
    assert live_paths(many, None, "/now/", paths[:1]) == (paths[0], *paths[46:], "/now/")
    assert live_paths(replace(none, live_paths=paths[:3]), None, None, paths[:1]) == paths[:3]


def test_a_rival_for_a_path_that_its_owner_keeps_is_let_in_and_out_again() -> None:
    owner, rival = post("a", slug="one"), post("b", "Rival", slug="one")
    for leaving in (
        gone("a"),
        post("a", "zznever", slug="one", draft="true"),
        post("a", slug="one", expires="2010-12-01"),
        post("a", slug="one", date="2012-02-01", text="zznotbefore20120201t0000z"),
        post("a", slug="two"),
    ):
        world = settled(SITE, owner, rival)
        states = []
        for action in (leaving, owner):
            happened(world, action)
            states.append(world.index.record("posts/b.md").state)
            if b"expires" not in getattr(leaving, "data", b"") or action is owner:
                right(world)

        assert states == [State.PUBLISHED, State.SHADOWED], leaving


def test_a_rival_with_a_smaller_key_takes_the_path_and_gives_it_back() -> None:
    world = settled(SITE, post("b", slug="one"))
    for action, states in (
        (post("a", slug="one"), (State.PUBLISHED, State.SHADOWED)),
        (post("c", slug="one"), (State.PUBLISHED, State.SHADOWED)),
        (gone("a"), (State.REMOVED, State.PUBLISHED)),
        (gone("b"), (State.REMOVED, State.REMOVED)),
    ):
        happened(world, action)
        assert (world.index.record("posts/a.md").state, world.index.record("posts/b.md").state) == states
        right(world)
    assert world.index.record("posts/c.md").state is State.PUBLISHED


def test_a_path_is_not_lost_to_a_rival_that_is_no_rival() -> None:
    for other in (
        post("a", "zznever", slug="one", draft="true"),
        post("a", slug="one", date="2012-02-01", text="zznotbefore20120201t0000z"),
        gone("a"),
    ):
        world = settled(SITE, post("b", slug="one"))
        happened(world, other)

        assert world.index.record("posts/b.md").state is State.PUBLISHED
        right(world)


def test_a_renamed_file_is_found_by_its_id_and_followed_where_it_goes() -> None:
    world = settled(SITE, post("a", id="m"), gone("a"))
    assert _leads(world, "2010/02/a/index.html") == 410
    for front, wanted in (
        ({}, "/2010/02/b/"),
        ({"slug": "one"}, "/2010/02/one/"),
        ({"slug": "one", "draft": "true"}, 410),
        ({"slug": "two"}, "/2010/02/two/"),
    ):
        happened(world, post("b", "zznever" if "draft" in front else "T", id="m", **front))

        assert _leads(world, "2010/02/a/index.html") == wanted
        right(world)
    happened(world, post("b", slug="two", id="other"))
    assert _leads(world, "2010/02/a/index.html") == 410
    right(world)


def test_a_renamed_file_leads_nowhere_while_the_old_one_is_only_withdrawn() -> None:
    world = settled(SITE, post("a", id="m"), post("b", id="m"), post("a", "zznever", id="m", draft="true"))

    assert _leads(world, "2010/02/a/index.html") == 410
    right(world)
    happened(world, gone("a"))
    assert _leads(world, "2010/02/a/index.html") == "/2010/02/b/"
    right(world)


def test_redirects_of_the_settings_begin_end_and_give_way() -> None:
    led = Upload("site.yaml", SITE_YAML + b"redirects:\n  /2010/02/one/: /2010/02/b/\n")
    world = settled(SITE, post("b"), post("a", slug="one"), post("a", slug="two"))
    for action, wanted in (
        (led, "/2010/02/b/"),
        (post("c", slug="one"), 200),
        (gone("c"), "/2010/02/b/"),
        (SITE, "/2010/02/two/"),
    ):
        happened(world, action)
        assert _leads(world, ONE) == wanted
    right(world)


def test_a_page_a_file_and_a_post_answer_at_one_path_in_turn() -> None:
    file = Upload("static/one/index.html", b"one")
    world = settled(SITE, post("a", url="/one/"), file)
    assert world.index.record(file.key).state is State.SHADOWED
    happened(world, gone("a"))
    assert world.site.data("one/index.html") == b"one"
    right(world)
    happened(world, Delete(file.key))
    assert _leads(world, "one/index.html") == 410
    right(world)
