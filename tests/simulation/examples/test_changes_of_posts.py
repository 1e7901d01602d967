"""Each change of a post alone: what readers see afterwards is the clean build, and nothing else was written."""

from dataclasses import replace

from bucketpress.content.post import State
from bucketpress.ports import PreconditionFailedError, RevisionConflictError, SourceGoneError, TransientError
from bucketpress.site.layout import path_section
from tests.simulation.actions import Delete, Purge, Upload
from tests.simulation.examples.worlds import (
    EVERYTHING,
    PICTURE,
    SITE,
    die,
    forget,
    gone,
    happened,
    post,
    right,
    run,
    settled,
)
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Fate
from tests.support.pictures import png
from tests.support.world import RECOLOURED, SITE_YAML, markdown

OTHERS = (post("n1", date="2010-01-15"), post("n2", date="2010-03-15"), post("n3", date="2011-01-01"))
CHANGES = (
    post("a", "Title"),
    post("a", text="Other."),
    post("a", updated="2010-06-01"),
    post("a", description="Short."),
    post("a", slug="one"),
    post("a", tags="[x]"),
    post("a", author="jane-doe"),
    post("a", author="John"),
    post("a", tags="[x, y]", author="John"),
    post("a", tags="[y]", date="2009-05-01"),
    post("a", tags="[y]", date="2009-06-01"),
    post("a", tags="[x]", author="jane-doe", date="2011-01-02"),
    post("a", tags="[X]"),
    post("a", date="2010-01-15"),
    post("a", date="2010-02-01T23:00:00+05:00"),
    post("a", date="2010-02-01T18:00:00Z"),
    post("a", "zznever", draft="true"),
    post("a", tags="[x]"),
    post("a", expires="2010-12-01", text="zznever"),
    post("a"),
    gone("a"),
    Purge("posts/a.md"),
)


def test_each_change_alone_makes_the_clean_build() -> None:
    world = settled(SITE, *OTHERS, post("a"))
    for action in CHANGES:
        happened(world, action)
        right(world)


def test_each_change_of_a_neighbour_alone_makes_the_clean_build() -> None:
    for action in (
        post("n2", "Title", date="2010-03-15"),
        post("n2", date="2010-03-15", slug="one"),
        post("n2", date="2010-01-20"),
        post("n2", date="2011-01-08"),
        post("n2", date="2009-02-01"),
        gone("n2"),
        gone("n1"),
        post("n4", date="2010-02-15"),
        post("n4", date="2009-02-15"),
        post("n4", date="2011-01-05"),
        post("n4", date="2010-02-01"),
    ):
        world = settled(SITE, *OTHERS, post("a"))
        happened(world, action)
        right(world)


def test_an_author_and_a_tag_enter_and_leave_their_years() -> None:
    front = {"tags": "[x]", "author": "jane-doe"}
    world = settled(SITE, post("n", date="2010-05-01", **front))
    for date, years in (
        ("2009-05-01", {"2009", "2010"}),
        ("2011-01-01", {"2010", "2011"}),
        ("2010-12-31T23:30:00Z", {"2010"}),
        ("2008-01-01", {"2008", "2010"}),
    ):
        happened(world, post("a", date=date, **front))

        for folder in ("tags/x", "authors/jane-doe"):
            live = {year for year in ("2008", "2009", "2010", "2011") if _is_live(world, f"{folder}/{year}/index.html")}
            assert live == years, (folder, date)
        right(world)
    happened(world, gone("a"), gone("n"))
    assert not _is_live(world, "tags/x/index.html")
    assert not _is_live(world, "authors/jane-doe/index.html")
    right(world)


def test_what_is_published_again_writes_nothing() -> None:
    world = settled(*EVERYTHING)
    written = list(world.site.writes)
    for key in world.content.all_keys():
        world.sources.send([key])
    world.pages.send(sorted(world.index._sections))
    world.deliver_all()
    world.come_due()

    assert world.site.writes == written
    right(world)


def test_an_edit_writes_only_what_shows_it() -> None:
    world = settled(*EVERYTHING)
    before = len(world.site.writes)
    happened(world, post("b", date="2010-02-01", text="Other.", tags="[x, y]", author="John"))

    page = {"2010/02/b/index.html", "2010/02/b/index.md"}
    feeds = {f"{at}{name}" for at in ("", "tags/x/", "tags/y/", "authors/john/") for name in FEEDS}
    written = {key for key in world.site.writes[before:] if not key.startswith("_search/")}
    assert page <= written
    assert not {key for key in written if key.startswith(("2011/", "2010/01/", "authors/jane"))}
    assert written - page - feeds <= {
        *("index.html", "tags/x/index.html", "tags/y/index.html", "authors/john/index.html", "llms.txt"),
        *("2010/02/index.html", "tags/x/2010/index.html", "tags/y/2010/index.html", "authors/john/2010/index.html"),
    }
    right(world)


FEEDS = ("atom.xml", "feed.xml", "feed.json")


def test_a_removal_is_not_undone_by_an_invalid_upload_after_it() -> None:
    for invalid in (b"\xff", b""):
        world = settled(SITE, post("a"), gone("a"), Upload("posts/a.md", invalid))

        assert world.index.record("posts/a.md").state is State.INVALID
        assert not _is_live(world, "2010/02/a/index.html")
        right(world)


def test_an_invalid_version_stands_for_the_newest_valid_one_after_a_removal() -> None:
    world = settled(SITE, post("a", "Old"), gone("a"), post("a", "Good"), post("a", "Better"))
    happened(world, Upload("posts/a.md", b"\xff"), Upload("posts/a.md", b"\xff again"))

    assert world.index.record("posts/a.md").title == "Better"
    assert _is_live(world, "2010/02/a/index.html")
    right(world)
    happened(world, Delete("posts/a.md"))
    assert not _is_live(world, "2010/02/a/index.html")
    right(world)


def test_of_invalid_versions_so_many_are_looked_at_and_those_of_the_same_bytes_once() -> None:
    bad = [Upload("posts/a.md", b"\xff %d" % number) for number in range(6)]
    for invalid, state in ((bad[:5], State.PUBLISHED), (bad, State.INVALID), (bad[:3] * 3, State.PUBLISHED)):
        world = settled(SITE, post("a", "Good"), *invalid)

        assert world.index.record("posts/a.md").state is state


def test_a_version_that_vanishes_while_it_is_read_is_not_missed() -> None:
    cases = (
        ("posts/a.md", (post("a", "Old"), post("a", "Good"), Upload("posts/a.md", b"\xff")), 1, "content.read"),
        # A text comes with its version in one call; a file is looked up first, and read after that.
        (
            "static/one.html",
            (Upload("static/one.html", b"1"), Upload("static/one.html", b"2")),
            0,
            "content.read_range",
        ),
    )
    for key, actions, number, call_name in cases:
        world = settled(SITE, actions[0])
        for action in actions[1:]:
            action.happen(world)
        forget(world)
        vanishing = world.content.versions(key, 9)[number]
        kept = world.content.versions(key, 9)[number + 1]

        task = run(
            lambda here=world, its=key: here.publisher.publish(its, object_only=True),
            lambda call, name=call_name: Fate.DIE_BEFORE if call.name == name else Fate.GO,
            lambda here=world, gone_one=vanishing: here.content.delete_version(gone_one.key, gone_one.version),
        )

        assert task.finished
        assert world.index.record(key).version == kept
        happened(world)
        right(world)


def test_a_version_that_vanishes_every_time_is_for_another_try() -> None:
    world = settled(SITE, Upload("static/a.txt", b"text"))

    class Gone:
        def __getattr__(self, name: str) -> object:
            return getattr(world.content, name)

        def read_range(self, version: object, _start: int, _length: int) -> bytes:
            raise SourceGoneError(str(version))

    before = world.index.record("static/a.txt")
    assert _raises_transient(lambda: replace(world.publisher, content=Gone()).publish("static/a.txt"))
    assert world.index.record("static/a.txt") == before


def test_a_publish_or_refresh_that_always_loses_is_for_another_try_and_changes_nothing() -> None:
    world = settled(*EVERYTHING)

    class Busy:
        def __init__(self, port: object, busy: str, error: type[Exception]) -> None:
            self.port, self.busy, self.error, self.tries = port, busy, error, 0

        def __getattr__(self, name: str) -> object:
            if name != self.busy:
                return getattr(self.port, name)

            def lose(*_arguments: object, **_named: object) -> object:
                self.tries += 1
                raise self.error("busy")

            return lose

    post("b", "Edited", date="2010-02-01").happen(world)
    forget(world)
    busy = Busy(world.index, "commit", RevisionConflictError)
    assert _raises_transient(lambda: replace(world.publisher, index=busy).publish("posts/b.md"))
    assert busy.tries == 8
    assert (world.sources.bodies(), world.pages.bodies()) == ([], [])

    busy = Busy(world.index, "commit_section", RevisionConflictError)
    assert _raises_transient(lambda: replace(world.refresher, index=busy).refresh("head:all"))
    assert busy.tries == 8
    world.site.lose("index.html")
    busy = Busy(world.site, "put", PreconditionFailedError)
    assert _raises_transient(lambda: replace(world.refresher, site=busy).refresh("head:all"))
    assert busy.tries in {7, 8}
    assert world.pages.bodies() == []


def test_a_picture_waits_for_its_post_and_goes_with_it() -> None:
    key, public = "posts/x/p.png", "_bucketpress/media/posts/x/p.png"
    shown = Upload("posts/x/index.md", markdown("X", "2010-02-01", "![p](p.png)"))
    held = Upload("posts/x/index.md", markdown("X zznever", "2010-02-01", "![p](p.png)", draft="true"))
    later = Upload("posts/x/index.md", markdown("X", "2012-02-01", "zznotbefore20120201t0000z ![p](p.png)"))
    for before, after in ((held, shown), (later, shown), (shown, held), (shown, later)):
        world = settled(SITE, before, Upload(key, PICTURE))
        for action in (before, after):
            happened(world, action)
            assert _is_live(world, public) == (action is shown)
            right(world)
    world = settled(SITE, held, Upload(key, PICTURE), shown)
    assert b'width="3"' in world.site.data("2010/02/x/index.html")
    happened(world, Upload(key, png(2, 3)))
    assert b'width="2"' in world.site.data("2010/02/x/index.html")
    happened(world, Delete(key))
    assert b'width="' not in world.site.data("2010/02/x/index.html").split(b"<article")[-1].split(b"</article")[0]
    right(world)


def test_a_file_is_public_while_a_public_post_links_to_it_or_shows_it() -> None:
    key, public = "posts/p.png", "_bucketpress/media/posts/p.png"
    held = post("a", "T zznever", text="![p](p.png)", draft="true")
    for text in ("![p](p.png)", "[p](p.png)"):
        world = settled(SITE, Upload(key, PICTURE))
        for action, live in ((held, False), (post("a", text=text), True), (post("a"), False), (gone("a"), False)):
            happened(world, action)
            assert _is_live(world, public) == live
            right(world)
        happened(world, post("b", text=text), post("a", text=text))
        for action, live in ((post("b"), True), (held, False), (post("a", text=text), True), (gone("a"), False)):
            happened(world, action)
            assert _is_live(world, public) == live
            right(world)


def test_a_file_that_a_public_post_shows_does_not_wait_for_the_draft_in_its_folder() -> None:
    draft = Upload("posts/x/index.md", markdown("X zznever", draft="true"))
    world = settled(SITE, draft, Upload("posts/x/p.png", PICTURE), post("a", text="![p](x/p.png)"))

    assert _is_live(world, "_bucketpress/media/posts/x/p.png")
    right(world)


def test_a_page_offers_the_variants_of_its_picture_and_lets_them_go_with_it() -> None:
    key, page = "posts/x/p.png", "2010/02/x/index.html"
    shown = Upload("posts/x/index.md", markdown("X", "2010-02-01", "![p](p.png)"))
    world = settled(SITE, shown)
    for picture, widths in ((png(600, 1), (480,)), (png(2000, 1), (480, 960, 1600)), (PICTURE, ())):
        happened(world, Upload(key, picture))
        offered = world.site.data(page).decode()
        assert all(f" {width}w" in offered for width in widths)
        assert ("srcset" in offered) == bool(widths)
        right(world)
    happened(world, Upload(key, png(600, 1)), Delete(key))
    assert "srcset" not in world.site.data(page).decode()
    right(world)


def test_a_page_offers_a_cover_once_it_is_there_and_another_when_its_image_changes_alone() -> None:
    key, page = "posts/x/p.png", "2010/02/x/index.html"
    world = settled(SITE, Upload("posts/x/index.md", markdown("X", "2010-02-01", image="p.png")))
    for picture, has_cover in ((png(1200, 630), True), (png(1200, 629), False), (png(1300, 700), True)):
        happened(world, Upload(key, picture))
        assert (b"p.png/" in world.site.data(page) and b"-cover.jpg" in world.site.data(page)) == has_cover
        right(world)

    happened(world, Upload("posts/x/q.png", png(1200, 630)))
    happened(world, Upload("posts/x/index.md", markdown("X", "2010-02-01", image="q.png")))
    offered = world.site.data(page)
    assert b"q.png/" in offered
    assert b"p.png" not in offered
    right(world)

    happened(world, Delete("posts/x/q.png"))
    assert b"-cover.jpg" not in world.site.data(page)
    right(world)


def test_a_cover_that_two_posts_share_stays_while_one_of_them_does() -> None:
    shared = (post("a", image="p.png"), post("b", date="2010-02-02", image="p.png"))
    world = settled(SITE, *shared, Upload("posts/p.png", png(1200, 630)))
    pages = ("2010/02/a/index.html", "2010/02/b/index.html")
    assert all(b"-cover.jpg" in world.site.data(page) for page in pages)

    happened(world, gone("a"))
    assert b"-cover.jpg" in world.site.data(pages[1])
    right(world)


def test_what_stands_out_in_a_picture_is_noted_also_where_the_run_that_copied_it_died() -> None:
    """Readers get the same bytes of both versions, so nothing but their ETags tells them apart."""
    name = path_section("/_bucketpress/media/posts/x/p.png")
    shown = Upload("posts/x/index.md", markdown("X", "2010-02-01", "![p](p.png)"))
    world = settled(SITE, shown, Upload("posts/x/p.png", png(2, 3)))
    before = world.index.section(name)

    Upload("posts/x/p.png", png(2, 3) + b"PK\3\4").happen(world)
    world.deliver_all(but="pages")
    die(world, "pages", name, after="site.copy")
    world.deliver_all()

    after = world.index.section(name)
    assert before.artifacts == after.artifacts
    assert before.findings != after.findings
    right(world)


def test_a_link_follows_its_target_also_where_the_run_that_published_it_died_with_its_commit() -> None:
    world = settled(SITE, post("b"))
    post("a", text="See [b](b.md).").happen(world)
    die(world, "sources", "posts/a.md", after="index.commit")
    world.deliver_all()

    happened(world, post("b", slug="else"))

    assert b'href="/2010/02/else/"' in world.site.data("2010/02/a/index.html")
    right(world)


def test_a_stylesheet_goes_when_it_is_needed_no_more_and_comes_back() -> None:
    world = settled(SITE, post("a"))
    (first,) = (key for key in world.site._objects if key.endswith(".css"))
    happened(world, Upload("site.yaml", SITE_YAML + RECOLOURED))
    assert not _is_live(world, first)
    right(world)
    happened(world, SITE)
    assert _is_live(world, first)
    right(world)


def test_a_stylesheet_that_nobody_wrote_down_goes() -> None:
    world = settled(SITE, post("a"))
    (css,) = (key for key in world.site._objects if key.endswith(".css"))
    stored, data = world.site._objects[css]
    left = css.replace(css.split(".")[1], "0123456789")
    world.site._objects[left] = replace(stored, key=left), data

    world.pages.send(["site"])
    world.deliver_all()

    assert not _is_live(world, left)
    right(world)


def _is_live(world: SimulatedWorld, key: str) -> bool:
    stored = world.site.head(key)
    return stored is not None and stored.status is None and stored.redirect_to is None


def _raises_transient(call: object) -> bool:
    try:
        call()
    except TransientError:
        return True
    return False
