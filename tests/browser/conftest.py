"""One browser, and the sample blog with everything else a post may hold, served as CloudFront serves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.browser.serving import SiteServer
from tests.support.world import World

SAMPLE = Path(__file__).parents[2] / "samples" / "packnet-blog"
CONTENT = Path(__file__).parent / "content"
LOOKS = b"""
appearance:
  accent: "#ffcc00"
  logo: {path: /logo.png, width: 160, height: 40}
  favicon: /logo.png
  stylesheet: /extra.css
  footer: "Packnet Ltd."
  social: {Mastodon: "https://social.example/@packnet"}
"""
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
    """Serve the sample blog with everything else a post may hold."""
    with SiteServer(_with_a_withdrawn_post(SAMPLE, CONTENT).site) as server:
        yield server


@pytest.fixture(scope="session")
def sample() -> Iterator[SiteServer]:
    """Serve the sample blog alone."""
    with SiteServer(_with_a_withdrawn_post(SAMPLE).site) as server:
        yield server


@pytest.fixture(scope="session")
def dressed() -> Iterator[SiteServer]:
    """Serve a site whose authors have chosen colours, some of them too pale, a logo, a language and the rest."""
    settings = (SAMPLE / "site.yaml").read_bytes().replace(b"language: en", b"language: zh-Hans") + LOOKS
    more = {"site.yaml": settings, "static/extra.css": b".colophon { border-style: dotted; }"}
    with SiteServer(world_of(SAMPLE, CONTENT, **more).site) as server:
        yield server


def _with_a_withdrawn_post(*folders: Path) -> World:
    world = world_of(*folders, **{WITHDRAWN: b"---\ntitle: Withdrawn\ndate: 2010-05-01\n---\nx\n"})
    world.delete(WITHDRAWN)
    world.settle()
    return world
