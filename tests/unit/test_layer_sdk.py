"""The SDK in the layer: its version, that what was taken out of it is missed by nobody, and that it is one for all."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import botocore
import pytest

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers" / "shared"
# The first botocore with conditions on the target of CopyObject.
OLDEST = (1, 40, 61)
# Calls every method of every adapter that a function has. Each call stops once botocore has checked and built it.
CALLS = """
import json, sys
from dataclasses import replace
from bucketpress import bootstrap
from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from bucketpress.adapters.s3_stores import S3ContentStore, S3SearchObjects, S3SiteStore
from bucketpress.adapters.sqs_queues import SQSQueue
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.site_object import AssetCopy
from bucketpress.records.source_version import SourceVersion
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.artifact import Artifact

class Built(Exception):
    pass

calls = []
called = set()

def note(model, params, **_more):
    calls.append([model.name, sorted(params["headers"]), model.service_model.service_name])
    raise Built

bootstrap._session().register("before-call", note)

def make(call, *arguments, **named):
    called.add((type(call.__self__), call.__name__))
    try:
        call(*arguments, **named)
    except Built:
        return
    sys.exit(f"{call} made no call")

version = SourceVersion(key="static/a.png", version="v", etag="e", size=9)
content, site = bootstrap._content("content"), bootstrap._site("site", "content")
for call in (content.head, site.head):
    make(call, "a")
make(content.versions, "a", 5)
make(content.read, version)
make(content.read_newest, "a", 9)
make(content.read_range, version, 0, 5)
for store in (content, site):
    make(store.list_keys, "a", 5)
page = Artifact(key="index.html", data=b"x", content_type="text/html")
copy = AssetCopy(key="a.png", source=version, content_type="image/png", cache_control="no-store")
for expected in (None, "etag"):
    make(site.put, page, expected=expected)
    make(site.copy, copy, expected=expected)
make(site.copy, replace(copy, stripped=True), expected=None)
search = S3SearchObjects(bootstrap._client("s3"), "site")
make(search.read, "_search/manifest.json")
make(search.read, "_search/manifest.json", "etag")
index = bootstrap._index("table")
record = Record(key="posts/a.md", kind=SourceKind.POST, revision=1)
make(index.record, "posts/a.md")
make(index.records, ["posts/a.md"])
make(index.settings)
make(index.bodies, ["posts/a.md"])
make(index.claims, "/a/")
make(index.entries, "all", limit=5)
make(index.due, "2010", 5)
make(index.add_dependent, "a", ["b"])
make(index.clear_outbox, record)
make(index.commit, PublishTransaction(record=record, drop_body=True))
make(index.commit_section, SectionRecord(name="head:tag:x", revision=2))
make(index.put_checkpoint, Checkpoint(name=CheckpointName.AUDIT, revision=1))
make(index.checkpoint, CheckpointName.AUDIT)
make(index.clear_section_outboxes, [SectionRecord(name=name, revision=2) for name in ("head:all", "site")])
make(index.published, "posts/a.md")
make(index.named, "slug:a", 5)
make(index.changes, "", 5)
make(index.dependents, "posts/a.md")
make(index.section, "site")
make(index.sections, ["site"])
make(index.sections_and_settings, ["site"])
make(index.records_and_settings, ["posts/a.md"])
make(index.published_each, ["posts/a.md"])
make(index.bodies_and_section, ["posts/a.md"], "search:2010")
make(index.published_and_settings, "posts/a.md")
make(index.children, "directory:tags", limit=5)
make(index.list_records, "", 5)
make(index.list_sections, "", 5)
queue = bootstrap._queue("https://sqs.eu-west-1.amazonaws.com/123456789012/q", "key")
make(queue.send, ["a"], delay_seconds=2)
make(queue.depth)
make(queue.waiting)
make(queue.receive)
make(queue.delete, "handle")
make(queue.retry_later, {"handle": 5})
make(bootstrap._client("lambda").invoke, FunctionName="function", InvocationType="Event", Payload=b"{}")
left = [
    f"{kind.__name__}.{name}"
    for kind in (S3ContentStore, S3SiteStore, S3SearchObjects, DynamoDBPostIndex, SQSQueue)
    for name, method in vars(kind).items()
    if not name.startswith("_") and (kind, name) not in called
]
if left:
    sys.exit(f"nothing here calls {left}")
json.dump(calls, sys.stdout)
"""


def services_of_functions() -> set[str]:
    """Return the services that bootstrap.py makes clients of, but for those of the command."""
    text = (LAYER / "bucketpress" / "bootstrap.py").read_text("utf-8")
    return set(re.findall(r'_client\(\s*"(\w+)"', text)) - {"cloudformation", "cloudfront"}


def services_of_layer() -> set[str]:
    found = re.search(r"^SDK_SERVICES = (.+)$", (LAYER / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert found
    return set(found[1].split())


def slimmed(folder: Path) -> Path:
    """Return a copy of the locked botocore as the layer has it. Only some services are copied to begin with."""
    kept = services_of_layer() | {"ec2", "sts"}
    data = Path(botocore.__file__).parent / "data"

    def needless(path: str, names: list[str]) -> set[str]:
        return {name for name in names if Path(path) == data and name not in kept and "." not in name} | {"__pycache__"}

    shutil.copytree(data.parent, folder / "botocore", ignore=needless)
    command = [sys.executable, "-B", str(LAYER / "slim_sdk.py"), str(folder / "botocore"), *sorted(services_of_layer())]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return slimmed(tmp_path_factory.mktemp("layer"))


def test_the_layer_holds_an_sdk_that_knows_conditional_copies() -> None:
    found = re.search(r"^botocore==([\d.]+)", (LAYER / "requirements.txt").read_text("utf-8"), re.MULTILINE)

    assert found
    assert tuple(map(int, found[1].split("."))) >= OLDEST
    assert found[1] == botocore.__version__, "what the tests run with is what the layer holds"


def test_the_layer_holds_the_services_the_functions_use_and_no_others(layer: Path) -> None:
    assert services_of_layer() == services_of_functions()
    assert {path.name for path in (layer / "botocore" / "data").iterdir() if path.is_dir()} == services_of_layer()


def test_every_call_of_the_functions_is_valid_with_the_sdk_of_the_layer(layer: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(layer), str(LAYER)]),
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }

    done = subprocess.run(
        [sys.executable, "-B", "-c", CALLS], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    calls = json.loads(done.stdout)
    copies = [set(headers) for name, headers, _ in calls if name == "CopyObject"]
    assert {service for _, _, service in calls} == services_of_layer()
    assert [each & {"If-Match", "If-None-Match"} for each in copies] == [{"If-None-Match"}, {"If-Match"}]


def test_a_slimmed_sdk_is_the_same_bytes_each_time(layer: Path, tmp_path: Path) -> None:
    again = slimmed(tmp_path)

    files = [path.relative_to(layer) for path in sorted(layer.rglob("*")) if path.is_file()]
    assert files == [path.relative_to(again) for path in sorted(again.rglob("*")) if path.is_file()]
    assert all((layer / file).read_bytes() == (again / file).read_bytes() for file in files)


def test_a_service_the_sdk_does_not_have_stops_the_build(layer: Path) -> None:
    command = [sys.executable, "-B", str(LAYER / "slim_sdk.py"), str(layer / "botocore"), "nosuchservice"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode
    assert "nosuchservice" in done.stderr
