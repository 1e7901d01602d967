"""The whole state of the cloud on moto, to come back to, and what of it decides how things go on."""

import pickle
import re
from dataclasses import dataclass
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from tests.support.aws import REGION, SITE_BUCKET, TABLE

# What counts attempts or tells the time differs between a run with a fault and one without, and decides nothing. The
# clock's times have microseconds, those of the content have none.
_COUNTED = re.compile(
    r'"(began|revision|sent)": ?("[^"]*"|\d+)|"refreshed": ?\[[^\]]*\]|"written": ?\{[^}]*\}'
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that buckets, table and queues hold at a moment."""

    stores: bytes
    messages: dict[str, list[Any]]

    @classmethod
    def take(cls) -> "Snapshot":
        buckets, tables = s3_backends[DEFAULT_ACCOUNT_ID]["aws"], dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
        # Pickled as it is, a bucket keeps only the newest version of each key.
        versions = {name: list(bucket.keys.lists()) for name, bucket in buckets.buckets.items()}
        stores = pickle.dumps((buckets, versions, tables))
        return cls(stores=stores, messages={name: list(queue._messages) for name, queue in _queues().items()})

    def restore(self) -> None:
        buckets, versions, tables = pickle.loads(self.stores)
        for name, bucket in buckets.buckets.items():
            for key, found in versions[name]:
                bucket.keys.setlist(key, found)
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"] = buckets
        dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION] = tables
        for name, queue in _queues().items():
            queue._messages[:] = self.messages[name]


def essence() -> tuple[dict[Any, Any], dict[str, Any], dict[str, set[str]]]:
    """Give the items, the artifacts and the messages: from equal ones on, everything goes the same way."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE]
    items = {
        (partition, _COUNTED.sub("", sort.value)): {
            name: _COUNTED.sub("", str(value.to_json())) for name, value in item.attrs.items() if name != "rev"
        }
        for partition, row in table.items.items()
        for sort, item in row.items()
    }
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[SITE_BUCKET]
    artifacts = {key: (found.etag, dict(found.metadata)) for key, found in bucket.keys.items()}
    return items, artifacts, {name: {each.body for each in queue._messages} for name, queue in _queues().items()}


def _queues() -> dict[str, Any]:
    return dict(sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues)
