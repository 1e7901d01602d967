"""Starts a function in this process and prints the milliseconds of processor time that each package took, as JSON.

    python -S -P bench/starts/watched_start.py functions/publish/app.py

Loads nothing of this project but the function, so that all it needs is found and counted. Time that a module takes for
what it imports first is that module's.
"""

import json
import runpy
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader, SourceFileLoader, SourcelessFileLoader
from types import ModuleType
from typing import Any

SHOWN = ("bucketpress", "aws_lambda_powertools", "botocore", "urllib3", "pygments", "yaml", "comrak", "nh3")
REST = "other modules, Python's among them"
MAKING = "Python started, clients made, a sample post read"
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


def start(app: str) -> dict[str, float]:
    """Start a function in this process; return the milliseconds of processor time by package."""
    spent: defaultdict[str, float] = defaultdict(float)
    inner: list[float] = []
    for loader in (SourceFileLoader, SourcelessFileLoader, ExtensionFileLoader):
        loader.exec_module = watched(loader.exec_module, spent, inner)  # type: ignore[assignment, method-assign]
    runpy.run_path(app)
    whole, known = time.process_time(), sum(spent.values())
    shown = {name: spent.pop(name, 0.0) for name in SHOWN}
    every = shown | {REST: sum(spent.values()), MAKING: whole - known}
    return {name: seconds * 1000 for name, seconds in every.items()}


if __name__ == "__main__":
    print(json.dumps(start(sys.argv[1])))
