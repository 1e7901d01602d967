"""A cloud in which only time passes: the ports with AWS's latencies, queues and functions, on a clock of its own.

Nothing sleeps and nothing is drawn by chance: every call takes as long as the table below says, and what waits is woken
by the clock. Two runs of the same model give the same figures.
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from bucketpress.errors import BucketpressError
from bucketpress.site.layout import parent_section
from tests.support.template import template

T = TypeVar("T")

# Seconds that one call takes: typical figures inside one region, assumed. Nothing was measured on AWS.
SECONDS = {
    "GetItem": 0.005,
    "Query": 0.007,
    "BatchGetItem": 0.010,
    "PutItem": 0.007,
    "UpdateItem": 0.007,
    "TransactWriteItems": 0.020,
    "HeadObject": 0.020,
    "GetObject": 0.020,
    "ListObjects": 0.020,
    "PutObject": 0.035,
    "CopyObject": 0.035,
    "SendMessageBatch": 0.010,
    "Receive and invoke": 0.020,
}
AGAIN_SECONDS = 10  # until a message that failed comes back


class Clock:
    """Simulated time. Whatever runs in it is a greenlet that gives way whenever it waits."""

    def __init__(self) -> None:
        """Start at zero."""
        self.now = 0.0
        self._hub = getcurrent()
        self.cpu_seconds_a_call = 0.0
        self.processors: WeakKeyDictionary[greenlet, Processor] = WeakKeyDictionary()
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._number = 0

    def at(self, moment: float, act: Callable[[], object]) -> None:
        """Schedule something for a moment, after what was planned for the same moment before."""
        self._number += 1
        heapq.heappush(self._events, (moment, self._number, act))

    def start(self, act: Callable[[], object]) -> None:
        """Start something that runs beside everything else."""
        self.at(self.now, greenlet(act, parent=self._hub).switch)

    def wait(self, seconds: float) -> None:
        """Make the caller wait."""
        self.at(self.now + seconds, getcurrent().switch)
        self._hub.switch()

    def compute(self, seconds: float) -> None:
        """Make the caller wait for its processor, and for so long on it."""
        processor = self.processors.get(getcurrent())
        if processor and seconds:
            processor.free_at = max(self.now, processor.free_at) + seconds
            self.wait(processor.free_at - self.now)

    def park(self) -> None:
        """Wait until somebody switches to the caller."""
        self._hub.switch()

    def run(self) -> None:
        """Run until nothing is left to happen."""
        while self._events:
            self.now, _, act = heapq.heappop(self._events)
            act()


class Work:
    """Calls that run beside one another in one function: a Parallel in simulated time."""

    def __init__(self, clock: Clock, limit: int) -> None:
        """Run up to so many calls at once."""
        self._clock, self._limit = clock, limit

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Make calls at once and return their answers."""
        return [outcome() for outcome in self.outcomes(calls)]

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        """Make calls at once; return for each what returns its answer or raises its error."""
        made: dict[int, Callable[[], T]] = {}
        waiting, caller = deque(enumerate(calls)), getcurrent()
        processor = self._clock.processors.get(caller)

        def work() -> None:
            if processor:
                self._clock.processors[getcurrent()] = processor
            while waiting:
                number, call = waiting.popleft()
                made[number] = _outcome(call)
            if len(made) == len(calls):
                self._clock.at(self._clock.now, caller.switch)

        for _ in range(min(self._limit, len(calls))):
            self._clock.start(work)
        if calls:
            self._clock.park()
        return [made[number] for number in range(len(calls))]


def _outcome(call: Callable[[], T]) -> Callable[[], T]:
    try:
        answer = call()
    except BucketpressError as error:
        return partial(_fail, error)
    return lambda: answer


def _fail(error: BucketpressError) -> Any:  # noqa: ANN401 - returns nothing
    raise error


@dataclass
class Processor:
    """The processor of one instance of a function: what is computed waits for what is being computed."""

    free_at: float = 0.0


@dataclass
class Timed:
    """A port whose calls take time; they take effect in the middle of it."""

    port: Any
    name: str
    clock: Clock
    calls: Counter[str]

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401 - stands for any port
        """Count a call, let half its time pass, make it, and let the other half pass."""
        make = getattr(self.port, method)

        def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            kind, count = calls_of(f"{self.name}.{method}", *arguments)
            self.calls[kind] += count
            self.clock.compute(count * self.clock.cpu_seconds_a_call)
            self.clock.wait(count * SECONDS[kind] / 2)
            try:
                return make(*arguments, **named)
            finally:
                self.clock.wait(count * SECONDS[kind] / 2)

        return timed


_ALONE = dict.fromkeys(("record", "settings", "section", "checkpoint"), "GetItem")
_ALONE |= dict.fromkeys(("commit", "commit_section"), "PutItem")
_ALONE |= dict.fromkeys(("clear_outbox", "clear_section_outboxes"), "UpdateItem")
_TOGETHER = dict.fromkeys(("commit", "commit_section", "clear_section_outboxes"), "TransactWriteItems")
# What one request reads, in items for each key and besides.
_BATCHES = {
    "records": (1, 0),
    "records_and_settings": (1, 1),
    "sections": (1, 0),
    "sections_and_settings": (1, 1),
    "bodies": (1, 0),
    "bodies_and_section": (1, 1),
    "published_each": (3, 0),
}
_S3 = {"head": "HeadObject", "put": "PutObject", "copy": "CopyObject", "list_keys": "ListObjects"}


def calls_of(name: str, *arguments: Any) -> tuple[str, int]:  # noqa: ANN401
    """Return the kind of call to AWS that the adapters make for a call of a port, and how many one after another."""
    port, method = name.split(".")
    if port in {"site", "content"}:
        return _S3.get(method, "GetObject" if method.startswith("read") else "ListObjects"), 1
    if method == "published":
        return "BatchGetItem", 1
    if method in _BATCHES:
        each, besides = _BATCHES[method]
        return "BatchGetItem", ceil((len(list(arguments[0])) * each + besides) / 100)
    if method == "add_dependent":
        return "PutItem", len(list(arguments[1]))
    if method in _ALONE:
        return (_TOGETHER[method] if method in _TOGETHER and _has_more(method, arguments[0]) else _ALONE[method]), 1
    return ("PutItem" if method.startswith("put") else "Query"), 1


def _has_more(method: str, argument: Any) -> bool:  # noqa: ANN401
    """Return whether a write is a transaction of more than one item."""
    if method == "commit":
        return _is_transaction(argument)
    if method == "commit_section":
        return parent_section(argument.name) is not None
    return method == "clear_section_outboxes" and len(argument) > 1


def _is_transaction(change: Any) -> bool:  # noqa: ANN401
    beside = (change.rows_in, change.rows_out, change.claims_in, change.claims_out, change.body, change.due_in)
    return any(beside) or change.drop_body or change.settings is not None or change.change_in is not None


@dataclass(frozen=True, slots=True)
class Message:
    """A message, when it was sent, and how often it has been received."""

    body: str
    sent_at: float
    receives: int = 1


@dataclass
class TimedQueue:
    """A standard queue: sending takes time, and a message is there once its delay is over."""

    clock: Clock
    calls: Counter[str]
    at_once: int = 1
    there: list[Message] = field(default_factory=list)
    idle: list[greenlet] = field(default_factory=list)

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        """Send messages, ten at a time."""
        each = list(bodies)
        messages = [" ".join(each[begin : begin + self.at_once]) for begin in range(0, len(each), self.at_once)]
        for begin in range(0, len(messages), 10):
            self.calls["SendMessageBatch"] += 1
            self.clock.compute(self.clock.cpu_seconds_a_call)
            self.clock.wait(SECONDS["SendMessageBatch"])
            for body in messages[begin : begin + 10]:
                self.put(Message(body, self.clock.now), delay_seconds)

    def put(self, message: Message, delay_seconds: float = 0) -> None:
        """Add a message after a delay, and wake whoever waits for one."""

        def arrive() -> None:
            self.there.append(message)
            if self.idle:
                self.clock.at(self.clock.now, self.idle.pop(0).switch)

        self.clock.at(self.clock.now + delay_seconds, arrive)

    def take(self, most: int) -> list[Message]:
        """Take up to so many messages."""
        taken, self.there = self.there[:most], self.there[most:]
        return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How a queue is joined to its function."""

    batch_size: int
    window_seconds: int
    concurrency: int


def mapping_of(function: str) -> Mapping:
    """Read how a function of template.yaml is joined to its queue."""
    (event,) = template()["Resources"][function]["Properties"]["Events"].values()
    properties = event["Properties"]
    return Mapping(
        batch_size=properties["BatchSize"],
        window_seconds=properties.get("MaximumBatchingWindowInSeconds", 0),
        concurrency=_value(properties["ScalingConfig"]["MaximumConcurrency"]),
    )


def _value(given: Any) -> int:  # noqa: ANN401 - a number, or the name of a parameter
    return int(template()["Parameters"][given["Ref"]]["Default"] if isinstance(given, dict) else given)


@dataclass
class Function:
    """So many instances of a function, each taking batches off its queue. `handle` returns the messages that failed."""

    clock: Clock
    queue: TimedQueue
    mapping: Mapping
    handle: Callable[[Sequence[Message]], Sequence[Message]]
    failures: int = 0

    def start(self) -> None:
        """Start to poll."""
        for _ in range(self.mapping.concurrency):
            self.clock.start(self._poll)

    def _poll(self) -> None:
        self.clock.processors[getcurrent()] = Processor()
        while True:
            batch = self.queue.take(self.mapping.batch_size)
            if not batch:
                self.queue.idle.append(getcurrent())
                self.clock.park()
                continue
            if len(batch) < self.mapping.batch_size and self.mapping.window_seconds:
                self.clock.wait(self.mapping.window_seconds)
                batch += self.queue.take(self.mapping.batch_size - len(batch))
            self.clock.wait(SECONDS["Receive and invoke"])
            for message in self.handle(batch):
                self.failures += 1
                self.queue.put(Message(message.body, message.sent_at, message.receives + 1), AGAIN_SECONDS)
