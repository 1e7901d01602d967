"""What a stack costs, from counted calls and a list of prices: an idle month, a publish, readers, an import.

    python -m bench.cost

The services run over the real adapters against moto, and every call is counted as AWS would charge it. What no run here
can count (how often Lambda polls a queue, how long a function runs) stands in ASSUMED, with its reason.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import boto3
from moto import mock_aws

from bench.meter import Meter
from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from bucketpress.adapters.parallel import OneByOne
from bucketpress.adapters.s3_stores import S3ContentStore, S3SiteStore
from bucketpress.adapters.sqs_queues import SQSQueue
from bucketpress.records.checkpoint import CheckpointName, Phase
from bucketpress.services.page_queue import SECTIONS_A_MESSAGE
from bucketpress.services.publish.publisher import Publisher
from bucketpress.services.refresh.refresh_batch import refresh_batch
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.services.refresh.refresher import Refresher
from bucketpress.services.upkeep.encoding_start import EncodingStart
from bucketpress.services.upkeep.repairs import Repairs
from bucketpress.services.upkeep.tick import Upkeep
from tests.integration.conftest import take_messages
from tests.support.aws import (
    CONTENT_BUCKET,
    CREDENTIALS,
    SITE_BUCKET,
    TABLE,
    make_buckets,
    make_queue,
    make_table,
)
from tests.support.template import template
from tests.support.world import SITE_YAML, markdown

PRICES_OF = "us-east-1, January 2026"
# Dollars for one, at list price, without what is free in every account.
PRICES: Mapping[str, float] = {
    "S3 writes and lists": 0.005e-3,
    "S3 reads": 0.0004e-3,
    "table read units": 0.125e-6,
    "table write units": 0.625e-6,
    "SQS requests": 0.40e-6,
    "function runs": 0.20e-6,
    "GB-seconds (arm64)": 13.3334e-6,
    "schedule calls": 1.00e-6,
    "GB of logs": 0.50,
    "alarm metrics": 0.10,
    "API requests": 1.00e-6,
    "CloudFront requests (10,000)": 0.0100,
    "CloudFront function runs": 0.10e-6,
    "GB to readers": 0.085,
}
FEW, MORE = 6, 12  # posts of the sites that are measured; moto takes long with more
LIST_PAGE, FULL_AUDIT_LISTS = 1000, 3
MINUTES, HOURS, DAYS = 43_800, 730, 30.4
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What cannot be counted here, each the cautious figure of two."""

    # Lambda keeps five long polls of twenty seconds open on each queue.
    polls_a_month: int = 2 * 5 * 3 * MINUTES
    tick_gb_seconds: float = 0.5 * 0.150
    publish_gb_seconds: float = 1.0 * 0.400
    refresh_gb_seconds: float = 1.0 * 0.120
    log_bytes_a_run: int = 1200
    api_gb_seconds: float = 0.5 * 0.100
    api_table_read_units: int = 10
    search_gb_seconds: float = 1.5 * 0.200
    search_s3_reads: int = 3
    access_log_bytes: int = 400
    page_bytes: int = 12_000
    # The essential alarms. No metric of our own is sent while nothing is wrong.
    alarm_metrics: int = 2


ASSUMED = Assumed()
DEAD_LETTERS = ("dead-sources", "dead-pages", "dead-pictures")


def _encode_nothing() -> None:
    """Do nothing: while a site is idle no picture waits."""


class Stack:
    """The services over moto, on a clock that stands still until it is moved, with a meter on every client."""

    def __init__(self) -> None:
        """Make buckets, table and queues."""
        session = boto3.Session(**CREDENTIALS)
        s3, table, sqs = session.client("s3"), session.client("dynamodb"), session.client("sqs")
        make_buckets(s3)
        make_table(table)
        self._s3 = s3
        self.now = BEGIN
        self._urls = {name: make_queue(sqs, name) for name in ("source", "page")}
        sources, pages = (
            SQSQueue(sqs, self._urls["source"], "key"),
            SQSQueue(sqs, self._urls["page"], "sections", SECTIONS_A_MESSAGE),
        )
        self.index, content = DynamoDBPostIndex(table, TABLE), S3ContentStore(s3, CONTENT_BUCKET)
        site = S3SiteStore(s3, SITE_BUCKET, CONTENT_BUCKET)
        self._publisher = Publisher(
            index=self.index,
            content=content,
            site=site,
            source_queue=sources,
            page_queue=pages,
            clock=lambda: self.now,
            default_url="https://a.example",
            software="1",
            parallel=OneByOne(),
        )
        self._refresher = Refresher(
            index=self.index,
            site=site,
            page_queue=pages,
            clock=lambda: self.now,
            software="1",
            parallel=OneByOne(),
        )
        self._upkeep = Upkeep(
            index=self.index,
            content=content,
            site=site,
            source_queue=sources,
            page_queue=pages,
            clock=lambda: self.now,
            software="1",
            dead_letters=[SQSQueue(sqs, make_queue(sqs, name), "key") for name in DEAD_LETTERS],
        )
        self._encoding = EncodingStart(
            queue=SQSQueue(sqs, make_queue(sqs, "pictures"), "section"), begin=_encode_nothing
        )
        self.meter = Meter((s3, table, sqs))

    def upload(self, key: str, data: bytes) -> None:
        """Put an object, which is not counted: the author pays it to S3 wherever the site is."""
        self._s3.put_object(Bucket=CONTENT_BUCKET, Key=key, Body=data)
        self.meter.take()
        self.meter.counts["SQS requests"] += 2  # the event, received and deleted
        self._publish(key)

    def settle(self) -> None:
        """Handle every message, each section once in a batch, as the functions do."""
        while True:
            sources, pages = self._taken("source", "key"), self._taken("page", "sections")
            if not sources and not pages:
                return
            for key in sources:
                self._publish(key)
            request = RefreshRequest(sent_at=self.now, first_delivery=True)
            self.now += timedelta(seconds=10)
            for outcome in refresh_batch(self._refresher, OneByOne(), dict.fromkeys(pages, request)).values():
                outcome()
                self._ran("refresh", ASSUMED.refresh_gb_seconds)

    def tick(self) -> None:
        """Move the clock on by a minute and have upkeep look."""
        self.now += timedelta(minutes=1)
        starts = self._encoding.is_due()
        self._upkeep.tick()
        if starts:
            self._encoding.begin()
        self._ran("tick", ASSUMED.tick_gb_seconds)
        self.meter.counts["schedule calls"] += 1

    def names(self) -> int:
        """Return how many objects both buckets hold; not counted."""
        listed = [self._s3.list_objects_v2(Bucket=bucket) for bucket in (CONTENT_BUCKET, SITE_BUCKET)]
        self.meter.take()
        return sum(each["KeyCount"] for each in listed)

    def ask_for_full_audit(self) -> None:
        """Ask for an audit as the command does; not counted."""
        Repairs(index=self.index).start_audit()
        self.meter.take()

    def is_done(self, name: CheckpointName) -> bool:
        """Return whether an audit or a pass has come to its end; not counted."""
        counted = self.meter.counts.copy()
        done = self.index.checkpoint(name).phase is Phase.DONE
        self.meter.counts = counted
        return done

    def _publish(self, key: str) -> None:
        self._publisher.publish(key)
        self._ran("publish", ASSUMED.publish_gb_seconds)

    def _ran(self, what: str, gb_seconds: float) -> None:
        counts = self.meter.counts
        counts["function runs"] += 1
        counts[what] += 1
        counts["GB-seconds (arm64)"] += gb_seconds
        counts["GB of logs"] += ASSUMED.log_bytes_a_run / 1e9

    def _taken(self, queue: str, field: str) -> list[str]:
        """Take every message; what the poller of a queue asks is counted elsewhere."""
        messages = take_messages(self._urls[queue])
        self.meter.counts["SQS requests"] += 2 * len(messages)  # received and deleted
        held = [json.loads(body)[field] for body in messages]
        bodies = [name for each in held for name in (each if isinstance(each, list) else [each])]
        return list(dict.fromkeys(bodies))


@cache
def measured(posts: int) -> dict[str, dict[str, float]]:
    """Return what is counted for each activity on a site of so many posts with three tags each."""
    with mock_aws():
        stack = Stack()
        stack.upload("site.yaml", SITE_YAML)
        for number in range(posts):
            stack.upload(f"posts/p{number}.md", _post(number))
        stack.settle()
        for name in (CheckpointName.REBUILD, CheckpointName.AUDIT):
            _until_done(stack, name)
        found = {"pass": _until_done(stack, CheckpointName.ROLLING, timedelta(hours=2))}
        stack.ask_for_full_audit()
        found["full audit"] = _until_done(stack, CheckpointName.AUDIT)
        found["audit"] = _until_done(stack, CheckpointName.AUDIT, begin=timedelta(hours=1))
        # So few names fit into one page of a listing each: what every further thousand costs. A full audit lists the
        # site bucket twice, and sources in smaller pages.
        for audit, times in (("full audit", FULL_AUDIT_LISTS), ("audit", 1)):
            found[audit]["S3 writes and lists"] += times * stack.names() / LIST_PAGE
        stack.tick()
        found["tick"] = stack.meter.take()
        stack.upload("posts/new.md", _post(posts))
        stack.settle()
        found["new post"] = stack.meter.take()
        stack.upload("posts/new.md", _post(posts, text="Another text."))
        stack.settle()
        found["edit"] = stack.meter.take()
        return found


def _until_done(
    stack: Stack, name: CheckpointName, step: timedelta = timedelta(), *, begin: timedelta = timedelta()
) -> dict[str, float]:
    """Tick until an audit or a pass is done, the first time after `begin`; return what was counted."""
    if begin:
        stack.now += begin
        stack.tick()
        stack.settle()
    for _ in range(2000):
        if stack.is_done(name):
            break
        stack.now += step
        stack.tick()
        stack.settle()
    return stack.meter.take()


def _post(number: int, text: str = "Some text of a post.") -> bytes:
    day = (BEGIN - timedelta(days=3 * number + 1)).date().isoformat()
    tags = ", ".join(f"tag-{(number * 7 + step * 13) % 20}" for step in range(3))
    return markdown(f"Post {number}", day, text=text * 40, tags=f"[{tags}]", author="Jane Doe")


def dollars(counts: Mapping[str, float]) -> float:
    """Return what counted things cost at list price."""
    return sum(PRICES[name] * count for name, count in counts.items() if name in PRICES)


def month(counts: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the dollars of an idle month, by what they are for."""
    ticks = {name: count * MINUTES for name, count in counts["tick"].items()}
    return {
        "a tick of the clock each minute": dollars(ticks),
        "both buckets listed each hour": dollars(_without(counts["audit"], counts["tick"])) * (HOURS - DAYS),
        "a full audit each day": dollars(_without(counts["full audit"], counts["tick"])) * DAYS,
        "every section once in thirty days": dollars(_without(counts["pass"], counts["tick"])) * DAYS / 30,
        "two queues polled by Lambda": dollars({"SQS requests": ASSUMED.polls_a_month}),
        "the essential alarms": dollars({"alarm metrics": ASSUMED.alarm_metrics}),
    }


def _without(counts: Mapping[str, float], ticks: Mapping[str, float]) -> dict[str, float]:
    """Return counts without those of the ticks among them."""
    number = counts["tick"]
    return {name: max(count - number * ticks.get(name, 0), 0) for name, count in counts.items()}


def at(posts: int, few: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    """Return counts for any number of posts, in a straight line through those for FEW and MORE."""
    return {
        name: max(few.get(name, 0) + (more.get(name, 0) - few.get(name, 0)) / (MORE - FEW) * (posts - FEW), 0)
        for name in few.keys() | more.keys()
    }


def readers() -> dict[str, float]:
    """Return the dollars of a thousand requests of each kind that readers and programs make."""
    served = {"CloudFront requests (10,000)": 0.1, "GB to readers": 1000 * ASSUMED.page_bytes / 1e9}
    run = {
        "API requests": 1000,
        "function runs": 1000,
        "GB of logs": 1000 * (ASSUMED.log_bytes_a_run + ASSUMED.access_log_bytes) / 1e9,
    }
    asked = {
        "GB-seconds (arm64)": 1000 * ASSUMED.api_gb_seconds,
        "table read units": 1000 * ASSUMED.api_table_read_units,
    }
    searched = {
        "GB-seconds (arm64)": 1000 * ASSUMED.search_gb_seconds,
        "S3 reads": 1000 * ASSUMED.search_s3_reads,
    }
    return {
        "a thousand views of pages, none from the cache": dollars(
            served | {"CloudFront function runs": 2000, "S3 reads": 1000}
        ),
        "a thousand requests to the API, none from the cache": dollars(served | run | asked),
        "a thousand searches, none from the cache": dollars(served | run | searched),
    }


def a_day_of_searches() -> float:
    """Return the dollars of a day in which somebody searches as fast as the API's throttle lets through."""
    a_second: float = template()["Parameters"]["ApiRequestsPerSecond"]["Default"]
    return readers()["a thousand searches, none from the cache"] * a_second * 86_400 / 1000


def tables() -> str:
    """Return the tables of docs/cost.md."""
    few, more = measured(FEW), measured(MORE)
    sizes = (100, 1000, 10_000)
    months = [month({name: at(posts, few[name], more[name]) for name in few}) for posts in sizes]
    lines = ["| an idle month, in dollars | 100 posts | 1,000 | 10,000 |", "|---|--:|--:|--:|"]
    lines += [f"| {what} | " + " | ".join(f"{each[what]:.2f}" for each in months) + " |" for what in months[0]]
    lines.append("| **together** | " + " | ".join(f"**{sum(each.values()):.2f}**" for each in months) + " |")
    post, edit = more["new post"], more["edit"]
    lines += ["", "| counted | a new post, three tags | an edit of its text |", "|---|--:|--:|"]
    for name in ("S3 writes and lists", "S3 reads", "table read units", "table write units", "SQS requests", "refresh"):
        shown = "sections refreshed" if name == "refresh" else name
        lines.append(f"| {shown} | {post.get(name, 0):.0f} | {edit.get(name, 0):.0f} |")
    lines.append(f"| **dollars for a thousand** | **{1000 * dollars(post):.2f}** | **{1000 * dollars(edit):.2f}** |")
    lines += ["", "| readers and imports | dollars |", "|---|--:|"]
    lines += [f"| {what} | {costs:.4f} |" for what, costs in readers().items()]
    lines.append(f"| a day of as many searches as the API takes, none from the cache | {a_day_of_searches():.0f} |")
    lines.append(
        f"| ten thousand posts at once, each section refreshed for every post | {10_000 * dollars(post):.2f} |"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(tables())
