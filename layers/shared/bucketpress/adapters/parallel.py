"""Calls made at the same time, on threads; or one after the other, where nothing is gained by more."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache, partial
from threading import Condition
from typing import NoReturn, TypeVar

from bucketpress.ports import OutOfTimeError

T = TypeVar("T")
LONG_SECONDS = 3600.0


def endless() -> float:
    """Return so many seconds that nobody runs out of time."""
    return LONG_SECONDS


class OneByOne:
    """A Parallel that makes one call after the other."""

    def within(self, seconds_left: Callable[[], float]) -> "OneByOne":
        """Return the same for units of work that have only so much time together."""
        return _OneByOneInTime(seconds_left)

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        return [call() for call in calls]

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        return [cache(call) for call in calls]


class _OneByOneInTime(OneByOne):
    """A OneByOne for units of work that have only so much time together."""

    def __init__(self, seconds_left: Callable[[], float]) -> None:
        self._seconds_left = seconds_left

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        return [cache(partial(self._in_time, call)) for call in calls]

    def _in_time(self, call: Callable[[], T]) -> T:
        return call() if self._seconds_left() > 0 else _run_out()


class Threads:
    """A Parallel on threads: up to `limit` units of work at once, which together make up to `limit` more calls.

    Work waits for its calls, so the two have threads of their own: no work ever waits for a thread that waits for it.
    """

    def __init__(
        self, limit: int, pools: "tuple[Executor, Executor] | None" = None, seconds_left: Callable[[], float] = endless
    ) -> None:
        """Work on threads of one's own, or on those of two `pools`, one for calls and one for work."""
        self._limit = limit
        self._pools = pools or (_pool(limit, "call"), _pool(limit, "work"))
        self._calls, self._work = self._pools
        self._seconds_left = seconds_left

    def within(self, seconds_left: Callable[[], float]) -> "Threads":
        """Return the same, on the same threads, for units of work that have only so much time together.

        What is not begun by then never is. What is not done by then is left alone: it ends with its function, or goes
        on when that runs again, like any run that was stopped in between. A later run of the same work wins over it.
        """
        return Threads(self._limit, self._pools, seconds_left)

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        if len(calls) == 1:
            return [calls[0]()]
        futures = [self._calls.submit(call) for call in calls]
        # All of them: a write still under way must not arrive while its caller has begun anew.
        wait(futures)
        return [future.result() for future in futures]

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        if self._seconds_left() <= 0:
            return [_run_out for _ in calls]
        futures = [self._work.submit(call) for call in calls]
        pending = set(futures)
        while pending and (seconds := self._seconds_left()) > 0:
            _, pending = wait(pending, timeout=seconds, return_when=FIRST_COMPLETED)
        return [_outcome(future) for future in futures]


def _pool(limit: int, name: str) -> Executor:
    return ThreadPoolExecutor(limit, thread_name_prefix=name)


def _outcome(future: "Future[T]") -> Callable[[], T]:
    # Asked again after it was cancelled: it may have been done just then.
    if future.cancel() or not future.done():
        return _run_out
    return future.result


def _run_out() -> NoReturn:
    message = "there was no time left for it"
    raise OutOfTimeError(message)


def parallel(limit: int) -> OneByOne | Threads:
    """Return what makes up to so many calls at once."""
    return Threads(limit) if limit > 1 else OneByOne()


class ByteBudget:
    """So many bytes, of which each thread takes what it needs, and waits for others where there are not enough left."""

    def __init__(self, size: int) -> None:
        """Begin with the whole budget."""
        self._size = self._left = size
        self._changed = Condition()

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Take some bytes, all there are if that is not enough, and give them back at the end."""
        taken = min(size, self._size)
        with self._changed:
            self._changed.wait_for(lambda: self._left >= taken)
            self._left -= taken
        try:
            yield
        finally:
            with self._changed:
                self._left += taken
                self._changed.notify_all()
