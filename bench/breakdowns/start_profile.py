"""What the publish function spends its processor time on while it starts with the layer, by package.

    python -m bench.breakdowns.start_profile

Writes `docs/performance/start_profile.json`. Time that a module takes for what it imports first is that module's.
"""

import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader, SourceFileLoader, SourcelessFileLoader
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from bench.cold_start import ENVIRONMENT, ROOT, ROUNDS, build_layer

RESULTS = ROOT / "docs" / "performance" / "start_profile.json"
SHOWN = ("bucketpress", "aws_lambda_powertools", "botocore", "urllib3", "pygments", "yaml", "comrak", "nh3")
REST = "Python and the rest"
MAKING = "Python started, clients made, a sample post read"
HERE = "--here"  # asks for a start in this very process
Execute = Callable[[Any, ModuleType], None]


def watched(execute: Execute, spent: dict[str, float], inner: list[float]) -> Execute:
    """Return what executes a module and adds the processor time of its own to what its package has spent."""

    def execute_and_note(loader: object, module: ModuleType) -> None:
        began = time.process_time()
        inner.append(0.0)
        try:
            execute(loader, module)
        finally:
            took = time.process_time() - began
            spent[module.__name__.partition(".")[0]] += took - inner.pop()
            if inner:
                inner[-1] += took

    return execute_and_note


def start() -> dict[str, float]:
    """Start the publish function in this process; return the milliseconds of processor time by package."""
    spent: defaultdict[str, float] = defaultdict(float)
    inner: list[float] = []
    for loader in (SourceFileLoader, SourcelessFileLoader, ExtensionFileLoader):
        loader.exec_module = watched(loader.exec_module, spent, inner)  # type: ignore[assignment, method-assign]
    runpy.run_path(str(ROOT / "functions" / "publish" / "app.py"))
    whole, known = time.process_time(), sum(spent.values())
    shown = {name: spent.pop(name, 0.0) for name in SHOWN}
    every = shown | {REST: sum(spent.values()), MAKING: whole - known}
    return {name: seconds * 1000 for name, seconds in every.items()}


def main() -> None:
    """Measure, print and keep the figures."""
    command = [sys.executable, "-m", "bench.breakdowns.start_profile", HERE]
    runs = []
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as folder:
        path = os.pathsep.join([str(build_layer(Path(folder))), str(ROOT)])
        environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": path}
        for _ in range(ROUNDS + 1):
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    # The first run compiles what has changed.
    found = {name: round(median(run[name] for run in runs[1:]), 1) for name in runs[0]}
    for name, milliseconds in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{milliseconds:7.1f} ms CPU {name}")
    RESULTS.write_text(json.dumps({"publish": found}, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == [HERE]:
        print(json.dumps(start()))
    else:
        main()
