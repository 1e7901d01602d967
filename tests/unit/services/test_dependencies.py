"""What a source depends on, decided from the records of the others."""

import pytest

from bucketpress.content.images import ImageSize
from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.records.dependency import (
    BundlePost,
    Dependency,
    LinkTarget,
    MissingPicture,
    Picture,
    Presence,
    ShowingPost,
    leads_nowhere,
)
from bucketpress.records.record import Record
from bucketpress.services.publish.dependencies import dependency_on, is_held_back, mean_the_same
from bucketpress.site.impact import Shown
from tests.support.values import entry

SIZE = ImageSize(width=3, height=2)


def post(state: State) -> Record:
    shown = Shown(entry=entry("posts/b.md", path="/b/"), body_digest="1") if state is State.PUBLISHED else None
    return Record(key="posts/b.md", kind=SourceKind.POST, state=state, path="/b/", shown=shown)


def picture(state: State, image: ImageSize | None = SIZE, key: str = "posts/x/p.png") -> Record:
    return Record(key=key, kind=SourceKind.ASSET, state=state, image=image)


@pytest.mark.parametrize(
    ("record", "dependency", "nowhere"),
    [
        (post(State.PUBLISHED), LinkTarget(path="/b/"), False),
        *((post(state), LinkTarget(path=None), True) for state in State if state is not State.PUBLISHED),
        (picture(State.PUBLISHED), Picture(size=SIZE), False),
        (picture(State.PUBLISHED, None), Picture(size=None), False),
        (picture(State.DRAFT), Picture(size=SIZE), False),  # it waits for its post, which may be the one that asks
        (picture(State.DRAFT, key="drafts/p.png"), MissingPicture(), True),
        (picture(State.INVALID), MissingPicture(), True),
        (picture(State.REMOVED), MissingPicture(), True),
    ],
)
def test_a_link_depends_on_the_path_and_a_picture_on_the_size_of_what_readers_may_see(
    record: Record, dependency: Dependency, *, nowhere: bool
) -> None:
    found = dependency_on(record)

    assert (found, leads_nowhere(found)) == (dependency, nowhere)


@pytest.mark.parametrize(
    ("key", "showing", "presences", "held"),
    [
        ("posts/x/p.png", None, [], True),
        ("posts/x/p.png", None, [Presence.ABSENT], True),
        ("posts/x/p.png", None, [Presence.PUBLIC], False),
        ("posts/x/p.png", None, [Presence.HELD], True),
        ("posts/x/p.png", None, [Presence.PUBLIC, Presence.HELD], True),
        ("posts/x/p.png", None, [Presence.ABSENT, Presence.PUBLIC], False),
        ("posts/x/p.png", Presence.PUBLIC, [Presence.HELD], False),
        ("posts/x/p.png", Presence.PUBLIC, [], False),
        ("posts/x/p.png", Presence.HELD, [], True),
        ("posts/x/p.png", Presence.HELD, [Presence.PUBLIC], False),
        ("static/p.png", None, [], False),
        ("posts/a.md", None, [], False),
    ],
)
def test_a_file_beside_posts_waits_until_a_post_that_shows_it_or_that_of_its_folder_is_public(
    key: str, showing: Presence | None, presences: list[Presence], *, held: bool
) -> None:
    dependencies: dict[str, Dependency] = {
        f"posts/{number}.md": BundlePost(presence=presence) for number, presence in enumerate(presences)
    }
    if showing:
        dependencies["posts/a.md"] = ShowingPost(presence=showing)

    assert is_held_back(classify(key), dependencies) == held


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        ("posts/a.md", {"posts/b.md": LinkTarget(path="/b/")}, {"posts/b.md": LinkTarget(path="/c/")}, False),
        ("posts/a.md", {"posts/b.md": LinkTarget(path="/b/")}, {"posts/b.md": LinkTarget(path="/b/")}, True),
        ("posts/p.png", {"posts/a.md": ShowingPost(presence=Presence.HELD)}, {}, True),
        ("posts/p.png", {"posts/a.md": ShowingPost(presence=Presence.PUBLIC)}, {}, False),
        (
            "posts/p.png",
            {"posts/a.md": ShowingPost(presence=Presence.PUBLIC)},
            {"posts/b.md": ShowingPost(presence=Presence.PUBLIC)},
            True,
        ),
        (
            "posts/x/p.png",
            {"posts/x/index.md": BundlePost(presence=Presence.PUBLIC), "b": ShowingPost(presence=Presence.HELD)},
            {"posts/x/index.md": BundlePost(presence=Presence.PUBLIC), "c": ShowingPost(presence=Presence.PUBLIC)},
            True,
        ),
    ],
)
def test_a_file_is_the_same_whichever_post_shows_it_and_a_page_is_as_its_links_lead(
    key: str, one: dict[str, Dependency], other: dict[str, Dependency], *, same: bool
) -> None:
    assert mean_the_same(classify(key), one, other) == same
