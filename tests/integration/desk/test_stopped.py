"""Commands that are stopped at any moment, and run again: nothing is half done, and nothing done twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.desk import Desk, write
from tests.support.object_server import environment
from tests.support.world import SITE_YAML, markdown
from tests.unit.cli.importers.wordpress_sample import export, item

ROOT = Path(__file__).parents[3]
COUNT = 300
PARTS = 4  # of which a signal comes after each
SIGNALS = [signal.SIGINT, signal.SIGKILL]
FILES = {"site.yaml": SITE_YAML} | {f"static/f{number}.txt": b"file %d\n" % number * 999 for number in range(1, COUNT)}

pytestmark = pytest.mark.slow


def start(*arguments: str, address: str = "http://127.0.0.1:9") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from bucketpress_cli.main import app; app()", *arguments],
        env=environment(address) | {"PYTHONPATH": f"{ROOT}/layers/shared:{ROOT}/cli"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stop(process: subprocess.Popen[str], number: signal.Signals, is_time: Callable[[], bool]) -> int:
    """Send a signal when it is time; return the exit code."""
    while process.poll() is None and not is_time():
        time.sleep(0.02)
    process.send_signal(number)
    _, told = process.communicate()
    if process.returncode == 130:
        assert told.splitlines()[-1].startswith("Next: bucketpress "), told
    assert process.returncode in {0, 130, -number}, told
    return process.returncode


def sources(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder but for hidden ones, which are never published."""
    found = (path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder), path) for path in found)
    return {
        name.as_posix(): path.read_bytes() for name, path in named if not any(part[0] == "." for part in name.parts)
    }


@pytest.mark.parametrize("number", SIGNALS)
def test_a_pull_leaves_whole_files_and_goes_on(desk: Desk, tmp_path: Path, number: signal.Signals) -> None:
    desk.push(write(tmp_path / "there", FILES))
    folder = tmp_path / "here"
    folder.mkdir()

    def pull() -> subprocess.Popen[str]:
        return start("pull", str(folder), "--bucket", desk.bucket, address=desk.address)

    for part in range(1, PARTS):
        stop(pull(), number, lambda wanted=COUNT * part // PARTS: len(list(folder.rglob("*.txt"))) >= wanted)
        assert sources(folder).items() <= FILES.items()
    last = pull()
    told = last.communicate()

    assert last.returncode == 0, told
    assert sources(folder) == FILES
    assert list(folder.rglob("*.part")) == []


@pytest.mark.parametrize("number", SIGNALS)
def test_a_restored_bucket_is_as_it_was_and_nothing_is_restored_twice(desk: Desk, number: signal.Signals) -> None:
    for key, data in FILES.items():
        desk.s3.put_object(Bucket=desk.bucket, Key=key, Body=data)
    time.sleep(1.1)  # S3 tells the time of a version in seconds.
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    time.sleep(1.1)
    for key in FILES:
        desk.s3.put_object(Bucket=desk.bucket, Key=key, Body=b"new")

    def restore() -> subprocess.Popen[str]:
        arguments = ("restore", "--all", "--at", moment, "--yes", "--bucket", desk.bucket)
        return start(*arguments, address=desk.address)

    for part in range(1, PARTS):
        stop(restore(), number, lambda wanted=2 * COUNT + COUNT * part // PARTS: desk.writes() >= wanted)
        assert all(data in {FILES[key], b"new"} for key, data in desk.objects().items())
    last = restore()
    told = last.communicate()

    assert last.returncode == 0, told
    assert desk.objects() == FILES
    assert desk.writes() == 3 * COUNT


@pytest.mark.parametrize("number", SIGNALS)
def test_an_import_leaves_whole_files_and_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    source, folder, clean = tmp_path / "export.xml", tmp_path / "blog", tmp_path / "clean"
    source.write_bytes(b"".join(export(item(each, text="Some *text*.\n\n" * 20) for each in range(1, COUNT))))
    start("import", str(source), str(clean)).communicate()
    wanted = sources(clean)

    for part in range(1, PARTS):
        stop(
            start("import", str(source), str(folder)),
            number,
            lambda wanted=COUNT * part // PARTS: len(list(folder.rglob("*.md"))) >= wanted,
        )
        assert sources(folder).items() <= wanted.items()
    last = start("import", str(source), str(folder))
    _, told = last.communicate()

    assert last.returncode == 0, told
    assert sources(folder) == wanted
    assert "edited" not in told


@pytest.mark.parametrize("number", SIGNALS)
def test_an_export_is_there_whole_or_not_at_all(tmp_path: Path, number: signal.Signals) -> None:
    posts = {f"posts/p{each}.md": markdown(f"P {each}") for each in range(COUNT)}
    folder = write(tmp_path / "blog", {"site.yaml": SITE_YAML, **posts})
    archive = tmp_path / "blog.zip"
    begun = time.monotonic()
    start("export", str(folder), str(tmp_path / "clean.zip")).communicate()
    whole, seconds = (tmp_path / "clean.zip").read_bytes(), time.monotonic() - begun

    for part in range(1, PARTS):
        until = time.monotonic() + seconds * part / PARTS
        stop(start("export", str(folder), str(archive), "--replace"), number, lambda end=until: time.monotonic() > end)
        assert not archive.exists() or archive.read_bytes() == whole
    start("export", str(folder), str(archive), "--replace").communicate()

    assert archive.read_bytes() == whole
    assert number is signal.SIGKILL or list(tmp_path.glob(".*.part")) == []
