"""What an audit finds, decided from what was listed and read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bucketpress.content.source_keys import SourceKind
from bucketpress.records.receipt import Receipt
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.upkeep.comparison import (
    IN_FLIGHT,
    Stretch,
    altered_sections,
    differs,
    found_sections,
    in_flight,
    is_stale,
    side_by_side,
)

NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)
JUST_NOW, LONG_AGO = NOON - IN_FLIGHT + timedelta(seconds=1), NOON - IN_FLIGHT


def version(key: str = "posts/a.md", etag: str = "e", modified: datetime | None = None) -> SourceVersion:
    return SourceVersion(key=key, version="v", etag=etag, modified=modified)


def record(key: str = "posts/a.md", etag: str | None = "e", outbox: Outbox | None = None) -> Record:
    return Record(key=key, kind=SourceKind.POST, revision=1, etag=etag, outbox=outbox or Outbox())


def section(etags: dict[str, str] | None = None, **changes: object) -> SectionRecord:
    return SectionRecord(name="site", revision=1, generation="1/x", artifacts=etags or {}, **changes)


@pytest.mark.parametrize(
    ("sources", "records", "after_records", "compared", "end"),
    [
        ("", "", "", ("", ""), ""),
        ("ab", "", "", ("ab", ""), ""),
        ("", "ab", "", ("", "ab"), ""),
        ("ab", "bc", "", ("ab", "bc"), ""),
        ("abc", "bd", "", ("abc", "b"), "c"),  # more sources may follow c: whether there is a d cannot be told yet
        ("bd", "abc", "c", ("b", "abc"), "c"),
        ("abc", "acd", "d", ("abc", "ac"), "c"),
        ("acd", "abc", "c", ("ac", "abc"), "c"),
        ("a", "b", "b", ("a", "b"), "b"),  # a listing of records may be short and not the last
    ],
)
def test_two_listings_are_compared_as_far_as_both_reach(
    sources: str, records: str, after_records: str, compared: tuple[str, str], end: str
) -> None:
    def key(name: str) -> str:
        return f"posts/{name}.md" if name else ""

    found = side_by_side(
        [version(key(name)) for name in sources],
        [record(key(name)) for name in records],
        after_records=key(after_records),
        limit=3,
    )

    assert tuple("".join(name[6] for name in part) for part in (found.sources, found.records)) == compared
    assert found.end == key(end)


def test_what_is_no_source_is_not_missed_but_counts_for_how_far_the_listing_reaches() -> None:
    found = side_by_side([version("README"), version("zzz.tmp")], [], after_records="", limit=2)

    assert (found.keys, found.end) == ([], "zzz.tmp")


@pytest.mark.parametrize(("compared", "end"), [(1, "a"), (2, "b"), (3, "d")])
def test_a_stretch_cut_short_ends_with_the_last_key_compared(compared: int, end: str) -> None:
    # Something that is no source lies at its end, where the next stretch begins once all of this one is compared.
    stretch = Stretch(sources={"a": version("a"), "c": version("c")}, records={"b": record("b")}, end="d")

    assert stretch.end_after(compared) == end


@pytest.mark.parametrize(
    ("source", "known", "different"),
    [
        (version(etag="e"), record(etag="e"), False),
        (version(etag="new"), record(etag="e"), True),
        (None, record(etag="e"), True),
        (None, record(etag=None), False),
        (version(etag="e"), record(etag=None), True),
        (version(etag="e"), record(etag="e", outbox=Outbox(dependents=True)), True),
    ],
)
def test_a_record_differs_that_is_of_another_version_or_has_something_to_tell(
    source: SourceVersion | None, known: Record, *, different: bool
) -> None:
    assert differs(source, known) == different


@pytest.mark.parametrize(
    ("uploaded", "committed", "moving"),
    [
        (None, None, False),
        (JUST_NOW, None, True),
        (None, JUST_NOW, True),
        (LONG_AGO, LONG_AGO, False),
        (LONG_AGO, JUST_NOW, True),
    ],
)
def test_what_was_uploaded_or_committed_just_now_is_in_flight(
    uploaded: datetime | None, committed: datetime | None, *, moving: bool
) -> None:
    known = Record(key="posts/a.md", kind=SourceKind.POST, receipt=Receipt(note="", at=committed))

    assert in_flight(version(modified=uploaded), known, NOON) == moving


@pytest.mark.parametrize(
    ("one", "present", "generation", "stale"),
    [
        (section({"a": "1"}), {"a": "1"}, "1/x", False),
        (section({"a": "1"}), {}, "1/x", True),
        (section({"a": "1"}), {"a": "2"}, "1/x", True),
        (section({"a": "1"}), {"a": "1", "b": "2"}, "1/x", False),
        (section(outbox=frozenset({"head:all"})), {}, "1/x", True),
        (section(), {}, "2/x", True),
        (section(), {}, None, False),
    ],
)
def test_a_section_is_stale_that_is_not_as_it_was_written_or_of_an_older_generation(
    one: SectionRecord, present: dict[str, str], generation: str | None, *, stale: bool
) -> None:
    assert is_stale(one, present, generation=generation) == stale


def test_an_object_that_is_altered_or_was_never_written_down_makes_its_section_stale() -> None:
    sections = {name: SectionRecord(name=name, artifacts={f"{name}.html": "1"}) for name in ("x", "y", "z")}
    owners = {"x.html": "x", "y.html": "y", "z.html": "z", "z.xml": "z"}

    objects = [("foreign.txt", "9"), ("x.html", "1"), ("y.html", "2"), ("z.html", "1"), ("z.xml", "1")]

    assert altered_sections(objects, owners, sections) == [sections["y"], sections["z"]]


@pytest.mark.parametrize(
    ("refreshed", "divergences"),
    [((), {"site"}), ((LONG_AGO,), {"site"}), ((LONG_AGO, JUST_NOW), set())],
)
def test_a_stale_section_is_sent_and_called_a_divergence_unless_it_was_refreshed_just_now(
    refreshed: Sequence[datetime], divergences: set[str]
) -> None:
    found = found_sections([section(refreshed=tuple(refreshed))], 5, NOON)

    assert (found.sections, found.divergences, found.looked_at) == ({"site"}, divergences, 5)
