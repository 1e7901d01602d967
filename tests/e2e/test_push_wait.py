"""`bucketpress push --wait` against the deployed template: from a folder to addresses that readers can open."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.e2e.visits import get
from tools.local_cloud import LocalCloud
from tools.local_cloud.ministack import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

pytestmark = pytest.mark.e2e

SETTINGS = (Path(__file__).parents[2] / "samples" / "packnet-blog" / "site.yaml").read_text()
POST = "---\ntitle: {0}\ndate: 2012-06-0{1}\n---\nText of {0}.\n"


def start(cloud: LocalCloud, folder: Path) -> subprocess.Popen[str]:
    """Begin to push a folder and wait, as somebody with credentials does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("bucketpress")), "push", str(folder), "--wait", "--stack", "bucketpress"],
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


def push(cloud: LocalCloud, folder: Path) -> tuple[int, str, str]:
    """Push a folder and wait; return the exit code and what was said."""
    process = start(cloud, folder)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def write(folder: Path, key: str, text: str) -> None:
    (folder / key).parent.mkdir(parents=True, exist_ok=True)
    (folder / key).write_text(text)


def test_each_text_is_followed_to_its_address_and_a_refused_one_is_told(cloud: LocalCloud, tmp_path: Path) -> None:
    write(tmp_path, "site.yaml", SETTINGS)
    write(tmp_path, "posts/waited-for-a.md", POST.format("Waited for A", 1))
    write(tmp_path, "posts/waited-for-b.md", POST.format("Waited for B", 2))

    done = push(cloud, tmp_path)
    write(tmp_path, "posts/waited-for-c.md", POST.format("Waited for C", 3))
    write(tmp_path, "posts/refused.md", "---\ntitle: Refused\ndate: 03/04/2012\n---\nText.\n")
    refused = push(cloud, tmp_path)

    assert done[0] == 0, done[2]
    for name in "ab":
        line = rf"^published   posts/waited-for-{name}\.md  [\d.]+ s  (https?://\S+/2012/06/waited-for-{name}/)$"
        assert re.search(line, done[1], re.MULTILINE), done[1]
        assert f"Text of Waited for {name.upper()}." in get(cloud, f"/2012/06/waited-for-{name}/").text
    assert refused[0] == 1
    assert re.search(r"^published   posts/waited-for-c\.md  [\d.]+ s  http", refused[1], re.MULTILINE)
    assert "03/04/2012" in refused[1]
    assert refused[2].splitlines()[-1] == f"Next: bucketpress check {tmp_path}"


def versions(cloud: LocalCloud, keys: Iterable[str]) -> dict[str, int]:
    """Return how often each of some keys has been written."""
    listed = (
        cloud.client("s3").get_paginator("list_object_versions").paginate(Bucket=cloud.outputs["ContentBucketName"])
    )
    written = Counter(version["Key"] for page in listed for version in page.get("Versions", ()))
    return {key: written[key] for key in keys}


def stop_after(cloud: LocalCloud, folder: Path, keys: Iterable[str], number: signal.Signals, wanted: int) -> int:
    """Push a folder, send a signal once so many of its files have arrived, and return the exit code."""
    process = start(cloud, folder)
    while process.poll() is None:
        if sum(versions(cloud, keys).values()) >= wanted:
            process.send_signal(number)
            break
        time.sleep(0.02)
    process.communicate(timeout=120)
    return process.returncode


def test_a_push_stopped_at_random_moments_goes_on_and_uploads_nothing_twice(cloud: LocalCloud, tmp_path: Path) -> None:
    posts = [f"posts/stopped-{number}.md" for number in range(1, 10)]
    files = [f"static/stopped/{number}.txt" for number in range(51)]
    for number, key in enumerate(posts, 1):
        write(tmp_path, key, POST.format(f"Stopped {number}", number))
    for key in files:
        write(tmp_path, key, f"The file {key}.")
    keys = (*posts, *files)
    moments = sorted(random.Random(16).sample(range(1, len(keys)), 4))
    signals = [signal.SIGINT, signal.SIGKILL, signal.SIGINT, signal.SIGKILL]

    codes = [stop_after(cloud, tmp_path, keys, number, wanted) for number, wanted in zip(signals, moments, strict=True)]
    code, out, err = push(cloud, tmp_path)

    assert code == 0, out + err
    # A signal may come when all has arrived and only receipts are waited for, and before the command has begun.
    assert set(codes) <= {0, 130, -signal.SIGINT, -signal.SIGKILL}
    assert any(codes)
    assert versions(cloud, keys) == dict.fromkeys(keys, 1)
    for key in keys:
        there = cloud.client("s3").get_object(Bucket=cloud.outputs["ContentBucketName"], Key=key)["Body"].read()
        assert there == (tmp_path / key).read_bytes()
    for number in range(1, len(posts) + 1):
        assert get(cloud, f"/2012/06/stopped-{number}/").status == 200
