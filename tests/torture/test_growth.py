"""Work grows no faster than the post: counted in lines of code that run, never in seconds."""

import sys
from types import FrameType
from typing import Any

import pytest

from bucketpress.content.encoding import PlaceFinder
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.source_keys import classify
from tests.torture.constructs import Construct, constructs

ONE, TWO = 2 * 1024, 4 * 1024
MAX_GROWTH = 2.4
CONSTRUCTS = {construct.name: construct for construct in constructs()}
IN_BODY = [
    name
    for name, construct in CONSTRUCTS.items()
    if not construct.in_front_matter and construct.size_of_one() < ONE // 8
]
IN_FRONT_MATTER = [name for name, construct in CONSTRUCTS.items() if construct.in_front_matter]


class CountedText(str):
    """A text that counts how often it is searched."""

    __slots__ = ("searches",)

    def find(self, *arguments: Any) -> int:
        self.searches = getattr(self, "searches", 0) + 1
        return super().find(*arguments)


def lines_run(construct: Construct, size: int, *, raw_html: bool) -> int:
    """Count the lines of the product that run while a post is read."""
    written = f"raw_html: {str(raw_html).lower()}\n{construct.settings}"
    settings, _ = read_site_settings(written.encode(), default_url="https://t.example")
    assert settings is not None
    data, source = construct.text(size).encode(), classify("posts/a.md")
    lines = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal lines
        if "bucketpress" not in frame.f_code.co_filename:
            return None
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read_post(source, data, settings)
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("name", [name for name in IN_BODY if "," not in name])
def test_twice_the_text_is_at_most_twice_the_work(name: str) -> None:
    once, twice = (lines_run(CONSTRUCTS[name], size, raw_html=True) for size in (ONE, TWO))

    assert twice < MAX_GROWTH * once


@pytest.mark.parametrize("name", IN_FRONT_MATTER)
def test_twice_the_front_matter_is_at_most_twice_the_work(name: str) -> None:
    once, twice = (lines_run(CONSTRUCTS[name], size, raw_html=False) for size in (3 * 1024, 6 * 1024))

    assert twice < MAX_GROWTH * once


def test_places_are_searched_a_bounded_number_of_times() -> None:
    text = CountedText("a b c\n" * 1000)
    find = PlaceFinder(text, 3)

    for number in range(2000):
        find(f"missing {number}")
        find("b c\na")

    assert text.searches == PlaceFinder.MAX_SEARCHES
    assert find("b c\na") == (3, 3)
    assert find("missing 5000") is None


@pytest.mark.parametrize("name", ["quotations with sources", "tables", "brackets", "images"])
def test_a_construct_fills_a_post_to_its_cap(name: str) -> None:
    size = len(CONSTRUCTS[name].text().encode())

    assert 0.85 * 256 * 1024 < size <= 256 * 1024
