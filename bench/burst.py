"""A burst: many posts uploaded at once, until everything is at rest, in a simulated cloud.

    python -m bench.burst [POSTS ...]

The services are the production ones over the memory adapters, whose calls take as long as AWS's are said to take; see
`bench/simulated_cloud.py`. Time that functions spend computing is not counted.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TypeVar

from bench.simulated_cloud import Clock, Function, Mapping, Message, Timed, TimedQueue, Work, mapping_of
from bucketpress.errors import BucketpressError
from bucketpress.ports import Parallel
from bucketpress.services.publish.publish_batch import publish_batch
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


PUBLISH, REFRESH = mapping_of("PublishFunction"), mapping_of("RefreshFunction")
ONCE = Way(name="once", publish=PUBLISH, refresh=REFRESH)
SMALL = Mapping(batch_size=10, window_seconds=0, concurrency=4)
WAYS = (
    replace(ONCE, name="each", skips=False),
    ONCE,
    replace(ONCE, name="parallel", connections=16),
    replace(ONCE, name="parallel-nowindow", connections=16, refresh=SMALL),
    replace(ONCE, name="parallel-cpu", connections=16, cpu_milliseconds_a_call=2.6),
    replace(ONCE, name="parallel-nowindow-cpu", connections=16, refresh=SMALL, cpu_milliseconds_a_call=2.6),
)


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


def run(posts: int, way: Way) -> Burst:
    """Upload so many posts at once and let everything come to rest."""
    began, burst, clock = time.process_time(), Burst(), Clock()
    world = World(now=BEGIN)
    world.upload("site.yaml", SITE_YAML)
    world.settle()
    clock.cpu_seconds_a_call = way.cpu_milliseconds_a_call / 1000
    work = Work(clock, way.connections)
    _put_in_time(world, clock, burst, work)
    sources, pages = TimedQueue(clock, burst.calls), TimedQueue(clock, burst.calls)
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
    asked_at = {message.body: _moment(message.sent_at) for message in batch}
    outcomes = publish_batch(world.publisher, work, asked_at)
    burst.publishes.update(asked_at.keys())
    return [message for message in batch if isinstance(_result(outcomes[message.body]), BucketpressError)]


def _refresh(world: World, burst: Burst, way: Way, work: Parallel, batch: Sequence[Message]) -> list[Message]:
    """Refresh the sections of a batch as the function does."""
    messages: dict[str, list[Message]] = {}
    for message in batch:
        messages.setdefault(message.body, []).append(message)
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
    return failed


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
    print(
        f"  {sum(burst.publishes.values())} publishes, {burst.failures} failed messages, {burst.cpu_seconds:.0f} s CPU"
    )
    each = burst.refreshes.total() / len(burst.refreshes)
    print(f"  {each:.2f} refreshes a section of {len(burst.refreshes)}, {burst.skipped} skipped")
    print(f"  {burst.puts.total() / len(burst.puts):.2f} PUTs an artifact of {len(burst.puts)}; by kind:")
    artifacts = Counter(map(kind_of, burst.puts))
    writes = Counter[str]()
    for key, count in burst.puts.items():
        writes[kind_of(key)] += count
    for kind, count in sorted(artifacts.items(), key=lambda item: -writes[item[0]]):
        print(f"    {writes[kind] / count:6.2f} PUTs an artifact, {count:6} artifacts: {kind}")
    print("  calls:", ", ".join(f"{count:,} {kind}" for kind, count in burst.calls.most_common()))


def main() -> None:
    """Print the figures of bursts."""
    ways = WAYS if len(sys.argv) < 3 else [way for way in WAYS if way.name in sys.argv[2:]]
    for posts in [int(sys.argv[1])] if len(sys.argv) > 1 else [1000]:
        for way in ways:
            print(f"{posts:,} posts, {way.name}")
            report(run(posts, way))


if __name__ == "__main__":
    main()
