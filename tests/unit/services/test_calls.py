"""What one upload asks of AWS, counted in calls; docs/performance.md says what each is for."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.publish_calls import full_site, measured
from tests.support.counted_cloud import Counts

PAGE = Path(__file__).parents[3] / "docs" / "performance.md"
FEW, MANY = 100, 1000
# Of sites whose newest month and tags are as full as they ever get, and which have posts of the same years.
FULL, FULLER = 320, 10_000
MOST_GROWTH = 1.05


@pytest.fixture(scope="module")
def few() -> dict[str, Counts]:
    return measured(FEW)


@pytest.fixture(scope="module")
def many() -> dict[str, Counts]:
    return measured(MANY)


def test_a_new_post_with_three_tags_takes_ninety_calls(many: dict[str, Counts]) -> None:
    assert many["new post, newest"].total <= 90


def test_an_edit_of_a_text_that_no_listing_shows_takes_few_calls_and_writes_the_page_its_twin_and_what_search_knows(
    many: dict[str, Counts],
) -> None:
    edit = many["edit of the text, old"]

    assert edit.total <= 30
    assert edit.calls["PutObject"] == 4


@pytest.mark.parametrize("which", ["newest", "old"])
def test_the_same_bytes_again_take_three_calls(many: dict[str, Counts], which: str) -> None:
    assert many[f"same bytes, {which}"].total == 3


def test_an_object_that_is_written_anyway_is_not_looked_at_first(many: dict[str, Counts]) -> None:
    calls = many["new post, newest"].calls

    assert calls["PutObject"] == 30
    assert calls["HeadObject"] <= 1  # the twin of the post before


def test_the_table_names_every_call_of_a_new_post(many: dict[str, Counts]) -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    named = Counter[str]()
    for calls, kind in rows:
        named[kind] += int(calls)

    assert named == many["new post, newest"].calls


def test_a_page_is_written_after_as_many_calls_one_after_the_other_as_the_list_has(many: dict[str, Counts]) -> None:
    listed = re.findall(r"^\d+\. ", PAGE.read_text("utf-8"), re.MULTILINE)

    assert many["new post, newest"].written_at["2025/12/newest/index.html"] == len(listed)
    assert (
        many["edit of the text, old"].written_at["2021/01/old/index.html"] <= len(listed) + 1
    )  # which heads show it is looked up


def test_a_new_post_takes_no_more_where_there_are_thirty_times_as_many_posts_in_the_same_years() -> None:
    before, after = (measured(posts, full_site, [True])["new post, newest"] for posts in (FULL, FULLER))

    assert after.total <= before.total * MOST_GROWTH
    assert after.read_units <= before.read_units * MOST_GROWTH
    assert after.write_units <= before.write_units * MOST_GROWTH
    assert after.put_bytes <= before.put_bytes * MOST_GROWTH


def test_a_larger_site_takes_no_more_calls_but_one(few: dict[str, Counts], many: dict[str, Counts]) -> None:
    # A year that is one segment of search has no cell above it to ask for.
    assert many["new post, newest"].total <= few["new post, newest"].total + 1
    assert many["new post, old"].total <= few["new post, old"].total + 1
