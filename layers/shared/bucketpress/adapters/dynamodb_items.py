"""The items of the table, one for each kind: which key it has, and how what it stores is written and read."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from bucketpress.adapters.codec import decode, encode
from bucketpress.adapters.dynamodb_table import Item, item_key, number, string
from bucketpress.content.post import Body
from bucketpress.content.source_keys import classify
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord

SHARDS = 16  # Records and sections are spread over a few partitions, so that the audit can list them without bodies.
SETTINGS_KEY = item_key("SITE", "SETTINGS")
BODY_PARTS = ("HTML", "MARKDOWN")
Place: TypeAlias = tuple[str, str]  # an item's partition and its sort key


def data_item(key: Item, value: object) -> Item:
    """Return the item that stores a value, and nothing besides, under a key."""
    return {**key, "data": string(encode(value))}


def record_key(key: str) -> Item:
    """Return the key of a source's record."""
    return item_key(f"RECORDS#{_shard(key):02d}", key)


def record_item(record: Record) -> Item:
    """Return a record as an item; its outbox is an attribute of its own, so that it can be emptied alone."""
    return {
        **data_item(record_key(record.key), replace(record, outbox=Outbox())),
        "rev": number(record.revision),
        "outbox": string(encode(record.outbox)),
    }


def record_of(item: Item) -> Record:
    """Return the record that an item stores."""
    return replace(decode(Record, item["data"]["S"]), outbox=decode(Outbox, item["outbox"]["S"]))


def record_never_seen(key: str) -> Record:
    """Return the record of a source that no item stores."""
    return Record(key=key, kind=classify(key).kind)


def section_key(name: str) -> Item:
    """Return the key of a section's record."""
    return item_key(f"SECTIONS#{_shard(name):02d}", name)


def section_item(record: SectionRecord) -> Item:
    """Return a section's record as an item, its outbox apart like that of a source's."""
    return {
        **data_item(section_key(record.name), replace(record, outbox=frozenset())),
        "rev": number(record.revision),
        "outbox": string(encode(record.outbox)),
    }


def section_of(item: Item) -> SectionRecord:
    """Return the section's record that an item stores."""
    return replace(decode(SectionRecord, item["data"]["S"]), outbox=decode(frozenset[str], item["outbox"]["S"]))


def checkpoint_key(name: CheckpointName) -> Item:
    """Return the key of a checkpoint."""
    return item_key("SITE", f"CHECKPOINT#{name}")


def checkpoint_item(checkpoint: Checkpoint) -> Item:
    """Return a checkpoint as an item."""
    return {**data_item(checkpoint_key(checkpoint.name), checkpoint), "rev": number(checkpoint.revision)}


def body_partition(key: str) -> str:
    """Return the partition of a source's rendered body; each part of it has an item."""
    return f"BODY#{key}"


def body_items(key: str, body: Body) -> Iterator[Item]:
    """Return the items of a rendered body, in the order of BODY_PARTS."""
    html, markdown = (item_key(body_partition(key), part) for part in BODY_PARTS)
    yield {**html, "text": _zip(body.html), "words": number(body.words)}
    yield {**markdown, "text": _zip(body.markdown)}


def body_of(html: Item, markdown: Item | None = None) -> Body:
    """Return the rendered body that two items store, without its Markdown where only one is given."""
    text = _unzip(markdown) if markdown else ""
    return Body(html=_unzip(html), markdown=text, words=int(html["words"]["N"]))


def by_place(items: Iterable[Item]) -> dict[Place, Item]:
    """Return items by their places in the table."""
    return {place_of(item): item for item in items}


def place_of(item: Item) -> Place:
    """Return where an item, or the item of a key, is in the table."""
    return item["PK"]["S"], item["SK"]["S"]


def body_keys(keys: Iterable[str], parts: Sequence[str]) -> Iterator[Item]:
    """Return the keys of some parts of the rendered bodies of sources."""
    return (item_key(body_partition(key), part) for key in keys for part in parts)


def bodies_of(keys: Iterable[str], parts: Sequence[str], found: Mapping[Place, Item]) -> dict[str, Body]:
    """Return the rendered bodies that are among some items, those of which all parts are there."""
    bodies: dict[str, Body] = {}
    for key in keys:
        its = [item for part in parts if (item := found.get((body_partition(key), part)))]
        if len(its) == len(parts):
            bodies[key] = body_of(*its)
    return bodies


def published_keys(key: str) -> list[Item]:
    """Return the keys of a source's record and of the parts of its body."""
    return [record_key(key), *(item_key(body_partition(key), part) for part in BODY_PARTS)]


def published_of(key: str, found: Mapping[Place, Item]) -> tuple[Record, Body | None]:
    """Return the record and the body that are among some items; the body only if all its parts are there."""
    record, html, markdown = (found.get(place_of(each)) for each in published_keys(key))
    body = body_of(html, markdown) if html and markdown else None
    return record_of(record) if record else record_never_seen(key), body


def _shard(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % SHARDS


def _zip(text: str) -> Item:
    return {"B": zlib.compress(text.encode(), 6)}


def _unzip(item: Item) -> str:
    return zlib.decompress(bytes(item["text"]["B"])).decode()
