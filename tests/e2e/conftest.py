"""One local cloud for all end-to-end tests: the real template, roles enforced, the sample blog published."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local_cloud import CloudError, LocalCloud

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "packnet-blog"


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    try:
        with LocalCloud(enforce_roles=True) as running:
            running.upload(SAMPLE)
            running.wait_until_live()
            yield running
    except CloudError as error:
        pytest.fail(f"{error}\n{error.details}")
