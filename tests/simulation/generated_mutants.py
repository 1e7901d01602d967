"""Runs the generated bugs: who kills each, and which live on that nobody has explained."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.simulation.bug_trials import Trial, results_of, tests_of, tried
from tests.simulation.mutants import ROOT, plant
from tests.simulation.mutations import Mutation, mutations

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

SURVIVORS = Path(__file__).with_name("survivors.toml")
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


def judged(
    mutants: Sequence[Mutation], budget_seconds: int, processes: int, results: Path | None
) -> Iterator[Judgement]:
    """Judge bugs and yield what became of each; those that `results` says were killed are not tried again.

    Tests come first, as they kill most in a moment; the searches are for what is left.
    """
    known = results_of(results) if results else {}
    made = {mutation.id: mutation for mutation in mutants}
    killed = {name: trial for name, trial in known.items() if trial.killer and name in made}
    yield from (_judgement(made[name], trial) for name, trial in killed.items())
    survivors: list[tuple[Mutation, Trial]] = []
    for trial in _tried([each for each in mutants if each.id not in killed], budget_seconds // 2, processes, known):
        if trial.killer:
            _keep(results, trial)
            yield _judgement(made[trial.id], trial)
        else:
            survivors.append((made[trial.id], trial))
    with ThreadPoolExecutor(processes) as pool:
        for done in as_completed([pool.submit(judge, each, trial, budget_seconds) for each, trial in survivors]):
            trial = done.result()
            _keep(results, trial)
            yield _judgement(made[trial.id], trial)


def _judgement(mutation: Mutation, trial: Trial) -> Judgement:
    return Judgement(mutation=mutation, killer=trial.killer, seconds=trial.seconds)


def _keep(results: Path | None, trial: Trial) -> None:
    if results is not None:
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(trial)) + "\n")


def _tried(
    bugs: Sequence[Mutation], budget_seconds: int, processes: int, known: Mapping[str, Trial]
) -> Iterator[Trial]:
    """Yield the trials of bugs on tests, in so many processes, each with a share of them."""
    fork = multiprocessing.get_context("fork")
    told: SimpleQueue[Trial | None] = fork.SimpleQueue()

    def work(share: Sequence[Mutation]) -> None:
        tried(share, budget_seconds, known.values(), told.put)
        told.put(None)

    shares = [share for number in range(processes) if (share := bugs[number::processes])]
    workers = [fork.Process(target=work, args=(share,)) for share in shares]
    for worker in workers:
        worker.start()
    ended = 0
    while ended < len(workers):
        if (trial := told.get()) is None:
            ended += 1
        else:
            yield trial


def judge(mutation: Mutation, before: Trial, budget_seconds: int) -> Trial:
    """Try a copy of the package that has the bug on what the trial left out: the simulation, or all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plant(folder, mutation.module, mutation.text())
        steps: tuple[Callable[[int], tuple[str, float]], ...] = (
            lambda left: ("", 0.0) if before.tried else _tested(folder, tests_of(mutation.module), left // 2),
            lambda left: _simulated(folder, mutation, left),
        )
        killer, seconds = "", before.seconds
        for step in steps:
            left = int(budget_seconds - seconds)
            if killer or left <= 1:
                break
            killer, more = step(left)
            seconds += more
    return replace(before, killer=killer, seconds=seconds)


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
