"""Events lost and doubled, an AWS that throttles, fails, cuts and resets: the site is the clean build all the same."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.faulty_network import FaultyNetwork, faulty_network
from tests.e2e.visits import build, differences, get
from tests.integration.conftest import s3_event_body
from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.e2e

POSTS = 30
SEED = 20101
AUDIT_TICKS = 30
FAULT_SECONDS = 30
FAULT_KINDS = 4  # errors, resets, requests cut and responses cut
SHOWN_SECONDS = 180
REDRIVES = 5
ERRORS = {
    "dynamodb": {"code": "ThrottlingException"},
    "s3": {"code": "SlowDown", "status": 503},
    "sqs": {"code": "InternalFailure", "status": 500},
}
# What failed would wait for minutes in the end; where its wait cannot be set it waits as long as its queue says.
NO_WAITS = {
    "service": "sqs",
    "operation": "ChangeMessageVisibilityBatch",
    "probability": 1.0,
    "error": {"code": "InvalidParameterValue", "status": 400},
}
RULES: list[dict[str, Any]] = [
    NO_WAITS,
    *({"service": service, "probability": 0.05, "error": error} for service, error in ERRORS.items()),
    {"service": "dynamodb", "probability": 0.03, "error": {"code": "InternalServerError", "status": 500}},
    {"service": "dynamodb", "operation": "TransactWriteItems", "probability": 0.1, "response": {"abort_frac": 0.3}},
    {"service": "dynamodb", "operation": "Query", "probability": 0.05, "response": {"abort_frac": 0.5}},
    {"service": "dynamodb", "probability": 0.02, "reset": True},
    {"service": "s3", "operation": "GetObject", "probability": 0.4, "response": {"abort_frac": 0.5}},
    {"service": "s3", "operation": "PutObject", "probability": 0.3, "request": {"cut_upload": {"after_frac": 0.5}}},
    {"service": "s3", "probability": 0.02, "reset": True},
    {"service": "sqs", "operation": "SendMessageBatch", "probability": 0.1, "response": {"abort_frac": 0.2}},
]


def test_thirty_posts_with_events_doubled_and_dropped_become_the_clean_build(cloud: LocalCloud, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    posts = {f"posts/storm/{number:02d}.md": post(number) for number in range(POSTS)}
    keys = list(posts)
    chance.shuffle(keys)
    told = [key for key in keys for _ in range(2) if key not in keys[: POSTS // 3]]
    chance.shuffle(told)

    audit(cloud)  # The next one begins in an hour, not in the midst of this.
    with without_notifications(cloud):
        for key in keys:
            put(cloud, key, posts[key])
        for key in told:
            cloud.client("sqs").send_message(QueueUrl=cloud.outputs["SourceQueueUrl"], MessageBody=s3_event_body(key))
        cloud.wait_until_quiet()
        missing = [number for number in range(POSTS) if get(cloud, path_of(number)).status == 404]
        audit(cloud)

    assert len(missing) == POSTS // 3
    assert differences(cloud, build(cloud, tmp_path)) == []
    assert cloud.dead_letters() == 0
    clear(cloud, "posts/storm/")


def test_a_failing_aws_leaves_the_site_what_a_clean_build_gives(cloud: LocalCloud, tmp_path: Path) -> None:
    with faulty_network(cloud) as network:
        network.inject(RULES)
        for number in range(8):
            put(cloud, f"posts/gust/{number}.md", post(number))
        put(cloud, "posts/gust/b/index.md", post(20))
        put(cloud, "posts/gust/b/p.png", b"\x89PNG")
        wait_for_faults(network, 60)
        wait_until_shown(cloud, [path_of(number) for number in (1, 2, 3, 4)])
        put(cloud, "posts/gust/1.md", post(1, title="Edited"))
        put(cloud, "posts/gust/2.md", post(2, slug="renamed"))
        cloud.client("s3").delete_object(Bucket=cloud.outputs["ContentBucketName"], Key="posts/gust/3.md")
        put(cloud, "posts/gust/4.md", post(4, draft="true"))
        wait_for_faults(network, 100)
        network.inject([])
        redrive_until_quiet(cloud)
        struck = network.struck()
        # A function started before the settings are put back leads to the proxy: all that is to be done is done before.
        assert differences(cloud, build(cloud, tmp_path)) == []
        assert get(cloud, "/2012/03/p2/").headers["location"] == "/2012/03/renamed/"
        assert [get(cloud, path_of(number)).status for number in (3, 4)] == [410, 410]
        clear(cloud, "posts/gust/")
        redrive_until_quiet(cloud)

    assert len(kinds(struck)) == FAULT_KINDS, kinds(struck)
    assert {"GetObject", "PutObject"} <= {fault["operation"] for fault in struck}, "publish reads, refresh writes"


def post(number: int, **changes: str) -> bytes:
    front_matter = {
        "title": f"Post {number}",
        "date": f"2012-{number % 12 + 1:02d}-{number // 12 + 1:02d}",
        "slug": f"p{number}",
        "tags": f"[storm, t{number % 3}]",
        **changes,
    }
    lines = [f"{name}: {value}" for name, value in front_matter.items()]
    return "\n".join(["---", *lines, "---", f"Windy, {number} knots.", ""]).encode()


def path_of(number: int) -> str:
    return f"/2012/{number % 12 + 1:02d}/p{number}/"


def put(cloud: LocalCloud, key: str, data: bytes) -> None:
    cloud.client("s3").put_object(Bucket=cloud.outputs["ContentBucketName"], Key=key, Body=data)


def clear(cloud: LocalCloud, prefix: str) -> None:
    s3, bucket = cloud.client("s3"), cloud.outputs["ContentBucketName"]
    for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=each["Key"])
    cloud.wait_until_quiet()


@contextmanager
def without_notifications(cloud: LocalCloud) -> Iterator[None]:
    s3, bucket = cloud.client("s3"), cloud.outputs["ContentBucketName"]
    before: Any = s3.get_bucket_notification_configuration(Bucket=bucket)
    del before["ResponseMetadata"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=before)


def audit(cloud: LocalCloud) -> None:
    """Let an audit begin now, not when an hour has passed, and follow it to its end."""
    index, functions = cloud.client("dynamodb"), cloud.client("lambda")
    key: Any = {"PK": {"S": "SITE"}, "SK": {"S": "CHECKPOINT#audit"}}
    index.delete_item(TableName=cloud.outputs["TableName"], Key=key)
    (upkeep,) = (
        each["FunctionName"]
        for each in functions.list_functions()["Functions"]
        if "-UpkeepFunction-" in each["FunctionName"]
    )
    for _ in range(AUDIT_TICKS):
        functions.invoke(FunctionName=upkeep, Payload=b"{}")
        cloud.wait_until_quiet()
        item = index.get_item(TableName=cloud.outputs["TableName"], Key=key, ConsistentRead=True).get("Item", {})
        if item and json.loads(item["data"]["S"])["phase"] == "done":
            return
    pytest.fail("the audit never ends")


def wait_for_faults(network: FaultyNetwork, count: int) -> None:
    """Wait for so many faults, and for each kind of them."""
    deadline = time.monotonic() + FAULT_SECONDS
    while time.monotonic() < deadline:
        struck = network.struck()
        if len(struck) >= count and len(kinds(struck)) == FAULT_KINDS:
            return
        time.sleep(0.5)


def kinds(struck: list[dict[str, Any]]) -> Counter[str]:
    return Counter(fault["action"].partition(":")[0] for fault in struck)


def wait_until_shown(cloud: LocalCloud, paths: list[str]) -> None:
    """Wait until each of these addresses was live: what never was need not answer later."""
    deadline = time.monotonic() + SHOWN_SECONDS
    while missing := [path for path in paths if get(cloud, path).status != 200]:
        assert time.monotonic() < deadline, missing
        time.sleep(0.5)


def redrive_until_quiet(cloud: LocalCloud) -> None:
    """Wait for the messages, and send what ended among the dead letters again, as an operator would."""
    cloud.wait_until_quiet()
    for _ in range(REDRIVES):
        if not cloud.dead_letters():
            return
        redrive(cloud, "SourceDeadLetterQueueUrl", "SourceQueueUrl")
        redrive(cloud, "PageDeadLetterQueueUrl", "PageQueueUrl")
        cloud.wait_until_quiet()
    assert not cloud.dead_letters(), "the dead letters come back again and again"


def redrive(cloud: LocalCloud, dead: str, alive: str) -> None:
    sqs = cloud.client("sqs")
    while messages := sqs.receive_message(QueueUrl=cloud.outputs[dead], MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.send_message(QueueUrl=cloud.outputs[alive], MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=cloud.outputs[dead], ReceiptHandle=message["ReceiptHandle"])
