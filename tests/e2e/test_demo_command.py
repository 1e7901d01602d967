"""`make demo`: comes up, says how to go on, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.local_cloud.cloud_error import CloudError
from tools.local_cloud.ministack import processes_of_session

pytestmark = pytest.mark.e2e

READY = "Ctrl-C stops everything"
START_SECONDS = 300
STOP_SECONDS = 180


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_leaves_neither_process_nor_file(tmp_path: Path, signal_number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tools.local_cloud", "up"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "COLUMNS": "60"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    output = read_until_ready(process)
    assert processes_of(tmp_path), "nothing was running, so nothing is shown by its absence"

    os.killpg(process.pid, signal_number)
    rest, _ = process.communicate(timeout=STOP_SECONDS)

    assert process.returncode == 0, rest
    assert "s3 cp hello.md s3://" in output
    assert "upload_file" in output
    assert "status posts/hello.md --stack bucketpress" in output
    assert processes_of(tmp_path) == []
    assert processes_of_session(process.pid) == []
    assert list(tmp_path.iterdir()) == []


def read_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    overtime = threading.Timer(START_SECONDS, process.kill)
    overtime.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if READY in line:
                return "".join(lines)
    finally:
        overtime.cancel()
    raise CloudError("".join(lines))


def processes_of(folder: Path) -> list[int]:
    """List the processes whose environment names the folder, which is everything a demo started there."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in environment.read_bytes():
                found.append(int(environment.parent.name))
        except OSError:
            continue
    return found
