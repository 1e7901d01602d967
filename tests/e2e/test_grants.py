"""Every action that a role grants is needed: without it the deployed function fails at what it is for.

The queues are disconnected from the functions meanwhile, so that each invocation is ours and its answer is seen.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from bucketpress.adapters.sqs_queues import SQSQueue
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from tests.support.pictures import png
from tests.support.template import ROOT, as_list, of_type, statements, template
from tests.support.world import markdown
from tools.local_cloud import LocalCloud
from tools.local_cloud.deployment import STACK, origin_headers

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

EVENTS = ROOT / "events"
SAMPLE = ROOT / "samples" / "packnet-blog"
EVENT_SECONDS = 1  # an event of S3 has come by then
TICKS = 10
ENCODER_SECONDS = 20  # an encoder that was started before has found its queue empty by then
QUEUES = {"PublishFunction": "SourceQueueUrl", "RefreshFunction": "PageQueueUrl"}
# What nothing on this machine asks for; docs/first-deploy.md says how to see it on AWS.
NOT_ASKED_FOR = {
    ("PublishRole", "TakeSources"): "MiniStack takes messages for a function without its role",
    ("RefreshRole", "TakeSections"): "likewise",
    ("PublishRole", "WriteLog"): "MiniStack writes logs for a function without its role",
    ("RefreshRole", "WriteLog"): "likewise",
    ("UpkeepRole", "WriteLog"): "likewise",
    ("ListingApiRole", "WriteLog"): "likewise",
    ("SearchRole", "WriteLog"): "likewise",
    ("RefreshRole", "s3:AbortMultipartUpload"): "only where a copy in parts fails: test_large_copies.py",
    ("UpkeepRole", "SeeRedirects"): "only a recovery looks at old addresses: tests/integration/test_roles.py",
    ("PublishRole", "s3:ListBucket"): "MiniStack says 404 for a missing object, where S3 says 403 without the grant",
    ("SearchRole", "s3:ListBucket"): "likewise",
}


class RefusedError(Exception):
    """A function failed, in whole or with one of its messages."""


class Deployed:
    """The deployed functions, invoked by hand."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.s3, self.sqs, self.iam = cloud.client("s3"), cloud.client("sqs"), cloud.client("iam")
        self._lambda = cloud.client("lambda")
        self._changed: list[str] = []
        listed = cloud.client("cloudformation").list_stack_resources(StackName=STACK)["StackResourceSummaries"]
        self._physical: dict[str, str] = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Invoke a function; raise RefusedError when it fails or hands a message back."""
        answer = self._lambda.invoke(FunctionName=self._physical[function], Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or b"null") or {}
        if "FunctionError" in answer or payload.get("batchItemFailures") or payload.get("statusCode", 200) >= 400:
            raise RefusedError(function, payload)
        return dict(payload)

    def work(self, function: str) -> None:
        """Invoke a function with everything that waits in its queue, until nothing does."""
        while bodies := self.take(function):
            self.deliver(function, bodies)

    def publish_changes(self) -> None:
        """Publish what was uploaded and deleted, whether its event has come yet or not, and all that follows."""
        changed, self._changed = self._changed, []
        self.deliver("PublishFunction", [json.dumps({"key": key}) for key in changed])
        self.work("PublishFunction")

    def deliver(self, function: str, bodies: list[str]) -> None:
        template = json.loads((EVENTS / "publish-s3-put.json").read_text())["Records"][0]
        # Messages older than the last run for their source or section have been answered by it.
        template["attributes"]["SentTimestamp"] = str(round(time.time() * 1000))
        records = [{**template, "messageId": str(number), "body": body} for number, body in enumerate(bodies)]
        self.invoke(function, {"Records": records})

    def take(self, function: str) -> list[str]:
        url = self.cloud.outputs[QUEUES[function]]
        bodies: list[str] = []
        # Not those that are still delayed, the sections that others share.
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def upload(self, key: str, data: bytes) -> None:
        self.s3.put_object(Bucket=self.cloud.outputs["ContentBucketName"], Key=key, Body=data)
        self._changed.append(key)

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.cloud.outputs["ContentBucketName"], Key=key)
        self._changed.append(key)

    @contextmanager
    def disconnected(self) -> Iterator[None]:
        """Stop the queues and the clock from invoking anything."""
        schedules = self.cloud.client("scheduler")
        clock = schedules.get_schedule(Name=f"{STACK}-tick")
        kept = {name: clock[name] for name in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")}
        mappings = [each["UUID"] for each in self._lambda.list_event_source_mappings()["EventSourceMappings"]]
        for mapping in mappings:
            self._lambda.update_event_source_mapping(UUID=mapping, Enabled=False)
        schedules.update_schedule(**kept, State="DISABLED")
        try:
            yield
        finally:
            schedules.update_schedule(**kept, State="ENABLED")
            for mapping in mappings:
                self._lambda.update_event_source_mapping(UUID=mapping, Enabled=True)

    @contextmanager
    def without(self, role: str, sid: str, action: str) -> Iterator[None]:
        """Take one action out of one statement of a role."""
        name = self._physical[role]
        (policy,) = self.iam.list_role_policies(RoleName=name)["PolicyNames"]
        document: Any = self.iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        rest = [
            {**each, "Action": [one for one in as_list(each["Action"]) if (each["Sid"], one) != (sid, action)]}
            for each in document["Statement"]
        ]
        left = {**document, "Statement": [each for each in rest if each["Action"]]}
        self.iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(left))
        try:
            yield
        finally:
            self.iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def publish(deployed: Deployed, folder: str) -> None:
    """Publish two posts and a picture, spoil one, withdraw the other."""
    # Each post has an address of its own: one that another has would show nothing.
    picture, post, other = f"posts/{folder}/p.png", f"posts/{folder}/a.md", f"posts/{folder}/b.md"
    deployed.upload(picture, png(3, 4))
    deployed.upload(
        post, markdown(f"A {folder}", tags="[voip, news]", slug=folder, text="![A picture](p.png) [B](b.md)")
    )
    deployed.upload(other, markdown(f"B {folder}", tags="[voip]", slug=f"{folder}-b"))
    deployed.publish_changes()
    deployed.upload(other, b"---\ntitle: [\n---\n")
    deployed.publish_changes()
    deployed.delete(post)
    deployed.publish_changes()


def refresh(deployed: Deployed, folder: str) -> None:
    """Refresh what publishing touches: a post with a picture, under a tag of its own, comes, changes and goes."""
    picture, post = f"posts/{folder}/p.png", f"posts/{folder}/a.md"
    # What a section shows in the one above it is written, sent on and, when its last post goes, deleted.
    year = [json.dumps({"section": f"period:tag:{folder}:2010"})]
    deployed.upload(picture, png(3, 4))
    deployed.upload(post, markdown(f"A {folder}", tags=f"[{folder}]", slug=folder, text="![A picture](p.png)"))
    deployed.publish_changes()
    deployed.work("RefreshFunction")
    deployed.deliver("RefreshFunction", year)
    deployed.upload(picture, png(5, 6))
    deployed.publish_changes()
    deployed.work("RefreshFunction")
    deployed.delete(post)
    deployed.publish_changes()
    deployed.deliver("RefreshFunction", year)
    deployed.deliver("RefreshFunction", ['{"section": "site"}'])


def upkeep(deployed: Deployed, folder: str) -> None:
    """Tick until an audit has compared everything; an artifact and a message have been lost."""
    post, home = (
        f"posts/{folder}/a.md",
        {"Bucket": deployed.cloud.outputs["SiteBucketName"], "Key": "archive/index.html"},
    )
    # Nothing has published it: its event is thrown away, and if it comes late it is not what the audit sends.
    deployed.upload(post, markdown(f"A {folder}", slug=folder))
    time.sleep(EVENT_SECONDS)
    deployed.take("PublishFunction")
    kept = deployed.s3.get_object(**home)
    deployed.s3.delete_object(**home)
    try:
        audit(deployed)
    finally:
        deployed.s3.put_object(**home, Body=kept["Body"].read(), ContentType=kept["ContentType"])
    sent = [json.loads(body).get("key") for body in deployed.take("PublishFunction")]
    assert post in sent, "the audit has not sent what was lost"
    encode(deployed)


def encode(deployed: Deployed) -> None:
    """Tick while a picture waits and no text does, until an encoder has taken it."""
    queue = SQSQueue(deployed.sqs, deployed.cloud.outputs["VariantQueueUrl"], "section")
    # An encoder that still runs would take the picture before the tick sees it.
    for _ in range(ENCODER_SECONDS):
        if not queue.waiting():
            queue.send(["variants:/static/grant.png"])
        time.sleep(EVENT_SECONDS)
        if queue.waiting():
            break
    for texts in QUEUES:
        deployed.take(texts)
    deployed.invoke("UpkeepFunction", {})
    deadline = time.monotonic() + ENCODER_SECONDS
    while queue.waiting():
        assert time.monotonic() < deadline, "upkeep has started no encoder"
        time.sleep(EVENT_SECONDS)


def audit(deployed: Deployed) -> None:
    """Begin a full audit and tick until it is done; a tick on a busy machine may have no time for a step."""
    index = DynamoDBPostIndex(deployed.cloud.client("dynamodb"), deployed.cloud.outputs["TableName"])
    begun = index.checkpoint(CheckpointName.AUDIT)
    index.put_checkpoint(Checkpoint(name=CheckpointName.AUDIT, revision=begun.revision + 1))
    for _ in range(TICKS):
        deployed.invoke("UpkeepFunction", {})
        if index.checkpoint(CheckpointName.AUDIT).phase is Phase.DONE:
            return


def read(deployed: Deployed, folder: str) -> None:
    """Ask the API for a page of posts with their bodies, one post, and the site."""
    del folder
    event = json.loads((EVENTS / "listing-api-posts.json").read_text())
    event["headers"] |= origin_headers(deployed.cloud.client("cloudfront"), deployed.cloud.outputs["DistributionId"])
    for path, query in (("/v1/posts", "include=html"), ("/v1/site", ""), ("/v1/changes", "")):
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["rawQueryString"] = query
        deployed.invoke("ListingApiFunction", event)


def search(deployed: Deployed, folder: str) -> None:
    """Look for a word that nobody has looked for, below the API and on the page."""
    event = json.loads((EVENTS / "search-get.json").read_text())
    event["headers"] |= origin_headers(deployed.cloud.client("cloudfront"), deployed.cloud.outputs["DistributionId"])
    for path in ("/v1/search", "/search/"):
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["rawQueryString"] = f"q={folder}"
        deployed.invoke("SearchFunction", event)


USES: dict[str, Callable[[Deployed, str], None]] = {
    "PublishRole": publish,
    "RefreshRole": refresh,
    "UpkeepRole": upkeep,
    "ListingApiRole": read,
    "SearchRole": search,
}
GRANTS = [
    (role, statement["Sid"], action)
    for role in USES
    for statement in statements(role)
    for action in as_list(statement["Action"])
    if not {(role, statement["Sid"]), (role, action)} & NOT_ASKED_FOR.keys()
]


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A cloud of its own: what is uploaded here is broken on purpose."""
    with LocalCloud(enforce_roles=True) as running:
        running.upload(SAMPLE)
        running.wait_until_live()
        yield running


@pytest.fixture(scope="module")
def deployed(cloud: LocalCloud) -> Iterator[Deployed]:
    cloud.wait_until_quiet()
    deployed = Deployed(cloud)
    with deployed.disconnected():
        yield deployed


def test_every_grant_is_tried_or_has_a_reason_not_to_be() -> None:
    named = {(role, each["Sid"]) for role in USES for each in statements(role)}

    # A role that only a parameter makes is not deployed here; tests/integration/test_roles.py has it.
    deployed = {role for role in of_type("AWS::IAM::Role") if "Condition" not in template()["Resources"][role]}

    assert set(USES) == deployed
    assert {(role, what) for role, what in NOT_ASKED_FOR if ":" not in what} <= named


@pytest.mark.parametrize("role", USES)
def test_with_all_its_grants_a_function_does_what_it_is_for(role: str, deployed: Deployed) -> None:
    USES[role](deployed, f"all-{role.lower()}")


@pytest.mark.parametrize(("role", "sid", "action"), GRANTS)
def test_without_one_action_a_function_fails(role: str, sid: str, action: str, deployed: Deployed) -> None:
    folder = f"{role}-{sid}-{action.partition(':')[2]}".lower()

    with deployed.without(role, sid, action), pytest.raises((RefusedError, AssertionError)):
        USES[role](deployed, folder)

    for function in QUEUES:
        deployed.take(function)
