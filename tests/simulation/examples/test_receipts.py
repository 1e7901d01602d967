"""What an author is told: what was touched, when it was so first and last, and what stays of it when it comes again."""

from datetime import timedelta

from bucketpress.records.receipt import Receipt
from tests.simulation.actions import Upload
from tests.simulation.examples.worlds import EVERYTHING, SITE, forget, gone, happened, post, right, settled
from tests.simulation.simulated_world import SimulatedWorld
from tests.support.world import RECOLOURED, SITE_YAML, markdown

MINUTE = timedelta(minutes=1)
PAGE = "post:/2010/02/a/"
MONTH, PERIODS = "period:all:2010-02", {"period:all:2010", "period:all:2010-02"}
COMES = {"head:all", *PERIODS, "directory:archive"}


def _receipt(world: SimulatedWorld, key: str = "posts/a.md") -> Receipt:
    receipt = world.index.record(key).receipt
    assert receipt is not None
    return receipt


def _publish(world: SimulatedWorld, key: str = "posts/a.md", *, asked: bool = True) -> Receipt:
    """Publish once, a minute later, asked for half a minute before."""
    world.now += MINUTE
    world.publisher.publish(key, asked_at=world.now - MINUTE / 2 if asked else None)
    return _receipt(world, key)


def _touched(world: SimulatedWorld, action: Upload) -> set[str]:
    """Return the sections that something touches, by its receipt and by what was sent first."""
    action.happen(world)
    forget(world)
    _publish(world, action.key)
    receipt = _receipt(world, action.key)
    assert set(receipt.sections) <= set(world.pages.bodies())
    assert receipt.unlisted == 0
    return _without_search(receipt)


def _without_search(receipt: Receipt) -> set[str]:
    """Return the sections a receipt names, but those of the search."""
    return {name for name in receipt.sections if not name.startswith("search")}


def test_a_receipt_names_what_each_change_touches_and_nothing_else() -> None:
    tagged = {"head:tag:x", "period:tag:x:2010", "directory:tags"}
    signed = {"head:author:jane-doe", "period:author:jane-doe:2010", "directory:authors"}
    cases = (
        ((), post("a"), {PAGE, *COMES}),
        ((post("a"),), post("a", text="Other."), {PAGE, MONTH}),
        ((post("a"),), post("a", "Title"), {PAGE, *PERIODS}),
        ((post("a"),), post("a", updated="2010-03-01"), {PAGE, MONTH}),
        ((post("a"),), post("a", tags="[x]"), {PAGE, MONTH, *tagged}),
        ((post("a", tags="[x]"),), post("a"), {PAGE, MONTH, *tagged}),
        ((post("a"),), post("a", author="jane-doe"), {PAGE, MONTH, *signed}),
        ((post("a"),), post("a"), set()),
        ((post("a"),), post("a", slug="one"), {PAGE, "post:/2010/02/one/", *PERIODS}),
        ((post("a"),), post("a", aliases="[/old/]"), {"post:/old/"}),
        (
            (post("a"),),
            post("a", date="2009-12-31"),
            {PAGE, "post:/2009/12/a/", *COMES, "period:all:2009", "period:all:2009-12"},
        ),
        ((), post("a", "zznever", draft="true"), set()),
        ((post("a"),), post("a", "zznever", draft="true"), {PAGE, *COMES}),
        ((), Upload("pages/about.md", markdown("About")), {"post:/about/", "directory:pages"}),
        ((), Upload("static/one.html", b"one"), {"post:/one.html"}),
        ((post("a", slug="one"),), post("b", slug="one"), {"post:/2010/02/one/"}),
        ((post("b", slug="one"),), post("a", slug="one"), {"post:/2010/02/one/", *COMES}),
    )
    for before, action, sections in cases:
        assert _touched(settled(SITE, *before), action) == sections, action


def test_a_removal_names_what_it_touched() -> None:
    world = settled(SITE, post("a", tags="[x]"))
    gone("a").happen(world)
    forget(world)

    receipt = _publish(world)

    assert _without_search(receipt) == {PAGE, *COMES, "head:tag:x", "period:tag:x:2010", "directory:tags"}
    assert (receipt.version, receipt.understood) == ("", None)


def test_settings_name_the_sections_there_are_because_of_them_and_were() -> None:
    world = settled(Upload("site.yaml", SITE_YAML + b"redirects:\n  /from/: /a/\n"))
    Upload("site.yaml", SITE_YAML + b"redirects:\n  /other/: /a/\n").happen(world)
    forget(world)

    receipt = _publish(world, "site.yaml")

    assert {"site", "directory:tags", "post:/from/", "post:/other/"} <= set(receipt.sections)
    assert set(receipt.sections) <= set(world.pages.bodies())


def test_what_comes_again_keeps_its_first_moments_and_sections_and_moves_its_last() -> None:
    world = settled(SITE)
    post("a").happen(world)
    first = _publish(world)
    began, asked = world.now, world.now - MINUTE / 2
    for _ in range(3):
        world.deliver_all()
        again = _publish(world)

        assert (again.since, again.asked_at, again.at) == (began, asked, world.now)
        assert again.sections == first.sections


def test_another_upload_of_the_same_bytes_and_another_state_begin_anew() -> None:
    world = settled(SITE)
    post("a", slug="one").happen(world)
    _publish(world)
    world.deliver_all()
    post("a", slug="one").happen(world)
    same = _publish(world)
    assert (same.since, same.asked_at, same.sections) == (world.now, world.now - MINUTE / 2, ())

    world.deliver_all()
    happened(world, post("0", slug="one"))
    shadowed = _receipt(world)
    assert (shadowed.since, shadowed.at) == (world.now, world.now)
    assert "Not published" in shadowed.note
    forget(world)
    world.now += MINUTE
    happened(world, gone("0"))
    assert _receipt(world).since == world.now
    assert "post:/2010/02/one/" in _receipt(world).sections
    right(world)


def test_a_post_that_came_due_was_asked_for_by_its_date_and_one_edited_then_was_not() -> None:
    world = settled(SITE)
    soon = world.now + 10 * MINUTE
    happened(world, post("a", date=soon.isoformat()), post("b", date=soon.isoformat()))
    world.now = soon
    for key in ("posts/a.md", "posts/b.md"):
        before = _receipt(world, key)
        if key == "posts/b.md":
            post("b", "Edited", date=soon.isoformat()).happen(world)
        receipt = _publish(world, key)

        assert before.since < soon
        assert receipt.since == world.now
        assert receipt.asked_at == (soon if key == "posts/a.md" else world.now - MINUTE / 2)


def test_another_state_of_the_same_version_that_touches_nothing_begins_anew() -> None:
    world = settled(SITE)
    expires, date = world.now + 3 * MINUTE, world.now + 9 * MINUTE
    post("a", "zznever", date=date.isoformat(), expires=expires.isoformat()).happen(world)
    first = _publish(world)
    world.now = expires

    receipt = _publish(world)

    assert (first.sections, receipt.sections) == ((), ())
    assert first.note != receipt.note
    assert (receipt.since, receipt.asked_at) == (world.now, world.now - MINUTE / 2)


def test_a_post_that_is_due_later_was_asked_for_by_whoever_asked() -> None:
    world = settled(SITE)
    later = world.now + timedelta(days=1)
    happened(world, post("b", slug="one"), post("a", slug="one", expires=later.isoformat()))
    world.deliver_all()
    happened(world, post("0", slug="one"))

    receipt = _publish(world)

    assert receipt.asked_at != later


def test_an_invalid_version_is_told_of_beside_the_last_good_one() -> None:
    world = settled(SITE, post("a", "Good"))
    version = world.content.upload("posts/a.md", b"\xff")

    receipt = _publish(world)

    assert (receipt.last_good, receipt.version) == (True, version.version)
    assert receipt.understood.title == "Good"
    assert receipt.problems
    assert receipt.note.startswith("Published.")
    assert receipt.note != "Published."


def test_every_section_a_receipt_names_was_refreshed_since_and_says_when() -> None:
    world = settled(*EVERYTHING)
    world.now += timedelta(hours=1)
    at = world.now
    happened(world, post("b", "Edited", date="2010-02-01", tags="[x, y]", author="John"))

    for name in _receipt(world, "posts/b.md").sections:
        section = world.index.section(name)
        assert section.refreshed_at >= at, name
        assert section.began <= section.refreshed_at, name
        assert set(section.written) == set(section.artifacts), name
    assert world.index.section("post:/2010/02/b/").written["2010/02/b/index.html"] >= at
    assert world.index.section("period:tag:y:2010").refreshed_at >= at
    assert world.index.section("head:author:jane-doe").refreshed_at < at


def test_settings_uploaded_again_touch_nothing() -> None:
    world = settled(SITE)
    SITE.happen(world)
    forget(world)
    assert _publish(world, "site.yaml").sections == ()
    Upload("site.yaml", SITE_YAML + RECOLOURED).happen(world)
    assert "site" in _publish(world, "site.yaml").sections


def test_an_edit_sends_the_heads_that_show_the_post_and_no_others() -> None:
    few = Upload("site.yaml", SITE_YAML + b"posts_per_page: 2\nfeed_items: 1\n")
    posts = {name: {"date": f"2010-02-0{day}", "tags": tags} for name, day, tags in POSTS_OF_HEADS}
    for name, front in posts.items():
        world = settled(few, *(post(each, **posts[each]) for each in posts))
        post(name, "Edited", **front).happen(world)
        world.take("sources", f"posts/{name}.md")
        world.handler("sources", f"posts/{name}.md")()

        heads = {body for body in world.pages.bodies() if body.startswith("head:")}
        assert heads == HEADS_THAT_SHOW[name], name
        happened(world)
        right(world)


POSTS_OF_HEADS = (("a", 1, "[x]"), ("b", 2, "[x, y]"), ("c", 3, "[x]"), ("d", 4, "[x]"))
HEADS_THAT_SHOW = {
    "a": set(),
    "b": {"head:tag:y"},
    "c": {"head:all", "head:tag:x"},
    "d": {"head:all", "head:tag:x"},
}
