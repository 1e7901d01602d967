"""Calls made at the same time: their answers come in order, no error is lost, and nothing goes on afterwards."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from bucketpress.adapters.parallel import OneByOne, Threads, parallel
from bucketpress.ports import Parallel, TransientError

WAYS: list[Callable[[], Parallel]] = [OneByOne, partial(Threads, 4)]


def fail(name: str) -> str:
    raise TransientError(name)


@pytest.mark.parametrize("way", WAYS)
def test_answers_come_in_the_order_of_the_calls(way: Callable[[], Parallel]) -> None:
    made = way()

    assert made.run([partial(str, number) for number in range(20)]) == [str(number) for number in range(20)]
    assert made.run([]) == []


@pytest.mark.parametrize("way", WAYS)
def test_the_first_of_the_errors_is_raised(way: Callable[[], Parallel]) -> None:
    calls = [partial(str, 0), partial(fail, "first"), partial(fail, "second")]

    with pytest.raises(TransientError, match="first"):
        way().run(calls)


@pytest.mark.parametrize("way", WAYS)
def test_an_outcome_returns_an_answer_or_raises_an_error(way: Callable[[], Parallel]) -> None:
    good, bad = way().outcomes([partial(str, 1), partial(fail, "second")])

    assert good() == "1"
    with pytest.raises(TransientError, match="second"):
        bad()


def test_nothing_is_still_running_when_an_error_is_raised() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def fail_first() -> None:
        go_on.set()
        message = "first"
        raise TransientError(message)

    def end_later() -> None:
        go_on.wait()
        ended.set()

    with pytest.raises(TransientError, match="first"):
        Threads(2).run([fail_first, end_later])

    assert ended.is_set()


def test_work_waits_for_calls_of_its_own_however_much_work_there_is() -> None:
    threads = Threads(2)

    def work(number: int) -> int:
        return sum(threads.run([partial(int, number)] * 5))

    outcomes = threads.outcomes([partial(work, number) for number in range(10)])

    assert [outcome() for outcome in outcomes] == [5 * number for number in range(10)]


def test_calls_are_made_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=30)

    assert len(Threads(3).run([meeting.wait] * 3)) == 3


def test_one_connection_needs_no_threads() -> None:
    assert isinstance(parallel(1), OneByOne)
