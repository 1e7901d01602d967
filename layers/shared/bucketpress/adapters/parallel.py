"""Calls made at the same time, on threads; or one after the other, where nothing is gained by more."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from threading import Condition
from typing import TypeVar

T = TypeVar("T")


class OneByOne:
    """A Parallel that makes one call after the other."""

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        return [call() for call in calls]

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        return [cache(call) for call in calls]


class Threads:
    """A Parallel on threads: up to `limit` units of work at once, which together make up to `limit` more calls.

    Work waits for its calls, so the two have threads of their own: no work ever waits for a thread that waits for it.
    """

    def __init__(self, limit: int) -> None:
        self._calls = ThreadPoolExecutor(limit, thread_name_prefix="call")
        self._work = ThreadPoolExecutor(limit, thread_name_prefix="work")

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        if len(calls) == 1:
            return [calls[0]()]
        futures = [self._calls.submit(call) for call in calls]
        # All of them: a write still under way must not arrive while its caller has begun anew.
        wait(futures)
        return [future.result() for future in futures]

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        futures = [self._work.submit(call) for call in calls]
        wait(futures)
        return [future.result for future in futures]


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
