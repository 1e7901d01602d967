"""The production services over memory adapters, every port call of which can be stopped at."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple, TypeVar

from greenlet import getcurrent

from bucketpress.adapters.memory_index import MemoryListing
from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.errors import BucketpressError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.parts import PART_LIMITS, PartLimits
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.publish.publish_request import joined as all_of
from bucketpress.services.publish.publisher import Publisher
from bucketpress.services.refresh.refresh_batch import refresh_batch
from bucketpress.services.refresh.refresh_request import RefreshRequest, joined
from bucketpress.services.refresh.refresher import Refresher
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.tick import Tick, Upkeep
from tests.simulation.actions import START
from tests.simulation.oracle import EVERYTHING, WatchedPostIndex, WatchedSiteStore, clean_world_of, faults_of
from tests.simulation.rendering import reading, remembering
from tests.simulation.stepping import Call, Desk, Stepped, TornIndex
from tests.support.world import DEFAULT_URL

T = TypeVar("T")

MAX_DELIVERIES = 3000
REST_TICKS = 60
ROLLS = 20
NEVER = ROLL_WITHIN = timedelta(days=36_500)
AUDIT_EVERY = timedelta(hours=1)
A_CALL_TAKES = timedelta(milliseconds=1)
CLOCK_MARGIN = 50 * A_CALL_TAKES  # longer than a run takes from its beginning to its reading
AHEAD, IN_TIME, BEHIND = CLOCK_MARGIN, timedelta(), -CLOCK_MARGIN  # how a function's clock may go
HURRIED_LOOKS = 2
# A month of a few posts is a busy one, and has parts.
FEW_LISTED = PartLimits(listed=1, one_in=2)
# The slow rolling pass would hide what other means have to fix.
RESTING = Checkpoint(name=CheckpointName.ROLLING, revision=1, phase=Phase.DONE, began=START)
ENDLESS = "the messages never end"


class Message(NamedTuple):
    """A message: how long it was to wait, when it was sent, whether it comes again, whether a bucket sent it."""

    body: str
    delay_seconds: int
    sent_at: datetime
    again: bool = False
    of_bucket: bool = False

    def asks(self, queue: str) -> RefreshRequest | PublishRequest:
        return self.publish_request if queue == "sources" else self.request

    @property
    def publish_request(self) -> PublishRequest:
        return PublishRequest(object_only=self.of_bucket and not self.again)

    @property
    def request(self) -> RefreshRequest:
        return RefreshRequest(sent_at=self.sent_at, first_delivery=not self.again)


@dataclass
class LooseQueue:
    """Messages that may come twice, late and in any order."""

    name: str
    clock: Callable[[], datetime]
    messages: list[Message] = field(default_factory=list)

    def send(self, bodies: Any, *, delay_seconds: int = 0) -> None:
        self.messages.extend(Message(body, delay_seconds, self.clock()) for body in bodies)

    def bodies(self) -> list[str]:
        return [message.body for message in self.messages]


@dataclass(frozen=True, slots=True)
class Shuffled(OneByOne):
    """Calls that are made at once: in any order, and all of them, though one may have failed.

    `order` chooses one of so many numbers.
    """

    order: Callable[[], Callable[[int], int]]

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        choose, left = self.order(), list(range(len(calls)))
        answers: dict[int, T] = {}
        errors: dict[int, BucketpressError] = {}
        while left:
            number = left.pop(choose(len(left)))
            try:
                answers[number] = calls[number]()
            except BucketpressError as error:
                errors[number] = error
        if errors:
            raise errors[min(errors)]
        return [answers[number] for number in range(len(calls))]


class SimulatedWorld:
    """A bucket, an index, a site, three queues and the services; nothing happens by itself."""

    def __init__(
        self,
        *,
        torn: bool = False,
        limits: TickLimits | None = None,
        hurried: bool = False,
        part_limits: PartLimits = PART_LIMITS,
    ) -> None:
        self.now = START
        self.part_limits = part_limits
        self.audit_every = NEVER
        self.full_audit_every = timedelta()  # each is a full one
        self.software = "test"
        self.hurried = hurried
        self.limits = limits or TickLimits()
        self.roll_within = ROLL_WITHIN
        self.order: Callable[[int], int] = lambda _choices: 0
        self.desk = Desk()
        self.content = MemoryContentStore()
        self.index = WatchedPostIndex()
        self.site = WatchedSiteStore(self.content, lambda: self.now, self.index)
        self.sources, self.pages, self.ticks = (LooseQueue(name, self.read) for name in ("sources", "pages", "ticks"))
        self.taken: dict[tuple[str, str], Message] = {}
        self.lost_events: Callable[[str], bool] = lambda _key: False
        self.index.put_checkpoint(RESTING)
        index, content = self._stepped("index", torn=torn), self._stepped("content")
        sources, pages, site = self._stepped("sources"), self._stepped("pages"), self._stepped("site")
        self.publisher = Publisher(
            index=index,
            content=content,
            site=site,
            source_queue=sources,
            page_queue=pages,
            clock=lambda: self.now,
            default_url=DEFAULT_URL,
            software="test",
            parallel=Shuffled(lambda: self.order),
            variants=True,
            part_limits=part_limits,
            read=reading,
        )
        self.refresher = Refresher(
            index=index,
            site=site,
            page_queue=pages,
            clock=lambda: self.now,
            software="test",
            parallel=Shuffled(lambda: self.order),
            renderer=remembering,
            clock_margin=CLOCK_MARGIN,
            source_queue=sources,
            part_limits=part_limits,
        )
        self._refreshers: dict[tuple[timedelta, str], Refresher] = {}
        self._clocks = Stepped(self, "clock", self.desk)
        self._upkeep: Callable[[timedelta], Upkeep] = lambda every: Upkeep(
            index=index,
            content=content,
            site=site,
            source_queue=sources,
            page_queue=pages,
            clock=lambda: self.now,
            software=self.software,
            audit_every=every,
            full_audit_every=self.full_audit_every,
            refresh_within=self.roll_within,
            limits=self.limits,
            part_limits=part_limits,
        )

    def _stepped(self, name: str, *, torn: bool = False) -> Any:
        port = Stepped(getattr(self, name), name, self.desk)
        return TornIndex(port) if torn else port

    def fork(self) -> "SimulatedWorld":
        """Make a world that is as this one is, and goes its own way."""
        other = SimulatedWorld(part_limits=self.part_limits)
        other.now, other.desk.calls, other.taken = self.now, self.desk.calls, dict(self.taken)
        other.software, other.limits = self.software, self.limits
        for mine, its in ((self.content, other.content), (self.index, other.index), (self.site, other.site)):
            for name, value in vars(mine).items():
                if name not in {
                    "_content",
                    "_bucket",
                    "_encode",
                    "_clock",
                    "_index",
                    "_seen",
                    "rows_read",
                    "beginning",
                    "on_section",
                }:
                    setattr(its, name, _copied(value))
        for queue, its_queue in zip(self.queues, other.queues, strict=True):
            its_queue.messages[:] = queue.messages
        return other

    @property
    def queues(self) -> tuple[LooseQueue, ...]:
        return self.sources, self.pages, self.ticks

    def notify(self, key: str) -> None:
        """Let S3 say that a key changed, unless the event is lost."""
        self.site.look_at_bucket()
        if not self.lost_events(key):
            self.sources.messages.append(Message(key, 0, self.read(), of_bucket=True))

    def pass_minute(self) -> None:
        """Let the clock tick: the newest tick stands for those nobody has taken yet."""
        self.site.look_at_bucket()
        self.ticks.messages[:] = []
        self.ticks.send(["tick"])

    def lose_table(self, ticks: int) -> None:
        """Empty the index. That takes minutes: no run of before is left, nor any write of theirs."""
        self.desk.late.clear()
        self.index.lose()
        self.index.put_checkpoint(replace(RESTING, began=self.now))
        for _ in range(ticks):
            self.pass_minute()
            self.deliver_all(but="pages")
        self.pass_minute()

    def queue(self, name: str) -> LooseQueue:
        return next(queue for queue in self.queues if queue.name == name)

    def put_back(self, queue: str, body: str) -> None:
        """Return a message whose handler did not finish: it comes again, and was sent when it was first sent."""
        if (queue, body) in self.taken:
            self.queue(queue).messages.append(self.taken[queue, body]._replace(again=True))
        else:
            self.queue(queue).send([body])

    def take(self, queue: str, body: str) -> None:
        """Remove one copy of a message, if there is one."""
        messages = self.queue(queue).messages
        if body in self.queue(queue).bodies():
            self.taken[queue, body] = messages.pop(self.queue(queue).bodies().index(body))

    def handler(
        self,
        queue: str,
        body: str,
        request: RefreshRequest | PublishRequest | None = None,
        *,
        clock: timedelta = AHEAD,
    ) -> Callable[[], object]:
        """Give the call that handles a message, the one taken last where no request is given.

        A function's clock ahead of the queue's is the worse case: what it says of its beginning is too late.
        """
        if queue == "sources":
            return lambda: self._publish(body, request or self.taken[queue, body].publish_request)
        if queue == "pages":
            return lambda: self._refresh(body, request or self.taken[queue, body].request, clock)
        return self.tick

    def tick(self) -> Tick:
        """Run one tick; a hurried one is over when it has looked at its clock a second time."""
        looks = count(1)
        return self._upkeep(self.audit_every).tick(lambda: self.hurried and next(looks) >= HURRIED_LOOKS)

    def _publish(self, key: str, request: Any) -> None:
        """Do what the function does with the messages of a batch about one source."""
        publisher = self.publisher
        if self.software != publisher.software:
            publisher = replace(publisher, software=self.software)
        for outcome in publish_batch(publisher, OneByOne(), {key: request}).values():
            outcome()

    def _refresh(self, name: str, request: Any, clock: timedelta) -> None:
        """Do what the function does with the messages of a batch about one section."""
        if (clock, self.software) not in self._refreshers:
            made = replace(self.refresher, clock=lambda: self._clocks.read() + clock, software=self.software)
            self._refreshers[clock, self.software] = made
        refresher = self._refreshers[clock, self.software]
        for outcome in refresh_batch(refresher, refresher.parallel, {name: request}).values():
            outcome()

    def read(self) -> datetime:
        """Read the clock."""
        return self.now + self.desk.calls * A_CALL_TAKES

    def deliver_all(self, *, but: str = "") -> None:
        """Handle every message, one after the other and without faults, until none is left but those of one queue."""
        for _ in range(MAX_DELIVERIES):
            queue = next((queue for queue in self.queues if queue.messages and queue.name != but), None)
            if queue is None:
                return
            body = queue.messages[0].body
            messages = [message for message in queue.messages if message.body == body]
            queue.messages[:] = [message for message in queue.messages if message.body != body]
            self.taken[queue.name, body] = messages[-1]
            together = (
                all_of(message.publish_request for message in messages)
                if queue is self.sources
                else joined(message.request for message in messages)
            )
            self.handler(queue.name, body, together)()
        raise AssertionError(ENDLESS)

    def come_due(self) -> None:
        """Let what is left of late writes arrive, and one tick bring what is due and what a rebuild still has to do."""
        for call in self.desk.late:
            self.arrive(call)
        self.desk.late.clear()
        self.deliver_all()
        for _ in range(REST_TICKS):
            before = self._upkeep_state()
            self.pass_minute()
            self.deliver_all()
            if before == self._upkeep_state():
                return

    def audit(self) -> None:
        """Let an audit look at everything, and its repairs be done."""
        self.audit_every = AUDIT_EVERY
        self.now += timedelta(minutes=61)
        self.come_due()
        self.come_due()
        self.audit_every = NEVER

    def lose_repairs(self) -> None:
        """Let an audit come to its end, and what it sends be lost."""
        self.audit_every = AUDIT_EVERY
        self.now += timedelta(minutes=61)
        for _ in range(REST_TICKS):
            self.tick()
            for queue in self.queues:
                queue.messages.clear()
            if self.index.checkpoint(CheckpointName.AUDIT).phase == Phase.DONE:
                break
        self.audit_every = NEVER

    def needless(self) -> list[str]:
        """Let another audit look at a site in order: name what it finds, and what it or a rebuild still sends."""
        self.audit_every = AUDIT_EVERY
        self.now += timedelta(minutes=61)
        found: set[str] = set()
        for _ in range(REST_TICKS):
            tick = self.tick()
            found |= {f"an audit at rest finds {name}" for name in tick.divergences}
            sent = {*self.sources.bodies(), *self.pages.bodies()}
            if not sent and self.index.checkpoint(CheckpointName.AUDIT).phase == Phase.DONE:
                break
            found |= {f"upkeep at rest sends {name}" for name in sent}
            self.deliver_all()
        self.audit_every = NEVER
        if self.index.checkpoint(CheckpointName.AUDIT).phase != Phase.DONE:
            found.add("the audit has not come to its end")
        return sorted(found - {f"upkeep at rest sends {SETTINGS_KEY}"})

    def unlike_after_recovery(self) -> list[str]:
        """Lose the table of a site in order, let it be made again, and name what is not as it was or is wrong."""
        before = self._objects()
        self.lose_table(0)
        self.come_due()
        after = self._objects()
        changed = sorted(key for key in before | after if before.get(key) != after.get(key))
        return [*(f"{key} is not as it was before the recovery" for key in changed), *self.mistakes(), *self.needless()]

    def _objects(self) -> dict[str, object]:
        return {key: (self.site.head(key), self.site.data(key)) for key, _ in self.site.list_keys("", EVERYTHING)}

    def roll_on(self) -> None:
        """Let so much time pass that every section is refreshed once more."""
        self.now += ROLL_WITHIN
        for _ in range(ROLLS):
            self.pass_minute()
            self.deliver_all()

    def _upkeep_state(self) -> object:
        checkpoints = [self.index.checkpoint(name) for name in ("rebuild", "audit", "recovery")]
        sections, _ = self.index.list_sections("", EVERYTHING)
        records, _ = self.index.list_records("", EVERYTHING)
        generations = [each.generation for each in (*sections, *records)]
        return (
            [(point.generation, point.phase, point.cursor) for point in checkpoints],
            self.index.due("9", 10),
            generations,
        )

    def arrive(self, call: Call) -> None:
        """Make a write whose function is long dead. The index or the bucket may refuse it."""
        self.index.rows_read.pop(getcurrent(), None)  # whoever read them is dead
        with suppress(BucketpressError):
            call.make(*call.arguments, **call.named)

    def mistakes(self) -> list[str]:
        """Name everything that is wrong."""
        stored, (sections, _) = self.index.settings(), self.index.list_sections("", EVERYTHING)
        wanted = stored.generation(self.software) if stored else ""
        older = [f"{each.name} is of another generation" for each in sections if each.generation != wanted]
        clean = clean_world_of(self.content, self.now, self.part_limits)
        return [*faults_of(self.index, self.site, self.content, clean, self.software), *older]


def _copied(value: Any) -> Any:
    """Copy containers, and share what is in them and never changes."""
    if isinstance(value, defaultdict):
        return defaultdict(value.default_factory, {key: _copied(item) for key, item in value.items()})
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list | set):
        return type(value)(value)
    if isinstance(value, MemoryListing):
        return MemoryListing(positions=list(value.positions), rows=dict(value.rows))
    return value
