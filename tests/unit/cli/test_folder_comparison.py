"""What differs between a folder and a bucket, and who changed it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress_cli.transfer.folder_comparison import Difference, Known, compare
from bucketpress_cli.transfer.transfer_state import agreed, intending, read_state, state_file, write_state

A, B, C = "aaaa", "bbbb", "cccc"
SEEN_A = Known(seen={"k": A})
SENT_B = Known(seen={"k": A}, sent={"k": (B,)})


@pytest.mark.parametrize(
    ("here", "there", "known", "difference"),
    [
        (A, A, Known(), Difference.SAME),
        (A, A, Known(seen={"k": B}), Difference.SAME),
        (A, None, Known(), Difference.NEW_HERE),
        (None, A, Known(), Difference.NEW_THERE),
        (A, B, Known(), Difference.BOTH),
        (B, A, SEEN_A, Difference.CHANGED_HERE),
        (A, B, SEEN_A, Difference.CHANGED_THERE),
        (B, C, SEEN_A, Difference.BOTH),
        (None, A, SEEN_A, Difference.DELETED_HERE),
        (None, B, SEEN_A, Difference.BOTH),
        (A, None, SEEN_A, Difference.DELETED_THERE),
        (B, None, SEEN_A, Difference.BOTH),
        # A push was killed: what it set out to send is there, or is not.
        (C, B, SENT_B, Difference.CHANGED_HERE),
        (C, A, SENT_B, Difference.CHANGED_HERE),
        (B, C, SENT_B, Difference.BOTH),
        (B, None, SENT_B, Difference.BOTH),
        (None, B, SENT_B, Difference.DELETED_HERE),
        (B, None, Known(sent={"k": (B,)}), Difference.NEW_HERE),
        (B, C, Known(sent={"k": (B,)}), Difference.BOTH),
    ],
)
def test_a_file_was_changed_on_the_side_that_no_longer_has_what_was_seen(
    here: str | None, there: str | None, known: Known, difference: Difference
) -> None:
    (found,) = compare({"k": here} if here else {}, {"k": there} if there else {}, known)

    assert found.difference is difference


@pytest.mark.parametrize("unread", ["", "posts", "posts/x", "posts/x/k.md"])
def test_nothing_is_said_of_what_could_not_be_read(unread: str) -> None:
    key = "posts/x/k.md"

    assert compare({}, {key: A}, Known(seen={key: A}), unread={unread}) == ()
    assert compare({}, {key: A}, Known(seen={key: A}), unread={"post", "posts/x/k"}) != ()


edits = st.sampled_from(["edit", "delete", "push", "push killed before", "push killed after", "other edits", "deletes"])


@given(st.lists(edits, max_size=12))
def test_what_somebody_else_has_written_is_never_taken_for_our_own(history: list[str]) -> None:
    """Play one file: a write over, or a deletion of, an edit of somebody else that was never seen must not happen."""
    here: str | None = None
    there: str | None = None
    known, foreign = Known(), False
    for number, step in enumerate(history):
        if step == "edit":
            here = f"mine-{number}"
        elif step == "delete":
            here = None
        elif not step.startswith("push"):
            there, foreign = (f"theirs-{number}", True) if step == "other edits" else (None, False)
        else:
            found = compare({"k": here} if here else {}, {"k": there} if there else {}, known)
            difference = found[0].difference if found else Difference.SAME
            if difference in {Difference.NEW_HERE, Difference.CHANGED_HERE} and here is not None:
                assert not foreign
                known = intending(known, {"k": here})
                if step != "push killed before":
                    there, foreign = here, False
                if step == "push":
                    known = agreed(known, {"k": here})
            elif difference is Difference.DELETED_HERE:
                assert not foreign
                there = None
                known = agreed(known, {}, ["k"])


def test_what_is_known_survives_being_written_and_read(tmp_path: Path) -> None:
    file = state_file(tmp_path, "a-bucket")

    write_state(file, SENT_B)

    assert read_state(file) == SENT_B
    assert [path.name for path in file.parent.iterdir()] == ["a-bucket.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seen": [], "sent": {}}', '{"seen": {}}', "\x00"])
def test_nothing_is_known_from_a_file_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    file = state_file(tmp_path, "b")
    file.parent.mkdir()
    file.write_text(text)

    assert read_state(file) == Known()


def test_what_was_to_be_sent_is_forgotten_once_it_is_there() -> None:
    known = agreed(intending(SEEN_A, {"k": B}), {"k": B})

    assert known == Known(seen={"k": B})
