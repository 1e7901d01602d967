"""Each port over each of its adapters."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from moto import mock_aws

from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemoryContentStore, MemoryQueue, MemorySiteStore
from bucketpress.adapters.s3_stores import S3ContentStore, S3SiteStore
from bucketpress.adapters.sqs_queues import SQSQueue
from bucketpress.ports import ContentStore, PostIndex, SiteStore
from tests.support.aws import (
    CONTENT_BUCKET,
    SITE_BUCKET,
    TABLE,
    client_of,
    make_buckets,
    make_queue,
    make_table,
    messages_of,
)
from tests.support.quick_table import make_quick


@dataclass
class Stores:
    """A content store with the writes an author makes, and the site store that copies from it."""

    content: ContentStore
    site: SiteStore
    upload: Callable[[str, bytes], object]
    delete: Callable[[str], object]
    site_data: Callable[[str], bytes]


@dataclass
class Sent:
    """A queue, and a way to see what it was sent."""

    queue: SQSQueue | MemoryQueue
    received: Callable[[], list[str]]


# A table of moto's own is the same adapter again, on slower ground.
@pytest.fixture(params=["memory", pytest.param("aws", marks=pytest.mark.slow), "quick aws"])
def index(request: pytest.FixtureRequest) -> Iterator[PostIndex]:
    if request.param == "memory":
        yield MemoryPostIndex()
        return
    with mock_aws():
        client = client_of("dynamodb")
        make_table(client)
        if request.param == "quick aws":
            make_quick()
        yield DynamoDBPostIndex(client, TABLE)


@pytest.fixture(params=["memory", "aws"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        content = MemoryContentStore()
        site = MemorySiteStore(content)
        yield Stores(content, site, content.upload, content.delete, site.data)
        return
    with mock_aws():
        client = client_of("s3")
        make_buckets(client)
        yield Stores(
            S3ContentStore(client, CONTENT_BUCKET),
            S3SiteStore(client, SITE_BUCKET, CONTENT_BUCKET),
            lambda key, data: client.put_object(Bucket=CONTENT_BUCKET, Key=key, Body=data),
            lambda key: client.delete_object(Bucket=CONTENT_BUCKET, Key=key),
            lambda key: client.get_object(Bucket=SITE_BUCKET, Key=key)["Body"].read(),
        )


@pytest.fixture(params=["memory", "aws"])
def sent(request: pytest.FixtureRequest) -> Iterator[Sent]:
    if request.param == "memory":
        queue = MemoryQueue()
        yield Sent(queue, lambda: list(queue.take_all()))
        return
    with mock_aws():
        client = client_of("sqs")
        url = make_queue(client, "queue")
        yield Sent(SQSQueue(client, url, "key"), lambda: [json.loads(body)["key"] for body in messages_of(client, url)])
