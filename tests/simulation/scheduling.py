"""Runs handlers a port call at a time, in any order, and lets them fail anywhere."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from greenlet import getcurrent, greenlet

from bucketpress.ports import TransientError


class CrashError(BaseException):
    """The function died here."""


class LostAnswerError(Exception):
    """The call was made, and nobody knows with what result."""


@dataclass
class Faults:
    """How often each fault strikes, per port call (or per message for the last three)."""

    crash: float = 0.0
    throttle: float = 0.0
    lost_answer: float = 0.0
    zombie: float = 0.0
    duplicate: float = 0.0
    drop: float = 0.0


WRITES = frozenset(
    {
        "commit",
        "commit_section",
        "clear_outbox",
        "clear_section_outbox",
        "put",
        "copy",
        "send",
        "put_checkpoint",
        "add_dependent",
    }
)


@dataclass
class Task:
    """One invocation of a handler."""

    name: str
    run: greenlet
    done: Callable[[bool], None]
    waiting_for: str = ""


@dataclass
class Scheduler:
    """Decides which task makes its next port call, and what becomes of the call."""

    chance: random.Random
    faults: Faults = field(default_factory=Faults)
    tasks: list[Task] = field(default_factory=list)
    zombies: list[Callable[[], object]] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def start(self, name: str, handler: Callable[[], object], done: Callable[[bool], None]) -> None:
        """Begin an invocation; it stops before its first port call."""

        def body() -> None:
            finished = False
            try:
                handler()
                finished = True
            except (CrashError, LostAnswerError, TransientError) as error:
                self.history.append(f"{name} failed: {type(error).__name__}")
            done(finished)

        task = Task(name=name, run=greenlet(body), done=done)
        self.tasks.append(task)
        self.step(task)

    def step(self, task: Task) -> None:
        """Let a task go on to its next port call, or to its end."""
        self.history.append(f"{task.name} {task.waiting_for}")
        task.waiting_for = task.run.switch() or ""
        if task.run.dead:
            self.tasks.remove(task)

    def wrap(self, port: object, name: str) -> Any:
        """Make every call to a port a point where anything may happen."""
        return _Stepped(port, name, self)

    def strike(self, fault: str, probability: float, call: str) -> bool:
        """Roll the dice for a fault."""
        if probability and self.chance.random() < probability:
            self.struck[f"{fault} {call}"] += 1
            self.history.append(f"  {fault}: {call}")
            return True
        return False


class _Stepped:
    """A port whose calls wait for the scheduler and may fail."""

    def __init__(self, port: object, name: str, scheduler: Scheduler) -> None:
        self._port, self._name, self._scheduler = port, name, scheduler

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._port, method)

        def stepped(*arguments: Any, **named: Any) -> Any:
            scheduler, label = self._scheduler, f"{self._name}.{method}"
            main = getcurrent().parent
            if main is None:
                return call(*arguments, **named)
            main.switch(f"{label}{arguments!r:.80}")
            scheduler.calls += 1
            faults = scheduler.faults
            if scheduler.strike("crash before", faults.crash, label):
                raise CrashError
            if scheduler.strike("throttle", faults.throttle, label):
                raise TransientError(label)
            if method in WRITES and scheduler.strike("zombie", faults.zombie, label):
                scheduler.zombies.append(lambda: call(*arguments, **named))
                raise CrashError
            answer = call(*arguments, **named)
            if scheduler.strike("crash after", faults.crash, label):
                raise CrashError
            if method in WRITES and scheduler.strike("lost answer", faults.lost_answer, label):
                raise LostAnswerError
            return answer

        return stepped
