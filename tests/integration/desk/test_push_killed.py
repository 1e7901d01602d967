"""A push of a thousand files, stopped at any moment and run again: nothing is lost, and nothing sent twice."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.desk import Desk, write
from tests.support.object_server import environment
from tests.support.world import SITE_YAML, markdown

ROOT = Path(__file__).parents[3]
COUNT = 1000
COMMAND = [sys.executable, "-c", "from bucketpress_cli.main import app; app()"]

pytestmark = pytest.mark.slow


def start(desk: Desk, folder: Path, *options: str) -> subprocess.Popen[str]:
    paths = f"{ROOT}/layers/shared:{ROOT}/cli"
    return subprocess.Popen(
        [*COMMAND, "push", str(folder), "--bucket", desk.bucket, *options],
        env=environment(desk.address) | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def many_files() -> dict[str, bytes]:
    """Return a thousand small files, most of them quick to check."""
    posts = {f"posts/p{number}.md": markdown(f"P {number}") for number in range(COUNT // 10)}
    files = {f"static/f{number}.txt": b"file %d" % number for number in range(COUNT - len(posts) - 1)}
    return {"site.yaml": SITE_YAML, **posts, **files}


def stop_somewhere(process: subprocess.Popen[str], desk: Desk, number: signal.Signals, wanted: int) -> int | None:
    """Send a signal once so many files have arrived; return the exit code, None where the push was over before."""
    while process.poll() is None:
        if desk.writes() >= wanted:
            process.send_signal(number)
            process.communicate()
            # It may have come when everything was done.
            return None if process.returncode == 0 and desk.writes() == COUNT else process.returncode
        time.sleep(0.02)
    process.communicate()
    return None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_push_stopped_at_random_moments_goes_on_and_sends_nothing_twice(
    desk: Desk, tmp_path: Path, number: signal.Signals
) -> None:
    moments = random.Random(number).sample(range(COUNT // 2), 4)
    files = many_files()
    write(tmp_path, files)

    codes = [stop_somewhere(start(desk, tmp_path), desk, number, wanted) for wanted in sorted(moments)]
    last = start(desk, tmp_path)
    out, err = last.communicate()

    assert last.returncode == 0, out + err
    assert desk.objects() == files
    assert desk.writes() == COUNT
    # By the signal itself also where it came before the command had begun.
    assert set(codes) <= {130 if number is signal.SIGINT else -signal.SIGKILL, -number, None}
    assert any(code is not None for code in codes)


def test_edits_after_a_kill_are_no_conflict(desk: Desk, tmp_path: Path) -> None:
    files = many_files()
    write(tmp_path, files)
    stop_somewhere(start(desk, tmp_path), desk, signal.SIGKILL, COUNT // 2)
    edited = {key: data + b"\nMore.\n" for key, data in files.items() if key.startswith("posts/")}
    write(tmp_path, edited)

    last = start(desk, tmp_path)
    out, err = last.communicate()

    assert last.returncode == 0, out + err
    assert desk.objects() == files | edited


def test_two_authors_at_once_lose_no_edit(desk: Desk, tmp_path: Path) -> None:
    shared = {f"static/f{number}.txt": b"file" for number in range(200)}
    folders = [write(tmp_path / name, shared) for name in ("one", "two")]
    desk.push(folders[0])
    desk.push(folders[1])
    for name, folder in zip(("one", "two"), folders, strict=True):
        write(folder, {key: f"by {name}".encode() for key in shared} | {f"static/only-{name}.txt": b"x"})

    pushes = [start(desk, folder, "--json") for folder in folders]
    told = [json.loads(each.communicate()[0]) for each in pushes]

    versions = desk.s3.list_object_versions(Bucket=desk.bucket)["Versions"]
    assert len(versions) == 2 * len(shared) + 2
    kept = desk.objects()
    for index, name in enumerate(("one", "two")):
        lost = {key for key in shared if kept[key] != f"by {name}".encode()}
        conflicts = {line["key"] for line in told[index]["files"] if line["effect"] == "conflict"}
        # Each is told of every file that the other was first to write, and of no other.
        assert conflicts | set(told[index]["edited_there"]) == lost
        newer = any(line["effect"] == "newer in the bucket" for line in told[index]["files"])
        assert pushes[index].returncode == (1 if lost or newer else 0)
        assert f"static/only-{name}.txt" in kept
