"""What a source depends on, decided from the records of the others."""

from dataclasses import replace

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.content.images import ImageSize
from bucketpress.content.pictures.variants import PictureVariants
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
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.publish.dependencies import (
    dependency_on,
    depends_on_what_changed,
    files_shown,
    finished_variants,
    is_held_back,
    mean_the_same,
    names_looked_up,
    read_dependencies,
    waits_for,
)
from bucketpress.site.impact import Shown, ShownAsset
from tests.support.values import entry

SIZE = ImageSize(width=3, height=2)
FILE, BUNDLED = "posts/p.png", "posts/x/p.png"
VERSION = SourceVersion(key="posts/a.md", version="v1", etag="e1")


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


def indexed(*records: Record, dependents: dict[str, tuple[str, ...]] | None = None) -> MemoryPostIndex:
    """An index that knows some records, and who has asked for what."""
    index = MemoryPostIndex()
    for record in records:
        index.commit(PublishTransaction(record=replace(record, revision=1)))
    for key, on in (dependents or {}).items():
        index.add_dependent(key, on)
    return index


def showing(key: str, state: State, *files: str, linked: tuple[str, ...] = ()) -> Record:
    found: dict[str, Dependency] = {file: MissingPicture() for file in files}
    path = f"/{key}/"
    return Record(
        key=key,
        kind=classify(key).kind,
        state=state,
        path=path,
        version=VERSION,
        dependencies=found,
        linked_files=linked,
    )


def nowhere(_key: str) -> bool:
    return False


def everywhere(_key: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("posts", "found"),
    [
        ([], {}),
        ([showing("posts/a.md", State.PUBLISHED, FILE)], {"posts/a.md": ShowingPost(presence=Presence.PUBLIC)}),
        (
            [showing("posts/a.md", State.PUBLISHED, linked=(FILE,))],
            {"posts/a.md": ShowingPost(presence=Presence.PUBLIC)},
        ),
        ([showing("posts/a.md", State.PUBLISHED)], {}),
        ([showing("posts/a.md", State.DRAFT, FILE)], {"posts/a.md": ShowingPost(presence=Presence.HELD)}),
        (
            [showing("posts/a.md", State.DRAFT, FILE), showing("posts/b.md", State.DRAFT, FILE)],
            {"posts/a.md": ShowingPost(presence=Presence.HELD)},
        ),
        (
            [showing("posts/a.md", State.DRAFT, FILE), showing("posts/b.md", State.PUBLISHED, FILE)],
            {"posts/b.md": ShowingPost(presence=Presence.PUBLIC)},
        ),
        (
            [showing("posts/a.md", State.PUBLISHED), showing("posts/b.md", State.SHADOWED, FILE)],
            {"posts/b.md": ShowingPost(presence=Presence.HELD)},
        ),
    ],
)
def test_a_file_depends_on_a_post_that_shows_it_one_that_readers_see_if_there_is_any(
    posts: list[Record], found: dict[str, Dependency]
) -> None:
    index = indexed(*posts, dependents={each.key: (FILE,) for each in posts})

    assert read_dependencies(index, nowhere, classify(FILE), ()) == found


@pytest.mark.parametrize("key", ["static/p.png", "drafts/p.png"])
def test_a_file_below_static_and_one_of_a_draft_depend_on_nothing(key: str) -> None:
    index = indexed(showing("posts/a.md", State.PUBLISHED, linked=(key,)), dependents={"posts/a.md": (key,)})

    assert read_dependencies(index, nowhere, classify(key), ()) == {}


@pytest.mark.parametrize(
    ("state", "there", "presence"),
    [
        (State.PUBLISHED, True, Presence.PUBLIC),
        (State.PUBLISHED, False, Presence.HELD),
        (State.DRAFT, True, Presence.HELD),
        (State.DRAFT, False, Presence.HELD),
        (State.REMOVED, True, Presence.ABSENT),
    ],
)
def test_a_file_of_a_folder_depends_on_the_posts_of_the_folder_too(
    state: State, there: bool, presence: Presence
) -> None:
    index = indexed(showing("posts/x/index.md", state), showing("posts/a.md", State.DRAFT, BUNDLED))
    index.add_dependent("posts/a.md", (BUNDLED,))

    found = read_dependencies(index, everywhere if there else nowhere, classify(BUNDLED), ())

    others = {f"posts/x/index{ending}": BundlePost(presence=Presence.ABSENT) for ending in (".markdown", ".mdx")}
    if there and state is State.PUBLISHED:
        others = dict.fromkeys(others, BundlePost(presence=Presence.HELD))  # the bucket knows of them
    assert found == {
        "posts/a.md": ShowingPost(presence=Presence.HELD),
        "posts/x/index.md": BundlePost(presence=presence),
        **others,
    }


def test_a_link_depends_on_whichever_spelling_of_its_name_there_is() -> None:
    composed, decomposed = "posts/é.md", "posts/e\N{COMBINING ACUTE ACCENT}.md"
    there = replace(post(State.PUBLISHED), key=decomposed)

    for index, path in ((indexed(there), "/b/"), (indexed(), None)):
        found = read_dependencies(index, nowhere, classify("posts/a.md"), [composed, "posts/c.md"])
        assert found == {composed: LinkTarget(path=path), "posts/c.md": LinkTarget(path=None)}
    assert read_dependencies(indexed(), nowhere, classify("posts/a.md"), ()) == {}


SMALLER = PictureVariants(digest="d", widths=(2,))
OTHERS = PictureVariants(digest="o", widths=(2,))


@pytest.mark.parametrize(
    ("wanted", "made", "offered"),
    [
        (None, None, None),
        (SMALLER, None, None),
        (SMALLER, OTHERS, None),
        (SMALLER, SMALLER, SMALLER),
        (None, SMALLER, None),
    ],
)
def test_a_picture_is_offered_in_the_versions_it_should_have_once_all_are_there(
    wanted: PictureVariants | None, made: PictureVariants | None, offered: PictureVariants | None
) -> None:
    index = MemoryPostIndex()
    index.commit_section(SectionRecord(name="variants:/p.png", revision=1, variants=made))
    shown = ShownAsset(path="/p.png", etag="e", variants=wanted)
    record = Record(
        key="static/p.png", kind=SourceKind.ASSET, state=State.PUBLISHED, version=VERSION, shown=shown, variants=SMALLER
    )

    assert finished_variants(index, shown) == offered
    assert depends_on_what_changed(index, nowhere, record) is (offered != SMALLER)
    assert dependency_on(record) == Picture(size=None, variants=SMALLER)


def test_a_source_is_looked_at_again_once_what_it_read_of_others_is_no_longer_so() -> None:
    index = indexed(
        post(State.PUBLISHED), showing("posts/a.md", State.PUBLISHED, FILE), dependents={"posts/a.md": (FILE,)}
    )
    reads: dict[str, Dependency] = {"posts/b.md": LinkTarget(path="/b/")}
    linking = Record(key="posts/l.md", kind=SourceKind.POST, version=VERSION, dependencies=reads)
    moved = replace(linking, dependencies={"posts/b.md": LinkTarget(path="/c/")})
    file = Record(key=FILE, kind=SourceKind.ASSET, version=VERSION, state=State.DRAFT)
    of_draft = replace(file, key="drafts/p.png", dependencies={"posts/a.md": ShowingPost(presence=Presence.PUBLIC)})

    sources = (linking, moved, replace(moved, key="drafts/l.md"), file, of_draft)
    again = [depends_on_what_changed(index, nowhere, each) for each in sources]
    never_read = [depends_on_what_changed(index, nowhere, replace(each, version=None)) for each in (moved, file)]

    assert again == [False, True, True, True, False]
    assert never_read == [False, False]


def test_a_file_waits_for_the_first_post_that_holds_it_back() -> None:
    held: dict[str, Dependency] = {
        "posts/c.md": ShowingPost(presence=Presence.HELD),
        "posts/b.md": BundlePost(presence=Presence.HELD),
        "posts/a.md": BundlePost(presence=Presence.ABSENT),
        "posts/0.md": ShowingPost(presence=Presence.PUBLIC),
    }
    file = picture(State.DRAFT)

    assert waits_for(replace(file, dependencies=held)) == "posts/b.md"
    assert waits_for(replace(file, dependencies={"posts/c.md": held["posts/c.md"]})) == "posts/c.md"
    assert waits_for(file) == ""


def test_a_post_shows_the_files_beside_posts_that_it_names_whether_they_are_there_or_not() -> None:
    found: dict[str, Dependency] = {
        "posts/p.png": Picture(size=SIZE),
        "posts/q.png": MissingPicture(),
        "static/s.png": Picture(size=SIZE),
        "posts/b.md": LinkTarget(path="/b/"),
    }
    record = replace(showing("posts/a.md", State.PUBLISHED, linked=("posts/a.txt",)), dependencies=found)

    assert files_shown(record) == {"posts/p.png", "posts/q.png", "posts/a.txt"}


MIXED = "posts/é-e\N{COMBINING ACUTE ACCENT}.png"


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("posts/a.md", {"posts/b.md", "posts/a.txt"}),
        (MIXED, {"posts/b.md", "posts/a.txt", "posts/é-é.png"}),
        ("posts/é.png", {"posts/b.md", "posts/a.txt"}),
        (MIXED.replace(".png", ".md"), {"posts/b.md", "posts/a.txt"}),
    ],
)
def test_a_source_is_found_under_all_it_names_and_a_file_of_an_odd_name_under_the_composed_one(
    key: str, found: set[str]
) -> None:
    reads: dict[str, Dependency] = {"posts/b.md": LinkTarget(path=None)}
    record = Record(
        key=key, kind=classify(key).kind, version=VERSION, dependencies=reads, linked_files=("posts/a.txt",)
    )

    assert names_looked_up(record) == found
    assert names_looked_up(replace(record, version=None)) == frozenset()
