"""Every schedule of two handlers with a bounded number of preemptions and at most one crash.

A handler is run again from the start for each schedule: it cannot be copied in the middle. Two means keep the number of
schedules small without leaving one out that could end otherwise. A handler is preempted only where its next call and a
call of the other one touch the same thing and one of them writes it. And a state that was reached before, with the same
calls seen by both handlers, is not gone on from again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bucketpress.site.layout import parent_section
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Call, Fate, Task

# Every planted bug that needs a schedule at all is caught with two; a third makes the search three times as long.
PREEMPTIONS = 2


@dataclass(frozen=True, slots=True)
class Handler:
    """One of the two: what is handled, after `before` has happened in the same moment as its first step.

    `message` is the queue and the body; a handler that dies leaves it behind, unless `twin` says that the other one
    holds another copy of it.
    """

    message: tuple[str, str]
    before: Callable[[SimulatedWorld], None] | None = None
    touches: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.message[0]}({self.message[1]})" + (" after the author" if self.before else "")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two handlers that run at once in a world that is otherwise at rest."""

    world: SimulatedWorld
    first: Handler
    second: Handler
    twin: bool = False

    @property
    def name(self) -> str:
        return f"{self.first.name} and {self.second.name}"


@dataclass
class Searched:
    """What a search did: schedules run, distinct ends looked at, port calls made, and what was wrong first."""

    schedules: int = 0
    ends: int = 0
    calls: int = 0
    mistakes: list[str] = field(default_factory=list)
    log: list[object] = field(default_factory=list)

    def add(self, other: "Searched") -> None:
        """Count what another search did too; keep the first mistakes."""
        self.schedules += other.schedules
        self.ends += other.ends
        self.calls += other.calls
        if other.mistakes and not self.mistakes:
            self.mistakes, self.log = other.mistakes, other.log


@dataclass
class Footprint:
    """The things a handler reads and writes, as far as it was seen doing so."""

    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)

    def add(self, reads: set[str], writes: set[str]) -> bool:
        """Take note; tell whether anything was new."""
        new = not (reads <= self.reads and writes <= self.writes)
        self.reads |= reads
        self.writes |= writes
        return new

    def meets(self, reads: set[str], writes: set[str]) -> bool:
        """Tell whether the order of a call and of some call of this handler could matter."""
        return bool(writes & (self.reads | self.writes) or reads & self.writes)


STEP, KILL = "step", "kill"
Decision = tuple[str, int]


@dataclass
class Search:
    """The search of one pair."""

    pair: Pair
    preemptions: int = PREEMPTIONS
    crashes: int = 1
    done: Searched = field(default_factory=Searched)
    prints: tuple[Footprint, Footprint] = field(default_factory=lambda: (Footprint(), Footprint()))
    seen: set[object] = field(default_factory=set)
    ended: set[object] = field(default_factory=set)
    grown: bool = False

    def run(self) -> Searched:
        """Try every schedule, again while the handlers are seen to touch more than was known."""
        self.grown = True
        while self.grown and not self.done.mistakes:
            self.grown = False
            self.seen.clear()
            waiting: list[tuple[Decision, ...]] = [((STEP, 1),), ((STEP, 0),)]
            while waiting and not self.done.mistakes:
                schedule = _Schedule(self, waiting.pop())
                waiting += schedule.run()
                for task in schedule.tasks:
                    task.abandon()
        return self.done


class _Schedule:
    """One schedule: some decisions given, from then on each handler goes on as long as it can."""

    def __init__(self, search: Search, decisions: tuple[Decision, ...]) -> None:
        self.search, self.decisions = search, decisions
        self.world = search.pair.world.fork()
        self.tasks = tuple(self._task(handler) for handler in (search.pair.first, search.pair.second))
        self.local: list[object] = ["", ""]
        self.versions: dict[str, object] = {}
        self.sent = 0
        self.wrote = [False, False]
        self.killed: int | None = None
        self.preemptions = 0
        self.current: int | None = None
        self.log: list[object] = []

    def _task(self, handler: Handler) -> Task:
        handle = self.world.handler(*handler.message)

        def run() -> None:
            if handler.before is not None:
                self.world.desk.pause("author", handler.touches, self._author(handler))
            handle()

        return Task(name=handler.name, handler=run)

    def _author(self, handler: Handler) -> Callable[[], None]:
        def act() -> None:
            self.world.desk.hurried = True
            assert handler.before is not None
            handler.before(self.world)
            self.world.desk.hurried = False

        return act

    def run(self) -> list[tuple[Decision, ...]]:
        """Run to the end; return the schedules that branch off on the way."""
        for task in self.tasks:
            task.start()
        branches: list[tuple[Decision, ...]] = []
        taken: list[Decision] = []
        self.search.done.schedules += 1
        while not all(self._over(number) for number in (0, 1)):
            options = self._options()
            if len(taken) < len(self.decisions):
                chosen = self.decisions[len(taken)]
            else:
                node = self._node()
                if node in self.search.seen:
                    return branches
                self.search.seen.add(node)
                chosen = options[0]
                branches += [(*taken, other) for other in options[1:]]
            taken.append(chosen)
            self._take(chosen)
        self._look()
        return branches

    def _over(self, number: int) -> bool:
        return self.tasks[number].over or self.killed == number

    def _options(self) -> list[Decision]:
        """List what may happen next, the plainest first."""
        running = [number for number in (0, 1) if not self._over(number)]
        current = self.current if self.current in running else None
        if current is None:
            options = [(STEP, number) for number in running]
        else:
            options = [(STEP, current)]
            options += [(STEP, other) for other in running if other != current and self._may_preempt(current, other)]
        if self.killed is None and self.search.crashes and current is not None and self.wrote[current]:
            options.append((KILL, current))
        return options

    def _may_preempt(self, current: int, other: int) -> bool:
        call = self.tasks[current].pending
        assert call is not None
        return self.preemptions < self.search.preemptions and self.search.prints[other].meets(*touched(call))

    def _take(self, decision: Decision) -> None:
        kind, number = decision
        if kind == KILL:
            self.killed = number
            self.log.append(f"{self.tasks[number].name} <<< crash")
            self.local[number] = "dead"
            return
        if self.current is not None and number != self.current and not self._over(self.current):
            self.preemptions += 1
        self.current = number
        task = self.tasks[number]
        call = task.pending
        assert call is not None
        self.log.append((task.name, call, Fate.GO))
        self._note(number, call)
        self.search.done.calls += 1
        task.step()

    def _note(self, number: int, call: Call) -> None:
        """Write down what the handler sees by this call, and what others will see of it."""
        reads, writes = touched(call)
        self.search.grown |= self.search.prints[number].add(reads, writes)
        if call.method == "send":
            self.sent ^= hash((call.port, call.arguments))
            self.local[number] = hash((self.local[number], call.port, call.arguments))
            for name in writes:
                self.versions[name] = self.local[number]
        else:
            seen = tuple((name, self.versions[name]) for name in sorted(reads | writes) if name in self.versions)
            self.local[number] = hash((self.local[number], call.method, seen))
            for name in writes:
                self.versions[name] = self.local[number]
        self.wrote[number] = call.writes

    def _node(self) -> object:
        return (
            self._state(),
            self.local[0],
            self.local[1],
            self.current,
            self.preemptions,
            self.wrote[self.current or 0],
        )

    def _state(self) -> object:
        return frozenset(self.versions.items()), self.sent, self.killed

    def _look(self) -> None:
        """Let the world come to rest, and say what is wrong with it."""
        end = (self._state(), *(task.finished for task in self.tasks))
        if end in self.search.ended:
            return
        self.search.ended.add(end)
        self.search.done.ends += 1
        pair, world = self.search.pair, self.world
        for number, handler in enumerate((pair.first, pair.second)):
            has_copy = pair.twin and self.killed == number
            if not self.tasks[number].finished and not has_copy:
                world.put_back(*handler.message)
        try:
            world.come_due()
            if pair.twin and self.killed is not None:
                world.audit()  # A twin that dies after its write, its message done with by the other, is the audit's.
            mistakes = world.mistakes()
        except AssertionError as error:
            mistakes = [str(error)]
        if mistakes:
            self.search.done.mistakes = [pair.name, *mistakes]
            self.search.done.log = self.log


def touched(call: Call) -> tuple[set[str], set[str]]:
    """Say what a call reads and what it writes."""
    find = _TOUCHED.get(call.name)
    if call.port == "author":
        return set(), set(call.arguments)
    if find is None:
        return set(), set()
    reads, writes = find(*call.arguments, **call.named)
    return set(reads), set(writes)


def _commit(change: Any) -> tuple[Iterator[str], list[str]]:
    record = f"record {change.record.key}"
    rows = {f"listing {row.listing}" for row in (*change.rows_in, *change.rows_out)}
    paths = {f"claims {claim.path}" for claim in (*change.claims_in, *change.claims_out)}
    body = {f"body {change.record.key}"} if change.body or change.drop_body else set()
    due = {"due"} if change.due_in or change.due_out else set()
    site = {"settings"} if change.settings else set()
    point = {f"checkpoint {change.checkpoint.name}"} if change.checkpoint else set()
    return iter(()), [record, "every record", *rows, *paths, *body, *due, *site, *point]


def _commit_section(record: Any) -> tuple[list[str], list[str]]:
    parent = parent_section(record.name)
    return [], [f"section {record.name}", "every section", *([f"children {parent}"] if parent else [])]


def _nothing(*_arguments: Any, **_named: Any) -> tuple[list[str], list[str]]:
    return [], []


_TOUCHED: dict[str, Callable[..., Any]] = {
    "index.record": lambda key: ([f"record {key}"], []),
    "index.records": lambda keys: ([f"record {key}" for key in keys], []),
    "index.commit": _commit,
    "index.clear_outbox": lambda record: ([], [f"record {record.key}", "every record"]),
    "index.settings": lambda: (["settings"], []),
    "index.published": lambda key: ([f"record {key}", f"body {key}"], []),
    "index.bodies": lambda keys, **_parts: ([f"body {key}" for key in keys], []),
    "index.claims": lambda path: ([f"claims {path}"], []),
    "index.entries": lambda listing, **_bounds: ([f"listing {listing}"], []),
    "index.add_dependent": lambda _key, on: ([], [f"dependents {target}" for target in on]),
    "index.dependents": lambda key: ([f"dependents {key}"], []),
    "index.due": lambda *_bounds: (["due"], []),
    "index.section": lambda name: ([f"section {name}"], []),
    "index.sections": lambda names: ([f"section {name}" for name in names], []),
    "index.sections_and_settings": lambda names: (["settings", *(f"section {name}" for name in names)], []),
    "index.commit_section": _commit_section,
    "index.clear_section_outboxes": lambda records: (
        [],
        ["every section", *(f"section {record.name}" for record in records)],
    ),
    "index.children": lambda parent: ([f"children {parent}"], []),
    "index.checkpoint": lambda name: ([f"checkpoint {name}"], []),
    "index.put_checkpoint": lambda checkpoint: ([], [f"checkpoint {checkpoint.name}"]),
    "index.list_records": lambda *_bounds: (["every record"], []),
    "index.list_sections": lambda *_bounds: (["every section"], []),
    "content.head": lambda key: ([f"content {key}"], []),
    "content.versions": lambda key, _limit: ([f"content {key}"], []),
    "content.read_newest": lambda key, _most: ([f"content {key}"], []),
    "content.read": lambda version: ([f"content {version.key}"], []),
    "content.list_keys": lambda *_bounds: (["every source"], []),
    "site.head": lambda key: ([f"site {key}"], []),
    "site.put": lambda artifact, **_expected: ([], [f"site {artifact.key}", "every object"]),
    "site.copy": lambda copy, **_expected: ([f"content {copy.source.key}"], [f"site {copy.key}", "every object"]),
    "site.list_keys": lambda *_bounds: (["every object"], []),
    "sources.send": _nothing,
    # A message is sent before a clock is read, or after.
    "pages.send": lambda _names, **_delay: ([], ["time of messages"]),
    "clock.read": lambda: (["time of messages"], []),
}
