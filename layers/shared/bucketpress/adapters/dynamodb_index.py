"""The index in one DynamoDB table: base-table reads only, all strongly consistent."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - not Python's own

from bucketpress.adapters.codec import decode, encode
from bucketpress.content.post import Body, Entry, instant
from bucketpress.content.source_keys import classify
from bucketpress.ports import RevisionConflictError, TransientError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.claim import Claim
from bucketpress.records.post_change import PostChange
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.site.layout import parent_section
from bucketpress.site.section_summary import SectionSummary

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

SHARDS = 16  # Records and sections are spread over a few partitions, so that the audit can list them without bodies.
BATCH_GET_ITEMS = 100
BATCH_ATTEMPTS = 8
BUSY = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "InternalServerError"}
)
LAST = "\U0010ffff"


class DynamoDBPostIndex:
    """A PostIndex in a table with the string keys PK and SK."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def record(self, key: str) -> Record:
        item = self._get(_record_key(key))
        return _record(item) if item else _never_seen(key)

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        wanted = list(dict.fromkeys(keys))
        found = {item["SK"]["S"]: _record(item) for item in self._get_many(_record_key(key) for key in wanted)}
        return {key: found.get(key) or _never_seen(key) for key in wanted}

    def commit(self, change: PublishTransaction) -> None:
        writes = [self._put_record(change.record), *self._rows(change), *self._claims(change), *self._body(change)]
        writes += self._post_change(change)
        if change.settings is not None:
            settings = {"PK": _s("SITE"), "SK": _s("SETTINGS"), "data": _s(encode(change.settings))}
            writes.append(self._put(settings))
        if change.checkpoint is not None:
            writes.append(self._put_checkpoint(change.checkpoint))
        self._write(writes, change.record.key)

    def _put_record(self, record: Record) -> Item:
        item = {
            **_record_key(record.key),
            "rev": _n(record.revision),
            "outbox": _s(encode(record.outbox)),
            "data": _s(encode(replace(record, outbox=Outbox()))),
        }
        return self._put(item, record.revision - 1)

    def _rows(self, change: PublishTransaction) -> Iterator[Item]:
        key = change.record.key
        for row in change.rows_out:
            yield self._delete(f"LISTING#{row.listing}", row.position)
        for row, entry in change.rows_in.items():
            item = {"PK": _s(f"LISTING#{row.listing}"), "SK": _s(row.position), "data": _s(encode(entry))}
            yield self._put(item)
        if change.due_out is not None:
            yield self._delete("DUE", f"{instant(change.due_out)}#{key}")
        if change.due_in is not None:
            yield self._put({"PK": _s("DUE"), "SK": _s(f"{instant(change.due_in)}#{key}"), "key": _s(key)})

    def _claims(self, change: PublishTransaction) -> Iterator[Item]:
        for claim in change.claims_out:
            yield self._delete(f"PATH#{claim.path}", claim.key)
        for claim in change.claims_in:
            yield self._put({"PK": _s(f"PATH#{claim.path}"), "SK": _s(claim.key), "data": _s(encode(claim))})

    def _body(self, change: PublishTransaction) -> Iterator[Item]:
        key = f"BODY#{change.record.key}"
        if change.drop_body:
            yield self._delete(key, "HTML")
            yield self._delete(key, "MARKDOWN")
        if change.body is not None:
            yield self._put(
                {"PK": _s(key), "SK": _s("HTML"), "text": _zip(change.body.html), "words": _n(change.body.words)}
            )
            yield self._put({"PK": _s(key), "SK": _s("MARKDOWN"), "text": _zip(change.body.markdown)})

    def _post_change(self, change: PublishTransaction) -> Iterator[Item]:
        if change.change_out is not None:
            yield self._delete("CHANGES", change.change_out)
        if change.change_in is not None:
            yield self._put(
                {"PK": _s("CHANGES"), "SK": _s(change.change_in.position), "data": _s(encode(change.change_in))}
            )
        for name in sorted(change.names_in):
            yield self._put({"PK": _s(f"NAME#{name}"), "SK": _s(change.record.key)})

    def clear_outbox(self, record: Record) -> None:
        self._clear(_record_key(record.key), record.revision, encode(Outbox()))

    def settings(self) -> StoredSettings | None:
        item = self._get({"PK": _s("SITE"), "SK": _s("SETTINGS")})
        return decode(StoredSettings, item["data"]["S"]) if item else None

    def body(self, key: str) -> Body | None:
        return self.bodies([key]).get(key)

    def bodies(self, keys: Sequence[str]) -> Mapping[str, Body]:
        wanted = ({"PK": _s(f"BODY#{key}"), "SK": _s(part)} for key in keys for part in ("HTML", "MARKDOWN"))
        parts = {(item["PK"]["S"], item["SK"]["S"]): item for item in self._get_many(wanted)}
        bodies: dict[str, Body] = {}
        for key in keys:
            html, markdown = parts.get((f"BODY#{key}", "HTML")), parts.get((f"BODY#{key}", "MARKDOWN"))
            if html and markdown:
                bodies[key] = Body(html=_unzip(html), markdown=_unzip(markdown), words=int(html["words"]["N"]))
        return bodies

    def claims(self, path: str) -> tuple[Claim, ...]:
        return tuple(decode(Claim, item["data"]["S"]) for item in self._query(f"PATH#{path}"))

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        if start and end and start >= end:
            return ()
        # BETWEEN includes its bounds; a bound that is a row itself is dropped here, hence one or two more than asked.
        exact = int(bool(start)) + int(bool(end))
        rows = self._query(
            f"LISTING#{listing}",
            between=(start or "\0", end or LAST),
            limit=None if limit is None else limit + exact,
            forward=not newest_first,
        )
        inside = (item for item in rows if item["SK"]["S"] not in {start, end})
        entries = tuple(decode(Entry, item["data"]["S"]) for item in inside)
        return entries if limit is None else entries[:limit]

    def named(self, name: str, limit: int) -> tuple[str, ...]:
        return tuple(item["SK"]["S"] for item in self._query(f"NAME#{name}", limit=limit))

    def changes(self, after: str, limit: int) -> tuple[PostChange, ...]:
        items = self._query("CHANGES", between=(f"{after}\0", LAST), limit=limit)
        return tuple(decode(PostChange, item["data"]["S"]) for item in items)

    def add_dependent(self, key: str, on: Iterable[str]) -> None:
        for target in on:
            item = {"PK": _s(f"DEPENDENTS#{target}"), "SK": _s(key)}
            self._client.put_item(TableName=self._table, Item=item)

    def dependents(self, key: str) -> tuple[str, ...]:
        return tuple(item["SK"]["S"] for item in self._query(f"DEPENDENTS#{key}"))

    def due(self, until: str, limit: int) -> tuple[str, ...]:
        items = self._query("DUE", between=("\0", f"{until}#{LAST}"), limit=limit)
        return tuple(item["key"]["S"] for item in items)

    def section(self, name: str) -> SectionRecord:
        item = self._get(_section_key(name))
        return _section(item) if item else SectionRecord(name=name)

    def sections(self, names: Iterable[str]) -> Mapping[str, SectionRecord]:
        wanted = list(dict.fromkeys(names))
        found = {item["SK"]["S"]: _section(item) for item in self._get_many(_section_key(name) for name in wanted)}
        return {name: found.get(name) or SectionRecord(name=name) for name in wanted}

    def commit_section(self, record: SectionRecord) -> None:
        item = {
            **_section_key(record.name),
            "rev": _n(record.revision),
            "outbox": _s(encode(record.outbox)),
            "data": _s(encode(replace(record, outbox=frozenset()))),
        }
        writes = [self._put(item, record.revision - 1)]
        parent = parent_section(record.name)
        if parent is not None and record.summary is not None:
            row = {"PK": _s(f"CHILDREN#{parent}"), "SK": _s(record.name), "data": _s(encode(record.summary))}
            writes.append(self._put(row))
        elif parent is not None:
            writes.append(self._delete(f"CHILDREN#{parent}", record.name))
        self._write(writes, record.name)

    def clear_section_outbox(self, record: SectionRecord) -> None:
        self._clear(_section_key(record.name), record.revision, encode(frozenset()))

    def children(self, parent: str, *, after: str = "", limit: int | None = None) -> tuple[SectionSummary, ...]:
        items = self._query(f"CHILDREN#{parent}", between=(f"{after}\0", LAST), limit=limit)
        return tuple(decode(SectionSummary, item["data"]["S"]) for item in items)

    def checkpoint(self, name: CheckpointName) -> Checkpoint:
        item = self._get({"PK": _s("SITE"), "SK": _s(f"CHECKPOINT#{name}")})
        return decode(Checkpoint, item["data"]["S"]) if item else Checkpoint(name=name)

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._write([self._put_checkpoint(checkpoint)], checkpoint.name)

    def list_records(self, after: str, limit: int) -> tuple[tuple[Record, ...], str]:
        items, last = self._list_shards("RECORDS", after, limit)
        return tuple(_record(item) for item in items), last

    def list_sections(self, after: str, limit: int) -> tuple[tuple[SectionRecord, ...], str]:
        items, last = self._list_shards("SECTIONS", after, limit)
        return tuple(_section(item) for item in items), last

    def _list_shards(self, what: str, after: str, limit: int) -> tuple[list[Item], str]:
        """Read a part of every shard, and merge as far as all of them were read."""
        share = min(limit, limit // SHARDS * 2 + 1)
        bounds = (after + "\0" if after else "\0", LAST)
        found: list[Item] = []
        ends: list[str] = []
        for shard in range(SHARDS):
            items = self._query(f"{what}#{shard:02d}", between=bounds, limit=share)
            found += items
            ends += [items[-1]["SK"]["S"]] if len(items) == share else []
        end = min(ends, default=LAST)
        merged = sorted((item for item in found if item["SK"]["S"] <= end), key=lambda item: item["SK"]["S"])
        more = bool(ends) or len(merged) > limit
        merged = merged[:limit]
        return merged, merged[-1]["SK"]["S"] if more else ""

    def _put_checkpoint(self, checkpoint: Checkpoint) -> Item:
        item = {
            "PK": _s("SITE"),
            "SK": _s(f"CHECKPOINT#{checkpoint.name}"),
            "rev": _n(checkpoint.revision),
            "data": _s(encode(checkpoint)),
        }
        return self._put(item, checkpoint.revision - 1)

    def _put(self, item: Item, expected: int | None = None) -> Item:
        """Return one write of a transaction; `expected` is the revision it depends on, 0 for a new item."""
        put: Item = {"TableName": self._table, "Item": item}
        if expected == 0:
            put["ConditionExpression"] = "attribute_not_exists(PK)"
        elif expected is not None:
            put["ConditionExpression"] = "rev = :expected"
            put["ExpressionAttributeValues"] = {":expected": _n(expected)}
        return {"Put": put}

    def _delete(self, partition: str, sort: str) -> Item:
        return {"Delete": {"TableName": self._table, "Key": {"PK": _s(partition), "SK": _s(sort)}}}

    def _write(self, writes: Sequence[Any], what: str) -> None:
        try:
            if len(writes) == 1:  # Half the price of a transaction of one.
                self._client.put_item(**writes[0]["Put"])
            else:
                self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if _lost_race(error):
                raise RevisionConflictError(what) from error
            raise

    def _clear(self, key: Item, revision: int, empty: str) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="SET outbox = :empty",
                ConditionExpression="rev = :revision",
                ExpressionAttributeValues={":empty": _s(empty), ":revision": _n(revision)},
            )
        except ClientError as error:
            if not _lost_race(error):
                raise

    def _get(self, key: Item) -> Item | None:
        with _busy_is_transient():
            return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _get_many(self, keys: Iterable[Item]) -> Iterator[Item]:
        """Read items in batches. Raises TransientError when the table keeps leaving some unread."""
        wanted = list(keys)
        for begin in range(0, len(wanted), BATCH_GET_ITEMS):
            left: Any = {self._table: {"Keys": wanted[begin : begin + BATCH_GET_ITEMS], "ConsistentRead": True}}
            for _ in range(BATCH_ATTEMPTS):
                with _busy_is_transient():
                    answer = self._client.batch_get_item(RequestItems=left)
                yield from answer["Responses"].get(self._table, [])
                left = answer.get("UnprocessedKeys")
                if not left:
                    break
            else:
                message = "the table is too busy to read a batch"
                raise TransientError(message)

    def _query(
        self, partition: str, *, between: tuple[str, str] | None = None, limit: int | None = None, forward: bool = True
    ) -> list[Item]:
        request: Any = {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :partition",
            "ExpressionAttributeValues": {":partition": _s(partition)},
            "ConsistentRead": True,
            "ScanIndexForward": forward,
        }
        if between:
            request["KeyConditionExpression"] += " AND SK BETWEEN :low AND :high"
            request["ExpressionAttributeValues"] |= {":low": _s(between[0]), ":high": _s(between[1])}
        found: list[Item] = []
        while limit is None or len(found) < limit:
            if limit is not None:
                request["Limit"] = limit - len(found)
            with _busy_is_transient():
                answer = self._client.query(**request)
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found


@contextmanager
def _busy_is_transient() -> Iterator[None]:
    """Raise TransientError where the table could not be read just now, after the client's own attempts."""
    try:
        yield
    except (HTTPClientError, ConnectionError) as error:
        message = "the table does not answer"
        raise TransientError(message) from error
    except ClientError as error:
        if error.response["Error"]["Code"] not in BUSY:
            raise
        message = "the table is too busy to be read"
        raise TransientError(message) from error


def _lost_race(error: ClientError) -> bool:
    """Return whether a condition failed or another transaction was in conflict."""
    code = error.response["Error"]["Code"]
    if code in {"ConditionalCheckFailedException", "TransactionConflictException", "TransactionInProgressException"}:
        return True
    if code != "TransactionCanceledException":
        return False
    reasons: Any = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") in {"ConditionalCheckFailed", "TransactionConflict"} for reason in reasons)


def _record_key(key: str) -> Item:
    return {"PK": _s(f"RECORDS#{_shard(key):02d}"), "SK": _s(key)}


def _section_key(name: str) -> Item:
    return {"PK": _s(f"SECTIONS#{_shard(name):02d}"), "SK": _s(name)}


def _shard(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % SHARDS


def _record(item: Item) -> Record:
    return replace(decode(Record, item["data"]["S"]), outbox=decode(Outbox, item["outbox"]["S"]))


def _section(item: Item) -> SectionRecord:
    return replace(decode(SectionRecord, item["data"]["S"]), outbox=decode(frozenset[str], item["outbox"]["S"]))


def _never_seen(key: str) -> Record:
    return Record(key=key, kind=classify(key).kind)


def _s(text: str) -> Item:
    return {"S": text}


def _n(number: int) -> Item:
    return {"N": str(number)}


def _zip(text: str) -> Item:
    return {"B": zlib.compress(text.encode(), 6)}


def _unzip(item: Item) -> str:
    return zlib.decompress(bytes(item["text"]["B"])).decode()
