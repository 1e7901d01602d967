"""The production services over memory adapters, in a world where everything that can go wrong does."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from bucketpress.adapters.memory import MemoryContentStore, MemoryPostIndex, MemorySiteStore
from bucketpress.errors import BucketpressError
from bucketpress.services.publish import Publisher
from bucketpress.services.refresh import Refresher
from bucketpress.services.upkeep import Upkeep
from tests.simulation.scheduling import Faults, Scheduler
from tests.support.world import DEFAULT_URL, World, clean_build

START = datetime(2011, 1, 10, 12, tzinfo=UTC)
AT_REST = 20_000
TICKS = 8
ENDLESS = "the messages never end"


class LooseQueue:
    """Messages that may come twice, late and in any order."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def send(self, bodies: object, *, delay_seconds: int = 0) -> None:
        del delay_seconds
        self.messages.extend(tuple(bodies))  # type: ignore[call-overload]


class SimulatedWorld:
    """One history: what authors do, what the services make of it, what readers see."""

    def __init__(self, seed: int, faults: Faults) -> None:
        self.chance = random.Random(seed)
        self.scheduler = Scheduler(self.chance, faults)
        self.now = START
        self.content = MemoryContentStore()
        self.index = MemoryPostIndex()
        self.site = MemorySiteStore(self.content)
        self.sources, self.pages = LooseQueue(), LooseQueue()
        wrap = self.scheduler.wrap
        index, content = wrap(self.index, "index"), wrap(self.content, "content")
        sources, pages = wrap(self.sources, "sources"), wrap(self.pages, "pages")
        site = wrap(self.site, "site")
        self.publisher = Publisher(
            index=index,
            content=content,
            source_queue=sources,
            page_queue=pages,
            clock=lambda: self.now,
            default_url=DEFAULT_URL,
            software="test",
        )
        self.refresher = Refresher(index=index, site=site, page_queue=pages, software="test")
        self.upkeep = Upkeep(
            index=index,
            content=content,
            site=site,
            source_queue=sources,
            page_queue=pages,
            clock=lambda: self.now,
            software="test",
        )

    def notify(self, key: str) -> None:
        """Let S3 say that a key changed, or fail to."""
        if not self.scheduler.strike("drop", self.scheduler.faults.drop, "event"):
            self.sources.send([key])

    def run(self, authors: list[Callable[["SimulatedWorld"], None]]) -> None:
        """Play a history to its end, then let the world come to rest without further faults."""
        waiting = list(authors)
        for _ in range(AT_REST):
            if not (waiting or self._busy()):
                break
            if waiting and self.chance.random() < 0.1:
                waiting.pop(0)(self)
            self._something()
            if waiting and not self._busy():
                waiting.pop(0)(self)
        else:
            raise AssertionError(ENDLESS)
        self.rest()

    def rest(self) -> None:
        """Stop the faults, let time pass, let the audit look, and deliver everything."""
        self.scheduler.faults = Faults()
        for zombie in self.scheduler.zombies:
            self._apply(zombie)
        self.scheduler.zombies.clear()
        self._drain()
        for _ in range(TICKS):
            self.now += timedelta(minutes=61)
            self.scheduler.start("upkeep", self.upkeep.tick, lambda _finished: None)
            self._drain()

    def _drain(self) -> None:
        for _ in range(AT_REST):
            if not self._busy():
                return
            self._something()
        raise AssertionError(ENDLESS)

    def _busy(self) -> bool:
        return bool(self.scheduler.tasks or self.sources.messages or self.pages.messages)

    def _something(self) -> None:
        """Let one thing happen: a step of a task, a delivery, a late write."""
        scheduler = self.scheduler
        deliverable = len(self.sources.messages) + len(self.pages.messages) if len(scheduler.tasks) < 4 else 0
        choice = self.chance.randrange(max(1, len(scheduler.tasks) * 4 + min(deliverable, 2) + len(scheduler.zombies)))
        if choice < len(scheduler.tasks) * 4:
            scheduler.step(scheduler.tasks[choice // 4])
        elif choice < len(scheduler.tasks) * 4 + min(deliverable, 2):
            self._deliver()
        elif scheduler.zombies:
            self._apply(scheduler.zombies.pop(self.chance.randrange(len(scheduler.zombies))))

    def _apply(self, zombie: Callable[[], object]) -> None:
        try:
            zombie()
        except BucketpressError:
            self.scheduler.history.append("a late write was refused")

    def _deliver(self) -> None:
        """Hand a message to a handler; it stays in the queue unless the handler finishes."""
        number = self.chance.randrange(len(self.sources.messages) + len(self.pages.messages))
        if number < len(self.sources.messages):
            queue, handle, name = self.sources, self.publisher.publish, "publish"
        else:
            queue, handle, name = self.pages, self.refresher.refresh, "refresh"
            number -= len(self.sources.messages)
        twice = self.scheduler.strike("duplicate", self.scheduler.faults.duplicate, "message")
        body = queue.messages[number] if twice else queue.messages.pop(number)

        def done(finished: bool) -> None:
            if not finished and not twice:
                queue.messages.append(body)

        self.scheduler.start(f"{name}({body})", partial(handle, body), done)

    def differences(self) -> list[str]:
        """Name every key whose bytes are not those of a clean build of the bucket."""
        witness = World(self.content, self.now)
        witness.site, witness.index = self.site, self.index
        live, clean = witness.live(), clean_build(witness)
        return sorted(key for key in live.keys() | clean.keys() if live.get(key) != clean.get(key))
