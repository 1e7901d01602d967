"""Runs the generated bugs: who kills each, and which live on that nobody has explained."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.simulation.mutants import ROOT, plant
from tests.simulation.mutations import Mutation, mutations

SURVIVORS = Path(__file__).with_name("survivors.toml")
UNIT_TESTS = ROOT / "tests" / "unit"
# Everything that runs the services; it takes so long that what is quicker comes first.
ALL_TESTS = ("tests/unit/services", "tests/unit/site/test_impact.py")
MOST_FILES = 4
PAGES_FIRST = ("services/refresh/", "services/page_queue.py")
NOTHING_COLLECTED = 5  # pytest's exit code where every test is a slow one


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Who killed a bug ("" for nobody within the budget), and how many seconds of CPU that took."""

    mutation: Mutation
    killer: str
    seconds: float


def explained() -> dict[str, str]:
    """Return the bugs that change nothing anybody could see, by id, each with the reason."""
    return {name: entry["reason"] for name, entry in tomllib.loads(SURVIVORS.read_text("utf-8")).items()}


def chosen(only: str, sample: int) -> list[Mutation]:
    """Return the bugs whose id or description holds a text; of these so many, evenly spread, or all for 0."""
    found = [made for made in mutations() if only in made.id or only in made.description()]
    step = max(len(found) // sample, 1) if sample else 1
    return found[::step][: sample or None]


def judged(mutants: Sequence[Mutation], budget_seconds: int, processes: int) -> Iterator[Judgement]:
    """Judge bugs side by side and yield what became of each as it comes."""
    with ThreadPoolExecutor(processes) as pool:
        for done in as_completed([pool.submit(judge, made, budget_seconds) for made in mutants]):
            yield done.result()


def judge(mutation: Mutation, budget_seconds: int) -> Judgement:
    """Try a copy of the package that has the bug: the tests of its module, the simulation, then all unit tests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plant(folder, mutation.module, mutation.text())
        steps: tuple[Callable[[int], tuple[str, float]], ...] = (
            lambda left: _tested(folder, tests_of(mutation.module), left // 2),
            lambda left: _simulated(folder, mutation, left // 2),
            lambda left: _tested(folder, ALL_TESTS, left),
        )
        killer, seconds = "", 0.0
        for step in steps:
            left = int(budget_seconds - seconds)
            if killer or left <= 1:
                break
            killer, more = step(left)
            seconds += more
    return Judgement(mutation=mutation, killer=killer, seconds=seconds)


@cache
def tests_of(module: str) -> tuple[str, ...]:
    """Return the test files that import a module by name, those with the fewest imports first, as they are quick."""
    wanted = f"bucketpress.{module.removesuffix('.py').replace('/', '.')} import"
    texts = {path: path.read_text("utf-8") for path in sorted(UNIT_TESTS.rglob("test_*.py"))}
    found = [path for path, text in texts.items() if wanted in text]
    found.sort(key=lambda path: texts[path].count("import bucketpress") + texts[path].count("from bucketpress"))
    return tuple(path.relative_to(ROOT).as_posix() for path in found[:MOST_FILES])


def _tested(folder: Path, tests: Sequence[str], limit_seconds: int) -> tuple[str, float]:
    """Return the unit test that fails, and the seconds."""
    if not tests:
        return "", 0.0
    command = ["-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-m", "not slow"]
    command += ["--hypothesis-profile", "ci", *tests]
    status, out, seconds = _run(folder, command, limit_seconds)
    if status in {0, -signal.SIGXCPU, -signal.SIGKILL, NOTHING_COLLECTED}:
        return "", seconds
    failed = next((line.split(" ")[1] for line in out.splitlines() if line.startswith(("FAILED ", "ERROR "))), "")
    return f"test {failed or 'that cannot begin'}", seconds


def _simulated(folder: Path, mutation: Mutation, limit_seconds: int) -> tuple[str, float]:
    """Return the search that finds a mistake, and the seconds."""
    command = ["-m", "tests.simulation", "hunt", "--module", mutation.module, "--budget", str(limit_seconds)]
    command += ["--pages-first"] if mutation.module.startswith(PAGES_FIRST) else []
    # A run that never ends is a mistake too; the search itself ends in time.
    status, out, seconds = _run(folder, command, limit_seconds + 30)
    if status:
        return "simulation, which breaks" if status != -signal.SIGXCPU else "simulation, which never ends", seconds
    found = json.loads(out.strip().splitlines()[-1])
    return (f"simulation, {found['caught_by']}, {found['where']}" if found["caught_by"] else ""), seconds


def _run(folder: Path, arguments: Sequence[str], limit_seconds: int) -> tuple[int, str, float]:
    """Run Python with the package in a folder and so many seconds of CPU; return its status, output and seconds."""
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    limited = ["/bin/sh", "-c", f'ulimit -t {limit_seconds}; exec "$@"', "sh", sys.executable, *arguments]
    out = folder / "output"
    with out.open("wb") as file:
        process = subprocess.Popen(limited, env=environment, cwd=ROOT, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, out.read_text("utf-8", "replace"), usage.ru_utime + usage.ru_stime
