"""`bucketpress status` and `audit` against the deployed template, as somebody with credentials runs them."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.visits import clock
from tools.local_cloud import LocalCloud
from tools.local_cloud.ministack import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

pytestmark = pytest.mark.e2e

KEY = "posts/asked-after.md"
TEXT = b"---\ntitle: Asked after\ndate: 2011-02-03\ntags: [company]\n---\nIs it there yet?\n"
AUDIT_SECONDS = 240


def start(cloud: LocalCloud, *arguments: str) -> subprocess.Popen[str]:
    """Run the command as the demo says: nothing but the environment tells it of the local cloud."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("bucketpress")), *arguments, "--stack", "bucketpress"],
        env=kept
        | {
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": REGION,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(cloud: LocalCloud, *arguments: str) -> str:
    process = start(cloud, *arguments)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    return out


def test_an_upload_is_told_of_with_the_time_it_took(cloud: LocalCloud) -> None:
    s3, bucket = cloud.client("s3"), cloud.outputs["ContentBucketName"]
    s3.put_object(Bucket=bucket, Key=KEY, Body=TEXT)
    cloud.wait_until_quiet()

    text = run(cloud, "status", KEY)
    document = json.loads(run(cloud, "status", KEY, "--json"))
    site: dict[str, Any] = json.loads(run(cloud, "status", "--json"))

    assert text.startswith(f"{KEY}: published\nPublished.\n  title     Asked after\n")
    assert re.search(
        r"^Refreshed: \d+ artifacts rewritten in \d+ sections, [\d.]+ s after the event", text, re.MULTILINE
    )
    assert document["refreshed"]
    assert 0 < document["page_seconds"] <= document["seconds"] < 60
    assert document["artifacts_rewritten"] >= 10
    assert site["sources"]["published"] >= 10
    waiting = ("sources", "sections", "pictures")
    failed = ("source_dead_letters", "section_dead_letters", "picture_dead_letters")
    assert site["queues"] == dict.fromkeys((*waiting, *failed), 0)


def test_an_audit_started_at_the_terminal_is_followed_until_the_site_is_mended(cloud: LocalCloud) -> None:
    s3, bucket = cloud.client("s3"), cloud.outputs["SiteBucketName"]
    before = s3.get_object(Bucket=bucket, Key="archive/index.html")["Body"].read()
    tick = clock(cloud)
    s3.delete_object(Bucket=bucket, Key="archive/index.html")

    process = start(cloud, "audit")
    deadline = time.monotonic() + AUDIT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        tick()
        time.sleep(1)
    process.kill()
    out, error = process.communicate()
    cloud.wait_until_quiet()

    assert process.returncode == 0, error
    assert re.search(r"audit: done; the last began .*, [1-9]\d* sent again", out)
    assert s3.get_object(Bucket=bucket, Key="archive/index.html")["Body"].read() == before


def test_the_edge_is_purged_by_whoever_asks_cloudfront(cloud: LocalCloud) -> None:
    run(cloud, "purge", "/2011/01/no-such-post/", "--wait")

    distribution = cloud.outputs["DistributionId"]
    listed = cloud.client("cloudfront").list_invalidations(DistributionId=distribution)["InvalidationList"]
    assert listed["Quantity"] == 1
