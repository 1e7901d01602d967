"""A bucket for each test, behind HTTP."""

from collections.abc import Iterator

import pytest

from tests.support.desk import Desk, make_desk
from tests.support.object_server import object_server


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with object_server() as address:
        yield address


@pytest.fixture
def desk(server: str, request: pytest.FixtureRequest) -> Desk:
    return make_desk(server, request.node.nodeid)
