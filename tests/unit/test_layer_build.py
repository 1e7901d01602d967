"""The layer built twice is the same layer, so that a deployment without a change changes nothing; and it is small."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bucketpress.content.html.highlight import LEXERS, highlight
from bucketpress.rendering_digest import digest_of
from tests.support.function_environment import function_environment
from tools.environments import find_uv
from tools.local_cloud.deployment import this_machine

ROOT = Path(__file__).parents[2]
LAYERS = ROOT / "layers"
LAYER = LAYERS / "shared"
MOST_BYTES = 6_000_000
# Nothing but the layer and Python's own library can be imported.
ALONE = [sys.executable, "-B", "-S", "-c"]
CODE = '<script>let a = 1</script>\n<style>a { color: red }</style>\n<?php echo "b" ?>\nc = [1, "d"]\n'
START = "import runpy, sys; runpy.run_path(f'functions/{sys.argv[1]}/app.py')"
HIGHLIGHT = (
    "import json, sys; from bucketpress.content.html.highlight import LEXERS, highlight;"
    "json.dump({name: highlight(sys.argv[1], name) for name in LEXERS}, sys.stdout)"
)


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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Build the layer for this machine; return its folder, and the digest of each file."""
    folder = tmp_path_factory.mktemp("layer")
    return folder, build(folder, "1")


def run_alone(layer: Path, code: str, *arguments: str) -> str:
    """Run code with nothing but the layer; return what it prints."""
    environment = {**os.environ, **function_environment(), "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
    done = subprocess.run(
        [*ALONE, code, *arguments],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(layer / "python")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(built: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder, first = built

    second = build(tmp_path, "2")

    assert first == second
    assert f"python/bucketpress/__pycache__/__init__.cpython-{sys.version_info[0]}{sys.version_info[1]}.pyc" in first
    assert not [name for name in first if name.endswith("/RECORD")]
    requirements = (LAYER / "requirements.txt").read_bytes()
    written = (folder / "python" / "bucketpress" / "rendering.digest").read_text()
    assert written == digest_of(LAYER / "bucketpress", requirements)


@pytest.mark.slow
def test_the_layer_is_small_as_a_zip(built: tuple[Path, dict[str, str]]) -> None:
    folder, files = built
    packed = io.BytesIO()

    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files:
            archive.write(folder / name, name)

    assert len(packed.getvalue()) < MOST_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("function", ["publish", "refresh", "listing_api", "upkeep", "search"])
def test_a_function_starts_with_nothing_but_the_layer(built: tuple[Path, dict[str, str]], function: str) -> None:
    run_alone(built[0], START, function)


@pytest.mark.slow
def test_the_layer_knows_every_language_that_code_can_be_in(built: tuple[Path, dict[str, str]]) -> None:
    found = json.loads(run_alone(built[0], HIGHLIGHT, CODE))

    assert found == {name: highlight(CODE, name) for name in LEXERS}


@pytest.mark.slow
def test_sources_of_our_own_are_in_the_layer_for_tracebacks_and_those_of_libraries_are_not(
    built: tuple[Path, dict[str, str]],
) -> None:
    sources = {name.split("/")[1] for name in built[1] if name.endswith(".py")}

    assert sources == {"bucketpress"}


@pytest.mark.slow
def test_two_builds_of_the_layer_for_pictures_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        build(tmp_path / name, seed, "pictures", "build-PictureLayer") for name, seed in (("one", "1"), ("two", "2"))
    )

    assert first == second
    assert "python/PIL/Image.py" in first
    assert not [name for name in first if name.endswith("/RECORD")]
