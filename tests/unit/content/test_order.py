"""The total order of posts."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.post import natural_order
from tests.unit.content.samples import front, post

IN_ORDER = (
    "posts/9-lives.md",
    "posts/10-lives.md",
    "posts/part-1.md",
    "posts/part-1-bis.md",
    "posts/part-2/index.md",
    "posts/Part-3.md",
    "posts/part-010.md",
    "posts/part-11.md",
    "posts/part-123456789.md",
    "posts/part-1234567890.md",
    "posts/part-12345678901234567890.md",
    "posts/été-2.md",
    "posts/été-10.md",
)


def test_posts_of_one_day_stand_in_the_natural_order_of_their_keys() -> None:
    keys = list(IN_ORDER)
    random.Random(1).shuffle(keys)

    positions = {key: post(front("date: 2024-06-15"), key).entry.position for key in keys}

    assert sorted(keys, key=positions.__getitem__) == list(IN_ORDER)


def test_the_published_instant_decides_before_the_key() -> None:
    early, late = (
        post(front(f"date: {date}"), key) for date, key in (("2024-06-14", "posts/b.md"), ("2024-06-15", "posts/a.md"))
    )

    assert early.entry.position < late.entry.position


@given(st.integers(min_value=0, max_value=10**60), st.integers(min_value=0, max_value=10**60))
def test_numbers_in_keys_sort_by_value(one: int, other: int) -> None:
    assert (natural_order(f"posts/p{one}.md") < natural_order(f"posts/p{other}.md")) == (one < other)


@given(st.text(max_size=700))
def test_the_order_of_any_key_fits_into_a_sort_key(key: str) -> None:
    text = key.encode(errors="ignore")[:700].decode(errors="ignore")

    assert len(natural_order(text).encode()) <= 760


def test_two_keys_with_one_natural_order_have_two_positions() -> None:
    one, other = (post(front("date: 2024-06-15"), key).entry.position for key in ("posts/A-01.md", "posts/a-1.md"))

    assert one != other
