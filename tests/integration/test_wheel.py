"""The wheel alone, in an environment of its own and outside of the checkout: from nothing to the first page."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tools.environments import find_uv

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into an empty environment, and return the command it brings."""
    folder, uv = tmp_path_factory.mktemp("wheel"), find_uv()
    for arguments in (
        ["build", "--wheel", "--quiet", "--out-dir", str(folder), str(ROOT)],
        ["venv", "--quiet", "--python", sys.executable, str(folder / "venv")],
    ):
        subprocess.run([uv, *arguments], check=True, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    python = folder / "venv" / "bin" / "python"
    subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), str(wheel)], check=True, cwd=folder)
    return folder / "venv" / "bin" / "bucketpress"


def environment(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has just come, with an empty home."""
    return {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "dumb"}


def test_the_wheel_makes_a_folder_and_its_site(command: Path, tmp_path: Path) -> None:
    for arguments in (["init", "my-blog"], ["new", "A second post", "my-blog"], ["build", "my-blog", "out"]):
        done = subprocess.run(
            [command, *arguments], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    assert "A first post" in (tmp_path / "out" / "index.html").read_text()
    assert "A second post" in (tmp_path / "out" / "index.html").read_text()


def test_the_first_page_is_there_soon_after_the_folder(command: Path, tmp_path: Path) -> None:
    subprocess.run([command, "init", "my-blog"], cwd=tmp_path, env=environment(tmp_path), check=True)
    preview = subprocess.Popen(
        [command, "preview", "my-blog", "--port", "0"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert preview.stderr is not None
        address = next(line.strip() for line in preview.stderr if line.startswith("http://"))
        page = _read(address)
    finally:
        preview.terminate()
        preview.communicate()

    assert "A first post" in page


def _read(address: str) -> str:
    """Read a page, as soon as it answers."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    message = f"{address} does not answer"
    raise AssertionError(message)
