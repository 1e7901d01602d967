"""What a post costs in CPU and memory, measured in a process of its own."""

import json
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds and the highest amount of memory; `ended` says how the process ended, "" for well."""

    seconds: float
    mebibytes: float
    note: str = ""
    ended: str = ""


def measure(work: Callable[[], str]) -> Cost:
    """Do some work in a child process, killed when it takes very long; `work` may return a note about its outcome."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work(work, writing)
    os.close(writing)
    with os.fdopen(reading) as answer:
        note = answer.read()
    _, status, used = os.wait4(child, 0)
    if note:
        return Cost(**json.loads(note))
    ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"code {status}"
    return Cost(seconds=used.ru_utime + used.ru_stime, mebibytes=used.ru_maxrss / 1024, ended=ended)


def _work(work: Callable[[], str], writing: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_SECONDS, PATIENCE_SECONDS + 1))
    before = resource.getrusage(resource.RUSAGE_SELF)
    code = 1
    try:
        note = work()
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        os.write(writing, json.dumps({"seconds": seconds, "mebibytes": after.ru_maxrss / 1024, "note": note}).encode())
        code = 0
    finally:
        os._exit(code)
