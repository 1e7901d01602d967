"""The layer built twice is the same layer, so that a deployment without a change changes nothing."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bucketpress.rendering_digest import digest_of
from tools.environments import find_uv
from tools.local_cloud.deployment import this_machine

LAYERS = Path(__file__).parents[2] / "layers"
LAYER = LAYERS / "shared"


def build(folder: Path, seed: str, layer: str = "shared", target: str = "build-SharedLayer") -> dict[str, str]:
    variables = {**os.environ, **this_machine().variables, "ARTIFACTS_DIR": str(folder), "UV": find_uv()}
    done = subprocess.run(
        ["make", "--silent", target],
        cwd=LAYERS / layer,
        env={**variables, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = (build(tmp_path / name, seed) for name, seed in (("one", "1"), ("two", "2")))

    assert first == second
    assert f"python/bucketpress/__pycache__/__init__.cpython-{sys.version_info[0]}{sys.version_info[1]}.pyc" in first
    assert not [name for name in first if name.endswith("/RECORD")]
    requirements = (LAYER / "requirements.txt").read_bytes()
    written = (tmp_path / "one" / "python" / "bucketpress" / "rendering.digest").read_text()
    assert written == digest_of(LAYER / "bucketpress", requirements)


@pytest.mark.slow
def test_two_builds_of_the_layer_for_pictures_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        build(tmp_path / name, seed, "pictures", "build-PictureLayer") for name, seed in (("one", "1"), ("two", "2"))
    )

    assert first == second
    assert "python/PIL/Image.py" in first
    assert not [name for name in first if name.endswith("/RECORD")]
