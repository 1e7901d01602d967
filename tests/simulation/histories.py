"""Random histories: authors act, handlers run in any order, and everything that can go wrong does."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bucketpress.services.parts import PART_LIMITS
from bucketpress.services.upkeep.checkpoints import TickLimits
from tests.simulation.actions import START, Action, Delete, Deploy, LoseTable, Purge, Tamper, Upload, Wait
from tests.simulation.choices import Choices
from tests.simulation.oracle import NEVER, NOT_BEFORE, Tampering
from tests.simulation.simulated_world import (
    AHEAD,
    BEHIND,
    ENDLESS,
    FEW_LISTED,
    IN_TIME,
    LooseQueue,
    Message,
    SimulatedWorld,
)
from tests.simulation.stepping import Call, Fate, Task
from tests.simulation.unnoticed import mistakes_unnoticed
from tests.support.pictures import png
from tests.support.withheld_files import Pick, saying_plainly
from tests.support.world import RECOLOURED, SITE_YAML, markdown

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_STEPS = 20_000
MAX_TASKS = 4
GIVEN_UP_AFTER = 50  # far more than chance alone brings about
SHORT_STEPS = TickLimits(audit_names=9, audit_sources=2, rebuild_names=4, recovery_addresses=1)
RECOVERED = 4  # of so many histories one ends with the table lost and made again, one with a change nothing tells of
OF = 1000  # faults are so many in a thousand calls, or messages


@dataclass(frozen=True, slots=True)
class Faults:
    """How often each fault strikes: of a thousand port calls, then of a thousand messages, events or ticks."""

    die: int = 0
    refuse: int = 0
    unanswer: int = 0
    repeat: int = 0
    late: int = 0
    partial: int = 0
    twice: int = 0
    lose_event: int = 0
    lose_page: int = 0
    lose_tick: int = 0
    torn: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Everything that decides what happens; `choices` None lets the seed decide.

    In a calm history handlers run one after the other and messages come in the order they were meant to: then no
    listing may ever link to a page before the page is there. With `short` steps audits and rebuilds of a few posts are
    taken in parts, as those of many posts are. With `hurried` ticks an audit has to stop in the middle of a part. On a
    `busy` site a month of a few posts has parts.
    """

    actions: tuple[Action, ...]
    faults: Faults = Faults()
    seed: int = 0
    choices: tuple[int, ...] | None = None
    calm: bool = False
    short: bool = False
    hurried: bool = False
    busy: bool = False


@dataclass
class Played:
    """What came of a history."""

    history: History
    mistakes: list[str]
    log: list[object]
    struck: Counter[str]
    calls: int = 0


@dataclass
class Player:
    """Plays one history."""

    history: History
    chance: Choices = field(init=False)
    world: SimulatedWorld = field(init=False)
    tasks: list[Task] = field(default_factory=list)
    log: list[object] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls: int = 0
    fates: tuple[list[tuple[int, Fate]], ...] = ()

    def __post_init__(self) -> None:
        history = self.history
        self.chance = Choices(None if history.choices is not None else history.seed, history.choices or ())
        limits = SHORT_STEPS if history.short else None
        self.world = SimulatedWorld(
            torn=history.faults.torn,
            limits=limits,
            hurried=history.hurried,
            part_limits=FEW_LISTED if history.busy else PART_LIMITS,
        )
        self.fates = _fates(history.faults)
        self.world.site.pages_first = history.calm
        if not history.calm:
            self.world.order = self.chance.below
        self.world.lost_events = lambda key: self._strikes(history.faults.lose_event, f"lost event of {key}")

    def play(self) -> Played:
        """Play to the end and let everything come to rest; say what is wrong then."""
        waiting = list(reversed(self.history.actions))
        mistakes: list[str] = []
        try:
            steps = 0
            while (waiting or self._busy()) and steps < MAX_STEPS:
                self._something(waiting)
                steps += 1
            mistakes = self._at_rest() if steps < MAX_STEPS else [ENDLESS]
        except AssertionError as error:
            mistakes = [str(error)]
        for task in self.tasks:
            task.abandon()
        played = replace(self.history, choices=tuple(self.chance.made))
        return Played(played, mistakes, self.log, self.struck, self.calls)

    def _at_rest(self) -> list[str]:
        faults = self.history.faults
        self.world.lost_events = lambda _key: False
        self.world.site.pages_first = False
        self.world.come_due()
        tampering = [action for action in self.history.actions if isinstance(action, Tamper)]
        if not (faults.lose_event or faults.lose_page or faults.twice or tampering):
            mistakes = self.world.mistakes()  # No message was lost: nothing may be left for the audit to find.
            if mistakes:
                return [f"before the audit: {mistake}" for mistake in mistakes]
        for action in tampering:
            action.happen(self.world)
        self.world.audit()
        if faults.lose_page:
            self.world.roll_on()
        mistakes = [*self.world.mistakes(), *self.world.needless()]
        if mistakes or self.history.seed % RECOVERED > 1:
            return mistakes
        if self.history.seed % RECOVERED:
            return mistakes_unnoticed(self.world, self.history.seed // RECOVERED)
        return self.world.unlike_after_recovery()

    def _busy(self) -> bool:
        return bool(self.tasks or any(queue.messages for queue in self.world.queues))

    def _something(self, waiting: list[Action]) -> None:
        """Let one thing happen: a step of a task, the latest first; a delivery; a late write; something authors do."""
        steps, late = 4 * len(self.tasks), len(self.world.desk.late)
        most = 1 if self.history.calm else MAX_TASKS
        deliveries = 2 if len(self.tasks) < most and any(queue.messages for queue in self.world.queues) else 0
        drawn = self.chance.below(steps + deliveries + late + bool(waiting))
        if drawn < steps:
            self._step(self.tasks[drawn // 4])
        elif drawn < steps + deliveries:
            self._deliver([queue for queue in self.world.queues if queue.messages])
        elif drawn < steps + deliveries + late:
            call = self.world.desk.late.pop(drawn - steps - deliveries)
            self.log.append(f"LATE {call}")
            self.world.arrive(call)
        else:
            action = waiting.pop()
            self.log.append(f"AUTHOR {action}")
            if isinstance(action, LoseTable):
                self._die()
            action.happen(self.world)

    def _die(self) -> None:
        """End every run where it is; its message comes again."""
        for task in self.tasks:
            task.abandon()
        self.tasks.clear()

    def _step(self, task: Task) -> None:
        call = task.pending
        assert call is not None
        fate = self._fate(call)
        self.log.append((task.name, call, fate))
        self.calls += 1
        self.tasks.remove(task)
        task.step(fate)
        if task.over:
            self.log.append(f"{task.name} {task.outcome}")
        else:
            self.tasks.insert(0, task)

    def _fate(self, call: Call) -> Fate:
        drawn = OF - 1 - self.chance.below(OF)
        for share, fate in self.fates[2 if call.method == "send" else call.writes]:
            if drawn < share:
                self.struck[f"{fate} {call.name}"] += 1
                return fate
            drawn -= share
        return Fate.GO

    def _strikes(self, share: int, what: str) -> bool:
        if share and self.chance.below(OF) >= OF - share:
            self.struck[what.partition(" of ")[0]] += 1
            self.log.append(f"  {what}")
            return True
        return False

    def _deliver(self, queues: list[LooseQueue]) -> None:
        """Hand a message to a handler. It stays in the queue unless the handler finishes."""
        faults = self.history.faults
        if self.history.calm:
            queue, message = min(
                ((queue, message) for queue in queues for message in queue.messages),
                key=lambda found: found[1].delay_seconds,
            )
            queue.messages.remove(message)
        else:
            queue, message = self._any_message(queues)
        lost = {"sources": faults.lose_event, "pages": faults.lose_page, "ticks": faults.lose_tick}[queue.name]
        if self._strikes(lost, f"lost message of {message.body}"):
            return
        if self._strikes(faults.twice, f"twin message of {message.body}"):
            queue.messages.append(message)
            self._start(queue, message, again=False)
            return
        self._start(queue, message, again=queue.name != "ticks")

    def _any_message(self, queues: list[LooseQueue]) -> tuple[LooseQueue, Message]:
        number = self.chance.below(sum(len(queue.messages) for queue in queues))
        for queue in queues:
            if number < len(queue.messages):
                return queue, queue.messages.pop(number)
            number -= len(queue.messages)
        raise AssertionError

    def _start(self, queue: LooseQueue, message: Message, *, again: bool) -> None:
        clock = (IN_TIME, AHEAD, BEHIND)[self.chance.below(3)] if queue.name == "pages" else IN_TIME
        handle = self.world.handler(queue.name, message.body, message.asks(queue.name), clock=clock)
        task = Task(name=f"{queue.name}({message.body})", handler=handle)
        which = (queue.name, message.body)

        def until_done() -> None:
            done = False
            try:
                handle()
                done = True
            finally:
                self.failures[which] = 0 if done else self.failures[which] + 1
                # Where an event is lost, a file may be gone that the index still shows: the audit has to say so first.
                hopeless = self.history.faults.lose_event and self.failures[which] > GIVEN_UP_AFTER
                if again and not done and not hopeless:
                    queue.messages.append(message._replace(again=True))

        task.handler = until_done
        task.start()
        if not task.over:
            self.tasks.insert(0, task)


def line_of(entry: object) -> str:
    """Write one entry of a log."""
    if not isinstance(entry, tuple):
        return str(entry)
    task, call, fate = entry
    return f"{task} {call}" + ("" if fate is Fate.GO else f"  <<< {fate}")


def _fates(faults: Faults) -> tuple[list[tuple[int, Fate]], ...]:
    """Give the shares of the fates that can befall a read, a write, and a batch of messages."""
    reads = [(faults.die, Fate.DIE_BEFORE), (faults.die, Fate.DIE_AFTER), (faults.refuse, Fate.REFUSED)]
    writes = [(faults.unanswer, Fate.UNANSWERED), (faults.repeat, Fate.REPEATED), (faults.late, Fate.LATE)]
    sends = [(faults.partial, Fate.PARTIAL)]
    shares = (reads, reads + writes, reads + writes + sends)
    return tuple([(share, fate) for share, fate in each if share] for each in shares)


def random_history(seed: int) -> History:
    """Make up the history of a seed."""
    chance = random.Random(seed * 7919 + 1)
    pick = chance.choice
    faults = Faults(
        die=pick([0, 5, 15]),
        refuse=pick([0, 10]),
        unanswer=pick([0, 20]),
        repeat=pick([0, 20]),
        late=pick([0, 20]),
        partial=pick([0, 100]),
        twice=pick([0, 200]),
        lose_event=pick([0, 0, 100]),
        lose_page=pick([0, 0, 0, 0, 0, 100]),
        lose_tick=pick([0, 300]),
        torn=pick([False, False, True]),
    )
    actions = (Upload("site.yaml", SITE_YAML), *(_action(chance) for _ in range(chance.randint(2, 7))))
    calm, short = chance.random() < CALM, chance.random() < SHORT
    if not calm and chance.random() < TAMPERED:
        place = chance.randint(1, len(actions))
        actions = (*actions[:place], Tamper(chance.randrange(100), chance.choice(TAMPERINGS)), *actions[place:])
    if not calm and chance.random() < TABLE_LOST:
        place = chance.randint(1, len(actions))
        actions = (*actions[:place], LoseTable(), *actions[place:])
    if chance.random() < DEPLOYED:
        place = chance.randint(1, len(actions))
        actions = (*actions[:place], Deploy("other"), *actions[place:])
    busy = seed % BUSY == 0
    if busy:
        actions = (actions[0], *ALREADY_THERE, *actions[1:])
    hurried = short and seed % 2 == 1
    return History(actions, Faults() if calm else faults, seed, calm=calm, short=short, hurried=hurried, busy=busy)


CALM, SHORT, TAMPERED, EMBARGOED, DEPLOYED, TABLE_LOST = 0.05, 0.3, 0.1, 0.1, 0.1, 0.1
BUSY = 3  # one of so many histories is of a busy site, which has posts already
ALREADY_THERE = tuple(
    Upload(f"posts/{key}.md", markdown(key, date, tags="[x]"))
    for key, date in (("d", "2010-02-27"), ("e", "2010-02-27"), ("f", "2010-03-01"), ("g", "2010-03-04"))
)
TAMPERINGS: tuple[Tampering, ...] = ("delete", "overwrite", "copy")
SETTINGS = (
    SITE_YAML,
    SITE_YAML + b"permalink: /:slug/\n",
    SITE_YAML + b"description: Other\n",
    SITE_YAML + RECOLOURED,
    SITE_YAML.replace(b"UTC", b"Pacific/Honolulu"),
    SITE_YAML.replace(b"UTC", b"Pacific/Auckland"),
    SITE_YAML.replace(b"Jane Doe", b"Jane Roe"),
    b"title: [\n",
)
# Two of one size, one of another, and one whose size cannot be told.
PICTURES = (png(3, 2), png(3, 2) + b"two", png(2, 3), b"\x89PNG")
NAMES = ("a", "b", "c")
BUNDLE = ("posts/x/index.md", "posts/x/p.png")
LONE_PICTURE = "posts/p.png"
LATER = "later"
DATES = ("2010-01-31", "2010-02-01", "2010-02-02", "2010-01-01T05:00:00+00:00", "2011-01-10", LATER)


def _action(chance: random.Random) -> Action:
    key = f"posts/{chance.choice(NAMES)}.md"
    other = chance.choice([key, key, *BUNDLE, LONE_PICTURE, "site.yaml", "static/one.html", "pages/about.md"])
    made: dict[int, Callable[[], Action]] = {
        0: lambda: Delete(other),
        1: lambda: Purge(other),
        2: lambda: Upload("site.yaml", chance.choice(SETTINGS)),
        3: lambda: Wait(chance.choice([1, 4, 5, 12])),
        4: lambda: Upload(BUNDLE[0], _post(chance, {})),
        5: lambda: Upload(chance.choice([BUNDLE[1], LONE_PICTURE]), chance.choice(PICTURES)),
        6: lambda: Upload(chance.choice([key, key, "pages/about.md"]), chance.choice([b"\xff bad", b"", b"\n"])),
        7: lambda: Upload("static/one.html", chance.choice([b"one", b"two"])),
        8: lambda: Upload("pages/about.md", _post(chance, {})),
    }
    return made.get(chance.randrange(18), lambda: Upload(key, _post(chance, _front(chance))))()


def _front(chance: random.Random) -> dict[str, str]:
    """Make up front matter by which posts move, and want what another source wants."""
    shares = {
        "slug": (0.4, ["one", "two"]),
        "aliases": (0.2, ["[/old/, /one/]", "[/old.php, /release-1.0]"]),
        "url": (0.1, ["/one.html", "/release-1.0"]),
        "id": (0.2, ["one", "two"]),
        "tags": (0.5, ["[x]", "[y]", "[x, y]"]),
        "author": (0.3, ["jane-doe", "John"]),
    }
    return {name: chance.choice(values) for name, (share, values) in shares.items() if chance.random() < share}


def _post(chance: random.Random, front: dict[str, str]) -> bytes:
    """Make up a post that may be a draft, come later, or expire; marked where readers must not see it."""
    soon = START + timedelta(minutes=chance.choice([5, 10]))
    date, mark = chance.choice(DATES), ""
    if date == LATER:
        date, mark = soon.isoformat(), f"{NOT_BEFORE}{soon:%Y%m%dt%H%M}z"
    elif chance.random() < EMBARGOED:
        front, mark = front | {"publishDate": soon.isoformat()}, f"{NOT_BEFORE}{soon:%Y%m%dt%H%M}z"
    fate = chance.random()
    if fate < 0.2:
        front, mark = front | dict([saying_plainly(Pick(chance.randrange))]), NEVER
    elif fate < 0.3:
        front = front | {"expires": soon.isoformat()}
    elif fate < 0.35:
        front, mark = front | {"expires": "2011-01-01T00:00:00Z"}, NEVER
    text = chance.choice(
        ["Text.", "Other.", "See [b](b.md).", "See [a](a.md).", "![p](p.png)", "![p](x/p.png)", "[p](p.png)"]
    )
    return markdown(f"{chance.choice(['T', 'U'])} {mark}".strip(), date, f"{text} {mark}".strip(), **front)
