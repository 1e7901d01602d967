"""What the author is told about each upload, and what of it is remembered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bucketpress.adapters.codec import decode, encode
from bucketpress.adapters.memory_stores import MemoryQueue
from bucketpress.content.post import Body, Post, State
from bucketpress.content.problem import Problem, Severity, error, warning
from bucketpress.content.source_keys import classify
from bucketpress.ports import TransientError
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.dependency import BundlePost, Dependency, LinkTarget, Picture, Presence, ShowingPost
from bucketpress.records.receipt import Receipt
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.publish.receipts import SECTIONS_KEPT, write_receipt
from bucketpress.services.publish.source_reader import SourceReading
from bucketpress.services.refresh.refresher import MOMENTS_KEPT
from tests.support.values import body, entry
from tests.support.world import SITE_YAML, World, markdown

ASKED = datetime(2011, 1, 10, 11, 59, 58, tzinfo=UTC)
MAX_ITEM_BYTES = 400 * 1024


def receipt_of(world: World, key: str) -> Receipt:
    receipt = world.record(key).receipt
    assert receipt is not None
    return receipt


def test_a_receipt_says_what_was_understood_and_what_was_touched(world: World) -> None:
    data = markdown("A post", "2010-03-05 09:30", tags="[VoIP, News]", author="jane-doe", expires="2030-01-01")
    world.content.upload("posts/a.md", data)

    world.publisher.publish("posts/a.md", asked_at=ASKED)

    receipt = receipt_of(world, "posts/a.md")
    understood = receipt.understood
    assert understood is not None
    assert (understood.title, understood.slug) == ("A post", "a")
    assert understood.published == datetime(2010, 3, 5, 9, 30, tzinfo=UTC)
    assert understood.expires == datetime(2030, 1, 1, tzinfo=UTC)
    assert (understood.tags, understood.authors) == (("VoIP", "News"), ("Jane Doe",))
    assert (receipt.note, receipt.asked_at, receipt.since) == ("Published.", ASKED, world.now)
    assert receipt.sections[0] == "post:/2010/03/a/"
    assert {"head:all", "head:tag:voip", "period:all:2010-03", "head:author:jane-doe"} <= set(receipt.sections)


@pytest.mark.parametrize("front_matter", [{"draft": "true"}, {"date": "2031-01-01"}])
def test_what_is_kept_back_is_understood_as_well(world: World, front_matter: dict[str, str]) -> None:
    world.upload("posts/a.md", markdown(**{"title": "Later", "tags": "[x]", **front_matter}))

    world.settle()

    understood = receipt_of(world, "posts/a.md").understood
    assert understood is not None
    assert (understood.title, understood.tags) == ("Later", ("x",))
    assert receipt_of(world, "posts/a.md").sections == ()


def test_a_second_delivery_of_one_event_keeps_the_first_ones_sections_and_times(world: World) -> None:
    world.content.upload("posts/a.md", markdown("A"))
    world.publisher.publish("posts/a.md", asked_at=ASKED)
    first = receipt_of(world, "posts/a.md")
    world.settle()
    world.now += timedelta(minutes=5)

    world.publisher.publish("posts/a.md", asked_at=ASKED + timedelta(seconds=1))

    assert receipt_of(world, "posts/a.md") == replace(first, at=world.now)


def test_the_same_bytes_uploaded_again_get_a_receipt_of_their_own(world: World) -> None:
    world.content.upload("posts/a.md", markdown("A"))
    world.publisher.publish("posts/a.md", asked_at=ASKED)
    world.settle()
    world.now += timedelta(minutes=5)

    world.content.upload("posts/a.md", markdown("A"))
    world.publisher.publish("posts/a.md", asked_at=world.now)

    receipt = receipt_of(world, "posts/a.md")
    assert (receipt.asked_at, receipt.sections) == (world.now, ())


class BrokenQueue(MemoryQueue):
    """A queue that takes nothing."""

    def send(self, bodies: object, *, delay_seconds: int = 0) -> None:
        del bodies, delay_seconds
        raise TransientError


def test_a_run_that_dies_before_it_tells_anybody_leaves_its_sections_to_the_next(world: World) -> None:
    world.content.upload("posts/a.md", markdown("A", tags="[x]"))
    with pytest.raises(TransientError):
        replace(world.publisher, page_queue=BrokenQueue()).publish("posts/a.md", asked_at=ASKED)
    died = receipt_of(world, "posts/a.md")
    world.now += timedelta(minutes=6)

    world.publisher.publish("posts/a.md", asked_at=ASKED)
    repeated = receipt_of(world, "posts/a.md")
    world.content.upload("posts/a.md", markdown("A", tags="[y]"))
    world.publisher.publish("posts/a.md", asked_at=world.now)

    assert "head:tag:x" in died.sections
    assert replace(repeated, at=died.at) == died
    assert receipt_of(world, "posts/a.md").asked_at == world.now


def test_an_edit_made_before_the_dead_run_is_repeated_tells_of_the_sections_of_both(world: World) -> None:
    world.content.upload("posts/a.md", markdown("A", tags="[x]"))
    with pytest.raises(TransientError):
        replace(world.publisher, page_queue=BrokenQueue()).publish("posts/a.md", asked_at=ASKED)

    world.content.upload("posts/a.md", markdown("A"))
    world.publisher.publish("posts/a.md", asked_at=ASKED + timedelta(seconds=9))

    receipt = receipt_of(world, "posts/a.md")
    assert receipt.asked_at == ASKED + timedelta(seconds=9)
    assert "head:tag:x" in receipt.sections


def test_a_post_that_came_due_was_asked_for_at_its_date(world: World) -> None:
    world.upload("posts/later.md", markdown("Later", "2011-01-10T12:10:00Z"))
    world.settle()

    world.tick(11)

    receipt = receipt_of(world, "posts/later.md")
    assert receipt.note == "Published."
    assert receipt.asked_at == datetime(2011, 1, 10, 12, 10, tzinfo=UTC)
    assert receipt.since == world.now


def test_an_invalid_new_version_is_told_beside_what_stays_live(world: World) -> None:
    world.upload("posts/a.md", markdown("Good"))
    world.settle()

    world.upload("posts/a.md", b"---\ntitle: Bad\ndate: 03/04/2010\n---\nText.\n")
    world.settle()

    record, receipt = world.record("posts/a.md"), receipt_of(world, "posts/a.md")
    assert record.state is State.PUBLISHED
    assert receipt.last_good
    assert receipt.note == "Published. The newest version cannot be used; the last good one stays."
    assert (receipt.problems[0].line, receipt.problems[0].column) == (3, 7)
    assert receipt.problems[0].fix
    assert receipt.understood is not None
    assert receipt.understood.title == "Good"


def test_a_removed_source_keeps_no_understanding_but_says_what_it_touched(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()

    world.delete("posts/a.md")
    world.settle()

    receipt = receipt_of(world, "posts/a.md")
    assert (receipt.note, receipt.understood, receipt.version) == ("Removed.", None, "")
    assert "post:/2010/03/a/" in receipt.sections


def test_errors_are_kept_when_there_is_no_room_for_every_warning(world: World) -> None:
    aliases = ", ".join(f'"/?p={number}"' for number in range(90))
    world.upload("posts/a.md", markdown("A", aliases=f"[{aliases}]", slug="same"))
    world.upload("posts/0.md", markdown("0", slug="same"))
    world.settle()

    problems = receipt_of(world, "posts/a.md").problems

    assert len(problems) == 51
    assert "posts/0.md" in problems[-2].message
    assert problems[-1].message == "41 more problems are not listed here."


def test_of_many_problems_of_one_kind_some_are_told_and_the_others_counted(world: World) -> None:
    links = " ".join(f"[x](missing-{number}.md)" for number in range(90))
    world.upload("posts/a.md", markdown("A", text=links))
    world.settle()

    problems = receipt_of(world, "posts/a.md").problems

    assert [problem.count for problem in problems] == [1] * 9 + [81]
    assert "missing-0.md" in problems[0].message
    assert str(problems[-1]).endswith("(and 80 more like this)")


@pytest.mark.slow
def test_the_fullest_record_fits_into_an_item(world: World) -> None:
    folder = "posts/" + "/".join(["f" * 200] * 3)
    for number in range(100):
        world.content.upload(
            f"{folder}/l{number}.md", markdown(f"L{number}", url=f"/{'p' * 200}/{'q' * 200}/{number}/")
        )
        world.publisher.publish(f"{folder}/l{number}.md")
    for number in range(56):
        world.content.upload("posts/a.md", crowded(folder, number))
        world.publisher.publish("posts/a.md", asked_at=ASKED)
    world.content.upload("posts/a.md", crowded(folder, 56, dead=40))
    with pytest.raises(TransientError):
        replace(world.publisher, page_queue=BrokenQueue()).publish("posts/a.md")

    record = world.record("posts/a.md")

    assert record.receipt is not None
    assert len(record.live_paths) > 50
    assert len(record.receipt.problems) >= 20
    assert SECTIONS_KEPT // 2 < len(record.receipt.sections) <= SECTIONS_KEPT
    assert record.receipt.unlisted
    assert len(encode(record).encode()) < MAX_ITEM_BYTES


def crowded(folder: str, number: int, dead: int = 0) -> bytes:
    links = " ".join(f"[l]({folder.removeprefix('posts/')}/{'x' * (each < dead)}l{each}.md)" for each in range(100))
    return markdown(
        "T" * 300,
        f"20{10 + number % 2}-01-01",
        text=links,
        url=f"/{'u' * 200}/{'v' * 200}/{'w' * 200}/{number}/",
        tags=str([f"{number % 2}-{tag}-{'t' * 60}" for tag in range(30)]),
        authors=str([f"{number % 2}-{author}-{'a' * 60}" for author in range(10)]),
    )


def test_records_written_before_receipts_held_so_much_are_still_read() -> None:
    older = decode(
        Record, '{"key":"posts/a.md","kind":"post","receipt":{"note":"Published.","problems":[],"last_good":false}}'
    )
    section = decode(SectionRecord, '{"name":"head:all","revision":3,"artifacts":{"index.html":"e"}}')

    assert older.receipt == Receipt(note="Published.")
    assert (section.refreshed_at, section.written) == (None, {})
    assert decode(Record, encode(older)) == older


def test_a_section_knows_when_it_was_refreshed_and_its_artifacts_rewritten(world: World) -> None:
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    written_at = world.now

    for _ in range(MOMENTS_KEPT + 2):
        world.now += timedelta(minutes=1)
        world.refresher.refresh("post:/2010/03/a/")

    section = world.index.section("post:/2010/03/a/")
    assert section.refreshed_at == world.now
    assert len(section.refreshed) == MOMENTS_KEPT
    assert section.written == dict.fromkeys(["2010/03/a/index.html", "2010/03/a/index.md"], written_at)
    assert section.written.keys() == section.artifacts.keys()


def test_what_readers_get_does_not_depend_on_when_it_was_refreshed() -> None:
    sites, children = [], []
    for hours in (0, 77):
        world = World(now=datetime(2011, 1, 10, 12, tzinfo=UTC) + timedelta(hours=hours))
        for key, data in {"site.yaml": SITE_YAML, "posts/a.md": markdown("A", tags="[x]")}.items():
            world.upload(key, data)
        world.settle()
        sites.append(world.live())
        children.append([world.index.children(name) for name in ("directory:archive", "directory:tags")])

    assert sites[0] == sites[1]
    assert children[0] == children[1]


def test_a_link_that_leads_nowhere_is_told_with_its_place_in_the_file(world: World) -> None:
    data = markdown("A", text="First [b](b.md).\n\nThen [gone](a%20b.md#part) and [gone](a%20b.md).")
    world.upload("posts/b.md", markdown("B"))
    world.upload("posts/a.md", data)

    world.settle()

    (problem,) = receipt_of(world, "posts/a.md").problems
    line, column = problem.line, problem.column
    assert line is not None
    assert column is not None
    assert data.decode().splitlines()[line - 1][column - 1 :].startswith("a%20b.md#part")


def test_the_dead_links_of_an_older_version_are_not_told_of_a_newer_one(world: World) -> None:
    world.upload("posts/a.md", markdown("A", text="[gone](gone.md)"))
    world.settle()

    world.upload("posts/a.md", b"---\ntitle: [\n---\n")
    world.settle()

    assert not any("gone.md" in problem.message for problem in receipt_of(world, "posts/a.md").problems)


def test_the_receipt_of_the_settings_says_how_the_site_is_called(world: World) -> None:
    receipt = receipt_of(world, "site.yaml")

    assert receipt.understood is not None
    assert receipt.understood.title == "Packnet Blog"
    assert {"head:all", "site", "directory:archive"} <= set(receipt.sections)


FROM_BEFORE = datetime(2011, 1, 9, tzinfo=UTC)
NOON = datetime(2011, 1, 10, 12, tzinfo=UTC)
VERSION = SourceVersion(key="posts/a.md", version="v1", etag="e1")


def recorded(receipt: Receipt | None = None, *sections: str, key: str = "posts/a.md", **changes: Any) -> Record:
    kind = classify(key).kind
    values = {"state": State.PUBLISHED, "path": "/2010/03/a/", "outbox": Outbox(sections=frozenset(sections))}
    return Record(**{"key": key, "kind": kind, "receipt": receipt, **values, **changes})


def written(old: Record, new: Record, reading: SourceReading | None = None, *claims: Claim) -> Receipt:
    read = reading or SourceReading(newest=VERSION, used=VERSION)
    return write_receipt(old, new, read, claims, now=NOON, asked_at=ASKED)


def reading_of(*problems: Problem, made: Post | None = None) -> SourceReading:
    return SourceReading(newest=VERSION, used=VERSION, post=made, problems=problems)


def kept(*problems: Problem) -> tuple[Problem, ...]:
    return written(recorded(), recorded(), reading_of(*problems)).problems


EARLIER_RECEIPT = Receipt(
    note="Published.",
    version="v1",
    asked_at=FROM_BEFORE,
    since=FROM_BEFORE,
    at=FROM_BEFORE,
    sections=("site",),
    unlisted=7,
)


@pytest.mark.parametrize(
    ("due", "asked_at"),
    [
        (None, ASKED),
        (NOON - timedelta(seconds=1), NOON - timedelta(seconds=1)),
        (NOON, NOON),
        (NOON + timedelta(seconds=1), ASKED),
    ],
)
def test_what_comes_due_in_this_second_was_asked_for_by_its_date(due: datetime | None, asked_at: datetime) -> None:
    old = recorded(EARLIER_RECEIPT, state=State.SCHEDULED, due=due)

    assert written(old, recorded()).asked_at == asked_at
    assert written(replace(old, receipt=replace(EARLIER_RECEIPT, version="v0")), recorded()).asked_at == ASKED
    assert written(replace(old, receipt=None), recorded()).asked_at == ASKED


def test_a_repetition_keeps_the_moments_the_sections_and_how_many_there_was_no_room_for() -> None:
    left = Outbox(sections=frozenset({"head:all"}))

    for old, new in ((recorded(EARLIER_RECEIPT), recorded()), (recorded(EARLIER_RECEIPT, outbox=left),) * 2):
        again = written(old, new)
        assert (again.asked_at, again.since, again.at) == (FROM_BEFORE, FROM_BEFORE, NOON)
        assert set(again.sections) == {"site", *new.outbox.sections}
        assert again.unlisted == 7


@pytest.mark.parametrize(
    "new",
    [recorded(None, "head:all"), recorded(state=State.SHADOWED), recorded(state=State.EXPIRED)],
    ids=["touches more", "shadowed", "expired"],
)
def test_another_outcome_of_the_same_version_begins_anew(new: Record) -> None:
    claim = Claim(path="/2010/03/a/", key="posts/0.md", standing=Standing.PUBLISHED)

    receipt = written(recorded(EARLIER_RECEIPT), new, None, claim)

    assert (receipt.asked_at, receipt.since, receipt.at) == (ASKED, NOON, NOON)
    assert set(receipt.sections) == new.outbox.sections
    assert receipt.unlisted == 0


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.PUBLISHED, "Published."),
        (State.SCHEDULED, "when its date comes"),
        (State.EXPIRED, "has passed"),
        (State.DRAFT, "A draft"),
        (State.SHADOWED, "same path"),
        (State.INVALID, "upload it again"),
        (State.REMOVED, "Removed."),
    ],
)
def test_the_note_says_what_became_of_a_source(state: State, words: str) -> None:
    claim = Claim(path="/2010/03/a/", key="posts/0.md", standing=Standing.PUBLISHED)

    assert words in written(recorded(), recorded(state=state), None, claim).note


def test_a_file_that_waits_says_for_which_post_and_one_that_no_post_shows_says_so() -> None:
    file = {"key": "posts/x/p.png", "state": State.DRAFT}
    held = {"posts/b.md": ShowingPost(presence=Presence.HELD), "posts/x/index.md": BundlePost(presence=Presence.HELD)}

    shown, bundled, alone, drafts = (
        written(recorded(), recorded(**file | changes))
        for changes in (
            {"dependencies": held},
            {"dependencies": {"posts/x/index.md": held["posts/x/index.md"]}},
            {},
            {"key": "drafts/p.png"},
        )
    )

    assert "posts/b.md" in shown.note
    assert "posts/x/index.md" in bundled.note
    assert (shown.problems, bundled.problems, drafts.problems) == ((), (), ())
    assert "once they see a post or page that shows it" in alone.note
    assert [(each.kind, each.fix != "") for each in alone.problems] == [("file-unshown", True)]
    assert drafts.note.startswith("A draft")


def test_what_was_understood_tells_the_moment_a_post_goes_live_where_it_is_not_its_date() -> None:
    dated = datetime(2010, 3, 1, tzinfo=UTC)
    shown = entry(updated=NOON)

    for goes_live, told in ((None, None), (dated, None), (NOON, NOON)):
        made = Post(entry=shown, body=body(), goes_live=goes_live)
        understood = written(recorded(), recorded(), reading_of(made=made)).understood
        assert understood is not None
        assert (understood.published, understood.goes_live, understood.updated) == (dated, told, NOON)


@pytest.mark.parametrize(("extra", "count"), [(0, 32), (1, 31)])
def test_as_many_problems_are_kept_as_fit_into_32_kibibytes(extra: int, count: int) -> None:
    told = kept(*(warning(f"{number:02}" + "m" * (510 + (number == 31) * extra), "f" * 512) for number in range(32)))

    assert len(told) == count + extra
    assert (told[-1].fix == "Fix these first.") is bool(extra)


@pytest.mark.parametrize(("given", "count"), [(50, 50), (51, 51), (60, 51)])
def test_fifty_problems_are_kept_and_the_others_counted(given: int, count: int) -> None:
    told = kept(*(warning(f"Message {number}.", "Fix.") for number in range(given)))

    assert len(told) == count
    if given > 50:
        assert told[-1].message == f"{given - 50} more problems are not listed here."


def test_an_error_is_kept_before_every_warning_and_stands_where_it_is_in_the_file() -> None:
    warnings = [warning(f"Message {number}.", "Fix.", number) for number in range(1, 60)]

    told = kept(*warnings, error("Wrong.", "Right.", 30), error("Also wrong.", "Right.", 70))

    assert [each.message for each in told if each.severity is Severity.ERROR] == ["Wrong.", "Also wrong."]
    assert [each.line for each in told[:50]] == [*range(1, 31), 30, *range(31, 49), 70]


@pytest.mark.parametrize(("length", "ends"), [(800, "m"), (801, "…")])
def test_a_message_and_a_fix_may_have_800_characters(length: int, ends: str) -> None:
    (told,) = kept(warning("m" * length, "m" * length))

    assert (len(told.message), told.message[-1], told.fix) == (800, ends, told.message)


@pytest.mark.parametrize(("given", "unlisted"), [(100, 0), (101, 1), (130, 30)])
def test_a_hundred_sections_are_kept_and_the_others_counted(given: int, unlisted: int) -> None:
    names = [f"head:tag:{number:03}" for number in range(given)]

    receipt = written(recorded(), recorded(None, *names))

    assert (receipt.sections, receipt.unlisted) == (tuple(names[:100]), unlisted)


@pytest.mark.parametrize(("extra", "unlisted"), [(0, 0), (1, 1)])
def test_as_many_sections_are_kept_as_fit_into_16_kibibytes(extra: int, unlisted: int) -> None:
    names = [f"head:tag:{number:02}".ljust(512 + (number == 31) * extra, "x") for number in range(32)]

    receipt = written(recorded(), recorded(None, *names))

    assert (len(receipt.sections), receipt.unlisted) == (32 - unlisted, unlisted)


def test_the_page_of_a_source_comes_before_the_listings_and_other_addresses_last() -> None:
    names = ("post:/a/", "post:/2010/03/a/", "head:all", "head:tag:x", "period:all:2010", "period:all:2010-03")

    receipt = written(recorded(), recorded(None, *names))
    without_path = written(recorded(), recorded(None, *names, path=None))

    listings = ("head:all", "period:all:2010-03", "period:all:2010", "head:tag:x")
    assert receipt.sections == ("post:/2010/03/a/", *listings, "post:/a/")
    assert without_path.sections == (*listings, "post:/2010/03/a/", "post:/a/")


@pytest.mark.parametrize(
    ("there", "in_text", "missed"),
    [((), False, ["beside"]), (("root",), False, []), (("root",), True, ["beside"]), (("beside",), False, [])],
)
def test_a_picture_is_missed_where_it_is_neither_beside_its_post_nor_at_the_root(
    there: tuple[str, ...], in_text: bool, missed: list[str]
) -> None:
    keys = {"beside": "posts/p.png", "root": "static/p.png"}
    text = '<img src="/_bucketpress/media/posts/p.png">' if in_text else ""
    made = Post(entry=entry(), body=Body(html=text, markdown="", words=0), images=tuple(keys.values()))
    made = replace(made, image_keys=(keys["beside"], keys["root"]), places={keys["beside"]: (4, 2)})
    found = {keys[name]: Picture(size=None) for name in there}

    receipt = written(recorded(), recorded(dependencies=found), reading_of(made=made))

    assert [each.message for each in receipt.problems] == [f"The picture {keys[name]} is not there." for name in missed]
    assert {(each.line, each.column, each.kind) for each in receipt.problems} <= {(4, 2, "picture-missing")}
    assert all("Upload it" in each.fix for each in receipt.problems)


def test_a_link_and_a_picture_that_lead_nowhere_are_each_told_with_what_to_do() -> None:
    made = Post(entry=entry(), body=body(), links=("posts/b.md", "posts/c.md"), images=("static/p.png", "static/q.png"))
    found: dict[str, Dependency] = {"posts/b.md": LinkTarget(path="/b/"), "static/p.png": Picture(size=None)}

    told = written(recorded(), recorded(dependencies=found), reading_of(made=made)).problems

    assert [(each.message, each.kind) for each in told] == [
        ("The link to posts/c.md leads nowhere: it is not published.", "link-nowhere"),
        ("The picture static/q.png is not there.", "picture-missing"),
    ]
    assert ["stays without a link" in told[0].fix, "Upload it" in told[1].fix] == [True, True]


def test_the_loser_of_a_path_is_told_who_has_it() -> None:
    claims = [
        Claim(path="/2010/03/a/", key=key, standing=standing)
        for key, standing in (
            ("posts/0.md", Standing.FORMER),
            ("posts/1.md", Standing.PUBLISHED),
            ("posts/2.md", Standing.SHADOWED),
        )
    ]

    (problem,) = written(recorded(), recorded(state=State.SHADOWED), None, *claims).problems

    assert problem.message == "The path /2010/03/a/ belongs to posts/1.md, whose key comes first."
    assert problem.severity is Severity.ERROR
    assert written(recorded(), recorded(), None, *claims).problems == ()
