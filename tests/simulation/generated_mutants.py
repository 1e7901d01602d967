"""Runs the generated bugs: who kills each, and which live on that nobody has explained."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.mutants import PACKAGE, ROOT
from tests.simulation.mutations import Mutation, mutations

SURVIVORS = Path(__file__).with_name("survivors.toml")
# Those that call one function with values come first: they are the quickest to fail.
TESTS = (
    *("test_decision", "test_dependencies", "test_path_conflicts", "test_comparison", "test_rebuild"),
    *("test_rolling_refresh", "test_periods", "test_section_builder", "test_receipts", "test_change_feed"),
)
UNIT_TESTS = (
    *(f"tests/unit/services/{name}.py" for name in TESTS),
    "tests/unit/site/test_impact.py",
    "tests/unit/services",
)
PAGES_FIRST = ("services/refresh/", "services/page_queue.py")
BUDGET_SECONDS = 60


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
    """Run the unit tests, then the simulation, against a copy of the package that has the bug."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(PACKAGE, Path(folder) / "bucketpress", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / "bucketpress" / mutation.module).write_text(mutation.text(), "utf-8")
        killer, seconds = _tested(Path(folder), budget_seconds)
        if not killer and seconds < budget_seconds:
            killer, more = _simulated(Path(folder), mutation, int(budget_seconds - seconds) + 1)
            seconds += more
    return Judgement(mutation=mutation, killer=killer, seconds=seconds)


def _tested(folder: Path, limit_seconds: int) -> tuple[str, float]:
    """Return the unit test that fails, and the seconds."""
    command = ["-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-m", "not slow"]
    command += ["--hypothesis-profile", "ci", *UNIT_TESTS]
    status, out, seconds = _run(folder, command, limit_seconds)
    if status in {0, -signal.SIGXCPU}:
        return "", seconds
    failed = next((line.split(" ")[1] for line in out.splitlines() if line.startswith(("FAILED ", "ERROR "))), "")
    return f"test {failed or 'that cannot begin'}", seconds


def _simulated(folder: Path, mutation: Mutation, limit_seconds: int) -> tuple[str, float]:
    """Return the search that finds a mistake, and the seconds."""
    command = ["-m", "tests.simulation", "hunt", "--budget", str(limit_seconds)]
    command += ["--pages-first"] if mutation.module.startswith(PAGES_FIRST) else []
    # A run that never ends is a mistake too; the search itself ends in time.
    status, out, seconds = _run(folder, command, limit_seconds + 30)
    if status:
        return "simulation, which breaks" if status != -signal.SIGXCPU else "simulation, which never ends", seconds
    found = json.loads(out)
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
