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
print(getattr(bootstrap, sys.argv[2]).cache_info().currsize, "pygments.lexers" in sys.modules)
"""
FUNCTIONS = {
    "publish": "publisher",
    "refresh": "refresher",
    "listing_api": "listing_api",
    "upkeep": "upkeep",
    "search": "search_api",
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
    made, lexers = load(function, function_environment() | {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"})

    assert made == "1"
    assert lexers == str(function == "publish")


@pytest.mark.slow
def test_anywhere_else_loading_a_function_makes_nothing() -> None:
    assert load("publish", {}) == ["0", "False"]
