"""Uploads, edits and removals, as readers see them."""

from dataclasses import replace

import pytest

from bucketpress.content.post import State
from bucketpress.site.artifact import Artifact
from bucketpress.site.layout import section_of_artifact
from tests.support.world import SITE_YAML, World, clean_build, markdown


def test_an_upload_becomes_a_page_a_listing_and_three_feeds(world: World) -> None:
    world.upload("posts/u-turn.md", markdown("A U-turn", "2010-03-05", tags="[VoIP]", author="jane-doe"))

    world.settle()

    assert world.record("posts/u-turn.md").state is State.PUBLISHED
    for key in ("2010/03/u-turn/index.html", "index.html", "tags/voip/index.html", "authors/jane-doe/index.html"):
        assert "A U-turn" in world.page(key)
    for key in ("feed.xml", "atom.xml", "feed.json", "tags/voip/feed.xml", "authors/jane-doe/atom.xml"):
        assert "A U-turn" in world.page(key)
    assert "/2010/03/u-turn/" in world.page("sitemap-2010-03.xml")
    assert "sitemap-2010-03.xml" in world.page("sitemap.xml")
    assert "/2010/03/" in world.page("2010/index.html")
    assert "/2010/" in world.page("archive/index.html")


def test_the_site_is_the_clean_build_whatever_the_order_of_events() -> None:
    uploads = {
        "site.yaml": SITE_YAML,
        "posts/a.md": markdown("A", "2010-01-31", tags="[x, y]", text="See [b](b.md)."),
        "posts/b.md": markdown("B", "2010-02-01", tags="[y]", author="jane-doe"),
        "posts/c/index.md": markdown("C", "2009-12-31", text='![p](p.png "A caption")'),
        "posts/c/p.png": b"\x89PNG\r\n\x1a\n",
        "pages/about.md": b"# About\n\nUs.\n",
        "static/humans.txt": b"Jane",
    }
    sites = []

    for order in (sorted(uploads), sorted(uploads, reverse=True)):
        world = World()
        for key in order:
            world.upload(key, uploads[key])
        world.settle()
        world.tick()
        sites.append(world.live())

    assert sites[0] == sites[1] == clean_build(world)


def test_uploading_the_same_file_again_writes_nothing(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.site.writes.clear()

    world.upload("posts/a.md", markdown("A"))
    world.settle()

    assert world.site.writes == []


def test_every_run_bumps_the_revision_also_when_nothing_changed(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    before = world.record("posts/a.md").revision

    world.publisher.publish("posts/a.md")

    assert world.record("posts/a.md").revision == before + 1


def test_each_service_run_twice_leaves_the_same_site(world: World) -> None:
    world.upload("posts/a.md", markdown("A", tags="[x]"))
    world.settle()
    before = world.live()

    world.publisher.publish("posts/a.md")
    for section in ("post:/2010/03/a/", "head:all", "head:tag:x", "period:all:2010", "directory:tags", "site"):
        world.refresher.refresh(section)
        world.refresher.refresh(section)
    world.settle()

    assert world.live() == before


def test_neighbours_link_to_a_post_that_comes_between_them(world: World) -> None:
    world.upload("posts/a.md", markdown("A", "2010-01-01"))
    world.upload("posts/c.md", markdown("C", "2010-03-01"))
    world.settle()

    world.upload("posts/b.md", markdown("B", "2010-02-01"))
    world.settle()

    assert "/2010/02/b/" in world.page("2010/01/a/index.html")
    assert "/2010/02/b/" in world.page("2010/03/c/index.html")
    assert "/2010/02/" in world.page("2010/01/index.html")
    assert world.live() == clean_build(world)


def test_an_edit_and_its_revert_leave_the_first_page(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="First."))
    world.settle()
    first = world.live()

    world.upload("posts/a.md", markdown("A", text="Second."))
    world.settle()
    second = world.live()
    world.upload("posts/a.md", markdown("A", text="First."))
    world.settle()

    assert second != first
    assert world.live() == first


def test_a_removed_post_answers_410_and_leaves_every_listing(world: World) -> None:
    world.upload("posts/a.md", markdown("A", tags="[x]"))
    world.upload("posts/b.md", markdown("B"))
    world.settle()

    world.delete("posts/a.md")
    world.settle()

    assert world.status("2010/03/a/index.html") == 410
    assert world.status("tags/x/index.html") == 410
    assert world.status("tags/x/feed.xml") == 410
    assert "2010/03/a" not in world.page("index.html")
    assert world.live() == clean_build(world)


def test_a_post_renamed_and_renamed_back_is_redirected_in_one_hop(world: World) -> None:
    world.upload("posts/a.md", markdown("A", slug="one"))
    world.settle()
    world.upload("posts/a.md", markdown("A", slug="two"))
    world.settle()
    moved = world.site.head("2010/03/one/index.html")

    world.upload("posts/a.md", markdown("A", slug="one"))
    world.settle()
    back = world.site.head("2010/03/two/index.html")

    assert moved is not None
    assert moved.redirect_to == "/2010/03/two/"
    assert back is not None
    assert back.redirect_to == "/2010/03/one/"
    assert world.status("2010/03/one/index.html") == 200
    assert world.live() == clean_build(world)


def test_two_posts_that_want_one_path_are_decided_by_key_in_any_order() -> None:
    uploads = {"posts/a.md": markdown("A", slug="same"), "posts/b.md": markdown("B", slug="same")}
    for order in (["posts/a.md", "posts/b.md"], ["posts/b.md", "posts/a.md"]):
        world = World()
        for key in order:
            world.upload(key, uploads[key])
            world.settle()

        assert world.record("posts/a.md").state is State.PUBLISHED
        assert world.record("posts/b.md").state is State.SHADOWED
        assert ">A<" in world.page("2010/03/same/index.html")
        receipt = world.record("posts/b.md").receipt
        assert receipt is not None
        assert "posts/a.md" in receipt.problems[-1].message
        assert world.live() == clean_build(world)


def test_the_loser_of_a_path_takes_it_when_the_winner_leaves(world: World) -> None:
    world.upload("posts/a.md", markdown("A", slug="same"))
    world.upload("posts/b.md", markdown("B", slug="same"))
    world.settle()

    world.delete("posts/a.md")
    world.settle()

    assert world.record("posts/b.md").state is State.PUBLISHED
    assert ">B<" in world.page("2010/03/same/index.html")


def test_drafts_and_scheduled_posts_leave_no_trace(world: World) -> None:
    world.upload("posts/draft.md", markdown("Secret draft", draft="true"))
    world.upload("posts/later.md", markdown("Secret later", "2011-01-10T12:10:00Z"))
    world.upload("drafts/idea.md", b"# Secret idea\n")
    world.upload("drafts/idea.png", b"secret")

    world.settle()

    assert not any(b"ecret" in data for data in world.live().values())
    assert world.index.entries("all") == ()
    assert world.index.published("posts/draft.md")[1] is None


def test_a_scheduled_post_goes_live_when_its_time_comes_and_not_before(world: World) -> None:
    world.upload("posts/later.md", markdown("Later", "2011-01-10T12:10:00Z"))
    world.settle()

    world.tick(9)
    before = world.status("2011/01/later/index.html")
    world.tick(1)

    assert before is None
    assert world.status("2011/01/later/index.html") == 200
    assert world.live() == clean_build(world)


def test_an_expiring_post_is_withdrawn_when_its_time_comes(world: World) -> None:
    world.upload("posts/a.md", markdown("A", expires="2011-01-10T12:10:00Z"))
    world.settle()

    world.tick(11)

    assert world.record("posts/a.md").state is State.EXPIRED
    assert world.status("2010/03/a/index.html") == 410
    assert world.live() == clean_build(world)


def test_a_link_follows_the_post_it_leads_to(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="See [b](b.md#part)."))
    world.settle()
    unresolved, first_receipt = world.page("2010/03/a/index.html"), world.record("posts/a.md").receipt

    world.upload("posts/b.md", markdown("B"))
    world.settle()
    resolved, last_receipt = world.page("2010/03/a/index.html"), world.record("posts/a.md").receipt
    world.upload("posts/b.md", markdown("B", slug="other"))
    world.settle()

    assert first_receipt is not None
    assert "posts/b.md" in first_receipt.problems[0].message
    assert last_receipt is not None
    assert last_receipt.problems == ()
    assert "/.source/" not in unresolved
    assert 'href="/2010/03/b/#' in resolved
    assert 'href="/2010/03/other/#' in world.page("2010/03/a/index.html")
    assert world.live() == clean_build(world)


def test_the_files_of_a_bundle_are_public_only_while_its_post_is(world: World) -> None:
    world.upload("posts/x/index.md", markdown("X", draft="true"))
    world.upload("posts/x/p.png", b"image")
    world.settle()
    before = world.status("_bucketpress/media/posts/x/p.png")

    world.upload("posts/x/index.md", markdown("X"))
    world.settle()
    public = world.status("_bucketpress/media/posts/x/p.png")
    world.upload("posts/x/index.md", markdown("X", draft="true"))
    world.settle()

    assert (before, public) == (None, 200)
    assert world.status("_bucketpress/media/posts/x/p.png") == 410


def test_settings_reach_every_page_after_a_tick(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.upload("posts/b.md", markdown("B", "2009-03-01"))
    world.settle()

    world.upload("site.yaml", SITE_YAML.replace(b"Packnet Blog", b"Packet Weekly"))
    world.settle()
    world.tick()
    world.tick()

    assert not any(b"Packnet Blog" in data for data in world.live().values())
    assert world.live() == clean_build(world)


def test_a_new_permalink_pattern_moves_every_post_and_redirects_the_old_paths(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()

    world.upload("site.yaml", SITE_YAML + b"permalink: /:slug/\n")
    world.settle()
    world.tick()

    assert world.status("a/index.html") == 200
    assert world.status("2010/03/a/index.html") == 301
    assert world.live() == clean_build(world)


def test_the_last_good_version_stays_live_when_a_bad_one_is_uploaded(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="Good."))
    world.settle()

    world.upload("posts/a.md", b"---\ntitle: [\n---\nBad.\n")
    world.settle()

    record = world.record("posts/a.md")
    assert record.receipt is not None
    assert record.receipt.last_good
    assert record.receipt.problems
    assert "Good." in world.page("2010/03/a/index.html")


def test_a_removed_post_is_not_brought_back_by_a_bad_upload(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.delete("posts/a.md")
    world.settle()

    world.upload("posts/a.md", b"\xff\xfe")
    world.settle()

    assert world.record("posts/a.md").state is State.INVALID
    assert world.status("2010/03/a/index.html") == 410


def test_an_ignored_key_leaves_no_record(world: World) -> None:
    world.upload("posts/.DS_Store", b"x")

    world.settle()

    assert world.record("posts/.DS_Store").revision == 0


def test_an_outbox_left_full_by_a_crash_is_sent_by_the_audit(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.sources.take()

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError

    accept, world.pages.send = world.pages.send, refuse
    with pytest.raises(ConnectionError):
        world.publisher.publish("posts/a.md")
    world.pages.send = accept

    for _ in range(4):
        world.tick(61)

    assert world.status("2010/03/a/index.html") == 200
    assert world.live() == clean_build(world)


def test_every_artifact_is_traced_back_to_the_section_that_wrote_it(world: World) -> None:
    world.upload("posts/a.md", markdown("A", tags="[x]", author="jane-doe"))
    world.upload("posts/b.md", markdown("B", "2009-12-01", url="/old/b.html"))
    world.upload("pages/about.md", b"# About\n")
    world.upload("static/humans.txt", b"us")
    world.settle()
    sections, _ = world.index.list_sections("", 1000)

    traced = {key: section_of_artifact(key) for key, _ in world.site.list_keys("", 1000)}

    assert traced == {key: section.name for section in sections for key in section.artifacts}


def test_an_object_altered_by_hand_is_mended_by_the_audit(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    stored = world.site.head("2010/03/a/index.html")
    assert stored is not None
    vandal = Artifact(key="2010/03/a/index.html", data=b"hacked", content_type="text/html", cache_control="")
    world.site.put(vandal, expected=stored.etag)

    for _ in range(5):
        world.tick(61)

    assert world.live() == clean_build(world)


def test_a_ring_of_links_between_removed_posts_comes_to_rest(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="[b](b.md) [a](a.md)"))
    world.upload("posts/b.md", markdown("B", text="[a](a.md)"))
    world.settle()

    world.delete("posts/a.md")
    world.delete("posts/b.md")
    world.settle()

    assert world.status("2010/03/a/index.html") == 410


def test_a_changed_time_zone_leaves_no_post_in_the_wrong_archive(world: World) -> None:
    world.upload("posts/a.md", markdown("A", "2009-06-15", tags="[x]"))
    world.upload("posts/b.md", markdown("B", "2010-01-01T05:00:00+00:00", tags="[x]"))
    world.settle()

    world.upload("site.yaml", SITE_YAML.replace(b"UTC", b"Pacific/Honolulu"))
    world.settle()
    for _ in range(4):
        world.tick()

    assert world.status("2009/12/index.html") == 200
    assert world.status("2010/01/index.html") == 410
    assert world.live() == clean_build(world)


def test_a_stray_object_is_withdrawn_by_the_audit(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    twins = ("index.md", "index.html.md", "tags/index.md", "2010/03/index.md", "2010/03/a/index.html.md")
    ours = ("tags/secret/index.html", "_bucketpress/x.css", "_bucketpress/style.0123456789.css")
    for key in (*twins, *ours, "2010/03/old/index.html", "2010/13/index.html", "notes.txt", "a//b.png", "/index.html"):
        stray = Artifact(key=key, data=b"never published", content_type="text/html", cache_control="")
        world.site.put(stray, expected=None)

    for _ in range(5):
        world.tick(61)

    assert not any(b"never published" in world.site.data(key) for key, _ in world.site.list_keys("", 1000))
    assert world.live() == clean_build(world)


def test_an_object_that_only_shows_a_folder_is_left_alone(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    for key in ("tags/", "2010/03/a/", "new/"):
        world.site.put(Artifact(key=key, data=b"", content_type="", cache_control=""), expected=None)
    world.tick(61)
    written = len(world.site.writes)

    for _ in range(5):
        world.tick(61)

    assert len(world.site.writes) == written
    assert world.status("tags/index.html") == 200


def test_a_new_stack_settles_by_itself_before_anything_is_uploaded() -> None:
    world = World()

    world.tick()
    world.tick()

    assert world.status("index.html") == 200
    assert world.status("404.html") == 200
    assert world.live() == clean_build(world)


def test_a_new_default_address_reaches_the_site_without_an_upload() -> None:
    world = World()
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.publisher = replace(world.publisher, default_url="https://new.example")

    for _ in range(5):
        world.tick(61)

    assert not any(b"https://example.com" in data for data in world.live().values())


def test_the_files_of_a_draft_deep_below_the_root_are_held_back(world: World) -> None:
    world.upload("posts/2010/x/index.md", markdown("X", draft="true"))
    world.upload("posts/2010/x/img/secret.png", b"secret")
    world.upload("posts/2010/shared.png", b"shared")
    world.upload("posts/2010/y/index.md", markdown("Y", text="![A map](../shared.png)"))

    world.settle()

    assert world.status("_bucketpress/media/posts/2010/x/img/secret.png") is None
    assert world.status("_bucketpress/media/posts/2010/shared.png") == 200


def test_a_post_with_thousands_of_problems_still_gets_its_receipt(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="![x](data:q) " * 3000))

    world.settle()

    receipt = world.record("posts/a.md").receipt
    assert receipt is not None
    (problem,) = receipt.problems
    assert problem.count == 3000
    assert str(problem).endswith("(and 2,999 more like this)")


def test_an_old_stylesheet_stays_until_no_page_names_it(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    old = Artifact(key="_bucketpress/style.0000000000.css", data=b"old", content_type="text/css", cache_control="")
    world.site.put(old, expected=None)
    site = world.index.section("site")
    world.index.commit_section(
        replace(site, revision=site.revision + 1, artifacts={**site.artifacts, old.key: old.etag})
    )

    world.upload("site.yaml", SITE_YAML + b"description: Other\n")
    world.publisher.publish("site.yaml")
    world.refresher.refresh("site")
    during = world.status(old.key)
    world.settle()
    for _ in range(4):
        world.tick()

    assert (during, world.status(old.key)) == (200, 410)


def test_a_stylesheet_that_a_run_wrote_and_never_recorded_goes_with_the_next_refresh(world: World) -> None:
    lost = Artifact(key="_bucketpress/style.0000000000.css", data=b"lost", content_type="text/css", cache_control="")
    for _ in range(4):
        world.tick()
    world.site.put(lost, expected=None)

    world.refresher.refresh("site")

    assert world.status(lost.key) == 410


def test_an_object_deleted_by_hand_is_put_back_by_the_audit(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.site.lose("2010/03/a/index.html")
    world.site.lose("feed.xml")

    for _ in range(5):
        world.tick(61)

    assert world.live() == clean_build(world)


def test_a_file_overwritten_by_hand_is_copied_again_by_the_audit_though_it_says_where_it_came_from(
    world: World,
) -> None:
    world.upload("static/one.txt", b"one")
    world.settle()
    stored = world.site.head("one.txt")
    assert stored is not None
    world.site._objects["one.txt"] = replace(stored, etag="forged"), b"forged"

    for _ in range(5):
        world.tick(61)

    assert world.site.data("one.txt") == b"one"


def test_messages_between_sources_that_were_lost_are_made_up_for_by_the_audit(world: World) -> None:
    world.upload("posts/a.md", markdown("A", slug="same"))
    world.upload("posts/b.md", markdown("B", slug="same"))
    world.upload("posts/c.md", markdown("C", text="See [d](d.md)."))
    world.settle()

    world.upload("posts/d.md", markdown("D"))
    world.delete("posts/a.md")
    for key in world.sources.take_all():
        world.publisher.publish(key)
    lost = world.sources.take_all()
    world.settle()
    for _ in range(5):
        world.tick(61)

    assert lost == ("posts/c.md", "posts/b.md")
    assert world.record("posts/b.md").state is State.PUBLISHED
    assert 'href="/2010/03/d/"' in world.page("2010/03/c/index.html")
    assert world.live() == clean_build(world)


def test_a_year_that_was_empty_for_a_moment_nobody_saw_still_links_to_the_next(world: World) -> None:
    world.upload("posts/a.md", markdown("A", "2010-02-02"))
    world.settle()

    world.delete("posts/a.md")
    world.upload("posts/b.md", markdown("B", "2011-01-05"))
    world.upload("posts/c.md", markdown("C", "2010-02-02"))
    while (key := world.sources.take()) is not None:
        world.publisher.publish(key)
    world.settle()

    assert 'href="/2011/"' in world.page("2010/index.html")
    assert world.live() == clean_build(world)


def test_where_feeds_used_to_be_leads_to_the_feed_until_a_page_wants_the_place() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.settle()

    moved = world.site.head("feed/index.html")
    world.upload("pages/feed.md", b"# Our feed")
    world.settle()

    assert moved is not None
    assert (moved.redirect_to, moved.status) == ("/feed.xml", 301)
    assert world.status("feed/index.html") == 200
    assert "Our feed" in world.page("feed/index.html")


def test_a_page_withdrawn_from_where_feeds_used_to_be_is_gone_like_any_other() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("pages/feed.md", b"# Our feed")
    world.settle()

    world.delete("pages/feed.md")
    world.settle()

    assert world.status("feed/index.html") == 410


def test_an_empty_file_leaves_the_last_good_post_and_picture_live(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="![p](p.png)"))
    world.upload("posts/p.png", b"\x89PNG\r\n\x1a\n")
    world.settle()
    before = world.live()

    world.upload("posts/a.md", b"")
    world.upload("posts/p.png", b"")
    world.upload("site.yaml", b" \n")
    world.settle()

    assert world.live() == before
    for key in ("posts/a.md", "posts/p.png"):
        receipt = world.record(key).receipt
        assert receipt is not None
        assert receipt.problems[0].message == "The file is empty."
        assert receipt.last_good


def test_an_embargo_holds_a_post_until_its_moment(world: World) -> None:
    world.upload("posts/a.md", markdown("Embargoed", "2010-03-05", publishDate="2011-01-10T12:05:00Z"))
    world.settle()
    record = world.record("posts/a.md")
    assert record.state is State.SCHEDULED
    assert record.receipt is not None
    assert record.receipt.understood is not None
    assert str(record.receipt.understood.goes_live) == "2011-01-10 12:05:00+00:00"
    assert not any(b"Embargoed" in data for data in world.live().values())

    world.tick(minutes=5)

    assert 'datetime="2010-03-05' in world.page("2010/03/a/index.html")


@pytest.mark.parametrize("name", ["a.md.bak", "a.md.txt", "a.rst", "a.html", "a (1).md", "README.md", "_index.md"])
def test_a_leftover_is_in_no_artifact_and_its_receipt_says_so(world: World, name: str) -> None:
    world.upload(f"posts/{name}", markdown("Leftover", text="Leftover."))
    world.upload("posts/b.md", markdown("B"))
    world.settle()

    assert world.record(f"posts/{name}").state is State.DRAFT
    assert not any(b"Leftover" in data for data in world.live().values())
    receipt = world.record(f"posts/{name}").receipt
    assert receipt is not None
    assert len(receipt.problems) == 1
