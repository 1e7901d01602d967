"""Each role grants what its function's calls need, and nothing that no call needs."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bucketpress import bootstrap
from bucketpress.services.upkeep.repairs import Repairs
from tests.integration.conftest import Cloud
from tests.support.aws import CONTENT_BUCKET, SITE_BUCKET, TABLE, client_of, make_table
from tests.support.events import EVENTS
from tests.support.photographs import encoded, pixels
from tests.support.pictures import png
from tests.support.template import as_list, statements
from tests.support.world import SITE_YAML, markdown

Grant = tuple[str, str]  # an action, and the resource it is for

ROLES = {
    "publish": "PublishRole",
    "refresh": "RefreshRole",
    "variants": "VariantsRole",
    "listing_api": "ListingApiRole",
    "search": "SearchRole",
    "upkeep": "UpkeepRole",
}
# What Lambda itself does with the role: it takes the messages and writes the log.
BY_LAMBDA = {"publish": "source queue", "refresh": "page queue"}
TAKES = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility")
WRITES_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
# Only where a copy in parts fails: tests/integration/test_large_copies.py.
ON_FAILURE = {
    "refresh": {("s3:AbortMultipartUpload", "site")},
    # Only where a version has gone: S3 then says that it is missing, and not that it is forbidden.
    "variants": {("s3:ListBucket", "content"), ("sqs:ChangeMessageVisibility", "variant queue")},
}
# What marks the ARN of each resource in the template.
RESOURCES = {
    "-content-": "content",
    "-site-": "site",
    "PostTable": "table",
    "SourceQueue": "source queue",
    "PageQueue": "page queue",
    "VariantQueue": "variant queue",
    "DeadLetterQueue": "dead letters",
    "LogGroup": "log",
    "VariantsFunction": "encoder",
}
# The actions that a call needs, where they do not bear its name. To see that an object is missing, and not that one may
# not see it, takes ListBucket.
ACTIONS = {
    "HeadObject": ("s3:GetObject", "s3:ListBucket"),
    "ListObjectsV2": ("s3:ListBucket",),
    "ListObjectVersions": ("s3:ListBucketVersions",),
    "SendMessageBatch": ("sqs:SendMessage",),
    "ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility",),
    "Invoke": ("lambda:InvokeFunction",),
    "CreateMultipartUpload": ("s3:PutObject",),
    "CompleteMultipartUpload": ("s3:PutObject",),
}
ON_VERSIONS = {"GetObject": "GetObjectVersion"}


def granted(role: str) -> set[Grant]:
    return {
        (action, RESOURCES[mark])
        for statement in statements(role)
        for resource in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
        for mark in RESOURCES
        if mark in json.dumps(resource)
    }


def needed(call: str, parameters: dict[str, Any], names: dict[str, str]) -> Iterator[Grant]:
    """Yield the grants that a call needs, as the service authorization reference has them."""
    if call == "TransactWriteItems":
        yield from ((f"dynamodb:{kind}Item", "table") for write in parameters["TransactItems"] for kind in write)
        return
    if call == "BatchGetItem":
        yield "dynamodb:BatchGetItem", "table"
        return
    if call == "CopyObject":
        source = parameters["CopySource"]
        yield from [("s3:PutObject", "site"), ("s3:ListBucket", names[source["Bucket"]])]
        yield f"s3:{'GetObjectVersion' if 'VersionId' in source else 'GetObject'}", names[source["Bucket"]]
        return
    named_by = ("Bucket", "TableName", "QueueUrl", "FunctionName")
    where = names[next(parameters[name] for name in named_by if name in parameters)]
    service = {"table": "dynamodb", "content": "s3", "site": "s3"}.get(where, "sqs")
    named = ON_VERSIONS.get(call, call) if "VersionId" in parameters else call
    if call == "GetObject" and where == "site":
        # To see that an object is missing, and not that one may not see it.
        yield "s3:ListBucket", where
    yield from ((action, where) for action in ACTIONS.get(call, (f"{service}:{named}",)))


class Recorder:
    """Notes which grants each function's calls need."""

    def __init__(self, cloud: Cloud) -> None:
        self.used: dict[str, set[Grant]] = defaultdict(set)
        self._cloud = cloud
        self._function = ""
        self._names = {
            CONTENT_BUCKET: "content",
            SITE_BUCKET: "site",
            TABLE: "table",
            cloud.source_queue: "source queue",
            cloud.page_queue: "page queue",
            cloud.variant_queue: "variant queue",
            os.environ["SOURCE_DEAD_LETTER_QUEUE_URL"]: "dead letters",
            os.environ["PAGE_DEAD_LETTER_QUEUE_URL"]: "dead letters",
            os.environ["VARIANT_DEAD_LETTER_QUEUE_URL"]: "dead letters",
            os.environ["VARIANTS_FUNCTION"]: "encoder",
        }
        bootstrap._session().get_component("event_emitter").register("provide-client-params", self._note)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        self._function = function
        answer = Cloud.invoke(self._cloud, function, event)
        self._function = ""
        return answer

    def watch(self, function: str, call: Callable[[], object]) -> None:
        """Make a call as a part of a function."""
        self._function = function
        call()
        self._function = ""

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.used[self._function].update(needed(model.name, params, self._names))


def live_a_little(cloud: Cloud) -> None:
    """Do everything that a function has a grant for: publish, correct, withdraw, wait, audit, read."""
    tick = json.loads((EVENTS / "upkeep-tick.json").read_text())
    soon = (bootstrap.now() + timedelta(days=1)).isoformat()
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/a.md", markdown("A", tags="[x]", text="![A picture](p.png) [B](b.md)"))
    cloud.upload("posts/b.md", markdown("B", tags="[x, y]"))
    cloud.upload("posts/soon.md", markdown("Soon", soon))
    cloud.upload("posts/p.png", png(3, 4))
    cloud.upload("posts/trip/index.md", markdown("A bundle"))
    cloud.upload("posts/trip/map.pdf", b"%PDF")
    cloud.upload("static/wide.jpg", encoded("JPEG", pixels(600, 40)))
    cloud.settle()
    cloud.upload("posts/b.md", b"---\ntitle: [\n---\n")
    cloud.settle()
    cloud.delete("posts/a.md")
    cloud.settle()
    cloud.upload("posts/b.md", markdown("B"))
    cloud.settle()
    for _ in range(3):
        cloud.invoke("upkeep", tick)
        cloud.settle()
    # What the audit finds: an object that somebody removed.
    cloud.s3.delete_object(Bucket=SITE_BUCKET, Key="archive/index.html")
    Repairs(index=bootstrap.publisher().index).start_audit()
    for _ in range(3):
        cloud.invoke("upkeep", tick)
        cloud.settle()
    # A section whose parent is not refreshed in the same batch sends it.
    cloud.upload("posts/c.md", markdown("C", "2012-07-01"))
    cloud.deliver_sources()
    cloud.sqs.purge_queue(QueueUrl=cloud.page_queue)
    cloud.sqs.send_message(QueueUrl=cloud.page_queue, MessageBody='{"section": "period:all:2012-07"}')
    cloud.settle()
    recover(cloud, tick)
    event = json.loads((EVENTS / "listing-api-posts.json").read_text())
    for path, query in (("/v1/posts", "include=html"), ("/v1/posts/moved", ""), ("/v1/site", ""), ("/v1/changes", "")):
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["rawQueryString"] = query
        assert cloud.invoke("listing_api", event)["statusCode"] == 200
    search = json.loads((EVENTS / "search-get.json").read_text())
    for path in ("/v1/search", "/search/"):
        search["rawPath"] = search["requestContext"]["http"]["path"] = path
        assert cloud.invoke("search", search)["statusCode"] == 200


def recover(cloud: Cloud, tick: dict[str, Any]) -> None:
    """Lose the table of a site where a post has moved, and let it be made again."""
    cloud.upload("posts/b.md", markdown("B", slug="moved"))
    cloud.settle()
    client = client_of("dynamodb")
    client.delete_table(TableName=TABLE)
    make_table(client)
    for _ in range(8):
        cloud.invoke("upkeep", tick)
        cloud.settle()
    assert "/2010/03/b/" in bootstrap.publisher().index.record("posts/b.md").live_paths


@pytest.fixture
def used(cloud: Cloud) -> dict[str, set[Grant]]:
    recorder = Recorder(cloud)

    class Watched(Cloud):
        def invoke(self, function: str, event: dict[str, Any]) -> Any:
            return recorder.invoke(function, event)

    queues = (cloud.source_queue, cloud.page_queue)
    live_a_little(Watched(cloud.s3, cloud.sqs, *queues, cloud.handlers, variant_queue=cloud.variant_queue))
    cloud.sqs.send_message(QueueUrl=cloud.variant_queue, MessageBody='{"section": "variants:/wide.jpg"}')
    recorder.invoke("upkeep", {})
    return recorder.used


def test_every_call_has_its_grant_and_every_grant_a_call(used: dict[str, set[Grant]]) -> None:
    for function, role in ROLES.items():
        by_lambda = {(action, BY_LAMBDA[function]) for action in TAKES if function in BY_LAMBDA}
        by_lambda |= {(action, "log") for action in WRITES_LOG}

        assert used[function] - granted(role) == set(), f"{role} lacks what {function} calls"
        assert granted(role) - used[function] - by_lambda - ON_FAILURE.get(function, set()) == set(), (
            f"{role} grants what {function} never needs"
        )
