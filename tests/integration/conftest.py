"""The real handlers over moto: what template.yaml would give them, made here."""

import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from bucketpress import bootstrap
from tests.support.aws import CONTENT_BUCKET, REGION, SITE_BUCKET, TABLE, make_buckets, make_queue, make_table
from tests.support.cloudformation import serve_stacks
from tests.support.events import EVENTS, sqs_event
from tests.support.terminal import Terminal, make_distribution
from tests.support.world import SITE_YAML

ROOT = Path(__file__).parents[2]
ENCODER = "encoder"
ENCODER_MILLISECONDS = 120_000


@dataclass
class LambdaContext:
    """What a handler is told of its invocation."""

    function_name: str = "test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:123456789012:function:test"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    milliseconds_left: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds_left


def handler_of(function: str) -> Callable[[dict[str, Any], Any], Any]:
    spec = importlib.util.spec_from_file_location(f"{function}_app", ROOT / "functions" / function / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Callable[[dict[str, Any], Any], Any] = module.lambda_handler
    return handler


@dataclass
class Cloud:
    """Buckets, table and queues on moto, and the handlers to invoke."""

    s3: Any
    sqs: Any
    source_queue: str
    page_queue: str
    handlers: dict[str, Callable[[dict[str, Any], Any], Any]] = field(default_factory=dict)
    milliseconds_left: int = 30_000
    variant_queue: str = ""
    starts: list[str] = field(default_factory=list)  # of the function that encodes, by upkeep

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        if function not in self.handlers:
            self.handlers[function] = handler_of(function)
        left = ENCODER_MILLISECONDS if function == "variants" else self.milliseconds_left
        return self.handlers[function](event, LambdaContext(milliseconds_left=left))

    def upload(self, key: str, data: bytes) -> None:
        self.s3.put_object(Bucket=CONTENT_BUCKET, Key=key, Body=data)
        self.sqs.send_message(QueueUrl=self.source_queue, MessageBody=s3_event_body(key))

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=CONTENT_BUCKET, Key=key)
        self.sqs.send_message(
            QueueUrl=self.source_queue, MessageBody=s3_event_body(key, "ObjectRemoved:DeleteMarkerCreated")
        )

    def delete_newest_version(self, key: str) -> None:
        """Delete the newest version, or the delete marker, for good."""
        found = self.s3.list_object_versions(Bucket=CONTENT_BUCKET, Prefix=key)
        latest = [each for each in found.get("Versions", []) + found.get("DeleteMarkers", []) if each["IsLatest"]]
        self.s3.delete_object(Bucket=CONTENT_BUCKET, Key=key, VersionId=latest[0]["VersionId"])
        self.sqs.send_message(QueueUrl=self.source_queue, MessageBody=s3_event_body(key, "ObjectRemoved:Delete"))

    def settle(self) -> None:
        """Deliver messages to the handlers until all queues are empty."""
        for _ in range(200):
            sources, pages = take_messages(self.source_queue), take_messages(self.page_queue)
            pictures = self.encode() if waiting_messages(self.variant_queue) else False
            if not sources and not pages and not pictures:
                return
            for function, bodies in (("publish", sources), ("refresh", pages)):
                if bodies:
                    answer = self.invoke(function, sqs_event(bodies))
                    assert answer == {"batchItemFailures": []}
        message = "the messages never end"
        raise AssertionError(message)

    def encode(self, *, failing: int = 0) -> bool:
        """Have the function work on the pictures that wait; all but so many messages must not fail."""
        self.invoke("variants", {})
        assert waiting_messages(self.variant_queue) == failing
        return True

    def deliver_sources(self) -> None:
        """Deliver what is on SourceQueue, and leave PageQueue alone."""
        answer = self.invoke("publish", sqs_event(take_messages(self.source_queue)))
        assert answer == {"batchItemFailures": []}

    def site(self) -> dict[str, bytes]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=SITE_BUCKET)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {key: self.s3.get_object(Bucket=SITE_BUCKET, Key=key)["Body"].read() for key in keys}

    def answers(self) -> tuple[dict[str, bytes], dict[str, str | int]]:
        """Give what readers get: the bytes of what answers 200, and of the other objects where they lead, or 410."""
        live: dict[str, bytes] = {}
        others: dict[str, str | int] = {}
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=SITE_BUCKET)
        for key in (item["Key"] for page in pages for item in page.get("Contents", [])):
            found = self.s3.get_object(Bucket=SITE_BUCKET, Key=key)
            if "WebsiteRedirectLocation" in found:
                others[key] = found["WebsiteRedirectLocation"]
            elif "status" in found["Metadata"]:
                others[key] = int(found["Metadata"]["status"])
            else:
                live[key] = found["Body"].read()
        return live, others

    def dead_letters_of(self, function: str, bodies: list[str]) -> list[int]:
        """Invoke with these messages; give the numbers of those that failed."""
        answer = self.invoke(function, sqs_event(bodies))
        return sorted(int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"])


def _note_starts(cloud: Cloud) -> None:
    """Stand for Lambda where upkeep starts the function that encodes: moto would run it in a container."""

    def note(params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        cloud.starts.append(params["url_path"].split("/")[3])
        return AWSResponse(params["url"], 202, {}, None), {"StatusCode": 202}

    bootstrap._session().get_component("event_emitter").register("before-call.lambda.Invoke", note)


def waiting_messages(url: str) -> int:
    """Count the messages of a queue, taken or not."""
    return len(sqs_backends[DEFAULT_ACCOUNT_ID][REGION].get_queue(url.rpartition("/")[2])._messages) if url else 0


def take_messages(url: str) -> list[str]:
    """Take every message of a queue at once, those still delayed too: here time does not pass."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].get_queue(url.rpartition("/")[2])
    bodies = [message.body for message in queue._messages]
    queue._messages.clear()
    return bodies


def s3_event_body(key: str, name: str = "ObjectCreated:Put") -> str:
    event = json.loads((EVENTS / "publish-s3-put.json").read_text())
    message = json.loads(event["Records"][0]["body"])
    message["Records"][0]["eventName"] = name
    message["Records"][0]["s3"]["object"]["key"] = quote_plus(key)
    return json.dumps({"Records": message["Records"][:1]})


def get(cloud: Cloud, path: str, query: Mapping[str, object] | None = None) -> tuple[int, dict[str, Any]]:
    """Ask the API; give the status and the JSON document."""
    event = json.loads((EVENTS / "listing-api-posts.json").read_text())
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["rawQueryString"] = urlencode(query or {})
    del event["headers"]["accept-encoding"]
    answer = cloud.invoke("listing_api", event)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "TABLE_NAME": TABLE,
        "CONTENT_BUCKET": CONTENT_BUCKET,
        "SITE_BUCKET": SITE_BUCKET,
        "SITE_URL": "https://example.com",
        "DOMAIN_PROOFS": "false",
        "CONNECTIONS": "1",  # moto answers one call at a time
        "AUDIT_EVERY_MINUTES": "60",
        "FULL_AUDIT_EVERY_HOURS": "24",
        "REFRESH_WITHIN_DAYS": "7",
        "CURSOR_SECRET": "a secret",
        "ORIGIN_SECRET": "another secret",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "Bucketpress",
    }.items():
        monkeypatch.setenv(name, value)
    # Whoever made clients before, with another environment or another watcher, must not be found here.
    bootstrap.forget()
    with mock_aws():
        s3, sqs = boto3.client("s3"), boto3.client("sqs")
        make_buckets(s3)
        make_table(boto3.client("dynamodb"))
        source_queue, page_queue = make_queue(sqs, "source"), make_queue(sqs, "page")
        monkeypatch.setenv("SOURCE_QUEUE_URL", source_queue)
        monkeypatch.setenv("PAGE_QUEUE_URL", page_queue)
        variant_queue = make_queue(sqs, "variant")
        monkeypatch.setenv("VARIANT_QUEUE_URL", variant_queue)
        monkeypatch.setenv("VARIANTS_FUNCTION", ENCODER)
        for queue in ("source", "page", "variant"):
            url = make_queue(sqs, f"{queue}-dead-letters")
            monkeypatch.setenv(f"{queue.upper()}_DEAD_LETTER_QUEUE_URL", url)
        running = Cloud(s3, sqs, source_queue, page_queue, variant_queue=variant_queue)
        _note_starts(running)
        yield running
    bootstrap.forget()


@pytest.fixture
def terminal(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    dead_letters = [make_queue(cloud.sqs, name) for name in ("source-dead", "page-dead")]
    outputs = {
        "SiteAddress": "https://example.com",
        "ContentBucketName": CONTENT_BUCKET,
        "SiteBucketName": SITE_BUCKET,
        "TableName": TABLE,
        "SourceQueueUrl": cloud.source_queue,
        "PageQueueUrl": cloud.page_queue,
        "SourceDeadLetterQueueUrl": dead_letters[0],
        "PageDeadLetterQueueUrl": dead_letters[1],
        "DistributionId": make_distribution(),
    }
    pictures = {
        "VariantQueueUrl": cloud.variant_queue,
        "VariantDeadLetterQueueUrl": make_queue(cloud.sqs, "variant-dead"),
    }
    with serve_stacks({"blog": outputs, "website": {"Bucket": "b"}, "pictures": outputs | pictures}) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", url)
        cloud.upload("site.yaml", SITE_YAML)
        cloud.settle()
        yield Terminal(cloud)
