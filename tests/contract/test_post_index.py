"""What every PostIndex must do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bucketpress.content.images import ImageSize
from bucketpress.content.post import State
from bucketpress.content.problem import Problem, Severity
from bucketpress.content.settings.site_settings import Appearance, AuthorProfile, MenuItem, SiteSettings
from bucketpress.content.source_keys import SourceKind
from bucketpress.ports import PostIndex, RevisionConflictError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.dependency import BundlePost, LinkTarget, MissingPicture, Picture, Presence
from bucketpress.records.post_change import ChangeKind, PostChange
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.receipt import Receipt, Understood
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.source_version import SourceVersion
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.site.impact import Spot
from bucketpress.site.section_summary import SectionSummary
from tests.support.values import body, entry, publication

NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)


def test_a_key_never_seen_has_revision_zero_and_is_removed(index: PostIndex) -> None:
    record = index.record("posts/a.md")

    assert (record.revision, record.state, record.kind) == (0, State.REMOVED, SourceKind.POST)


def test_a_record_comes_back_as_it_was_committed(index: PostIndex) -> None:
    change = publication(entry())
    record = replace(
        change.record,
        generation="1/2",
        version=SourceVersion(key="posts/a.md", version="v1", etag="e", size=3),
        due=NOON,
        dependencies={
            "posts/b.md": LinkTarget(path="/b/"),
            "posts/c.md": LinkTarget(path=None),
            "static/p.png": Picture(size=ImageSize(width=3, height=2)),
            "static/q.png": Picture(size=None),
            "static/r.png": MissingPicture(),
            "posts/x/index.md": BundlePost(presence=Presence.HELD),
        },
        outbox=Outbox(
            sections=frozenset({"head:all"}), spots=frozenset({Spot(month="2010-03", position="p")}), dependents=True
        ),
        receipt=Receipt(
            note="Published.",
            problems=(Problem(severity=Severity.WARNING, message="m", fix="n", line=3, column=4),),
            understood=Understood(title="A", slug="a", published=NOON, tags=("VoIP",), authors=("Jane Doe",)),
            version="v1",
            asked_at=NOON,
            since=NOON,
            at=NOON,
            sections=("head:all",),
            unlisted=2,
        ),
    )

    index.commit(replace(change, record=record))

    assert index.record("posts/a.md") == record
    assert index.records(["posts/a.md", "posts/b.md"])["posts/a.md"] == record


def test_a_commit_on_another_revision_is_refused_and_changes_nothing(index: PostIndex) -> None:
    index.commit(publication(entry()))
    late = publication(entry(title="Late"), revision=1)

    with pytest.raises(RevisionConflictError):
        index.commit(late)

    assert index.record("posts/a.md").shown == publication(entry()).record.shown
    assert [row.title for row in index.entries("all")] == ["A"]


def test_a_commit_of_the_record_alone_is_conditional_too(index: PostIndex) -> None:
    index.commit(PublishTransaction(record=Record(key="posts/a.md", kind=SourceKind.POST, revision=1)))

    with pytest.raises(RevisionConflictError):
        index.commit(PublishTransaction(record=Record(key="posts/a.md", kind=SourceKind.POST, revision=1)))
    with pytest.raises(RevisionConflictError):
        index.commit(PublishTransaction(record=Record(key="posts/a.md", kind=SourceKind.POST, revision=3)))


def test_an_outbox_is_cleared_only_at_its_own_revision(index: PostIndex) -> None:
    first = publication(entry())
    waiting = replace(first.record, outbox=Outbox(sections=frozenset({"site"})))
    index.commit(replace(first, record=waiting))

    index.clear_outbox(replace(waiting, revision=9))
    kept = index.record("posts/a.md").outbox
    index.clear_outbox(waiting)

    assert kept == waiting.outbox
    assert not index.record("posts/a.md").outbox


def test_rows_move_out_and_in_with_the_commit(index: PostIndex) -> None:
    old, new = entry(), entry(day=5)
    index.commit(publication(old))

    index.commit(
        PublishTransaction(
            record=replace(publication(new).record, revision=2),
            rows_out=frozenset({RowKey(listing="all", position=old.position)}),
            rows_in={RowKey(listing="all", position=new.position): new},
        )
    )

    assert index.entries("all") == (new,)


@pytest.mark.slow
def test_entries_are_bounded_ordered_and_limited(index: PostIndex) -> None:
    posts = [entry(f"posts/{name}.md", day) for day, name in enumerate("abcde", start=1)]
    for post in posts:
        index.commit(publication(post))
    a, b, c, d, e = posts

    assert index.entries("all") == (e, d, c, b, a)
    assert index.entries("all", limit=2) == (e, d)
    assert index.entries("all", limit=2, newest_first=False) == (a, b)
    assert index.entries("all", start=c.position, limit=1, newest_first=False) == (d,)
    assert index.entries("all", end=c.position, limit=1) == (b,)
    assert index.entries("all", start=b.position, end=e.position) == (d, c)
    assert index.entries("all", start=e.position) == ()
    assert index.entries("all", start=e.position, end=a.position) == ()
    assert index.entries("all", start="2010-03-02", end="2010-03-04") == (c, b)
    assert index.entries("tag:nothing") == ()


def test_bodies_come_back_whole_and_go_when_dropped(index: PostIndex) -> None:
    index.commit(publication(entry(), text="naïve — 面"))
    found = index.bodies(["posts/a.md", "posts/b.md"])
    without_markdown = index.bodies(["posts/a.md", "posts/b.md"], markdown=False)
    published, record = index.published("posts/a.md"), index.record("posts/a.md")

    dropped = Record(key="posts/a.md", kind=SourceKind.POST, revision=2)
    index.commit(PublishTransaction(record=dropped, drop_body=True))

    assert found == {"posts/a.md": body("naïve — 面")}
    assert without_markdown == {"posts/a.md": replace(body("naïve — 面"), markdown="")}
    assert published == (record, body("naïve — 面"))
    assert index.published("posts/a.md")[1] is None


def test_claims_are_listed_by_key_and_withdrawn(index: PostIndex) -> None:
    path = "/x/"
    second = Claim(path=path, key="posts/b.md", standing=Standing.SHADOWED)
    first = Claim(path=path, key="posts/a.md", standing=Standing.PUBLISHED, was_live=True)
    for claim in (second, first):
        record = Record(key=claim.key, kind=SourceKind.POST, revision=1)
        index.commit(PublishTransaction(record=record, claims_in=(claim,)))
    both = index.claims(path)

    index.commit(
        PublishTransaction(record=Record(key="posts/a.md", kind=SourceKind.POST, revision=2), claims_out=(first,))
    )

    assert both == (first, second)
    assert index.claims(path) == (second,)


def test_what_is_due_is_found_at_its_instant_and_not_before(index: PostIndex) -> None:
    record = Record(key="posts/a.md", kind=SourceKind.POST, revision=1, due=NOON)
    index.commit(PublishTransaction(record=record, due_in=NOON))
    found = [index.due(until, 10) for until in ("2010-03-01T11:59:59Z", "2010-03-01T12:00:00Z")]

    index.commit(PublishTransaction(record=replace(record, revision=2, due=None), due_out=NOON))

    assert found == [(), ("posts/a.md",)]
    assert index.due("2011-01-01T00:00:00Z", 10) == ()


def test_settings_and_their_checkpoint_come_back(index: PostIndex) -> None:
    settings = SiteSettings(
        url="https://example.com",
        menu=(MenuItem(label="Home", path="/"),),
        authors={"jane": AuthorProfile(slug="jane", name="Jane")},
        appearance=Appearance(
            accent="#0a6b5d", footer=("One", "Two"), social=(MenuItem(label="M", path="https://m.example/"),)
        ),
    )
    stored = StoredSettings(revision=1, settings=settings, default_url="https://d")
    before = index.settings()

    index.commit(
        PublishTransaction(
            record=Record(key="site.yaml", kind=SourceKind.SETTINGS, revision=1),
            settings=stored,
            checkpoint=Checkpoint(name=CheckpointName.REBUILD, revision=1, phase=Phase.SOURCES, began=NOON),
        )
    )

    assert before is None
    assert index.settings() == stored
    assert index.checkpoint("rebuild").began == NOON


def test_the_size_of_an_image_comes_back(index: PostIndex) -> None:
    size = ImageSize(width=640, height=480)

    index.commit(PublishTransaction(record=Record(key="static/p.png", kind=SourceKind.ASSET, revision=1, image=size)))

    assert index.record("static/p.png").image == size


def test_a_stale_checkpoint_is_refused_alone_and_within_a_commit(index: PostIndex) -> None:
    index.put_checkpoint(Checkpoint(name=CheckpointName.REBUILD, revision=1))
    record = Record(key="site.yaml", kind=SourceKind.SETTINGS, revision=1)

    with pytest.raises(RevisionConflictError):
        index.put_checkpoint(Checkpoint(name=CheckpointName.REBUILD, revision=1))
    with pytest.raises(RevisionConflictError):
        index.commit(PublishTransaction(record=record, checkpoint=Checkpoint(name=CheckpointName.REBUILD, revision=1)))

    assert index.record("site.yaml").revision == 0


def test_dependents_are_remembered_once(index: PostIndex) -> None:
    index.add_dependent("posts/b.md", ["posts/a.md"])
    index.add_dependent("posts/b.md", ["posts/a.md"])
    index.add_dependent("posts/c.md", ["posts/a.md", "posts/b.md"])

    assert index.dependents("posts/a.md") == ("posts/b.md", "posts/c.md")
    assert index.dependents("posts/x.md") == ()


def test_a_section_shows_its_summary_to_the_parent_while_it_has_one(index: PostIndex) -> None:
    month = SectionSummary(section="period:all:2010-03", label="2010-03", count=2, modified=NOON)
    year = SectionSummary(section="period:all:2010", label="2010", count=2, modified=NOON, detail=(month,))
    record = SectionRecord(
        name="period:all:2010",
        revision=1,
        artifacts={"2010/index.html": "e"},
        summary=year,
        outbox=frozenset({"site"}),
        refreshed=(NOON,),
        written={"2010/index.html": NOON},
    )
    index.commit_section(record)
    shown = index.children("directory:archive")
    stored = index.section("period:all:2010")

    index.commit_section(replace(record, revision=2, summary=None))

    assert (stored, shown) == (record, (year,))
    assert index.children("directory:archive") == ()


def test_several_sections_are_read_at_once_also_those_never_refreshed(index: PostIndex) -> None:
    record = SectionRecord(name="site", revision=1, artifacts={"404.html": "e"})
    index.commit_section(record)

    assert index.sections(["site", "head:all", "site"]) == {"site": record, "head:all": SectionRecord(name="head:all")}


def test_a_section_commit_on_another_revision_is_refused(index: PostIndex) -> None:
    record = SectionRecord(name="head:tag:voip", revision=1)
    index.commit_section(record)
    child = SectionSummary(section="head:tag:voip", label="VoIP", count=1)

    with pytest.raises(RevisionConflictError):
        index.commit_section(replace(record, summary=child))

    assert index.children("directory:tags") == ()


def test_a_record_its_body_and_the_settings_come_together(index: PostIndex) -> None:
    post = publication(entry())
    index.commit(post)
    before = index.published_and_settings(post.record.key)
    settings = StoredSettings(revision=1, settings=SiteSettings(url="https://a.example"), default_url="")
    index.commit(
        PublishTransaction(record=Record(key="site.yaml", kind=SourceKind.SETTINGS, revision=1), settings=settings)
    )

    assert before == (*index.published(post.record.key), None)
    assert before[1] == post.body
    assert index.published_and_settings(post.record.key) == (*index.published(post.record.key), settings)
    assert index.published_and_settings("posts/never.md")[:2] == (index.record("posts/never.md"), None)
    keys = [post.record.key, "posts/never.md"]
    assert index.records_and_settings(keys) == (index.records(keys), settings)


def test_several_records_come_with_their_bodies(index: PostIndex) -> None:
    index.commit(publication(entry()))
    index.commit(PublishTransaction(record=Record(key="posts/draft.md", kind=SourceKind.POST, revision=1)))
    keys = ["posts/a.md", "posts/draft.md", "posts/never.md"]

    found = index.published_each([*keys, "posts/a.md"])

    assert found == {key: index.published(key) for key in keys}
    assert found["posts/a.md"][1] is not None
    assert index.published_each([]) == {}


def test_bodies_come_with_the_record_of_a_section(index: PostIndex) -> None:
    record = SectionRecord(name="search:2010", revision=1, generation="1/1")
    index.commit(publication(entry()))
    index.commit_section(record)
    keys = ["posts/a.md", "posts/never.md"]

    assert index.bodies_and_section(keys, "search:2010") == (index.bodies(keys, markdown=False), record)
    assert index.bodies_and_section([], "search:2011") == ({}, SectionRecord(name="search:2011"))


def test_section_records_and_settings_come_together(index: PostIndex) -> None:
    record = SectionRecord(name="site", revision=1, generation="1/1")
    never = SectionRecord(name="head:all")
    index.commit_section(record)
    before = index.sections_and_settings(["site", "head:all"])
    settings = StoredSettings(revision=1, settings=SiteSettings(url="https://a.example"), default_url="")
    index.commit(
        PublishTransaction(record=Record(key="site.yaml", kind=SourceKind.SETTINGS, revision=1), settings=settings)
    )

    assert before == ({"site": record, "head:all": never}, None)
    assert index.sections_and_settings(["site"]) == ({"site": record}, settings)
    assert index.sections_and_settings([]) == ({}, settings)


def test_section_outboxes_are_cleared_together_but_for_those_that_have_moved_on(index: PostIndex) -> None:
    full = frozenset({"directory:tags"})
    records = [SectionRecord(name=f"head:tag:t{number}", revision=1, outbox=full) for number in range(3)]
    for record in records:
        index.commit_section(record)
    index.commit_section(replace(records[1], revision=2))

    index.clear_section_outboxes(records)

    assert [index.section(record.name).outbox for record in records] == [frozenset(), full, frozenset()]


def test_a_section_outbox_is_cleared_only_at_its_own_revision(index: PostIndex) -> None:
    record = SectionRecord(name="site", revision=1, outbox=frozenset({"head:all"}))
    index.commit_section(record)

    index.clear_section_outboxes([replace(record, revision=2)])
    kept = index.section("site").outbox
    index.clear_section_outboxes([record])

    assert kept == frozenset({"head:all"})
    assert index.section("site").outbox == frozenset()


@pytest.mark.slow
def test_records_and_sections_are_listed_once_and_in_order_across_pages(index: PostIndex) -> None:
    keys = {f"posts/{number}.md" for number in range(25)}
    for key in keys:
        index.commit(PublishTransaction(record=Record(key=key, kind=SourceKind.POST, revision=1)))
        index.commit_section(SectionRecord(name=f"asset:/{key}", revision=1))

    records = [record.key for page in _pages(index.list_records) for record in page]
    sections = [section.name for page in _pages(index.list_sections) for section in page]

    assert records == sorted(keys)
    assert sections == sorted(f"asset:/{key}" for key in keys)


def test_a_page_of_records_begins_after_the_key_given(index: PostIndex) -> None:
    for number in range(40):
        key = f"posts/{number:02}.md"
        index.commit(PublishTransaction(record=Record(key=key, kind=SourceKind.POST, revision=1)))

    records, last = index.list_records("posts/19.md", 5)

    assert [record.key for record in records] == [f"posts/{number}.md" for number in range(20, 20 + len(records))]
    assert 1 <= len(records) <= 5
    assert last == records[-1].key


def _pages(read):  # noqa: ANN001, ANN202 - two functions of one shape
    cursor = ""
    while True:
        page, cursor = read(cursor, 7)
        yield page
        if not cursor:
            return


def test_a_change_takes_the_place_of_an_older_one_and_is_read_in_order_from_a_position(index: PostIndex) -> None:
    told = [post_change(f"posts/{name}.md", minute) for minute, name in enumerate("abc")]
    for each in told:
        index.commit(PublishTransaction(record=Record(key=each.key, kind=SourceKind.POST, revision=1), change_in=each))
    again = post_change("posts/a.md", 9, ChangeKind.REMOVED, revision=2)

    record = Record(key="posts/a.md", kind=SourceKind.POST, revision=2)
    index.commit(PublishTransaction(record=record, change_in=again, change_out=told[0].position))

    assert index.changes("", 10) == (told[1], told[2], again)
    assert index.changes("", 2) == (told[1], told[2])
    assert index.changes(told[1].position, 1) == (told[2],)
    assert index.changes(again.position, 10) == ()
    assert index.changes("2010-03-01T12:02", 10) == (told[2], again)


def test_names_once_given_stay(index: PostIndex) -> None:
    for name in "ba":
        record = Record(key=f"posts/{name}.md", kind=SourceKind.POST, revision=1)
        index.commit(PublishTransaction(record=record, names_in=frozenset({"slug:x", f"id:{name}"})))

    index.commit(PublishTransaction(record=Record(key="posts/a.md", kind=SourceKind.POST, revision=2), drop_body=True))

    assert index.named("slug:x", 10) == ("posts/a.md", "posts/b.md")
    assert index.named("slug:x", 1) == ("posts/a.md",)
    assert (index.named("id:b", 10), index.named("id:c", 10)) == (("posts/b.md",), ())


def test_children_are_read_a_few_at_a_time(index: PostIndex) -> None:
    for slug in "cab":
        name = f"head:tag:{slug}"
        child = SectionSummary(section=name, label=slug, count=1)
        index.commit_section(SectionRecord(name=name, revision=1, summary=child))

    first = index.children("directory:tags", limit=2)
    rest = index.children("directory:tags", after=first[-1].section, limit=2)

    assert [child.label for child in (*first, *rest)] == ["a", "b", "c"]
    assert index.children("directory:tags", after="head:tag:c", limit=2) == ()


def post_change(key: str, minute: int, kind: ChangeKind = ChangeKind.PUBLISHED, revision: int = 1) -> PostChange:
    at = NOON.replace(minute=minute, microsecond=minute)
    return PostChange(key=key, kind=kind, at=at, revision=revision, id="i", slug="s", path="/p/")
