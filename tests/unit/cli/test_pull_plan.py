"""What a pull fetches, and what it leaves alone."""

import pytest

from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference
from bucketpress_cli.transfer.pull.pull_plan import PullEffect, plan_pull, unwritable_keys

KEY = "posts/a.md"


def differing(difference: Difference) -> FileDifference:
    here = None if difference in {Difference.DELETED_HERE, Difference.NEW_THERE} else "h"
    there = None if difference in {Difference.NEW_HERE, Difference.DELETED_THERE} else "t"
    return FileDifference(key=KEY, difference=difference, here=here, there=there)


@pytest.mark.parametrize(
    ("difference", "delete", "theirs", "effect"),
    [
        (Difference.SAME, True, True, None),
        (Difference.NEW_THERE, False, False, PullEffect.NEW),
        (Difference.CHANGED_THERE, False, False, PullEffect.CHANGED),
        (Difference.DELETED_THERE, False, False, PullEffect.NOT_DELETED),
        (Difference.DELETED_THERE, True, False, PullEffect.REMOVED),
        (Difference.BOTH, True, False, PullEffect.CONFLICT),
        (Difference.BOTH, False, True, PullEffect.CHANGED),
        (Difference.NEW_HERE, True, False, PullEffect.NEWER_HERE),
        (Difference.CHANGED_HERE, True, False, PullEffect.NEWER_HERE),
        (Difference.DELETED_HERE, True, False, PullEffect.NEWER_HERE),
        (Difference.DELETED_HERE, False, True, PullEffect.NEW),
    ],
)
def test_each_difference_has_one_effect(
    difference: Difference, delete: bool, theirs: bool, effect: PullEffect | None
) -> None:
    plan = plan_pull([differing(difference)], delete=delete, theirs={KEY} if theirs else set())

    assert [line.effect for line in plan.lines] == ([effect] if effect else [])
    assert bool(plan.downloads) == (effect in {PullEffect.NEW, PullEffect.CHANGED})
    assert bool(plan.deletions) == (effect is PullEffect.REMOVED)


@pytest.mark.parametrize(
    ("keys", "names", "one_case", "unwritable"),
    [
        (["posts/a.md", "posts/A.md"], [], False, []),
        (["posts/a.md", "posts/A.md"], [], True, ["posts/a.md"]),
        (["posts/A.md"], ["posts/a.md"], True, ["posts/A.md"]),
        (["posts/a.md", "posts/a.md/b.png"], [], False, ["posts/a.md"]),
        (["static/x.d"], ["static/x.d/y.txt"], False, ["static/x.d"]),
        (["static/x.d/y.txt"], ["static/x.d"], False, ["static/x.d/y.txt"]),
        (["static/x.d/y/z.txt"], ["static/X.d"], False, []),
        (["static/x.d/y/z.txt"], ["static/X.d"], True, ["static/x.d/y/z.txt"]),
        (["posts/\xe9.md", "posts/e\u0301.md"], [], False, ["posts/\xe9.md"]),
        (["../a.md", "posts/../../a.md", "/posts/a.md", "notes.txt", "posts/a.docx"], [], False, None),
    ],
)
def test_a_key_that_no_file_can_have_is_told(
    keys: list[str], names: list[str], one_case: bool, unwritable: list[str] | None
) -> None:
    found = unwritable_keys(keys, names, one_case=one_case)

    assert sorted(found) == sorted(keys if unwritable is None else unwritable)
    assert all(found.values())
