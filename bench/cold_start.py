"""What a function computes until it is ready for its first call, beside a minimal handler with boto3 and Powertools.

And what the command takes from nothing to the first page in a browser: the wheel is installed into an empty
environment, from what uv has downloaded before, and the processor time of each step counted.

    python -m bench.cold_start

Each start is a process of its own, in turn: ours with nothing but the layer, which is built for this machine first, the
minimal handler with what is installed here. Writes `docs/performance/cold_starts.json`.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import boto3

from tests.support.function_environment import function_environment
from tools.environments import find_uv
from tools.local_cloud.deployment import this_machine

ROOT = Path(__file__).parents[1]
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
        found = starts(build_layer(Path(folder)))
    for name, milliseconds in found.items():
        print(f"{name:12} {milliseconds:6.0f} ms CPU, {milliseconds / found['minimal']:.2f} of the minimal handler's")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"handlers": found}, indent=1, sort_keys=True) + "\n", "utf-8")
    first_page()


def first_page() -> None:
    """Measure each step from an empty environment to the first page, once, and print it."""
    uv = find_uv()
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as name:
        folder, programs = Path(name), Path(name) / "venv" / "bin"
        build = [uv, "build", "--wheel", "--quiet", "--out-dir", name, str(ROOT)]
        subprocess.run(build, check=True, cwd=folder, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        home = {"HOME": name, "PATH": os.environ["PATH"], "TERM": "dumb"}
        _run("an environment", [uv, "venv", "--quiet", "--python", sys.executable, "venv"], folder, os.environ)
        install = [uv, "pip", "install", "--quiet", "--python", programs / "python", wheel]
        _run("the installation", install, folder, os.environ)
        _run("bucketpress init", [programs / "bucketpress", "init", "my-blog"], folder, home)
        _preview([programs / "bucketpress", "preview", "my-blog", "--port", "0"], folder, home)


def _run(name: str, command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
    before = _seconds_of_children()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    print(f"{name:18} {_seconds_of_children() - before:5.2f} s CPU")


def _preview(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
    """Serve the folder until its first page has come, and print what that took."""
    before = _seconds_of_children()
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    address = next(line.strip() for line in process.stderr if line.startswith("http://"))
    with urllib.request.urlopen(address, timeout=60) as answer:
        answer.read()
    process.send_signal(signal.SIGINT)
    process.communicate()
    print(f"{'the first page':18} {_seconds_of_children() - before:5.2f} s CPU")


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
