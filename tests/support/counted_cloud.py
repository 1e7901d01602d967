"""The services over the table's real adapter and stores in memory, every call to AWS counted.

The table is a client in memory that knows the few requests `DynamoDBTable` makes, and does not slow down as it fills:
moto takes minutes for what is counted here.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import Any, TypeVar, cast

from botocore.exceptions import ClientError

from bench.meter import read_units, write_units
from bucketpress.adapters.codec import encode
from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from bucketpress.adapters.dynamodb_table import item_key
from bucketpress.adapters.memory_stores import MemoryContentStore, MemorySiteStore
from bucketpress.content.post import Entry
from bucketpress.services.page_queue import SECTIONS_A_MESSAGE
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.publish.publisher import Publisher
from bucketpress.services.refresh.refresh_batch import refresh_batch
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.services.refresh.refresher import Refresher
from bucketpress.site.artifact import Artifact
from bucketpress.site.impact import listings_of
from bucketpress.site.layout import SEARCH
from tests.support.world import DEFAULT_URL

T = TypeVar("T")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PAGE_BYTES = 1_000_000  # of the items that one query returns
MESSAGES = 10  # that one request sends
_REQUESTS = {"head": "HeadObject", "put": "PutObject", "copy": "CopyObject", "list_keys": "ListObjectsV2"}
Item = dict[str, Any]


@dataclass
class Counts:
    """Calls by kind, what the table charges for them, and the bytes written into the site bucket.

    `depth` is how many calls had to be made one after the other so far, where calls made at once count as one and a
    message begins where it was sent; `written_at` is the depth at which each object was first written.
    """

    calls: Counter[str] = field(default_factory=Counter)
    read_units: int = 0
    write_units: int = 0
    put_bytes: int = 0
    depth: int = 0
    written_at: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many calls there were."""
        return self.calls.total()


class CountedTable:
    """A client of DynamoDB over one table in memory."""

    def __init__(self, counts: Callable[[], Counts]) -> None:
        self._counts = counts
        self._partitions: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        self._orders: defaultdict[str, list[str]] = defaultdict(list)

    def get_item(self, **sent: Any) -> Item:
        item = self._item(sent["Key"])
        return self._answered("GetItem", sent, {"Item": item} if item else {})

    def batch_get_item(self, **sent: Any) -> Item:
        ((table, asked),) = sent["RequestItems"].items()
        found = [item for key in asked["Keys"] if (item := self._item(key))]
        return self._answered("BatchGetItem", sent, {"Responses": {table: found}})

    def query(self, **sent: Any) -> Item:
        values = sent["ExpressionAttributeValues"]
        partition = values[":partition"]["S"]
        order = self._orders[partition]
        low = bisect_left(order, values[":low"]["S"]) if ":low" in values else 0
        high = bisect_right(order, values[":high"]["S"]) if ":high" in values else len(order)
        forward = sent["ScanIndexForward"]
        if start := sent.get("ExclusiveStartKey"):
            low, high = (
                (bisect_right(order, start["SK"]["S"]), high)
                if forward
                else (low, bisect_left(order, start["SK"]["S"]))
            )
        names = range(low, high) if forward else range(high - 1, low - 1, -1)
        items: list[Item] = []
        size = 0
        for number in names:
            if len(items) == sent.get("Limit", -1) or size > PAGE_BYTES:
                last = {"PK": {"S": partition}, "SK": items[-1]["SK"]}
                return self._answered("Query", sent, {"Items": items, "LastEvaluatedKey": last})
            items.append(self._partitions[partition][order[number]])
            size += len(str(items[-1].get("data", "")))
        return self._answered("Query", sent, {"Items": items})

    def put_item(self, **sent: Any) -> Item:
        self._check([{"Put": sent}], "ConditionalCheckFailedException")
        self._put(sent["Item"])
        return self._answered("PutItem", sent, {})

    def update_item(self, **sent: Any) -> Item:
        self._check([{"Update": sent}], "ConditionalCheckFailedException")
        self._put({**self._item(sent["Key"]), "outbox": sent["ExpressionAttributeValues"][":empty"]})
        return self._answered("UpdateItem", sent, {})

    def transact_write_items(self, **sent: Any) -> Item:
        self._check(sent["TransactItems"], "TransactionCanceledException")
        for ((kind, write),) in (each.items() for each in sent["TransactItems"]):
            if kind == "Put":
                self._put(write["Item"])
            elif kind == "Delete":
                self._delete(write["Key"])
            else:
                self._put({**self._item(write["Key"]), "outbox": write["ExpressionAttributeValues"][":empty"]})
        return self._answered("TransactWriteItems", sent, {})

    def _check(self, writes: Iterable[Item], error: str) -> None:
        for ((_, write),) in (each.items() for each in writes):
            condition = write.get("ConditionExpression")
            item = self._item(write.get("Key") or write["Item"])
            values = write.get("ExpressionAttributeValues", {})
            wanted = values.get(":expected") or values.get(":revision")
            if condition and (bool(item) if condition.startswith("attribute_not") else item.get("rev") != wanted):
                reasons = [{"Code": "ConditionalCheckFailed"}]
                answer: Any = {"Error": {"Code": error, "Message": ""}, "CancellationReasons": reasons}
                raise ClientError(answer, "Write")

    def _item(self, key: Item) -> Item:
        return self._partitions[key["PK"]["S"]].get(key["SK"]["S"], {})

    def _put(self, item: Item) -> None:
        partition, sort = item["PK"]["S"], item["SK"]["S"]
        if sort not in self._partitions[partition]:
            insort(self._orders[partition], sort)
        self._partitions[partition][sort] = item

    def _delete(self, key: Item) -> None:
        partition, sort = key["PK"]["S"], key["SK"]["S"]
        if self._partitions[partition].pop(sort, None) is not None:
            self._orders[partition].remove(sort)

    def _answered(self, name: str, sent: Item, answer: Item) -> Item:
        counts = self._counts()
        counts.calls[name] += 1
        counts.depth += 1
        counts.read_units += read_units(name, sent, answer)
        counts.write_units += write_units(name, sent)
        return answer


@dataclass
class CountedStore:
    """A bucket whose calls are counted as those that its adapter makes."""

    store: Any
    counts: Callable[[], Counts]

    def __getattr__(self, name: str) -> Any:
        """Count a call, then make it."""

        def counted(*arguments: Any, **named: Any) -> Any:
            counts = self.counts()
            counts.calls[_REQUESTS.get(name, "GetObject")] += 1
            counts.depth += 1
            if arguments and isinstance(arguments[0], Artifact):
                counts.put_bytes += len(arguments[0].data)
                counts.written_at.setdefault(arguments[0].key, counts.depth)
            return getattr(self.store, name)(*arguments, **named)

        return counted


@dataclass
class CountedQueue:
    """A queue of which every message waits until it is taken."""

    counts: Callable[[], Counts]
    clock: Callable[[], datetime]
    at_once: int = 1
    waiting: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        """Send messages, ten in one request."""
        each = list(bodies)
        self.counts().calls["SendMessageBatch"] += ceil(len(each) / self.at_once / MESSAGES)
        self.counts().depth += 1
        self.waiting |= {body: (delay_seconds, self.clock()) for body in each}
        self.depths |= dict.fromkeys(each, self.counts().depth)

    def take(self, most: int) -> dict[str, datetime]:
        """Take up to so many messages of those that come first, and when each was sent last."""
        first = min((delay for delay, _ in self.waiting.values()), default=0)
        ready = [(body, sent) for body, (delay, sent) in self.waiting.items() if delay == first]
        taken = dict(ready[:most])
        if taken:
            self.counts().depth = max(self.depths.get(body, 0) for body in taken)
        self.waiting = {body: waits for body, waits in self.waiting.items() if body not in taken}
        return taken


@dataclass
class Apart:
    """A Parallel whose calls are made one after the other and counted as if made at once."""

    counts: Callable[[], Counts]

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Make calls."""
        begun = self.counts().depth
        answers: list[T] = []
        deepest = begun
        for call in calls:
            self.counts().depth = begun
            answers.append(call())
            deepest = max(deepest, self.counts().depth)
        self.counts().depth = deepest
        return answers

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        """Make calls; return for each what returns its answer."""
        return [partial(_itself, answer) for answer in self.run(calls)]


def _itself(answer: T) -> T:
    return answer


class CountedCloud:
    """The services as the functions run them: batches of messages, until none is left."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.now = BEGIN
        self._uploaded: set[str] = set()
        self.content, self.site = MemoryContentStore(), MemorySiteStore()
        self.table = client = CountedTable(self._counted)
        content: Any = CountedStore(self.content, self._counted)
        site: Any = CountedStore(self.site, self._counted)
        self.index = DynamoDBPostIndex(cast("Any", client), "table")
        self.sources = CountedQueue(self._counted, self._clock)
        self.pages = CountedQueue(self._counted, self._clock, SECTIONS_A_MESSAGE)
        self.publisher = Publisher(
            index=self.index,
            content=content,
            site=site,
            source_queue=self.sources,
            page_queue=self.pages,
            clock=self._clock,
            default_url=DEFAULT_URL,
            software="1",
            parallel=Apart(self._counted),
        )
        self.refresher = Refresher(
            index=self.index,
            site=site,
            page_queue=self.pages,
            clock=self._clock,
            software="1",
            parallel=Apart(self._counted),
        )

    def store_rows(self, entry: Entry) -> None:
        """Store what listings read of a post, and nothing else of it: search does not find it."""
        row = encode(entry)
        for listing in listings_of(entry) - {SEARCH}:
            self.table.put_item(Item={**item_key(f"LISTING#{listing}", entry.position), "data": {"S": row}})

    def _counted(self) -> Counts:
        return self.counts

    def _clock(self) -> datetime:
        return self.now

    def upload(self, key: str, data: bytes) -> Counts:
        """Upload a source, let everything come to rest, and return what was counted meanwhile."""
        self.content.upload(key, data)
        self.counts = Counts()
        self.sources.waiting[key] = (0, self.now)
        self._uploaded.add(key)
        self.settle()
        return self.counts

    def settle(self) -> None:
        """Handle every message until none is left."""
        while self.sources.waiting or self.pages.waiting:
            self._pass_time()
            if asked := self._asked():
                for outcome in publish_batch(self.publisher, Apart(self._counted), asked).values():
                    outcome()
            self._pass_time()
            self._refresh(self.pages.take(100))

    def _asked(self) -> dict[str, PublishRequest]:
        """Take a batch of messages about sources: those of the bucket tell of an object and no more."""
        taken = self.sources.take(10)
        return {key: PublishRequest(asked_at=sent, object_only=key in self._uploaded) for key, sent in taken.items()}

    def _refresh(self, taken: Mapping[str, datetime]) -> None:
        requests = {name: RefreshRequest(sent_at=sent, first_delivery=True) for name, sent in taken.items()}
        if requests:
            for outcome in refresh_batch(self.refresher, Apart(self._counted), requests).values():
                outcome()

    def _pass_time(self) -> None:
        self.now += timedelta(seconds=10)
