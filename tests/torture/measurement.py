"""What a post costs in CPU and memory, measured in a process of its own."""

import json
import os
import resource
import signal
from collections.abc import Iterator
from dataclasses import dataclass

PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds of one step and the highest amount of memory so far; `ended` says what killed the process."""

    step: str
    seconds: float
    mebibytes: float
    ended: str = ""


def measure(steps: Iterator[str]) -> list[Cost]:
    """Do some work in a child process, killed when it takes very long; `steps` yields what it did after each step."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(steps, writing)
    os.close(writing)
    with os.fdopen(reading) as answer:
        costs = [Cost(**json.loads(line)) for line in answer]
    _, status, used = os.wait4(child, 0)
    if status:
        ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"code {status}"
        costs.append(Cost(step="", seconds=used.ru_utime, mebibytes=used.ru_maxrss / 1024, ended=ended))
    return costs


def _work(steps: Iterator[str], writing: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_SECONDS, PATIENCE_SECONDS + 1))
    code = 1
    try:
        before = _seconds()
        for step in steps:
            after = _seconds()
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            cost = {"step": step, "seconds": after - before, "mebibytes": memory}
            os.write(writing, (json.dumps(cost) + "\n").encode())
            before = _seconds()
        code = 0
    finally:
        os._exit(code)


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
