"""A plan is a value: what is written in which order, what is deleted, and what is left alone."""

import io
import signal
import threading
from collections.abc import Callable

import pytest
from rich.console import Console

from bucketpress.content.problem import error, warning
from bucketpress_cli.transfer.content_bucket import EditedHereError, EditedThereError
from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference
from bucketpress_cli.transfer.push.push_plan import Choices, Effect, intent_of, plan_push
from bucketpress_cli.transfer.transfers import Outcome, Transfer, transfer_all

DELETE = Choices(delete=True)
OVERWRITE = Choices(delete=True, overwrite=True)


def differing(key: str, difference: Difference) -> FileDifference:
    here = None if difference in {Difference.DELETED_HERE, Difference.NEW_THERE} else "h"
    there = None if difference in {Difference.NEW_HERE, Difference.DELETED_THERE} else "t"
    return FileDifference(key=key, difference=difference, here=here, there=there)


@pytest.mark.parametrize(
    ("difference", "choices", "done"),
    [
        (Difference.SAME, OVERWRITE, "nothing"),
        (Difference.NEW_HERE, Choices(), "written"),
        (Difference.CHANGED_HERE, Choices(), "written"),
        (Difference.CHANGED_THERE, DELETE, "left"),
        (Difference.CHANGED_THERE, OVERWRITE, "written"),
        (Difference.BOTH, DELETE, "left"),
        (Difference.BOTH, Choices(mine={"posts/a.md"}), "written"),
        (Difference.BOTH, Choices(mine={"posts/b.md"}), "left"),
        (Difference.DELETED_HERE, Choices(), "left"),
        (Difference.DELETED_HERE, Choices(mine={"posts/a.md"}), "deleted"),
        (Difference.DELETED_HERE, DELETE, "deleted"),
        (Difference.NEW_THERE, DELETE, "left"),
        (Difference.NEW_THERE, OVERWRITE, "deleted"),
        (Difference.NEW_THERE, Choices(overwrite=True), "left"),
        (Difference.DELETED_THERE, DELETE, "left"),
        (Difference.DELETED_THERE, OVERWRITE, "written"),
    ],
)
def test_each_difference_has_one_outcome(difference: Difference, choices: Choices, done: str) -> None:
    intent = intent_of([differing("posts/a.md", difference)], choices)

    outcomes = {"written": intent.writes, "deleted": intent.deletions, "left": intent.left}
    assert [name for name, found in outcomes.items() if found] == ([] if done == "nothing" else [done])


@pytest.mark.parametrize("choices", [DELETE, OVERWRITE])
@pytest.mark.parametrize("difference", [Difference.DELETED_HERE, Difference.NEW_THERE])
def test_settings_are_never_deleted(choices: Choices, difference: Difference) -> None:
    assert not intent_of([differing("site.yaml", difference)], choices).deletions


def test_settings_come_first_and_files_before_the_texts_that_show_them() -> None:
    keys = ["drafts/b.md", "pages/a.md", "posts/a.md", "posts/pic.png", "site.yaml", "static/x.txt"]
    intent = intent_of([differing(key, Difference.NEW_HERE) for key in keys], Choices())

    plan = plan_push(intent, before={}, after={}, refused={})

    assert [[write.key for write in group] for group in plan.groups] == [
        ["site.yaml"],
        ["posts/pic.png", "static/x.txt"],
        ["drafts/b.md", "pages/a.md", "posts/a.md"],
    ]


def test_what_is_no_source_is_refused_with_its_reason() -> None:
    intent = intent_of([], Choices())

    plan = plan_push(intent, before={}, after={}, refused={"posts/x.docx": error("No.", "Delete it.")})

    assert [(line.effect, line.key) for line in plan.lines] == [(Effect.REFUSED, "posts/x.docx")]
    assert not plan.is_whole


def test_what_is_kept_back_is_told_and_no_fault() -> None:
    plan = plan_push(intent_of([], Choices()), before={}, after={}, refused={"posts/_a.md": warning("No.", "Rename.")})

    assert [(line.effect, line.key) for line in plan.lines] == [(Effect.KEPT, "posts/_a.md")]
    assert plan.is_whole


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("unsettled", ["nothing", "kept", "refused", "conflict"])
def test_nothing_is_deleted_unnamed_while_something_is_refused_or_in_conflict(named: bool, unsettled: str) -> None:
    differences = [differing("posts/a.md", Difference.DELETED_HERE)]
    if unsettled == "conflict":
        differences.append(differing("posts/b.md", Difference.BOTH))
    why = {"refused": error("No.", ""), "kept": warning("No.", "")}
    refused = {"posts/c.md": why[unsettled]} if unsettled in why else {}
    choices = Choices(delete=True, mine={"posts/a.md"} if named else set())

    plan = plan_push(intent_of(differences, choices), before={}, after={}, refused=refused)

    assert bool(plan.deletions) == (named or unsettled in {"nothing", "kept"})
    assert plan.is_whole == (unsettled in {"nothing", "kept"})
    assert plan.losses == (["posts/a.md"] if plan.deletions and not named else [])


def transferred(groups: list[list[tuple[str, Transfer]]]) -> Outcome:
    return transfer_all(groups, 0, Console(file=io.StringIO()))


def raising(error: BaseException) -> Transfer:
    def transfer(_progress: Callable[[int], None]) -> None:
        raise error

    return transfer


def test_a_group_begins_when_the_one_before_has_ended() -> None:
    order: list[str] = []
    lock = threading.Lock()

    def noting(name: str) -> Transfer:
        def transfer(_progress: Callable[[int], None]) -> None:
            with lock:
                order.append(name[0])

        return transfer

    names = [[f"a{number}" for number in range(50)], [f"b{number}" for number in range(50)]]
    outcome = transferred([[(name, noting(name)) for name in group] for group in names])

    assert order == ["a"] * 50 + ["b"] * 50
    assert sorted(outcome.done) == sorted([*names[0], *names[1]])


def test_an_edit_in_between_stops_nothing_else() -> None:
    outcome = transferred(
        [
            [("a", raising(EditedThereError("a"))), ("b", raising(EditedHereError("b")))],
            [("c", lambda _progress: None)],
        ]
    )

    assert (outcome.edited_there, outcome.edited_here, outcome.done) == (["a"], ["b"], ["c"])


def test_what_comes_last_waits_for_everything_before_it() -> None:
    last = [("c", lambda _progress: None)]

    for found in (EditedThereError("a"), EditedHereError("a"), OSError("no"), None):
        first = [("a", raising(found) if found else lambda _progress: None)]
        outcome = transfer_all([first], 0, Console(file=io.StringIO()), last=last)
        assert ("c" in outcome.done) == (found is None)


def test_stopping_says_what_it_waits_for() -> None:
    out, begun = io.StringIO(), threading.Event()

    def slow(_progress: Callable[[int], None]) -> None:
        begun.wait()

    def stop(_progress: Callable[[int], None]) -> None:
        signal.raise_signal(signal.SIGINT)
        threading.Timer(0.3, begun.set).start()

    outcome = transfer_all([[("a", slow), ("b", stop)]], 0, Console(file=out, width=100))

    assert outcome.interrupted
    assert "a" in outcome.done
    assert "under way will be finished first." in out.getvalue()


def test_after_a_failure_nothing_more_is_begun() -> None:
    outcome = transferred([[("a", raising(OSError("no")))], [("b", lambda _progress: None)]])

    assert (outcome.done, str(outcome.failure)) == ([], "no")
