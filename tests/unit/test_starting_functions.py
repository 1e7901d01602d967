"""What a function makes while it starts, before its first call."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.function_environment import function_environment

ROOT = Path(__file__).parents[2]
LOAD = """
import runpy, sys
sys.path[:0] = ["layers/shared"]
runpy.run_path(f"functions/{sys.argv[1]}/app.py")
from bucketpress import bootstrap
libraries = {"PIL", "anyascii", "boto3", "comrak", "jinja2", "latex2mathml", "nh3", "pygments", "yaml"}
print(getattr(bootstrap, sys.argv[2]).cache_info().currsize, *sorted(libraries & sys.modules.keys()))
"""
FUNCTIONS = {
    "publish": "publisher",
    "refresh": "refresher",
    "listing_api": "listing_api",
    "upkeep": "upkeep",
    "search": "search_api",
}
# What a function loads of the libraries that texts are read and pages are written with.
LIBRARIES = {
    "publish": ["anyascii", "comrak", "nh3", "pygments", "yaml"],
    "refresh": ["jinja2"],
    "listing_api": [],
    "upkeep": [],
    "search": [],
}


def load(function: str, environment: dict[str, str]) -> list[str]:
    command = [sys.executable, "-c", LOAD, function, FUNCTIONS[function]]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_of_lambda_makes_its_clients_and_what_it_renders_with_before_the_first_call(function: str) -> None:
    made, *libraries = load(function, function_environment() | {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"})

    assert made == "1"
    assert libraries == LIBRARIES[function]


@pytest.mark.slow
def test_anywhere_else_loading_a_function_makes_nothing() -> None:
    made, *libraries = load("publish", {})

    assert made == "0"
    assert "pygments" not in libraries
