"""Threads share a budget of memory."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from bucketpress.adapters.parallel import ByteBudget


def test_threads_never_hold_more_than_the_budget_together() -> None:
    budget, lock = ByteBudget(10), Lock()
    held: list[int] = []
    most: list[int] = []

    def work(size: int) -> None:
        with budget.of(size):
            with lock:
                held.append(size)
                most.append(sum(min(each, 10) for each in held))
            with lock:
                held.remove(size)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [3, 4, 5, 6, 7, 10, 25] * 20))

    assert max(most) <= 10


def test_what_is_given_back_wakes_who_waits() -> None:
    budget, entered = ByteBudget(10), Event()

    def wait_for_all() -> None:
        with budget.of(99):
            entered.set()

    with ThreadPoolExecutor(1) as pool:
        with budget.of(1):
            waiting = pool.submit(wait_for_all)
            assert not entered.wait(0.05)
        waiting.result(timeout=10)

    assert entered.is_set()
