"""What it takes from nothing to the first page in a browser, on a machine that has uv and a Python and nothing else.

`uvx --from WHEEL bucketpress init my-blog`, then `preview` until its first page has come: with an empty home and an
empty cache of uv, so that every package is downloaded and every module compiled for the first time.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tools.environments import find_uv

ROOT = Path(__file__).parents[2]
ROUNDS = 3
STEPS = ("init, with every package downloaded", "preview, until the first page")
Taken = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMachine:
    """A home with nothing in it, and a wheel to begin with."""

    home: Path
    wheel: Path

    def command(self, *arguments: str) -> list[str]:
        """Return how the command is run there."""
        return [
            find_uv(),
            "tool",
            "run",
            "--python",
            sys.executable,
            "--from",
            str(self.wheel),
            "bucketpress",
            *arguments,
        ]

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its commands: this machine's, which knows the way to the packages, and no cache."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PYTHON", "VIRTUAL_"))}
        return own | {"HOME": str(self.home), "UV_CACHE_DIR": str(self.home / "cache"), "TERM": "dumb"}


def measured() -> dict[str, dict[str, float]]:
    """Return the seconds of the clock and of processor for each step and for all of it, medians of a few rounds."""
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as name:
        build = [find_uv(), "build", "--wheel", "--quiet", "--out-dir", name, str(ROOT)]
        subprocess.run(build, check=True, cwd=name, capture_output=True)
        (wheel,) = Path(name).glob("*.whl")
        rounds = [_round(wheel) for _ in range(ROUNDS)]
    steps = {step: [each[number] for each in rounds] for number, step in enumerate(STEPS)}
    steps["together"] = [(sum(clock for clock, _ in each), sum(cpu for _, cpu in each)) for each in rounds]
    return {
        step: {"s": round(median(clock for clock, _ in taken), 2), "s CPU": round(median(cpu for _, cpu in taken), 2)}
        for step, taken in steps.items()
    }


def _round(wheel: Path) -> list[Taken]:
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as home:
        machine = NewMachine(home=Path(home), wheel=wheel)
        return [_taken(lambda: _init(machine)), _taken(lambda: _preview(machine))]


def _taken(work: Callable[[], None]) -> Taken:
    """Do some work in other processes; return the seconds of the clock and of processor that it took."""
    before, began = _seconds_of_children(), time.monotonic()
    work()
    return time.monotonic() - began, _seconds_of_children() - before


def _init(machine: NewMachine) -> None:
    _run(machine.command("init", "my-blog"), machine)


def _run(command: Sequence[str], machine: NewMachine) -> None:
    subprocess.run(command, cwd=machine.home, env=machine.environment, check=True, capture_output=True)


def _preview(machine: NewMachine) -> None:
    """Serve the folder until its first page has come."""
    command = machine.command("preview", "my-blog", "--port", "0")
    process = subprocess.Popen(command, cwd=machine.home, env=machine.environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    address = next(line.strip() for line in process.stderr if line.startswith("http://"))
    with urllib.request.urlopen(address, timeout=60) as answer:
        answer.read()
    # uv hands it on and waits. An interrupt would be ignored where this was started in the background.
    process.terminate()
    process.communicate(timeout=60)


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
