"""The index in one DynamoDB table: base-table reads only, all strongly consistent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bucketpress.adapters.codec import decode, encode
from bucketpress.adapters.dynamodb_items import (
    BODY_PARTS,
    SETTINGS_KEY,
    SHARDS,
    bodies_of,
    body_items,
    body_keys,
    body_partition,
    by_place,
    checkpoint_item,
    checkpoint_key,
    data_item,
    place_of,
    published_keys,
    published_of,
    record_item,
    record_key,
    record_never_seen,
    record_of,
    section_item,
    section_key,
    section_of,
)
from bucketpress.adapters.dynamodb_table import LAST, DynamoDBTable, Item, item_key, string
from bucketpress.content.post import Body, Entry, instant
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


class DynamoDBPostIndex:
    """A PostIndex in a table with the string keys PK and SK."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._table = DynamoDBTable(client, table)

    def record(self, key: str) -> Record:
        item = self._table.get(record_key(key))
        return record_of(item) if item else record_never_seen(key)

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        wanted = list(dict.fromkeys(keys))
        items = self._table.get_many(record_key(key) for key in wanted)
        found = {item["SK"]["S"]: record_of(item) for item in items}
        return {key: found.get(key) or record_never_seen(key) for key in wanted}

    def records_and_settings(self, keys: Iterable[str]) -> tuple[Mapping[str, Record], StoredSettings | None]:
        wanted = list(dict.fromkeys(keys))
        found, stored = self._with_settings(map(record_key, wanted))
        records = {item["SK"]["S"]: record_of(item) for item in found}
        return {key: records.get(key) or record_never_seen(key) for key in wanted}, stored

    def commit(self, change: PublishTransaction) -> None:
        record = change.record
        writes = [self._table.put(record_item(record), record.revision - 1)]
        writes += [*self._rows(change), *self._claims(change), *self._body(change), *self._post_change(change)]
        if change.settings is not None:
            writes.append(self._table.put(data_item(SETTINGS_KEY, change.settings)))
        if change.checkpoint is not None:
            writes.append(self._put_checkpoint(change.checkpoint))
        self._table.write(writes, record.key)

    def _rows(self, change: PublishTransaction) -> Iterator[Item]:
        key = change.record.key
        for row in change.rows_out:
            yield self._table.delete(f"LISTING#{row.listing}", row.position)
        for row, entry in change.rows_in.items():
            yield self._put(f"LISTING#{row.listing}", row.position, entry)
        if change.due_out is not None:
            yield self._table.delete("DUE", f"{instant(change.due_out)}#{key}")
        if change.due_in is not None:
            yield self._table.put({**item_key("DUE", f"{instant(change.due_in)}#{key}"), "key": string(key)})

    def _claims(self, change: PublishTransaction) -> Iterator[Item]:
        for claim in change.claims_out:
            yield self._table.delete(f"PATH#{claim.path}", claim.key)
        for claim in change.claims_in:
            yield self._put(f"PATH#{claim.path}", claim.key, claim)

    def _body(self, change: PublishTransaction) -> Iterator[Item]:
        key = change.record.key
        if change.drop_body:
            for part in BODY_PARTS:
                yield self._table.delete(body_partition(key), part)
        if change.body is not None:
            yield from map(self._table.put, body_items(key, change.body))

    def _post_change(self, change: PublishTransaction) -> Iterator[Item]:
        if change.change_out is not None:
            yield self._table.delete("CHANGES", change.change_out)
        if change.change_in is not None:
            yield self._put("CHANGES", change.change_in.position, change.change_in)
        for name in sorted(change.names_in):
            yield self._table.put(item_key(f"NAME#{name}", change.record.key))

    def _put(self, partition: str, sort: str, value: object) -> Item:
        return self._table.put(data_item(item_key(partition, sort), value))

    def clear_outbox(self, record: Record) -> None:
        self._table.clear_outboxes([(record_key(record.key), record.revision)], encode(Outbox()))

    def settings(self) -> StoredSettings | None:
        item = self._table.get(SETTINGS_KEY)
        return decode(StoredSettings, item["data"]["S"]) if item else None

    def published(self, key: str) -> tuple[Record, Body | None]:
        return self.published_each([key])[key]

    def published_each(self, keys: Iterable[str]) -> Mapping[str, tuple[Record, Body | None]]:
        wanted = list(dict.fromkeys(keys))
        found = by_place(self._table.get_many(item for key in wanted for item in published_keys(key)))
        return {key: published_of(key, found) for key in wanted}

    def published_and_settings(self, key: str) -> tuple[Record, Body | None, StoredSettings | None]:
        found, stored = self._with_settings(published_keys(key))
        return *published_of(key, by_place(found)), stored

    def bodies(self, keys: Sequence[str], *, markdown: bool = True) -> Mapping[str, Body]:
        parts = BODY_PARTS if markdown else BODY_PARTS[:1]
        return bodies_of(keys, parts, by_place(self._table.get_many(body_keys(keys, parts))))

    def bodies_and_section(self, keys: Sequence[str], name: str) -> tuple[Mapping[str, Body], SectionRecord]:
        parts, asked = BODY_PARTS[:1], section_key(name)
        found = by_place(self._table.get_many([*body_keys(keys, parts), asked]))
        stored = found.get(place_of(asked))
        return bodies_of(keys, parts, found), section_of(stored) if stored else SectionRecord(name=name)

    def claims(self, path: str) -> tuple[Claim, ...]:
        return tuple(decode(Claim, item["data"]["S"]) for item in self._table.query(f"PATH#{path}"))

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        if start and end and start >= end:
            return ()
        # BETWEEN includes its bounds; a bound that is a row itself is dropped here, hence one or two more than asked.
        exact = int(bool(start)) + int(bool(end))
        rows = self._table.query(
            f"LISTING#{listing}",
            between=(start or "\0", end or LAST),
            limit=None if limit is None else limit + exact,
            forward=not newest_first,
        )
        inside = (item for item in rows if item["SK"]["S"] not in {start, end})
        entries = tuple(decode(Entry, item["data"]["S"]) for item in inside)
        return entries if limit is None else entries[:limit]

    def named(self, name: str, limit: int) -> tuple[str, ...]:
        return tuple(item["SK"]["S"] for item in self._table.query(f"NAME#{name}", limit=limit))

    def changes(self, after: str, limit: int) -> tuple[PostChange, ...]:
        items = self._table.query("CHANGES", between=(f"{after}\0", LAST), limit=limit)
        return tuple(decode(PostChange, item["data"]["S"]) for item in items)

    def add_dependent(self, key: str, on: Iterable[str]) -> None:
        for target in on:
            self._table.write([self._table.put(item_key(f"DEPENDENTS#{target}", key))], key)

    def dependents(self, key: str) -> tuple[str, ...]:
        return tuple(item["SK"]["S"] for item in self._table.query(f"DEPENDENTS#{key}"))

    def due(self, until: str, limit: int) -> tuple[str, ...]:
        items = self._table.query("DUE", between=("\0", f"{until}#{LAST}"), limit=limit)
        return tuple(item["key"]["S"] for item in items)

    def section(self, name: str) -> SectionRecord:
        item = self._table.get(section_key(name))
        return section_of(item) if item else SectionRecord(name=name)

    def sections(self, names: Iterable[str]) -> Mapping[str, SectionRecord]:
        wanted = list(dict.fromkeys(names))
        found = {
            item["SK"]["S"]: section_of(item) for item in self._table.get_many(section_key(name) for name in wanted)
        }
        return {name: found.get(name) or SectionRecord(name=name) for name in wanted}

    def sections_and_settings(self, names: Iterable[str]) -> tuple[Mapping[str, SectionRecord], StoredSettings | None]:
        wanted = list(dict.fromkeys(names))
        items, stored = self._with_settings(map(section_key, wanted))
        found = {item["SK"]["S"]: section_of(item) for item in items}
        return {name: found.get(name) or SectionRecord(name=name) for name in wanted}, stored

    def _with_settings(self, keys: Iterable[Item]) -> tuple[list[Item], StoredSettings | None]:
        """Read items and the settings together."""
        items = list(self._table.get_many([*keys, SETTINGS_KEY]))
        stored = [decode(StoredSettings, item["data"]["S"]) for item in items if item["PK"] == SETTINGS_KEY["PK"]]
        return [item for item in items if item["PK"] != SETTINGS_KEY["PK"]], next(iter(stored), None)

    def commit_section(self, record: SectionRecord) -> None:
        writes = [self._table.put(section_item(record), record.revision - 1)]
        parent = parent_section(record.name)
        if parent is not None and record.summary is not None:
            writes.append(self._put(f"CHILDREN#{parent}", record.name, record.summary))
        elif parent is not None:
            writes.append(self._table.delete(f"CHILDREN#{parent}", record.name))
        self._table.write(writes, record.name)

    def clear_section_outboxes(self, records: Sequence[SectionRecord]) -> None:
        clear = [(section_key(record.name), record.revision) for record in records]
        self._table.clear_outboxes(clear, encode(frozenset()))

    def children(self, parent: str, *, after: str = "", limit: int | None = None) -> tuple[SectionSummary, ...]:
        items = self._table.query(f"CHILDREN#{parent}", between=(f"{after}\0", LAST), limit=limit)
        return tuple(decode(SectionSummary, item["data"]["S"]) for item in items)

    def checkpoint(self, name: CheckpointName) -> Checkpoint:
        item = self._table.get(checkpoint_key(name))
        return decode(Checkpoint, item["data"]["S"]) if item else Checkpoint(name=name)

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._table.write([self._put_checkpoint(checkpoint)], checkpoint.name)

    def list_records(self, after: str, limit: int) -> tuple[tuple[Record, ...], str]:
        items, last = self._list_shards("RECORDS", after, limit)
        return tuple(record_of(item) for item in items), last

    def list_sections(self, after: str, limit: int) -> tuple[tuple[SectionRecord, ...], str]:
        items, last = self._list_shards("SECTIONS", after, limit)
        return tuple(section_of(item) for item in items), last

    def _list_shards(self, what: str, after: str, limit: int) -> tuple[list[Item], str]:
        """Read a part of every shard, and merge as far as all of them were read."""
        share = min(limit, limit // SHARDS * 2 + 1)
        bounds = (after + "\0" if after else "\0", LAST)
        found: list[Item] = []
        ends: list[str] = []
        for shard in range(SHARDS):
            items = self._table.query(f"{what}#{shard:02d}", between=bounds, limit=share)
            found += items
            ends += [items[-1]["SK"]["S"]] if len(items) == share else []
        end = min(ends, default=LAST)
        merged = sorted((item for item in found if item["SK"]["S"] <= end), key=lambda item: item["SK"]["S"])
        more = bool(ends) or len(merged) > limit
        merged = merged[:limit]
        return merged, merged[-1]["SK"]["S"] if more else ""

    def _put_checkpoint(self, checkpoint: Checkpoint) -> Item:
        return self._table.put(checkpoint_item(checkpoint), checkpoint.revision - 1)
