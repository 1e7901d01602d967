"""Busy months and years in parts: each post is listed, no page grows for ever, and a clean build makes the same."""

import hashlib
import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.content.post import instant
from bucketpress.services.parts import PART_LIMITS, PartLimits, moment_of, part_at
from tests.support.world import World, clean_build, markdown

SMALL = PartLimits(listed=3, one_in=3)
_NUMBERS = st.integers(0, 30)
_CHANGES = st.lists(st.tuples(_NUMBERS, st.sampled_from(["come", "go", "other day", "other title"])), max_size=40)


def _world(posts: int = 0, limits: PartLimits = SMALL) -> World:
    world = World(part_limits=limits)
    for number in range(posts):
        world.upload(*_post(number))
    world.settle()
    return world


def _post(number: int, title: str = "", day: int | None = None) -> tuple[str, bytes]:
    date = f"2010-03-{number % 20 + 1 if day is None else day:02d}"
    return f"posts/p{number}.md", markdown(title or f"Post {number}", date, tags="[x]")


def _listed(world: World, folder: str) -> Counter[str]:
    """Count which posts the pages of a folder list."""
    pages = [
        page.decode() for key, page in world.live().items() if re.fullmatch(rf"{folder}/(\w+-\w+/)?index.html", key)
    ]
    return Counter(path for page in pages for path in set(re.findall(r'class="u-url" href="([^"]+)"', page)))


@pytest.mark.parametrize("folder", ["2010/03", "tags/x/2010"])
def test_every_post_of_a_busy_period_is_on_one_of_its_pages(folder: str) -> None:
    world = _world(30)

    assert set(_listed(world, folder)) == {f"/2010/03/p{number}/" for number in range(30)}
    assert max(_listed(world, folder).values()) <= 2  # the newest may be in a part as well


def test_every_post_of_a_busy_month_is_in_a_sitemap_that_robots_txt_leads_to() -> None:
    world = _world(30)
    seen: set[str] = set()
    waiting = ["robots.txt"]
    while waiting:
        seen.add(key := waiting.pop())
        waiting += re.findall(r"https://example\.com/(\S+?\.xml)", world.page(key))

    pages = "".join(world.page(key) for key in seen)
    assert all(f"/2010/03/p{number}/</loc>" in pages for number in range(30))
    assert "sitemap-2010-03-parts.xml" not in world.page("sitemap.xml")  # an index lists no index


@settings(max_examples=40, deadline=None)
@given(changes=_CHANGES, at_once=st.booleans())
def test_whatever_comes_and_goes_the_site_is_what_a_clean_build_makes(
    changes: list[tuple[int, str]], at_once: bool
) -> None:
    world = _world(10)
    for number, how in changes:
        if how == "go":
            world.delete(_post(number)[0])
        else:
            world.upload(*_post(number, how if how == "other title" else "", 3 if how == "other day" else None))
        if not at_once:
            world.settle()
    world.settle()

    assert world.live() == clean_build(world)


def test_a_part_keeps_its_address_and_its_bytes_whatever_is_published_later() -> None:
    world = _world(20)
    parts = {key: page for key, page in world.live().items() if re.search(r"/\w+-\w+/index.html$", key)}
    for number in range(40, 60):
        world.upload(*_post(number, day=28))
        world.settle()

    assert parts
    assert parts.items() <= world.live().items()


def test_a_month_that_is_busy_no_more_has_no_parts_and_their_addresses_say_so() -> None:
    world = _world(10)
    parts = [key for key in world.live() if re.search(r"/\w+-\w+/index.html$", key)]
    for number in range(8):
        world.delete(_post(number)[0])
    world.settle()

    assert parts
    assert {world.status(key) for key in parts} == {410}
    assert world.index.section("period:all:2010-03").parts_until == ""
    assert world.page("robots.txt").count("Sitemap:") == 1


def test_a_month_counts_the_posts_of_its_parts() -> None:
    (year,) = _world(30).index.children("directory:archive")[1:]

    assert (year.section, year.count) == ("period:all:2010", 30)


def test_a_post_that_is_the_newest_touches_no_part() -> None:
    world = _world(20)
    world.upload(*_post(101, day=28))
    world.publisher.publish("posts/p101.md")

    assert not SMALL.begins(world.index.entries("all", limit=1)[0].position)
    assert not [name for name in world.pages.take_all() if name.startswith("part:")]


def test_thousands_of_posts_of_one_day_are_in_parts_as_well() -> None:
    world = World(part_limits=PartLimits(listed=10, one_in=5))
    for number in range(300):
        world.upload(*_post(number, day=1))
    world.settle()

    listed = _listed(world, "2010/03")
    assert len(listed) == 300
    assert max(page.count(b"u-url") for key, page in world.live().items() if key.startswith("2010/03/2010")) < 50


@given(moment=st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)), digest=st.integers(0, 2**32 - 1))
def test_the_name_of_a_part_tells_the_instant_of_the_post_it_begins_with(moment: datetime, digest: int) -> None:
    position = f"{instant(moment)}#any # key#{digest:08x}"

    assert moment_of(part_at(position)) == instant(moment)
    assert part_at(position).endswith(f"-{digest:08x}")


def test_about_one_post_in_fifty_begins_a_part() -> None:
    digests = (hashlib.sha256(str(number).encode()).hexdigest()[:8] for number in range(5000))
    begin = [PART_LIMITS.begins(f"2010-03-01T00:00:00Z#x#{digest}") for digest in digests]

    assert 80 < begin.count(True) < 120
