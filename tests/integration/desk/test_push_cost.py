"""What a push of ten thousand unchanged files asks of S3; what it takes, `make bench ARGS=push_cost` says."""

import subprocess
from pathlib import Path

import pytest

from bench.push_cost import COUNT, PAGE, push, serve_listing, write_posts

pytestmark = pytest.mark.slow


def test_ten_thousand_unchanged_files_cost_ten_calls(tmp_path: Path) -> None:
    objects = write_posts(tmp_path, COUNT)

    with serve_listing(objects) as (address, calls):
        done = subprocess.run(push(tmp_path, address), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "The bucket equals the folder.\n"), done.stderr
    assert calls == ["LIST"] * (COUNT // PAGE)
