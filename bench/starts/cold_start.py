"""What a function computes until it is ready for its first call, beside a minimal handler with boto3 and Powertools.

And what its first call takes beyond a later one (`first_calls.py`), and what the command takes from nothing to the
first page in a browser (`first_page.py`).

    python -m bench.starts.cold_start

Each start is a process of its own, in turn: ours with nothing but the layer, which is built for this machine first, the
minimal handler with what is installed here. Writes `docs/performance/cold_starts.json`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import boto3

from bench.starts import first_calls, first_page
from tests.support.function_environment import function_environment
from tools.environments import find_uv
from tools.local_cloud.deployment import this_machine

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "performance" / "cold_starts.json"
ROUNDS = 5
MINIMAL = """
import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
logger, processor = Logger(), BatchProcessor(event_type=EventType.SQS)
clients = [boto3.client(name) for name in ("dynamodb", "s3", "sqs")]
"""
OURS = "import runpy; runpy.run_path('functions/{}/app.py')"
FUNCTIONS = ("publish", "refresh", "listing_api", "search", "upkeep")
ENVIRONMENT = function_environment() | {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
INSTALLED = Path(boto3.__file__).parents[1]


def build_layer(folder: Path) -> Path:
    """Build the layer for this machine, as the local cloud does; return the folder of its packages."""
    variables = {**os.environ, **this_machine().variables, "ARTIFACTS_DIR": str(folder), "UV": find_uv()}
    command = ["make", "--silent", "build-SharedLayer"]
    subprocess.run(command, cwd=ROOT / "layers" / "shared", env=variables, check=True, capture_output=True)
    return folder / "python"


def start(code: str, packages: Path) -> float:
    """Return the milliseconds of processor time that a process takes to run some code with a folder of packages."""
    measured = f"{code}\nimport time\nprint(time.process_time() * 1000)"
    # Without site: the folder is all that there is beside Python's own library.
    command = [sys.executable, "-S", "-c", measured]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(packages)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def starts(layer: Path) -> dict[str, float]:
    """Return the milliseconds of processor time until each handler is ready, the minimal one first."""
    codes = {"minimal": (MINIMAL, INSTALLED), **{name: (OURS.format(name), layer) for name in FUNCTIONS}}
    times: dict[str, list[float]] = {name: [] for name in codes}
    for code in codes.values():
        start(*code)  # compiles what has changed
    for _ in range(ROUNDS):
        for name, code in codes.items():
            times[name].append(start(*code))
    return {name: round(median(each), 1) for name, each in times.items()}


def main() -> None:
    """Measure, print and keep the figures."""
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as folder:
        layer = build_layer(Path(folder))
        handlers, calls = starts(layer), first_calls.measured(layer)
    for name, milliseconds in handlers.items():
        print(
            f"{name:12} {milliseconds:6.0f} ms CPU, {milliseconds / handlers['minimal']:.2f} of the minimal handler's"
        )
    for name, found in calls.items():
        print(f"{name:12} " + ", ".join(f"{what} {milliseconds:.0f} ms CPU" for what, milliseconds in found.items()))
    page = first_page.measured()
    for step, taken in page.items():
        print(f"{step:36} " + ", ".join(f"{value:.2f} {unit}" for unit, value in taken.items()))
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    kept = {"handlers": handlers, "first_calls": calls, "first_page": page}
    RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
