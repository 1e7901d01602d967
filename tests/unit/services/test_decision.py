"""What one run of publish writes, decided from what it gathered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bucketpress.content.images import ImageSize
from bucketpress.content.pictures.picture_format import PictureFormat
from bucketpress.content.pictures.variants import PictureVariants
from bucketpress.content.post import Post, State
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.dependency import BundlePost, Dependency, LinkTarget, MissingPicture, Picture, Presence
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.record import Outbox, Record
from bucketpress.records.source_version import SourceVersion
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.publish.decision import Gathered, decide
from bucketpress.services.publish.live_paths import FORMER_PATHS_KEPT
from bucketpress.services.publish.source_reader import SourceReading
from bucketpress.site.impact import ShownAsset, listings_of, position_in
from bucketpress.site.layout import SITE_WIDE
from tests.support.values import body, entry

NOON = datetime(2010, 3, 9, 12, tzinfo=UTC)
EARLIER, LATER = NOON - timedelta(days=1), NOON + timedelta(days=1)
STORED = StoredSettings(revision=3, settings=SiteSettings(url="https://a.example"), default_url="https://a.example")
KEY, FILE = "posts/a.md", "posts/x/p.png"


def post(**changes: Any) -> Post:
    return Post(entry=entry(), body=body(), **changes)


def found(made: Post | None = None, etag: str = "e1", **changes: Any) -> SourceReading:
    """A newest version that can be used."""
    version = SourceVersion(key=KEY, version=f"v-{etag}", etag=etag)
    return SourceReading(**({"newest": version, "used": version, "post": made} | changes))


def gathered(reading: SourceReading, *, key: str = KEY, record: Record | None = None, **changes: Any) -> Gathered:
    source = classify(key)
    made = Gathered(
        source=source,
        record=record or Record(key=key, kind=source.kind),
        reading=reading,
        stored=STORED,
        default_url="https://a.example",
        software="s",
        claims=(),
        dependencies={},
        rebuild=Checkpoint(name=CheckpointName.REBUILD),
        now=NOON,
    )
    return replace(made, **changes)


def claim(key: str, standing: Standing = Standing.PUBLISHED) -> Claim:
    return Claim(path="/2010/03/a/", key=key, standing=standing)


def published(made: Post | None = None) -> Record:
    """The record of a post after its publication, nothing left to tell."""
    return replace(decide(gathered(found(made or post()))).record, outbox=Outbox())


def after(record: Record, reading: SourceReading, **changes: Any) -> PublishTransaction:
    return decide(gathered(reading, record=record, **changes))


@pytest.mark.parametrize(
    ("reading", "changes", "state"),
    [
        (found(post()), {}, State.PUBLISHED),
        (found(), {"key": "static/p.png"}, State.PUBLISHED),
        (SourceReading(), {}, State.REMOVED),
        (found(used=None), {}, State.INVALID),
        (found(post(draft=True)), {}, State.DRAFT),
        (found(post()), {"key": "drafts/a.md"}, State.DRAFT),
        (found(), {"key": "posts/a - copy.md"}, State.DRAFT),
        (found(post(draft=True, expires=EARLIER)), {}, State.DRAFT),
        (found(post(expires=EARLIER)), {}, State.EXPIRED),
        (found(post(expires=NOON)), {}, State.EXPIRED),
        (found(post(expires=LATER)), {}, State.PUBLISHED),
        (found(post(goes_live=LATER)), {}, State.SCHEDULED),
        (found(post(goes_live=NOON + timedelta(seconds=1))), {}, State.SCHEDULED),
        (found(post(goes_live=NOON)), {}, State.PUBLISHED),
        (found(post(goes_live=LATER, expires=EARLIER)), {}, State.EXPIRED),
        (found(post()), {"claims": (claim(KEY), claim("posts/b.md"))}, State.PUBLISHED),
        (found(post()), {"claims": (claim("posts/0.md"),)}, State.SHADOWED),
        (found(post()), {"claims": (claim("posts/0.md", Standing.SHADOWED),)}, State.SHADOWED),
        (found(post()), {"claims": (claim("posts/0.md", Standing.FORMER),)}, State.PUBLISHED),
        (found(post(goes_live=LATER)), {"claims": (claim("posts/0.md"),)}, State.SCHEDULED),
        *(
            (found(), {"key": FILE, "dependencies": {"posts/x/index.md": BundlePost(presence=presence)}}, state)
            for presence, state in zip(Presence, (State.DRAFT, State.DRAFT, State.PUBLISHED), strict=True)
        ),
    ],
)
def test_the_state_follows_from_the_content_the_clock_and_the_claims(
    reading: SourceReading, changes: dict[str, Any], state: State
) -> None:
    change = decide(gathered(reading, **changes))

    assert change.record.state is state
    assert (change.record.shown is not None) == (state is State.PUBLISHED)


@pytest.mark.parametrize(
    ("reading", "due"),
    [
        (found(post()), None),
        (found(post(expires=LATER)), LATER),
        (found(post(goes_live=LATER)), LATER),
        (found(post(goes_live=LATER, expires=LATER + timedelta(days=1))), LATER),
        (found(post(expires=EARLIER)), None),
        (found(post(draft=True, expires=LATER)), None),
    ],
)
def test_a_source_is_due_when_time_alone_changes_its_state(reading: SourceReading, due: datetime | None) -> None:
    change = decide(gathered(reading))

    assert (change.record.due, change.due_in, change.due_out) == (due, due, None)


def test_a_first_publication_writes_the_rows_the_body_and_a_claim() -> None:
    change = decide(gathered(found(post())))

    rows = {
        RowKey(listing=listing, position=position_in(listing, entry())): entry() for listing in listings_of(entry())
    }
    held = Claim(path="/2010/03/a/", key=KEY, standing=Standing.PUBLISHED, was_live=True, position=entry().position)
    assert (change.record.revision, change.record.generation, change.record.etag) == (1, "3/s", "e1")
    assert (change.rows_in, change.rows_out) == (rows, frozenset())
    assert (change.claims_in, change.claims_out) == ((held,), ())
    assert (change.body, change.drop_body) == (body(), False)
    assert change.record.outbox.paths == {"/2010/03/a/"}
    assert change.record.outbox.dependents


def test_a_repetition_commits_a_revision_and_nothing_else() -> None:
    record = published()

    change = after(record, found(post()))

    assert replace(change, record=record) == PublishTransaction(record=record)
    assert change.record.revision == record.revision + 1
    assert change.record.changed == record.changed == NOON
    assert not change.record.outbox


def test_another_text_writes_the_body_and_no_row() -> None:
    change = after(published(), found(replace(post(), body=body("other")), etag="e2"))

    assert change.body == body("other")
    assert (change.rows_in, change.rows_out, change.claims_in) == ({}, frozenset(), ())


def test_a_removal_takes_everything_back_but_the_claim_on_what_was_live() -> None:
    record = published(post(expires=LATER))

    change = after(record, SourceReading())

    assert change.record.shown is None
    assert change.record.live_paths == record.live_paths == ("/2010/03/a/",)
    assert change.rows_out == {
        RowKey(listing=listing, position=position_in(listing, entry())) for listing in listings_of(entry())
    }
    assert [each.standing for each in change.claims_in] == [Standing.FORMER]
    assert (change.drop_body, change.due_out, change.due_in) == (True, LATER, None)
    assert change.record.outbox.files


def test_a_post_that_moves_keeps_its_old_path_as_a_former_one_and_both_are_settled_again() -> None:
    moved = replace(post(), entry=entry(path="/new/"))

    change = after(published(), found(moved, etag="e2"))

    assert change.record.live_paths == ("/2010/03/a/", "/new/")
    assert {each.path: each.standing for each in change.claims_in} == {
        "/2010/03/a/": Standing.FORMER,
        "/new/": Standing.PUBLISHED,
    }
    assert change.record.outbox.paths == {"/2010/03/a/", "/new/"}
    assert {"post:/2010/03/a/", "post:/new/"} <= change.record.outbox.sections


def test_a_post_that_is_shadowed_leaves_its_rows_and_waits_for_its_path() -> None:
    change = after(published(), found(post(), etag="e2"), claims=(claim("posts/0.md"), claim(KEY)))

    assert [each.standing for each in change.claims_in] == [Standing.SHADOWED]
    assert change.rows_out
    assert change.record.receipt is not None
    assert "posts/0.md" in change.record.receipt.problems[0].message


def test_every_path_a_post_ever_had_is_told_when_it_is_withdrawn_or_comes_back() -> None:
    record = replace(published(), live_paths=("/old/", "/2010/03/a/"))

    withdrawn = after(record, found(post(draft=True), etag="e2"))
    back = after(replace(withdrawn.record, outbox=Outbox()), found(post(), etag="e3"))

    for change in (withdrawn, back):
        assert {"post:/old/", "post:/2010/03/a/"} <= change.record.outbox.sections


def test_revisions_go_on_when_a_removed_post_comes_back() -> None:
    removed = after(published(), SourceReading()).record

    assert (removed.revision, after(removed, found(post())).record.revision) == (2, 3)


@pytest.mark.parametrize(("size", "told"), [(ImageSize(width=3, height=2), False), (None, True)])
def test_those_who_show_a_picture_are_told_when_its_size_changes(size: ImageSize | None, *, told: bool) -> None:
    picture = decide(gathered(found(image=ImageSize(width=3, height=2)), key="static/p.png")).record
    settled = replace(picture, outbox=Outbox())

    change = decide(gathered(found(image=size, etag="e2"), key="static/p.png", record=settled))

    assert change.record.outbox.dependents == told


def test_what_was_left_to_tell_is_not_forgotten() -> None:
    record = replace(published(), outbox=Outbox(sections=frozenset({"head:tag:old"})))

    assert "head:tag:old" in after(record, found(post())).record.outbox.sections


def test_no_more_former_paths_are_kept_than_there_is_room_for() -> None:
    record = replace(published(), live_paths=tuple(f"/{number}/" for number in range(FORMER_PATHS_KEPT + 5)))

    change = after(record, found(post()))

    assert change.record.live_paths == (*record.live_paths[5:], "/2010/03/a/")
    assert [each.path for each in change.claims_out] == list(record.live_paths[:5])


def test_links_and_pictures_are_written_as_what_they_depend_on_was_found() -> None:
    html = '<p><a href="/.source/posts/b.md">b</a> <a href="/.source/posts/c.md">c</a> <img src="/p.png"></p>'
    made = replace(
        post(links=("posts/b.md", "posts/c.md"), images=("static/p.png", "static/q.png")),
        entry=entry(image="/p.png"),
        body=replace(body(), html=html),
    )
    dependencies = {
        "posts/b.md": LinkTarget(path="/b/"),
        "posts/c.md": LinkTarget(path=None),
        "static/p.png": Picture(size=ImageSize(width=3, height=2)),
        "static/q.png": MissingPicture(),
    }

    change = decide(gathered(found(made), dependencies=dependencies))

    assert change.body is not None
    assert change.body.html == '<p><a href="/b/">b</a> <a>c</a> <img src="/p.png" width="3" height="2"></p>'
    assert change.record.shown_post is not None
    assert (change.record.shown_post.entry.image_width, change.record.shown_post.entry.image_height) == (3, 2)
    assert change.record.receipt is not None
    assert [each.message.split(" ")[:3] for each in change.record.receipt.problems] == [
        ["The", "link", "to"],
        ["The", "picture", "static/q.png"],
    ]


def test_a_file_is_shown_as_its_path_and_bytes_and_has_no_rows() -> None:
    change = decide(gathered(found(image=ImageSize(width=3, height=2)), key="static/p.png"))

    assert change.record.shown == ShownAsset(path="/p.png", etag="e1")
    assert (change.rows_in, change.body) == ({}, None)
    assert change.record.outbox.sections == {"asset:/p.png"}


@pytest.mark.parametrize(
    ("stored", "title", "default_url", "written", "phase"),
    [
        (None, "A", "https://a.example", 1, Phase.DONE),
        (STORED, "A", "https://a.example", 4, Phase.SOURCES),
        (STORED, "", "https://a.example", None, None),
        (STORED, "", "https://b.example", 4, Phase.SOURCES),
    ],
)
def test_settings_that_differ_are_written_and_begin_a_rebuild_unless_they_are_the_first(
    stored: StoredSettings | None, title: str, default_url: str, written: int | None, phase: Phase | None
) -> None:
    settings = replace(STORED.settings, title=title or STORED.settings.title)

    change = decide(gathered(found(settings=settings), key="site.yaml", stored=stored, default_url=default_url))

    assert (change.settings.revision if change.settings else None) == written
    assert (change.checkpoint.phase if change.checkpoint else None) is phase
    assert change.record.outbox.sections == (frozenset(SITE_WIDE) if written else frozenset())


@pytest.mark.parametrize(("reading", "state"), [(SourceReading(), State.REMOVED), (found(used=None), State.INVALID)])
def test_without_a_valid_version_the_settings_are_the_defaults(reading: SourceReading, state: State) -> None:
    titled = replace(STORED, settings=replace(STORED.settings, title="A"))

    change = decide(gathered(reading, key="site.yaml", stored=titled))

    assert change.record.state is state
    assert change.settings is not None
    assert change.settings.settings == SiteSettings(url="https://a.example")


def test_a_removed_source_keeps_its_id_and_title_and_forgets_what_it_read_of_others() -> None:
    made = post(files=("posts/x/a.txt",))
    record = published(made)
    found_there: dict[str, Dependency] = {"posts/b.md": LinkTarget(path="/b/")}

    again = after(record, found(made), dependencies=found_there).record
    removed = after(record, SourceReading()).record

    assert (again.linked_files, again.dependencies) == (("posts/x/a.txt",), found_there)
    assert (again.id, again.title) == (entry().id, entry().title)
    assert (removed.id, removed.title) == (again.id, again.title)
    assert (removed.etag, removed.version, removed.path, removed.linked_files) == (None, None, None, ())


def test_a_picture_that_waits_has_its_size_and_no_smaller_versions_yet() -> None:
    size, smaller = ImageSize(width=3, height=2), PictureVariants(digest="d", widths=(2,))
    reading = found(image=size, kind=PictureFormat.PNG)

    public, waits, draft = (
        decide(gathered(reading, key=key, variants=smaller, variants_wanted=smaller)).record
        for key in ("static/p.png", FILE, "drafts/p.png")
    )

    assert (public.image, public.variants) == (size, smaller)
    assert (waits.image, waits.variants) == (size, None)
    assert (draft.image, draft.variants) == (None, None)
    assert public.shown == ShownAsset(path="/p.png", etag="e1", stripped=True, variants=smaller)


@pytest.mark.parametrize(
    ("count", "draft", "unfinished"), [(3, False, False), (90, False, True), (90, True, False)], ids=str
)
def test_a_post_with_more_aliases_than_there_is_room_for_is_published_again(
    count: int, *, draft: bool, unfinished: bool
) -> None:
    aliases = tuple(f"/{number}/" for number in range(count))

    change = decide(gathered(found(post(aliases=aliases, draft=draft))))

    assert change.unfinished is unfinished
    assert len(change.record.live_paths) <= count + (not unfinished)


def test_a_picture_that_is_offered_in_smaller_versions_is_so_in_the_text_and_on_cards() -> None:
    smaller = PictureVariants(digest="d", widths=(2,))
    html = '<p><img src="/p%20q.png"> <img src="/q.png"></p>'
    made = replace(
        post(images=("static/p q.png", "static/q.png")),
        entry=entry(image="/p%20q.png"),
        body=replace(body(), html=html),
    )
    dependencies = {
        "static/p q.png": Picture(size=ImageSize(width=3, height=2), variants=smaller),
        "static/q.png": Picture(size=None),
    }

    change = decide(gathered(found(made), dependencies=dependencies))

    shown = change.record.shown_post
    assert shown is not None
    assert (shown.entry.image_width, shown.entry.image_variants) == (3, smaller)
    assert change.body is not None
    assert f'srcset="{smaller.srcset("/p q.png")}"' in change.body.html
    assert change.body.html.count("width=") == 1
    assert change.body.html.endswith('<img src="/q.png"></p>')
    assert shown.body_digest == change.body.digest


@pytest.mark.parametrize(
    ("there", "image"),
    [
        ((), "/_bucketpress/media/posts/p.png"),
        (("posts/p.png",), "/_bucketpress/media/posts/p.png"),
        (("static/p.png",), "/p.png"),
        (("posts/p.png", "static/p.png"), "/_bucketpress/media/posts/p.png"),
    ],
)
def test_the_picture_of_a_post_is_the_one_at_the_root_only_where_none_is_beside_it(
    there: tuple[str, ...], image: str
) -> None:
    keys = ("posts/p.png", "static/p.png")
    made = replace(post(image_keys=keys, images=keys), entry=entry(image="/_bucketpress/media/posts/p.png"))

    shown = decide(gathered(found(made), dependencies={key: Picture(size=None) for key in there})).record.shown_post

    assert shown is not None
    assert shown.entry.image == image


def test_a_post_that_waits_for_its_path_expires_in_its_time_all_the_same() -> None:
    change = decide(gathered(found(post(expires=LATER)), claims=(claim("posts/0.md"),)))

    assert (change.record.state, change.record.due) == (State.SHADOWED, LATER)


def test_other_settings_are_stored_under_the_next_revision_and_what_was_left_to_tell_stays() -> None:
    old = Record(
        key="site.yaml", kind=SourceKind.SETTINGS, revision=7, outbox=Outbox(sections=frozenset({"head:tag:old"}))
    )
    settings = replace(STORED.settings, redirects={"/from/": "/a/"})
    before = replace(STORED, settings=replace(STORED.settings, redirects={"/other/": "/a/"}), recovering=True)
    rebuild = Checkpoint(name=CheckpointName.REBUILD, revision=4, generation="3/s", done=9, sent=5, cursor="x")

    change = decide(
        gathered(
            found(settings=settings), key="site.yaml", record=old, stored=before, rebuild=rebuild, finds_site=False
        )
    )

    record = change.record
    assert (record.kind, record.revision, record.state) == (SourceKind.SETTINGS, 8, State.PUBLISHED)
    assert (record.generation, record.etag, record.version) == ("4/s", "e1", found().used)
    assert record.outbox.sections == {"head:tag:old", *SITE_WIDE, "post:/from/", "post:/other/"}
    assert record.receipt is not None
    assert change.settings == replace(before, revision=4, settings=settings)
    assert change.checkpoint == Checkpoint(
        name=CheckpointName.REBUILD, revision=5, generation="4/s", phase=Phase.SOURCES, done=9
    )


def test_settings_uploaded_again_are_of_the_generation_there_was_and_change_nothing() -> None:
    change = decide(gathered(found(settings=STORED.settings), key="site.yaml"))

    assert (change.settings, change.checkpoint) == (None, None)
    assert (change.record.generation, change.record.outbox) == ("3/s", Outbox())


@pytest.mark.parametrize("finds_site", [False, True])
def test_the_first_settings_of_a_site_that_there_is_already_begin_a_recovery(*, finds_site: bool) -> None:
    change = decide(gathered(found(settings=STORED.settings), key="site.yaml", stored=None, finds_site=finds_site))

    assert change.settings == replace(STORED, revision=1, recovering=finds_site)
    assert change.checkpoint == Checkpoint(name=CheckpointName.REBUILD, revision=1, generation="1/s", phase=Phase.DONE)


def test_settings_that_are_gone_leave_no_version_behind() -> None:
    old = Record(key="site.yaml", kind=SourceKind.SETTINGS, revision=1, etag="e0", version=found().used)

    removed = decide(gathered(SourceReading(), key="site.yaml", record=old)).record

    assert (removed.state, removed.etag, removed.version) == (State.REMOVED, None, None)
