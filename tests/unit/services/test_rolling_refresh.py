"""How the rolling refresh spreads its work, decided from its checkpoint and the clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bucketpress.content.source_keys import SourceKind
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.record import Record
from bucketpress.services.upkeep.rolling_refresh import AT_FIRST, MAX_NAMES, begun, names_due, sections_derived_from
from bucketpress.site.impact import ShownAsset
from tests.support.values import entry, publication

NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
NEVER = Checkpoint(name=CheckpointName.ROLLING)
UNDER_WAY = replace(NEVER, phase=Phase.SECTIONS, began=NOON, total=700)


@pytest.mark.parametrize(
    ("checkpoint", "passed", "anew"),
    [
        (NEVER, timedelta(), True),
        (UNDER_WAY, timedelta(days=8), False),
        (replace(UNDER_WAY, phase=Phase.DONE), timedelta(days=6), False),
        (replace(UNDER_WAY, phase=Phase.DONE, cursor="head:all", sent=5, done=9), timedelta(days=7), True),
    ],
)
def test_a_pass_begins_when_the_last_one_is_done_and_its_time_is_over(
    checkpoint: Checkpoint, passed: timedelta, *, anew: bool
) -> None:
    current = begun(checkpoint, NOON + passed, WEEK)

    assert (current != checkpoint) == anew
    if anew:
        assert current == replace(NEVER, phase=Phase.SECTIONS, began=NOON + passed, total=checkpoint.total)


@pytest.mark.parametrize(
    ("total", "done", "passed", "due"),
    [
        (0, 0, timedelta(days=1), AT_FIRST),
        (700, 0, timedelta(), 1),
        (700, 1, timedelta(), 0),
        (700, 0, timedelta(days=1), 101),
        (700, 90, timedelta(days=1), 11),
        (700, 200, timedelta(days=1), 0),
        (700, 690, timedelta(days=8), 111),  # a site that has grown
        (700_000, 0, timedelta(days=1), MAX_NAMES),
    ],
)
def test_as_many_names_are_due_as_the_part_of_the_time_that_has_passed(
    total: int, done: int, passed: timedelta, due: int
) -> None:
    assert names_due(replace(UNDER_WAY, total=total, done=done), NOON + passed, WEEK) == due


def test_nothing_is_due_of_a_pass_that_is_done() -> None:
    assert names_due(replace(UNDER_WAY, phase=Phase.DONE), NOON + WEEK, WEEK) == 0


def test_the_sections_of_a_post_are_derived_with_its_former_paths_and_all_parents() -> None:
    record = replace(publication(entry()).record, live_paths=("/old/", "/2010/03/a/"))

    assert set(sections_derived_from(record)) == {
        *("post:/old/", "post:/2010/03/a/", "head:all", "period:all:2010-03", "period:all:2010", "directory:archive"),
        *("head:tag:voip", "period:tag:voip:2010", "directory:tags", "head:author:jane-doe"),
        *("period:author:jane-doe:2010", "directory:authors", "search:2010", "search"),
    }


def test_of_what_is_not_published_only_its_paths_are_derived() -> None:
    draft = Record(key="posts/a.md", kind=SourceKind.POST, path="/b/", live_paths=("/a/",))
    file = Record(key="static/a.png", kind=SourceKind.ASSET, path="/a.png", shown=ShownAsset(path="/a.png", etag="e"))

    assert set(sections_derived_from(draft)) == {"post:/a/", "post:/b/"}
    assert set(sections_derived_from(file)) == {"asset:/a.png"}
