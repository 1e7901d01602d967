"""Runs handlers one port call at a time; each call is a point where anything may happen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from greenlet import getcurrent, greenlet

from bucketpress.ports import TransientError

WRITES = frozenset(
    {
        "commit",
        "commit_section",
        "clear_outbox",
        "clear_section_outboxes",
        "put",
        "copy",
        "send",
        "put_checkpoint",
        "add_dependent",
    }
)


class CrashError(BaseException):
    """The function died here."""


class LostAnswerError(Exception):
    """The call was made, and nobody knows with what result."""


class Fate(StrEnum):
    """What becomes of one port call."""

    GO = "go"
    DIE_BEFORE = "crash before"
    DIE_AFTER = "crash after"
    REFUSED = "refused"  # throttled, or a server error without effect
    UNANSWERED = "lost answer"  # a server error or a time-out after the call had its effect
    REPEATED = "repeated"  # the SDK tried again although the first try had its effect
    LATE = "late write"  # the function dies, its write arrives later
    PARTIAL = "partial send"  # a batch of which some entries failed


@dataclass(eq=False, slots=True)
class Call:
    """A port call that waits for its fate. `make` makes it.

    There are so many that they are not frozen, which would make them slower to make.
    """

    port: str
    method: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    make: Callable[..., Any]

    @property
    def name(self) -> str:
        return f"{self.port}.{self.method}"

    @property
    def writes(self) -> bool:
        return self.method in WRITES

    def __str__(self) -> str:
        """Say what is called with what, shortly."""
        return f"{self.name}{self.arguments!r:.80}"


@dataclass
class Desk:
    """What all ports of a world share: the late writes, how many calls were made, and whether to stop before them."""

    late: list[Call] = field(default_factory=list)
    calls: int = 0
    hurried: bool = False

    def pause(self, name: str, touches: tuple[str, ...], make: Callable[[], object]) -> None:
        """Stop the running task before something that is no port call, as if it were one."""
        runner = getcurrent().parent
        assert runner is not None
        runner.switch(Call(name, "acts", touches, {}, make))
        make()


class Stepped:
    """A port whose calls wait for whoever runs the task, who answers with their fate."""

    def __init__(self, port: object, name: str, desk: Desk) -> None:
        self._port, self._name, self._desk = port, name, desk

    def __getattr__(self, method: str) -> Any:
        make = getattr(self._port, method)

        def stepped(*arguments: Any, **named: Any) -> Any:
            self._desk.calls += 1
            runner = getcurrent().parent
            if runner is None or self._desk.hurried:
                return make(*arguments, **named)
            if method == "send":
                arguments = (tuple(arguments[0]),)
            call = Call(self._name, method, arguments, named, make)
            return self._meet(call, runner.switch(call), runner)

        setattr(self, method, stepped)
        return stepped

    def published(self, key: str) -> Any:
        """Read a record and its body one after the other: the index may answer with those of two moments."""
        record = self.record(key)
        return record, self.bodies([key]).get(key)

    def published_each(self, keys: Any) -> Any:
        """Read records and bodies of several sources one after the other."""
        return {key: self.published(key) for key in keys}

    def records_and_settings(self, keys: Any) -> Any:
        """Read settings and records one after the other: the index may answer with settings of before."""
        stored = self.settings()
        return self.records(keys), stored

    def bodies_and_section(self, keys: Any, name: str) -> Any:
        """Read a section's record and bodies one after the other."""
        record = self.section(name)
        return self.bodies(keys, markdown=False), record

    def _meet(self, call: Call, fate: Fate, runner: Any) -> Any:
        if fate is Fate.DIE_BEFORE:
            raise CrashError
        if fate is Fate.REFUSED:
            raise TransientError(call.name)
        if fate is Fate.LATE:
            self._desk.late.append(call)
            raise CrashError
        if fate is Fate.PARTIAL:
            call.make(call.arguments[0][1::2], **call.named)
            raise TransientError(call.name)
        answer = call.make(*call.arguments, **call.named)
        if fate is Fate.DIE_AFTER:
            raise CrashError
        if fate is Fate.UNANSWERED:
            raise LostAnswerError
        if fate is Fate.REPEATED:
            return self._meet(call, runner.switch(call), runner)
        return answer


@dataclass(eq=False, slots=True)
class Task:
    """One invocation of a handler, stopped before its next port call."""

    name: str
    handler: Callable[[], object]
    pending: Call | None = None
    finished: bool = False
    outcome: str = ""
    _run: Any = field(default=None, repr=False)

    def start(self) -> None:
        """Begin; the task stops before its first port call."""
        self._run = greenlet(self._body)
        self.pending = self._run.switch()

    def step(self, fate: Fate = Fate.GO) -> None:
        """Let the pending call meet its fate, and go on to the next one or to the end."""
        self.pending = self._run.switch(fate)

    def abandon(self) -> None:
        """End where it is, for good. What a suspended task holds is never freed otherwise."""
        if self.pending is not None:
            self.pending = None
            self._run.throw()

    @property
    def over(self) -> bool:
        return self.pending is None

    def _body(self) -> None:
        try:
            self.handler()
            self.finished, self.outcome = True, "finished"
        except (CrashError, LostAnswerError, TransientError) as error:
            self.outcome = type(error).__name__


class TornIndex:
    """An index whose reads of several items are not of one moment, as those of DynamoDB are not."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def __getattr__(self, method: str) -> Any:
        return getattr(self._index, method)

    def records(self, keys: Any) -> Any:
        return {key: self._index.record(key) for key in keys}

    def sections(self, names: Any) -> Any:
        return {name: self._index.section(name) for name in names}

    def sections_and_settings(self, names: Any) -> Any:
        stored = self._index.settings()
        return self.sections(names), stored

    def records_and_settings(self, keys: Any) -> Any:
        stored = self._index.settings()
        return self.records(keys), stored

    def published_each(self, keys: Any) -> Any:
        return {key: self.published(key) for key in keys}

    def published(self, key: Any) -> Any:
        record = self._index.record(key)
        return record, self._index.bodies([key]).get(key)

    def bodies(self, keys: Any, *, markdown: bool = True) -> Any:
        return {key: body for each in keys for key, body in self._index.bodies([each], markdown=markdown).items()}

    def claims(self, path: str) -> Any:
        return _torn(self._index.claims(path), self._index.claims(path), lambda claim: claim.key)

    def entries(self, listing: str, **bounds: Any) -> Any:
        first, second = self._index.entries(listing, **bounds), self._index.entries(listing, **bounds)
        if bounds.get("limit") == 1:
            return second
        backwards = bounds.get("newest_first", True)
        if not backwards:
            return _torn(first, second, lambda entry: entry.position)[: bounds.get("limit")]
        ascending = _torn(second[::-1], first[::-1], lambda entry: entry.position)
        return ascending[::-1][: bounds.get("limit")]


def _torn(low: tuple[Any, ...], high: tuple[Any, ...], order: Callable[[Any], str]) -> tuple[Any, ...]:
    """Give the smaller items as one read saw them, and the greater as the other did."""
    if not low:
        return high
    middle = order(low[len(low) // 2])
    return (*(item for item in low if order(item) <= middle), *(item for item in high if order(item) > middle))
