"""Random histories of two authors and a bucket: no command loses what only a folder has, nor what nobody has seen."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.content.problem import error
from bucketpress.services.queries.folder_report import FileReport
from bucketpress_cli.transfer.content_bucket import ContentBucket
from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference, Known, compare
from bucketpress_cli.transfer.pull.pull_session import PullSession
from bucketpress_cli.transfer.push import push_session
from bucketpress_cli.transfer.push.push_plan import Choices, intent_of, plan_push
from bucketpress_cli.transfer.push.push_session import PushSession
from bucketpress_cli.transfer.target_bucket import Target
from bucketpress_cli.transfer.transfer_state import read_state, state_file
from tests.support.desk import write
from tests.support.memory_s3 import MemoryS3, files, kept

KEYS = ("site.yaml", "static/a.txt", "static/b.d", "static/b.d/c.txt")
ACTIONS = ("edit", "edit", "delete", "push", "push --delete", "push --mine", "pull --delete", "pull --theirs")
steps = st.tuples(st.sampled_from("xy"), st.sampled_from([*ACTIONS, "the bucket is made again"]), st.sampled_from(KEYS))


@contextmanager
def without_a_check() -> Iterator[None]:
    """Push without reading the whole folder as a site: what is played with are no texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push_session, "reports_after", lambda _folder: {})
        patch.setattr(push_session, "records_before", lambda *_arguments: {})
        yield


def carry_out(folder: Path, s3: Any, action: str, key: str) -> None:
    bucket = ContentBucket(s3, "b")
    if action.startswith("push"):
        choices = Choices(delete=action.endswith("delete"), mine={key} if action.endswith("mine") else set())
        PushSession.begin(folder, bucket, choices, Target(bucket="b", stack="")).carry_out()
    else:
        theirs = [key] if action.endswith("theirs") else []
        PullSession.begin(folder, bucket, delete=action.endswith("delete"), theirs=theirs, then="").carry_out()


def edit(folder: Path, key: str, data: bytes) -> None:
    """Write a file as its author would, who gives up what is in its way."""
    with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
        write(folder, {key: data})


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=10, max_size=30))
def test_no_command_loses_what_it_was_not_asked_to(history: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as made, without_a_check():
        s3 = MemoryS3()
        for author in "xy":
            (Path(made) / author).mkdir()
        for number, (author, action, key) in enumerate(history):
            folder = Path(made) / author
            if action == "edit":
                edit(folder, key, b"%d" % number)
            elif action == "delete":
                with suppress(OSError):
                    (folder / key).unlink()
            elif action == "the bucket is made again":
                s3.versions.clear()
            else:
                here, there = [*files(folder).values(), *kept(folder)], s3.objects
                known, had_settings = read_state(state_file(folder, "b")), "site.yaml" in files(folder)
                with suppress(typer.Exit):
                    carry_out(folder, s3, action, key)
                assert set(here) <= {*files(folder).values(), *kept(folder)}
                assert had_settings <= ("site.yaml" in files(folder))
                named = key if action == "push --mine" else None
                assert_only_seen_is_lost(there, s3.objects, known, named)


def assert_only_seen_is_lost(
    before: Mapping[str, bytes], after: Mapping[str, bytes], known: Known, named: str | None
) -> None:
    for key, data in before.items():
        if key != named and after.get(key) != data:
            assert known.is_own(key, hashlib.md5(data).hexdigest())
    assert ("site.yaml" in before) <= ("site.yaml" in after)


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(["sent", "wrong", "refused", "deleted"])), st.booleans())
def test_a_post_that_was_renamed_is_never_gone(renamed: dict[int, str], overwrite: bool) -> None:
    there = {f"posts/{number}.md": str(number) for number in renamed}
    here = {f"_posts/{number}.md": str(number) for number, fate in renamed.items() if fate in {"sent", "wrong"}}
    refused = {f"_posts/{number}.md": error("No.", "") for number, fate in renamed.items() if fate == "refused"}
    wrong = {f"_posts/{number}.md" for number, fate in renamed.items() if fate == "wrong"}
    differences = compare(here, there, Known(seen=there), unread=refused.keys())

    plan = plan_push(
        intent_of(differences, Choices(delete=True, overwrite=overwrite)),
        before={},
        after={key: FileReport(key=key, state="invalid" if key in wrong else "published") for key in here},
        refused=refused,
    )

    bucket = {key: text for key, text in there.items() if key not in {each.key for each in plan.deletions}}
    bucket |= {each.key: here[each.key] for each in plan.writes}
    assert set(bucket.values()) >= {str(number) for number, fate in renamed.items() if fate != "deleted"}


difference_kinds = st.sampled_from(list(Difference))


@given(st.dictionaries(st.sampled_from([f"posts/{name}.md" for name in "abcd"]), difference_kinds))
def test_nothing_is_deleted_unnamed_beside_a_conflict(found: dict[str, Difference]) -> None:
    gone = {Difference.DELETED_HERE, Difference.NEW_THERE}
    differences = [
        FileDifference(key=key, difference=each, here=None if each in gone else "h", there="t")
        for key, each in found.items()
    ]

    plan = plan_push(intent_of(differences, Choices(delete=True)), before={}, after={}, refused={})

    assert not plan.deletions or Difference.BOTH not in found.values()
