"""Counts what AWS would charge for the calls of a client: requests, and the table's read and write units."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import OperationModel

READ_BYTES, WRITE_BYTES = 4096, 1024
# What S3 charges like a PUT; DELETE is free, everything else is charged like a GET.
_S3_WRITES = frozenset(
    {"PutObject", "CopyObject", "ListObjectsV2", "ListObjectVersions", "CreateMultipartUpload", "UploadPartCopy"}
    | {"CompleteMultipartUpload"}
)
_S3_FREE = frozenset({"DeleteObject", "AbortMultipartUpload"})


class Meter:
    """What the calls of some clients would be charged for: `counts`, by the names in `bench/cost.py`.

    Reads are all strongly consistent. Units follow from the sizes of items, as the documentation of DynamoDB has it; a
    change of an item that is there is counted as one of an item as large as what is sent.
    """

    def __init__(self, clients: Iterable[Any]) -> None:
        """Listen to clients."""
        self.counts: defaultdict[str, float] = defaultdict(float)
        self.operations: Counter[str] = Counter()
        self._sent: list[Any] = []
        for client in clients:
            client.meta.events.register("before-call", self._before)
            client.meta.events.register("after-call", self._after)

    def take(self) -> dict[str, float]:
        """Return what was counted since the last time."""
        taken, self.counts = dict(self.counts), defaultdict(float)
        return taken

    def _before(self, model: "OperationModel", params: Mapping[str, Any], **_: object) -> None:
        body = params.get("body")
        self._sent.append(json.loads(body) if model.service_model.service_name == "dynamodb" and body else {})

    def _after(self, model: "OperationModel", parsed: Mapping[str, Any], **_: object) -> None:
        sent, service, name = self._sent.pop(), model.service_model.service_name, model.name
        self.operations[name] += 1
        if service == "sqs":
            self.counts["SQS requests"] += 1
        elif service == "s3" and name not in _S3_FREE:
            self.counts["S3 writes and lists" if name in _S3_WRITES else "S3 reads"] += 1
        elif service == "dynamodb":
            self.counts["table read units"] += read_units(name, sent, parsed)
            self.counts["table write units"] += write_units(name, sent)


def read_units(name: str, sent: Mapping[str, Any], parsed: Mapping[str, Any]) -> int:
    """Return the read units that a call of the table takes, strongly consistent, by what it sends and gets."""
    if name == "GetItem":
        return _units([parsed.get("Item", {})], READ_BYTES)
    if name == "BatchGetItem":
        asked = sum(len(table["Keys"]) for table in sent["RequestItems"].values())
        found = [item for items in parsed.get("Responses", {}).values() for item in items]
        return _units(found, READ_BYTES) + asked - len(found)
    if name == "Query":
        # The whole result is added up first.
        return max(1, ceil(sum(map(_size, parsed.get("Items", []))) / READ_BYTES))
    return 0


def write_units(name: str, sent: Mapping[str, Any]) -> int:
    """Return the write units that a call of the table takes, by what it sends."""
    if name in {"PutItem", "UpdateItem", "DeleteItem"}:
        return _units([sent], WRITE_BYTES)
    if name == "BatchWriteItem":
        return _units((request for table in sent["RequestItems"].values() for request in table), WRITE_BYTES)
    if name == "TransactWriteItems":
        return 2 * _units((next(iter(each.values())) for each in sent["TransactItems"]), WRITE_BYTES)
    return 0


def _units(items: Iterable[Any], size: int) -> int:
    return sum(max(1, ceil(_size(item) / size)) for item in items)


def _size(value: object) -> int:
    """Return the bytes of an item: of its names and values, without the marks of types (JSON has some more)."""
    if isinstance(value, Mapping):
        return sum((0 if len(name) < 3 else len(name)) + _size(inner) for name, inner in value.items())
    if isinstance(value, list):
        return sum(1 + _size(each) for each in value)
    return len(value) if isinstance(value, str | bytes) else 1
