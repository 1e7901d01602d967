"""A site built by us and by other generators from the same generated posts: processor, time and memory, side by side.

    python -m bench.builds [POSTS ...] [--rounds N] [--only NAME ...] [--place FOLDER]

Posts and sites are kept in the folder of `--place`, where there is one; `bench/breakdowns/preview_cost.py` can go on
from there. Writes `docs/performance/builds.json`, which `python -m bench.performance_page` turns into a page. Memory
is that of the largest process.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.corpus import name_of
from bench.peers import Generator, generators

RESULTS = Path(__file__).parents[1] / "docs" / "performance" / "builds.json"
SIZES = (1000, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run took."""

    cpu_seconds: float
    wall_seconds: float
    megabytes: float


def measured(command: Sequence[str], environment: dict[str, str] | None = None) -> Run:
    """Run a command and return what it took, its child processes included. Raises CalledProcessError."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=told)
    return Run(
        cpu_seconds=used.ru_utime + used.ru_stime,
        wall_seconds=time.monotonic() - began,
        megabytes=used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2),
    )


def middle(runs: Sequence[Run]) -> Run:
    """Return the median of each figure."""
    return Run(
        cpu_seconds=median(run.cpu_seconds for run in runs),
        wall_seconds=median(run.wall_seconds for run in runs),
        megabytes=median(run.megabytes for run in runs),
    )


def compare(posts: int, rounds: int, chosen: Sequence[Generator], place: Path) -> dict[str, Run]:
    """Build so many posts with each generator in turn, and again, and return the medians."""
    for generator in chosen:
        generator.prepare(place / generator.name, posts)
    runs: dict[str, list[Run]] = {generator.name: [] for generator in chosen}
    for _ in range(rounds):
        for generator in chosen:
            out = place / f"{generator.name}-site"
            shutil.rmtree(out, ignore_errors=True)
            runs[generator.name].append(measured(generator.command(place / generator.name, out)))
            _assert_built(out, posts)
    return {name: middle(each) for name, each in runs.items()}


def again(posts: int, rounds: int, place: Path) -> dict[str, Run]:
    """Return what our next build takes, of an unchanged folder and after one edit."""
    folder, out = place / "Bucketpress", place / "Bucketpress-site"
    command = [sys.executable, "-m", "bucketpress_cli.main", "build", "--no-variants", str(folder), str(out)]
    unchanged = [measured(command) for _ in range(rounds)]
    edited = []
    for _ in range(rounds):
        post = folder / "posts" / f"{name_of(posts // 2)}.md"
        post.write_text(post.read_text("utf-8") + "\nOne more line.\n", "utf-8")
        edited.append(measured(command))
    return {"Bucketpress, unchanged": middle(unchanged), "Bucketpress, one post edited": middle(edited)}


@contextmanager
def working_folder(wanted: Path | None) -> Iterator[Path]:
    """Return the folder wanted, which is kept, or one that goes when it is done with."""
    if wanted:
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        yield Path(place)


def _assert_built(out: Path, posts: int) -> None:
    pages = sum(1 for path in out.rglob("*.html"))
    if pages < posts:
        message = f"{out} has {pages} pages of {posts} posts"
        raise AssertionError(message)


def main() -> None:
    """Measure, print a table and keep the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("posts", nargs="*", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--place", type=Path)
    given = parser.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    chosen = [each for each in generators() if not given.only or each.name in given.only]
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {"sizes": {}}
    kept["rounds"] = given.rounds
    kept["machine"] = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    for posts in given.posts or SIZES:
        with working_folder(given.place) as place:
            found = compare(posts, given.rounds, chosen, place)
            if "Bucketpress" in found:
                found |= again(posts, given.rounds, place)
        for name, run in found.items():
            print(f"{posts:6} {name:30} {run.cpu_seconds:7.2f} s CPU {run.wall_seconds:7.2f} s {run.megabytes:6.0f} MB")
        kept["sizes"].setdefault(str(posts), {}).update({name: asdict(run) for name, run in found.items()})
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
