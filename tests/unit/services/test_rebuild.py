"""Which step of a rebuild follows which, decided from checkpoints and listings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.upkeep.rebuild import after_records, after_sections, after_sources, begun, is_older

NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)
NEVER = Checkpoint(name=CheckpointName.REBUILD)
UNDER_WAY = replace(NEVER, generation="2/x", phase=Phase.SECTIONS, cursor="head:", began=NOON, sent=3, done=4, total=9)


def test_a_rebuild_under_way_goes_on_where_it_is() -> None:
    assert begun(UNDER_WAY, "2/x", NOON + timedelta(hours=1)) == UNDER_WAY


def test_another_generation_begins_anew_and_expects_as_many_names_as_were_seen_so_far() -> None:
    later = NOON + timedelta(hours=1)

    assert begun(UNDER_WAY, "3/x", later) == replace(
        NEVER, generation="3/x", phase=Phase.SOURCES, began=later, total=UNDER_WAY.done
    )


def test_a_rebuild_asked_for_begins_at_the_moment_of_the_tick() -> None:
    asked = replace(UNDER_WAY, phase=Phase.SOURCES, cursor="", began=None, everything=True)

    assert begun(asked, "2/x", NOON).began == NOON
    assert begun(asked, "2/x", NOON).everything


@pytest.mark.parametrize(
    ("names", "phase", "cursor"),
    [("", Phase.SECTIONS, ""), ("a", Phase.SECTIONS, ""), ("ab", Phase.SOURCES, "b")],
)
def test_the_sections_follow_a_page_of_sources_that_is_not_full(names: str, phase: Phase, cursor: str) -> None:
    page = [SourceVersion(key=name, version="v") for name in names]

    following = after_sources(replace(UNDER_WAY, phase=Phase.SOURCES, cursor=""), page, limit=2)

    assert (following.phase, following.cursor) == (phase, cursor)


@pytest.mark.parametrize(
    ("phase", "cursor", "settled", "following"),
    [
        (Phase.SECTIONS, "head:", True, (Phase.SECTIONS, "head:")),
        (Phase.SECTIONS, "head:", False, (Phase.SECTIONS, "head:")),
        (Phase.SECTIONS, "", False, (Phase.SETTLING, "")),
        (Phase.SETTLING, "head:", True, (Phase.SETTLING, "head:")),
        (Phase.SETTLING, "head:", False, (Phase.SETTLING, "before")),  # it waits where it is
        (Phase.SETTLING, "", False, (Phase.SETTLING, "before")),
        (Phase.SETTLING, "", True, (Phase.RECORDS, "")),
    ],
)
def test_a_rebuild_is_done_when_no_section_is_older_any_more(
    phase: Phase, cursor: str, following: tuple[Phase, str], *, settled: bool
) -> None:
    after = after_sections(replace(UNDER_WAY, phase=phase, cursor="before"), cursor, settled=settled)

    assert (after.phase, after.cursor) == following


@pytest.mark.parametrize(
    ("cursor", "settled", "following"),
    [
        ("posts/", True, (Phase.RECORDS, "posts/")),
        ("posts/", False, (Phase.RECORDS, "before")),
        ("", False, (Phase.RECORDS, "before")),
        ("", True, (Phase.LAST, "")),
    ],
)
def test_a_rebuild_is_done_when_no_record_is_older_any_more(
    cursor: str, following: tuple[Phase, str], *, settled: bool
) -> None:
    after = after_records(replace(UNDER_WAY, phase=Phase.RECORDS, cursor="before"), cursor, settled=settled)

    assert (after.phase, after.cursor) == following


@pytest.mark.parametrize(
    ("generation", "everything", "refreshed", "older"),
    [
        ("2/x", False, (), False),
        ("1/x", False, (NOON + timedelta(hours=1),), True),
        ("2/x", True, (), True),
        ("2/x", True, (NOON - timedelta(seconds=1),), True),
        ("2/x", True, (NOON,), False),
    ],
)
def test_a_section_is_older_by_its_generation_or_where_everything_is_asked_for_by_its_last_refresh(
    generation: str, refreshed: tuple[datetime, ...], *, everything: bool, older: bool
) -> None:
    section = SectionRecord(name="site", generation=generation, refreshed=refreshed)

    assert is_older(section, replace(UNDER_WAY, everything=everything)) == older
