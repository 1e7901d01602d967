"""What the step from one record to the next leaves to be told: to files, to rivals, to addresses."""

from dataclasses import replace

import pytest

from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.dependency import LinkTarget, MissingPicture
from bucketpress.records.record import Record
from bucketpress.services.publish.transition import transition

DRAFT = Record(key="posts/x/index.md", kind=SourceKind.POST, revision=1, state=State.DRAFT, path="/x/")
PUBLIC = replace(DRAFT, state=State.PUBLISHED, live_paths=("/x/",))
MOVED = replace(PUBLIC, live_paths=("/old/", "/x/"))
REMOVED = replace(DRAFT, state=State.REMOVED, path=None)


def _showing(record: Record, names: str) -> Record:
    shown = {f"posts/x/{name}.png": MissingPicture() for name in names}
    return replace(record, dependencies={**shown, "posts/other.md": LinkTarget(path=None)})


@pytest.mark.parametrize(
    ("before", "after", "concerned"),
    [
        (_showing(PUBLIC, "pq"), _showing(PUBLIC, "qr"), "pr"),
        (_showing(DRAFT, "pq"), _showing(DRAFT, "qr"), "pr"),
        (_showing(DRAFT, "pq"), _showing(DRAFT, "pq"), ""),
        (_showing(PUBLIC, "pq"), _showing(PUBLIC, "pq"), ""),
        (_showing(PUBLIC, "pq"), _showing(DRAFT, "qr"), "pqr"),
        (_showing(DRAFT, "pq"), _showing(PUBLIC, "qr"), "pqr"),
        (_showing(PUBLIC, "pq"), REMOVED, "pq"),
        (REMOVED, _showing(PUBLIC, "pq"), "pq"),
    ],
)
def test_the_files_are_told_that_are_shown_anew_or_no_more_and_all_where_the_post_comes_or_goes(
    before: Record, after: Record, concerned: str
) -> None:
    told = transition(before, after, None).record.outbox.shown_files

    assert told == {f"posts/x/{name}.png" for name in concerned}


@pytest.mark.parametrize(
    ("before", "after", "waiting"),
    [(PUBLIC, REMOVED, True), (REMOVED, REMOVED, True), (REMOVED, PUBLIC, False), (PUBLIC, PUBLIC, False)],
)
def test_the_files_that_wait_for_a_post_are_told_where_there_is_none(
    before: Record, after: Record, *, waiting: bool
) -> None:
    assert transition(before, after, None).record.outbox.files == waiting


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        (PUBLIC, replace(PUBLIC, path="/y/", live_paths=("/x/", "/y/")), {"/x/", "/y/"}),
        (PUBLIC, replace(REMOVED, live_paths=("/x/",)), {"/x/"}),
        # A build that goes on from another one forgets where its sources were.
        (replace(PUBLIC, live_paths=()), REMOVED, {"/x/"}),
        (replace(DRAFT, state=State.SHADOWED), REMOVED, {"/x/"}),
        (MOVED, PUBLIC, set()),
        (PUBLIC, PUBLIC, set()),
    ],
)
def test_rivals_are_asked_again_about_a_path_that_is_taken_or_left(
    before: Record, after: Record, paths: set[str]
) -> None:
    assert transition(before, after, None).record.outbox.paths == paths


@pytest.mark.parametrize(
    ("before", "after", "sections"),
    [
        (MOVED, PUBLIC, {"post:/old/"}),
        (PUBLIC, replace(PUBLIC, live_paths=("/alias/", "/x/")), {"post:/alias/"}),
        (PUBLIC, PUBLIC, set()),
        (
            MOVED,
            replace(DRAFT, live_paths=("/old/", "/x/")),
            {"post:/old/", "post:/x/"},
        ),
    ],
)
def test_each_address_that_answers_otherwise_is_made_again(before: Record, after: Record, sections: set[str]) -> None:
    assert transition(before, after, None).record.outbox.sections == sections
