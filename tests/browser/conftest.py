"""One browser, and the sample blog with everything else a post may hold, served as the edge serves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.browser.serving import SiteServer
from tests.support.world import World

SAMPLE = Path(__file__).parents[2] / "samples" / "packnet-blog"
CONTENT = Path(__file__).parent / "content"
WITHDRAWN = "posts/withdrawn.md"


def world_of(*folders: Path, **more: bytes) -> World:
    """Publish folders, and what is given as `key=data`, over the memory adapters."""
    world = World()
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            world.upload(file.relative_to(folder).as_posix(), file.read_bytes())
    for key, data in more.items():
        world.upload(key, data)
    world.settle()
    return world


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def site() -> Iterator[SiteServer]:
    world = world_of(SAMPLE, CONTENT, **{WITHDRAWN: b"---\ntitle: Withdrawn\ndate: 2010-05-01\n---\nx\n"})
    world.delete(WITHDRAWN)
    world.settle()
    with SiteServer(world.site) as server:
        yield server
