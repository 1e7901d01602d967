"""A burst: many posts uploaded at once, until everything is at rest, in a simulated cloud.

    python -m bench burst
    python -m bench.burst POSTS ...

The first writes `docs/performance/burst.json`.

The services are the production ones over the memory adapters, whose calls take as long as AWS's are said to take; see
`bench/simulated_cloud.py`. What functions compute takes no time, but in the last way that is tried.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.simulated_cloud import Clock, Function, Mapping, Message, Timed, TimedQueue, Work, mapping_of
from bucketpress.errors import BucketpressError
from bucketpress.ports import Parallel
from bucketpress.services.page_queue import SECTIONS_A_MESSAGE
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.refresh.refresh_batch import refresh_batch
from bucketpress.services.refresh.refresh_request import RefreshRequest, joined
from bucketpress.site.artifact import Artifact
from bucketpress.site.layout import parse_section, section_of_artifact
from tests.support.world import SITE_YAML, World, markdown

T = TypeVar("T")

TAGS, TAGS_EACH = 50, 3
BEGIN = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to work through a burst."""

    name: str
    publish: Mapping
    refresh: Mapping
    skips: bool = True
    connections: int = 1
    cpu_milliseconds_a_call: float = 0.0


RESULTS = Path(__file__).parents[1] / "docs" / "performance" / "burst.json"
SIZES = (1000, 10_000)
MANY = 2000  # posts; with more, which take minutes of this machine, only as functions are deployed
# What a call costs a function of 1,024 MB, which has 0.58 of a processor: botocore takes 1.5 ms a call.
CPU_MILLISECONDS_A_CALL = 2.6
AS_DEPLOYED = Way(
    name="as deployed", publish=mapping_of("PublishFunction"), refresh=mapping_of("RefreshFunction"), connections=16
)
ON_A_PROCESSOR = replace(
    AS_DEPLOYED,
    name="as deployed, and each call takes the processor",
    cpu_milliseconds_a_call=CPU_MILLISECONDS_A_CALL,
)
WAYS = (
    replace(AS_DEPLOYED, name="one connection, every message refreshed", connections=1, skips=False),
    replace(AS_DEPLOYED, name="one connection", connections=1),
    AS_DEPLOYED,
    replace(
        AS_DEPLOYED,
        name="as deployed, with a window of a second",
        refresh=Mapping(batch_size=10, window_seconds=1, concurrency=AS_DEPLOYED.refresh.concurrency),
    ),
    ON_A_PROCESSOR,
)
LARGE_WAYS = (AS_DEPLOYED, ON_A_PROCESSOR)


@dataclass
class Burst:
    """What happened: seconds until all was at rest and until each post's page was there, and everything counted."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    pages_at: dict[str, float] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    refreshes: Counter[str] = field(default_factory=Counter)
    puts: Counter[str] = field(default_factory=Counter)
    publishes: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    skipped: int = 0
    world: World = field(default_factory=World)

    @property
    def refreshes_each(self) -> float:
        """Return the refreshes a section."""
        return self.refreshes.total() / len(self.refreshes)

    @property
    def puts_each(self) -> float:
        """Return the PUTs an artifact."""
        return self.puts.total() / len(self.puts)


def run(posts: int, way: Way) -> Burst:
    """Upload so many posts at once and let everything come to rest."""
    began, burst, clock = time.process_time(), Burst(), Clock()
    world = burst.world = World(now=BEGIN)
    world.upload("site.yaml", SITE_YAML)
    world.settle()
    clock.cpu_seconds_a_call = way.cpu_milliseconds_a_call / 1000
    work = Work(clock, way.connections)
    _put_in_time(world, clock, burst, work)
    sources, pages = TimedQueue(clock, burst.calls), TimedQueue(clock, burst.calls, SECTIONS_A_MESSAGE)
    for service in (world.publisher, world.refresher):
        for name, queue in (("source_queue", sources), ("page_queue", pages)):
            if hasattr(service, name):
                object.__setattr__(service, name, queue)
    functions = [
        Function(clock, sources, way.publish, lambda batch: _publish(world, burst, work, batch)),
        Function(clock, pages, way.refresh, lambda batch: _refresh(world, burst, way, work, batch)),
    ]
    for function in functions:
        function.start()
    for number in range(posts):
        day = date(1990, 1, 1) + timedelta(days=number)
        tags = ", ".join(f"t{(number * 7 + tag * 13) % TAGS}" for tag in range(TAGS_EACH))
        key = f"posts/p{number}.md"
        world.content.upload(key, markdown(f"Post {number}", day.isoformat(), tags=f"[{tags}]"))
        sources.put(Message(key, 0.0))
    clock.run()
    burst.seconds, burst.cpu_seconds = clock.now, time.process_time() - began
    burst.failures = sum(function.failures for function in functions)
    return burst


def _put_in_time(world: World, clock: Clock, burst: Burst, work: Parallel) -> None:
    """Make the calls of the services take time."""
    for service in (world.publisher, world.refresher):
        for name in ("index", "content", "site"):
            if hasattr(service, name):
                object.__setattr__(service, name, Timed(getattr(service, name), name, clock, burst.calls))
        object.__setattr__(service, "clock", lambda: _moment(clock.now))
    object.__setattr__(world.refresher, "parallel", work)
    put = world.site.put

    def put_and_note(artifact: Artifact, *, expected: str | None) -> None:
        put(artifact, expected=expected)
        burst.pages_at.setdefault(artifact.key, clock.now)

    world.site.put = put_and_note  # type: ignore[method-assign]


def _publish(world: World, burst: Burst, work: Parallel, batch: Sequence[Message]) -> list[Message]:
    requests = {
        message.body: PublishRequest(asked_at=_moment(message.sent_at), object_only=message.receives == 1)
        for message in batch
    }
    outcomes = publish_batch(world.publisher, work, requests)
    burst.publishes.update(requests.keys())
    return [message for message in batch if isinstance(_result(outcomes[message.body]), BucketpressError)]


def _refresh(world: World, burst: Burst, way: Way, work: Parallel, batch: Sequence[Message]) -> list[Message]:
    """Refresh the sections of a batch as the function does."""
    messages: dict[str, list[Message]] = {}
    for message in batch:
        for name in message.body.split(" "):
            messages.setdefault(name, []).append(message)
    requests = {name: joined(map(_request, each)) for name, each in messages.items()}
    if not way.skips:
        requests = {name: replace(request, first_delivery=False) for name, request in requests.items()}
    outcomes = refresh_batch(world.refresher, work, requests)
    burst.skipped += len(messages) - len(outcomes)
    failed: list[Message] = []
    for name, outcome in outcomes.items():
        done = _result(outcome)
        if isinstance(done, BucketpressError):
            failed += messages[name]
            continue
        burst.refreshes[name] += 1
        burst.puts.update(done.written)
    return list(dict.fromkeys(failed))


def _result(outcome: Callable[[], T]) -> T | BucketpressError:
    try:
        return outcome()
    except BucketpressError as error:
        return error


def _moment(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def _request(message: Message) -> RefreshRequest:
    return RefreshRequest(sent_at=_moment(message.sent_at), first_delivery=message.receives == 1)


def kind_of(key: str) -> str:
    """Return the kind of an artifact: the kind of its section and how its name ends."""
    section = section_of_artifact(key)
    kind = parse_section(section).kind.name if section else "none"
    return f"{kind} {key.rpartition('/')[2] if 'sitemap' not in key else 'sitemap'}"


def report(burst: Burst) -> None:
    """Print what one burst took."""
    posts = [at for key, at in burst.pages_at.items() if kind_of(key) == "post:{path} index.html"]
    print(f"  {burst.seconds:.1f} s until everything is at rest, {median(posts):.1f} s until the median page is there")
    print(f"  {burst.failures} failed messages, {burst.cpu_seconds:.0f} s CPU of this machine")
    print(f"  {burst.refreshes_each:.2f} refreshes a section of {len(burst.refreshes)}, {burst.skipped} skipped")
    print(f"  {burst.puts_each:.2f} PUTs an artifact of {len(burst.puts)}; above 1.00 by kind:")
    artifacts = Counter(map(kind_of, burst.puts))
    writes = Counter[str]()
    for key, count in burst.puts.items():
        writes[kind_of(key)] += count
    for kind, count in sorted(artifacts.items(), key=lambda item: -writes[item[0]]):
        if writes[kind] > count:
            print(f"    {writes[kind] / count:6.2f} PUTs an artifact, {count:6} artifacts: {kind}")
    print("  calls:", ", ".join(f"{count:,} {kind}" for kind, count in burst.calls.most_common()))


def kept(burst: Burst) -> dict[str, float]:
    """Return the figures of a burst that the page shows."""
    posts = [at for key, at in burst.pages_at.items() if kind_of(key) == "post:{path} index.html"]
    return {
        "s until everything is at rest": round(burst.seconds, 1),
        "s until the median page": round(median(posts), 1),
        "refreshes a section": round(burst.refreshes_each, 2),
        "PUTs an artifact": round(burst.puts_each, 2),
        "calls a post": round(burst.calls.total() / len(burst.publishes), 1),
    }


def main() -> None:
    """Print the figures of bursts, and how each compares with the first way; keep those of the sizes on the page."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    found: dict[str, dict[str, dict[str, float]]] = {}
    for posts in numbers or SIZES:
        first: Burst | None = None
        for way in WAYS if posts <= MANY else LARGE_WAYS:
            print(f"{posts:,} posts: {way.name}")
            burst = run(posts, way)
            report(burst)
            found.setdefault(str(posts), {})[way.name] = kept(burst)
            if first is not None:
                made, before = burst.calls.total(), first.calls.total()
                print(f"  against the first: {burst.seconds / first.seconds:.2f} of the time", end=", ")
                print(f"{made / before:.2f} of the calls, {burst.puts_each / first.puts_each:.2f} of the PUTs")
            first = first or burst
    if not numbers:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
