"""docs/api.md: every example is run, and gives what stands below it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bucketpress.api.problems import PROBLEM_TYPES
from bucketpress.api.routes import ADDRESSES
from tests.support.api import client_of, served
from tests.support.golden import Golden
from tests.support.world import World

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "api.md"
SAMPLE = ROOT / "samples" / "packnet-blog"
EXAMPLE = re.compile(r"^```(sh|python)\n(.*?)^```\n\n```(json|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STAND_IN = Path(__file__).parent / "curl_stand_in.py"
COMMANDS = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    world = World()
    for path in sorted(SAMPLE.rglob("*")):
        if path.is_file():
            world.upload(path.relative_to(SAMPLE).as_posix(), path.read_bytes())
    world.settle()
    with served(client_of(world)) as (url, _):
        yield url


@pytest.mark.parametrize("curl", ["stand-in", "the machine's"] if shutil.which("curl") else ["stand-in"])
def test_every_example_gives_what_the_guide_shows(site: str, golden: Golden, tmp_path: Path, curl: str) -> None:
    text, path = GUIDE.read_text("utf-8"), os.environ["PATH"]
    if curl == "stand-in":
        command = tmp_path / "curl"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n')
        command.chmod(0o755)
        path = f"{tmp_path}:{path}"

    def run(example: re.Match[str]) -> str:
        language, source, kind, _ = example.groups()
        done = subprocess.run(
            [*COMMANDS[language], source],
            env={**os.environ, "SITE": site, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return f"```{language}\n{source}```\n\n```{kind}\n{done.stdout.rstrip()}\n```"

    golden.check(GUIDE, EXAMPLE.sub(run, text))


def test_every_block_that_can_be_run_is_one_of_the_examples() -> None:
    text = GUIDE.read_text("utf-8")

    assert len(EXAMPLE.findall(text)) == len(re.findall(r"^```(?:sh|python)$", text, re.MULTILINE)) >= 10


def test_the_guide_names_every_address_and_every_problem() -> None:
    text = GUIDE.read_text("utf-8")

    missing = [route.path for route in ADDRESSES if route.path.replace("<slug>", "{slug}") not in text]
    assert missing == ["/v1/docs.css"]  # which only the page loads
    for kind in PROBLEM_TYPES:
        assert re.search(rf"`{kind.name}`[^|]*\| {int(kind.status)} \|", text), kind.name
