"""Calls made at the same time: their answers come in order, no error is lost, and nothing goes on afterwards."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from bucketpress.adapters.parallel import OneByOne, Threads, parallel
from bucketpress.ports import OutOfTimeError, Parallel, TransientError

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


@pytest.mark.parametrize("way", [OneByOne(), Threads(4)], ids=["one by one", "threads"])
def test_work_that_there_is_no_time_for_is_not_begun(way: OneByOne | Threads) -> None:
    made: list[int] = []

    outcomes = way.within(lambda: 0).outcomes([partial(made.append, 1)] * 2)

    for outcome in outcomes:
        with pytest.raises(OutOfTimeError):
            outcome()
    assert made == []
    assert [outcome() for outcome in way.outcomes([partial(str, 1)])] == ["1"]


def test_work_that_outlasts_its_time_fails_alone() -> None:
    begun, let_go, time_is_up = threading.Event(), threading.Event(), threading.Event()

    def long_work() -> str:
        begun.set()
        let_go.wait()
        return "long"

    def short_work() -> str:
        begun.wait()
        return "short"

    # The third begins on the thread of the second, which is done by then.
    works = [long_work, short_work, lambda: str(time_is_up.set())]
    long_, short, _ = Threads(2).within(lambda: 0 if time_is_up.is_set() else 0.01).outcomes(works)

    assert short() == "short"
    with pytest.raises(OutOfTimeError):
        long_()
    let_go.set()


def test_one_connection_needs_no_threads() -> None:
    assert isinstance(parallel(1), OneByOne)
