"""What the tests of the services begin with."""

import pytest

from tests.support.world import SITE_YAML, World


@pytest.fixture
def world() -> World:
    """Give a site that has its settings and no posts, with nothing left to do."""
    made = World()
    made.upload("site.yaml", SITE_YAML)
    made.settle()
    return made
