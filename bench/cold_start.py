"""What a function computes until it is ready for its first call, beside a minimal handler with boto3 and Powertools.

    python -m bench.cold_start

Each start is a process of its own, in turn, with the SDK as it is installed here; the layer's is smaller. Writes
`docs/performance/cold_starts.json`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from tests.support.function_environment import function_environment

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "performance" / "cold_starts.json"
ROUNDS = 3
MINIMAL = """
import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
logger, processor = Logger(), BatchProcessor(event_type=EventType.SQS)
clients = [boto3.client(name) for name in ("dynamodb", "s3", "sqs")]
"""
OURS = "import runpy; runpy.run_path('functions/{}/app.py')"
FUNCTIONS = ("publish", "refresh", "listing_api", "upkeep")
ENVIRONMENT = function_environment() | {
    "PYTHONPATH": str(ROOT / "layers" / "shared"),
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
}


def start(code: str) -> float:
    """Return the milliseconds of processor time that a process takes to run some code."""
    measured = f"{code}\nimport time\nprint(time.process_time() * 1000)"
    command = [sys.executable, "-c", measured]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ENVIRONMENT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    """Measure, print and keep the figures."""
    codes = {"minimal": MINIMAL, **{name: OURS.format(name) for name in FUNCTIONS}}
    times: dict[str, list[float]] = {name: [] for name in codes}
    for code in codes.values():
        start(code)  # compiles what has changed
    for _ in range(ROUNDS):
        for name, code in codes.items():
            times[name].append(start(code))
    found = {name: round(median(each), 1) for name, each in times.items()}
    for name, milliseconds in found.items():
        print(f"{name:12} {milliseconds:6.0f} ms CPU, {milliseconds / found['minimal']:.2f} of the minimal handler's")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"handlers": found}, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
