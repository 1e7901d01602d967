"""`bucketpress push --wait` against the deployed template: from a folder to addresses that readers can open."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.visits import get
from tools.local_cloud import LocalCloud
from tools.local_cloud.ministack import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

pytestmark = pytest.mark.e2e

SETTINGS = (Path(__file__).parents[2] / "samples" / "packnet-blog" / "site.yaml").read_text()
POST = "---\ntitle: {0}\ndate: 2012-06-0{1}\n---\nText of {0}.\n"


def push(cloud: LocalCloud, folder: Path) -> subprocess.CompletedProcess[str]:
    """Push a folder and wait, as somebody with credentials does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [str(Path(sys.executable).with_name("bucketpress")), "push", str(folder), "--wait", "--stack", "bucketpress"],
        env=kept
        | {
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": REGION,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


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

    assert done.returncode == 0, done.stderr
    for name in "ab":
        line = rf"^published   posts/waited-for-{name}\.md  [\d.]+ s  (https?://\S+/2012/06/waited-for-{name}/)$"
        assert re.search(line, done.stdout, re.MULTILINE), done.stdout
        assert f"Text of Waited for {name.upper()}." in get(cloud, f"/2012/06/waited-for-{name}/").text
    assert refused.returncode == 1
    assert re.search(r"^published   posts/waited-for-c\.md  [\d.]+ s  http", refused.stdout, re.MULTILINE)
    assert "03/04/2012" in refused.stdout
    assert refused.stderr.splitlines()[-1] == f"Next: bucketpress check {tmp_path}"
