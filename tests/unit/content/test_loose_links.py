"""Loose links are looked for only in texts that may have one."""

from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.markdown import loose_links

PARTS = (
    "[",
    "]",
    "(",
    ")",
    "^",
    "[]:",
    " ",
    "  ",
    "a",
    "b.md",
    "x.PNG",
    "![",
    "\n",
    "](",
    ")](",
    "[^n o]",
    '"t"',
    "\t",
)
TEXTS = st.lists(st.sampled_from((*PARTS, "[t](a b.md)", "\u00a0")), max_size=12).map("".join)


@given(TEXTS)
def test_no_loose_link_is_in_a_text_that_may_have_none(text: str) -> None:
    if loose_links._LOOSE.search(text):
        assert loose_links._may_be_loose(text)


def test_an_ordinary_text_has_none() -> None:
    assert not loose_links._may_be_loose(
        "A [link](https://a.example/b.md), ![a picture](b.png) and [x][y].\n\n[y]: z.md\n"
    )
