"""Functions that are measured do their work over HTTPS, in a process of their own."""

import os
from pathlib import Path

import boto3
import pytest

from bench.starts.first_calls import CALLS, called

ROOT = Path(__file__).parents[2]
# As a layer: our package and the libraries that are installed.
PACKAGES = Path(os.pathsep.join([str(ROOT / "layers" / "shared"), str(Path(boto3.__file__).parents[1])]))


@pytest.mark.slow
@pytest.mark.parametrize("function", ["publish", "refresh", "listing_api", "search"])
def test_a_measured_function_answers_every_call(function: str) -> None:
    took = called(function, PACKAGES)

    assert len(took) == CALLS
    assert min(took) > 0
