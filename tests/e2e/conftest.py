"""One local cloud for all end-to-end tests: the real template, roles enforced, the sample blog published."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local_cloud import CloudError, LocalCloud

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "packnet-blog"


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    try:
        # What is kept for seconds on AWS is kept for milliseconds here: nobody has to wait.
        with LocalCloud(enforce_roles=True, edge_clock=lambda: time.monotonic() * 1000) as running:
            running.upload(SAMPLE)
            running.wait_until_live()
            running.wait_for_pictures()
            yield running
    except CloudError as error:
        pytest.fail(f"{error}\n{error.details}")
