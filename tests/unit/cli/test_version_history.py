"""What a bucket held at a moment, and what brings it back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress_cli.live.log_command import lines_of
from bucketpress_cli.live.redrive_command import move_all
from bucketpress_cli.receipt_text import moment
from bucketpress_cli.versions.version_choice import moment_of
from bucketpress_cli.versions.version_history import (
    KeptVersion,
    newest_first,
    restorations,
    version_at,
    version_before,
    version_named,
)

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = ("site.yaml", "posts/a.md", "posts/b.md", "static/x.txt")


class VersionedModel:
    """A bucket that keeps its versions: what S3 would list, and what it held after each step."""

    def __init__(self) -> None:
        self.step = 0
        self.held: dict[str, str] = {}
        self.moments: list[dict[str, str]] = [{}]
        self.versions: dict[str, list[KeptVersion]] = {}

    def write(self, key: str, digest: str | None) -> None:
        """Put a content, or delete with None."""
        self.step += 1
        kept = self.versions.setdefault(key, [])
        kept.insert(0, KeptVersion(key=key, version=f"v{self.step}", written=self.now(), digest=digest))
        self.held.pop(key, None)
        if digest is not None:
            self.held[key] = digest
        self.moments.append(dict(self.held))

    def now(self, step: int | None = None) -> datetime:
        return BEGAN + timedelta(seconds=self.step if step is None else step)

    def listed(self) -> dict[str, tuple[KeptVersion, ...]]:
        return {key: newest_first(versions) for key, versions in self.versions.items()}


steps = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["x", "y", "z", None])), max_size=30)


@given(steps, st.data())
def test_a_bucket_is_restored_to_any_moment_and_back_again(
    history: list[tuple[str, str | None]], data: st.DataObject
) -> None:
    bucket = VersionedModel()
    for key, digest in history:
        bucket.write(key, digest)
    moment = data.draw(st.integers(0, bucket.step))
    before, end = dict(bucket.held), bucket.step

    for each in restorations(bucket.listed(), bucket.now(moment)):
        assert bucket.held.get(each.key) == each.current
        bucket.write(each.key, each.wanted.digest if each.wanted else None)
    then = dict(bucket.held)
    again = restorations(bucket.listed(), bucket.now(moment))
    for each in restorations(bucket.listed(), bucket.now(end)):
        bucket.write(each.key, each.wanted.digest if each.wanted else None)

    assert then == bucket.moments[moment]
    assert again == ()
    assert bucket.held == before


@given(steps)
def test_a_moment_before_everything_is_an_empty_bucket(history: list[tuple[str, str | None]]) -> None:
    bucket = VersionedModel()
    for key, digest in history:
        bucket.write(key, digest)

    found = restorations(bucket.listed(), BEGAN)

    assert {each.key for each in found} == set(bucket.held)
    assert all(each.wanted is None for each in found)


def test_within_a_second_a_deletion_counts_as_newer_unless_something_else_is_the_latest() -> None:
    put = KeptVersion(key="k", version="p", written=BEGAN, digest="x")
    gone = KeptVersion(key="k", version="d", written=BEGAN, digest=None)
    latest = KeptVersion(key="k", version="q", written=BEGAN, digest="y", latest=True)

    assert newest_first([put, gone]) == (gone, put)
    assert newest_first([gone, latest, put]) == (latest, gone, put)


def test_what_comes_back_by_itself_is_the_newest_that_differs() -> None:
    bucket = VersionedModel()
    for digest in ("x", "y", "y", None):
        bucket.write("k", digest)

    assert (found := version_before(bucket.listed()["k"])) is not None
    assert found.version == "v3"
    bucket.write("k", "y")
    assert (found := version_before(bucket.listed()["k"])) is not None
    assert found.digest == "x"


@pytest.mark.parametrize(("name", "found"), [("abc", "abc"), ("abd", "abde"), ("ab", None), ("d", None), ("zz", None)])
def test_a_version_is_named_by_its_id_or_a_beginning_of_one_alone(name: str, found: str | None) -> None:
    versions = [
        KeptVersion(key="k", version=each, written=BEGAN, digest=None if each == "d1" else "x")
        for each in ("abc", "abcd", "abde", "d1")
    ]

    chosen = version_named(versions, name)

    assert (chosen.version if chosen else None) == found


class LoggedEvents:
    """CloudWatch's answers to a search, whatever it was for."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages

    def get_paginator(self, _name: str) -> "LoggedEvents":
        return self

    def paginate(self, **_search: object) -> list[dict[str, list[dict[str, object]]]]:
        return [{"events": [{"timestamp": 0, "message": message} for message in self.messages]}]


def test_a_log_shows_what_is_about_the_very_key() -> None:
    events = LoggedEvents(
        [
            '{"level":"INFO","message":"source published","key":"posts/a.md","state":"published","function_name":"f"}',
            '{"level":"INFO","message":"source published","key":"posts/a.md.md","state":"published"}',
            '{"level":"ERROR","message":"message failed","body":"a queue on posts/a.md","exception":"T\\nE: no"}',
            "START RequestId",
            "[1]",
        ]
    )

    found = list(lines_of(events, "group", "posts/a.md", BEGAN))

    assert [(line.level, line.message) for line in found] == [
        ("INFO", "source published"),
        ("ERROR", "message failed"),
    ]
    assert found[0].facts == {"state": "published"}
    assert found[1].facts["exception"] == "E: no"


ZONES = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(-timedelta(hours=3, minutes=30))])


@given(
    st.datetimes(datetime(2006, 1, 1), datetime(2100, 1, 1), timezones=ZONES).map(lambda at: at.replace(microsecond=0))
)
def test_a_moment_is_read_as_it_is_printed(when: datetime) -> None:
    assert moment_of(moment(when)) == when


def test_a_moment_holds_what_was_written_within_its_second() -> None:
    written = BEGAN + timedelta(milliseconds=300)

    found = version_at([KeptVersion(key="k", version="v", written=written, digest="x")], BEGAN)

    assert found is not None


class Queues:
    """SQS, which may answer that there is nothing in a queue that holds something."""

    def __init__(self, answers: list[int]) -> None:
        self.answers, self.sent, self.waits = answers, 0, set[int]()

    def receive_message(self, **request: int) -> dict[str, list[dict[str, str]]]:
        self.waits.add(request.get("WaitTimeSeconds", 0))
        count = self.answers.pop(0) if self.answers else 0
        return {"Messages": [{"Body": "x", "ReceiptHandle": "h"}] * count} if count else {}

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        self.sent += len(request["Entries"])
        return {"Successful": request["Entries"]}

    def delete_message_batch(self, **_: object) -> None:
        """Forget nothing: what was received is not given again."""


def test_a_queue_that_seems_empty_is_asked_once_more() -> None:
    queues = Queues([10, 0, 3])

    moved = move_all(queues, "failed", "queue")

    assert (moved, queues.sent) == (13, 13)
    assert min(queues.waits) > 0
