"""A file beside posts waits until readers see a post that shows it or links to it, or the post of its folder."""

import unicodedata
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.content.post import State
from bucketpress.services.early_view import EarlyView
from bucketpress.services.queries.folder_report import report_of
from tests.support.pictures import png
from tests.support.world import SITE_YAML, World, clean_build, markdown

PICTURE = "posts/p.png"
MEDIA = "_bucketpress/media/"
SHOWING = markdown("A", text="![A map](p.png)")
HELD = markdown("A", text="![A map](p.png)", draft="true")
OTHER = markdown("B", text="![A map](p.png)")
LATER = "2011-01-10T12:05:00Z"


def shown(world: World, key: str = PICTURE) -> bool:
    return f"{MEDIA}{unicodedata.normalize('NFC', key)}" in world.live()


def receipt_of(world: World, key: str) -> tuple[str, list[str]]:
    receipt = world.record(key).receipt
    assert receipt is not None
    return receipt.note, [problem.kind for problem in receipt.problems]


@pytest.mark.parametrize("order", [("posts/a.md", PICTURE), (PICTURE, "posts/a.md")])
def test_a_picture_that_only_a_draft_shows_is_withheld(world: World, order: tuple[str, str]) -> None:
    for key in order:
        world.upload(key, HELD if key.endswith(".md") else png(3, 2))
        world.settle()
        assert not shown(world)

    assert world.record(PICTURE).state is State.DRAFT
    assert world.status(f"{MEDIA}{PICTURE}") is None
    assert world.live() == clean_build(world)


@pytest.mark.parametrize("picture", [PICTURE, "posts/x/p.png", "posts/x/in/p.png", "pages/x/p.png"])
def test_what_no_post_shows_waits_and_its_receipt_says_what_to_do(world: World, picture: str) -> None:
    world.upload(picture, png(3, 2))
    world.settle()

    note, problems = receipt_of(world, picture)
    assert not shown(world, picture)
    assert note.startswith("Waits: ")
    assert problems == ["file-unshown"]
    assert report_of(world.record(picture)).state == "waiting"


@pytest.mark.parametrize(("picture", "post"), [(PICTURE, "posts/a.md"), ("posts/x/p.png", "posts/x/index.md")])
def test_the_receipt_names_the_post_a_file_waits_for(world: World, picture: str, post: str) -> None:
    world.upload(post, HELD)
    world.upload(picture, png(3, 2))
    world.settle()

    note, problems = receipt_of(world, picture)
    assert post in note
    assert problems == []


def test_it_appears_and_goes_with_its_post(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    for data, visible in ((HELD, False), (SHOWING, True), (HELD, False), (markdown("A"), False), (SHOWING, True)):
        world.upload("posts/a.md", data)
        world.settle()
        assert shown(world) is visible
        assert world.live() == clean_build(world)


def test_it_is_gone_with_the_last_public_post_that_shows_it(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", HELD)
    world.upload("posts/b.md", OTHER)
    world.settle()
    assert shown(world)

    for key in ("posts/b.md", "posts/a.md"):
        world.delete(key)
        world.settle()
        assert not shown(world)
        assert world.status(f"{MEDIA}{PICTURE}") == 410
        assert world.live() == clean_build(world)


@pytest.mark.parametrize("state", ["draft", "public"])
def test_deleting_the_post_of_a_folder_leaves_none_of_its_files_public(world: World, state: str) -> None:
    files = ("posts/x/p.png", "posts/x/in/q.pdf")
    for key in files:
        world.upload(key, png(3, 2))
    world.upload("posts/x/index.md", markdown("X", draft=str(state == "draft").lower()))
    world.settle()
    assert [shown(world, key) for key in files] == [state == "public"] * 2

    world.delete("posts/x/index.md")
    world.settle()

    assert [shown(world, key) for key in files] == [False] * 2
    assert world.live() == clean_build(world)


def test_it_waits_for_a_scheduled_post_and_goes_with_an_expired_one(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", markdown("A", LATER, text="![A map](p.png)", expires="2011-01-10T12:10:00Z"))
    world.settle()
    assert not shown(world)

    world.tick(minutes=5)
    assert shown(world)

    world.tick(minutes=5)
    assert not shown(world)


def test_a_post_that_waits_for_its_path_releases_nothing(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/0.md", markdown("First", slug="one"))
    world.upload("posts/a.md", markdown("A", text="![A map](p.png)", slug="one"))
    world.settle()
    assert not shown(world)

    world.delete("posts/0.md")
    world.settle()
    assert shown(world)


def test_the_last_good_version_of_a_post_keeps_its_pictures(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", SHOWING)
    world.settle()

    world.upload("posts/a.md", b"\xff")
    world.settle()

    assert shown(world)


def test_a_renamed_post_takes_its_pictures_along(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", SHOWING)
    world.settle()

    world.upload("posts/b.md", SHOWING)
    world.delete("posts/a.md")
    world.settle()

    assert shown(world)
    assert world.live() == clean_build(world)


def test_new_settings_release_what_a_text_shows_under_them(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", markdown("A", text='<img src="p.png" alt="A map">'))
    for line, visible in ((b"raw_html: false\n", False), (b"", True), (b"raw_html: false\n", False)):
        world.upload("site.yaml", SITE_YAML + line)
        world.settle()
        for _ in range(3):
            world.tick()
        assert shown(world) is visible
        assert world.live() == clean_build(world)


def test_what_lies_below_static_is_public_whatever_shows_it(world: World) -> None:
    world.upload("static/p.png", png(3, 2))
    world.settle()
    assert "p.png" in world.live()

    world.upload("posts/a.md", markdown("A", text="![A map](/p.png)", draft="true"))
    world.settle()
    assert "p.png" in world.live()


@pytest.mark.parametrize("showing", ["posts/b.md", "posts/x/in/index.md"])
def test_a_file_of_a_draft_that_a_public_post_shows_is_public(world: World, showing: str) -> None:
    world.upload("posts/x/index.md", markdown("X", draft="true"))
    world.upload("posts/x/in/p.png", png(3, 2))
    text = "![A map](p.png)" if "/in/" in showing else "![A map](x/in/p.png)"
    world.upload(showing, markdown("B", text=text))
    world.settle()

    assert shown(world, "posts/x/in/p.png")
    assert world.live() == clean_build(world)


def test_a_draft_in_the_folder_of_a_public_post_holds_back_its_own_files(world: World) -> None:
    world.upload("posts/x/in/index.md", markdown("In", draft="true"))
    world.upload("posts/x/in/p.png", png(3, 2))
    world.upload("posts/x/q.png", png(3, 2))
    world.upload("posts/x/index.md", markdown("X"))
    world.settle()

    assert (shown(world, "posts/x/in/p.png"), shown(world, "posts/x/q.png")) == (False, True)


REFERENCES = {
    "link": "[Map](m.pdf)",
    "reference": "[Map][m]\n\n[m]: m.pdf",
    "picture": "![Map](m.pdf)",
    "link with a part": "[Map](m.pdf?x=1#page=2)",
    "link from above": "[Map](../posts/m.pdf)",
    "link in HTML": '<a href="m.pdf">Map</a>',
    "picture in HTML": '<p><img alt="Map" src="m.pdf"></p>',
    "film": '<video controls src="m.pdf"></video>',
    "still": '<video controls poster="m.pdf" src="https://example.com/x.mp4"></video>',
    "sound": '<audio controls><source src="m.pdf"></audio>',
    "subtitles": '<video controls src="https://example.com/x.mp4"><track src="m.pdf"></video>',
    "its address": "[Map](/_bucketpress/media/posts/m.pdf)",
    "its whole address": "[Map](https://blog.packnet.example/_bucketpress/media/posts/m.pdf)",
    "footnote": "Text[^1].\n\n[^1]: [Map](m.pdf)",
}
NO_REFERENCES = {
    "code": "`[Map](m.pdf)`",
    "comment": "Text. <!-- [Map](m.pdf) -->",
    "text": "m.pdf",
    "another file": "[Map](n.pdf)",
    "another site": "[Map](https://example.com/_bucketpress/media/posts/m.pdf)",
    "left out": '<script src="m.pdf"></script>',
}


@pytest.mark.parametrize("text", [*REFERENCES.values(), *NO_REFERENCES.values()], ids=[*REFERENCES, *NO_REFERENCES])
@pytest.mark.parametrize("file_first", [True, False])
def test_whatever_leads_readers_to_a_file_releases_it_and_nothing_else(
    world: World, text: str, *, file_first: bool
) -> None:
    uploads = {"site.yaml": SITE_YAML, "posts/m.pdf": b"%PDF", "posts/a.md": markdown("A", text=text)}
    for key in uploads if file_first else reversed(uploads):
        world.upload(key, uploads[key])
        world.settle()
    assert shown(world, "posts/m.pdf") is (text in REFERENCES.values())
    assert world.live() == clean_build(world)

    world.upload("posts/a.md", markdown("A", text="Nothing."))
    world.settle()
    assert not shown(world, "posts/m.pdf")


@pytest.mark.parametrize("key", ["image", "cover"])
def test_the_picture_of_a_post_is_shown_by_it(world: World, key: str) -> None:
    world.upload(PICTURE, png(3, 2))
    world.upload("posts/a.md", markdown("A", **{key: "p.png"}))
    world.settle()

    assert shown(world)


def test_every_picture_of_a_long_post_is_public(world: World) -> None:
    names = [f"{number:03}.png" for number in range(300)]
    for name in names:
        world.upload(f"posts/{name}", png(3, 2))
    world.upload("posts/a.md", markdown("A", text="\n".join(f"![A map]({name})" for name in names), image="299.png"))
    world.settle()

    assert all(shown(world, f"posts/{name}") for name in names)


def test_of_too_many_files_the_last_wait_and_the_post_says_so(world: World) -> None:
    names = [f"{number:03}.pdf" for number in range(501)]
    for name in (names[0], names[-1]):
        world.upload(f"posts/{name}", b"%PDF")
    world.upload("posts/a.md", markdown("A", text="\n".join(f"[Map]({name})" for name in names)))
    world.settle()

    assert (shown(world, "posts/000.pdf"), shown(world, "posts/500.pdf")) == (True, False)
    assert receipt_of(world, "posts/a.md")[1] == ["files-too-many"]


MIXED = "e\u0302\u0301u\u0308\u00ea\u0301"  # neither composed nor decomposed, as Vietnamese is typed


@pytest.mark.parametrize("uploaded", ["NFC", "NFD", "mixed"])
@pytest.mark.parametrize("file_first", [True, False])
def test_a_file_is_released_however_its_name_is_composed(world: World, uploaded: str, *, file_first: bool) -> None:
    name = MIXED if uploaded == "mixed" else unicodedata.normalize(uploaded, MIXED)  # type: ignore[arg-type]
    uploads = {f"posts/{name}.pdf": b"%PDF", "posts/a.md": markdown("A", text=f"[Map]({MIXED}.pdf)")}
    for key in uploads if file_first else reversed(uploads):
        world.upload(key, uploads[key])
        world.settle()
    assert shown(world, f"posts/{MIXED}.pdf")

    world.delete("posts/a.md")
    world.settle()
    assert not shown(world, f"posts/{MIXED}.pdf")


def test_showing_a_picture_publishes_the_picture_again_and_the_post_once(world: World) -> None:
    world.upload(PICTURE, png(3, 2))
    world.settle()
    world.upload("posts/a.md", SHOWING)
    world.settle()

    assert (world.record("posts/a.md").revision, world.record(PICTURE).revision) == (1, 2)


def test_a_preview_shows_the_pictures_of_the_drafts_it_shows(world: World) -> None:
    world.publisher = replace(world.publisher, view=EarlyView(clock=lambda: world.now))
    for folder in ("posts", "drafts"):
        world.upload(f"{folder}/p.png", png(3, 2))
        world.upload(f"{folder}/{folder}.md", markdown(folder, text="![A map](p.png)", draft="true"))
    world.settle()

    assert [shown(world, f"{folder}/p.png") for folder in ("posts", "drafts")] == [True, True]


POSTS = {
    "posts/a.md": {
        "shown": SHOWING,
        "linked": markdown("A", text="[A map](p.png) [in](x/p.png)"),
        "held": HELD,
        "later": markdown("A", "2012-01-01", text="![A map](p.png)"),
        "empty": markdown("A"),
    },
    "posts/x/index.md": {
        "shown": markdown("X", "2010-04-01", text="![A map](p.png) ![out](../p.png)"),
        "held": markdown("X", "2010-04-01", text="![A map](p.png) ![out](../p.png)", draft="true"),
        "empty": markdown("X", "2010-04-01"),
    },
}
FILES = (PICTURE, "posts/x/p.png")


def _allowed(there: dict[str, str]) -> set[str]:
    """Say which files a bucket's posts, given by what they hold, let readers have."""
    a, x = there.get("posts/a.md"), there.get("posts/x/index.md")
    return {
        *([PICTURE] if a in {"shown", "linked"} or x == "shown" else []),
        *(["posts/x/p.png"] if x in {"shown", "empty"} or a == "linked" else []),
    }


@given(
    st.lists(
        st.one_of(
            st.sampled_from([(key, version) for key, versions in POSTS.items() for version in (*versions, "")]),
            st.sampled_from([(key, version) for key in FILES for version in ("picture", "")]),
        ),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=60, deadline=None)
def test_after_each_upload_and_removal_readers_have_the_files_that_public_posts_show(
    steps: list[tuple[str, str]],
) -> None:
    world, there = World(), dict[str, str]()
    world.upload("site.yaml", SITE_YAML)
    for key, version in steps:
        if version:
            there[key] = version
            world.upload(key, POSTS[key][version] if key in POSTS else png(3, 2))
        elif there.pop(key, ""):
            world.delete(key)
        world.settle()
        assert {name for name in FILES if shown(world, name)} == {name for name in _allowed(there) if name in there}
    assert world.live() == clean_build(world)


@pytest.mark.parametrize("order", list(permutations(["posts/x/index.md", "posts/x/p.png", "posts/x/in/q.pdf"])))
def test_in_whatever_order_a_draft_and_its_files_come_nothing_of_it_is_ever_seen(
    world: World, order: tuple[str, ...]
) -> None:
    for key in order:
        world.upload(key, markdown("X", text="![A map](p.png)", draft="true") if key.endswith(".md") else png(3, 2))
        world.settle()

    assert not any(name.startswith(MEDIA) for name, _ in world.site.list_keys("", 10_000))
