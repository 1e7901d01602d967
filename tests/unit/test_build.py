"""`bucketpress build` gives the same bytes on every machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "samples" / "packnet-blog"
SOMEWHERE = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8"},
)


@pytest.mark.slow
def test_hash_seed_time_zone_and_locale_change_no_byte(tmp_path: Path) -> None:
    sites = []
    for number, environment in enumerate(SOMEWHERE):
        out = tmp_path / str(number)
        command = [sys.executable, "-m", "bucketpress_cli.main", "build", str(SAMPLE), str(out)]
        subprocess.run(command, check=True, env=os.environ | environment, capture_output=True)
        files = (path for path in sorted(out.rglob("*")) if path.is_file())
        sites.append({path.relative_to(out).as_posix(): path.read_bytes() for path in files})

    assert len(sites[0]) > 50
    assert sites[0] == sites[1]
