"""What the author is told about each upload, and what of it is remembered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bucketpress.adapters.codec import decode, encode
from bucketpress.adapters.memory_stores import MemoryQueue
from bucketpress.content.post import State
from bucketpress.ports import TransientError
from bucketpress.records.receipt import Receipt
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.publish.receipts import SECTIONS_KEPT
from bucketpress.services.refresh.refresher import MOMENTS_KEPT
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
