"""The examples of the CommonMark specification (CC-BY-SA 4.0, so fetched for the test and not kept here)."""

import re
from functools import cache

import comrak
import pytest

from bucketpress.content.markdown.render import to_html
from tools.javascript.packages import COMMONMARK_SPEC, read_file

# Plain addresses become links, also where the specification's core leaves them alone.
PLAIN_ADDRESSES = {602, 608, 611, 612}
# Straight quotes and "..." in the text become typographic.
TYPOGRAPHY = {
    *(14, 46, 55, 87, 91, 106, 197, 209, 210, 343, 352, 359, 363, 380, 385, 395, 508, 590),
    *(619, 620, 622, 624, 626, 632, 650),
}


@cache
def examples() -> dict[int, tuple[str, str]]:
    """Return Markdown and HTML of every example by its number."""
    data = read_file(COMMONMARK_SPEC, "spec.txt")
    text = data.decode().partition("<!-- END TESTS -->")[0].replace("→", "\t")
    found = re.findall(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", text, re.MULTILINE | re.DOTALL)
    return dict(enumerate(found, 1))


def test_all_examples_are_there() -> None:
    assert len(examples()) == 652


def test_without_extensions_every_example_is_as_specified() -> None:
    plain = comrak.ExtensionOptions(), comrak.ParseOptions(), comrak.RenderOptions(unsafe_=True)

    assert [n for n, (markdown, html) in examples().items() if comrak.markdown_to_html(markdown, *plain) != html] == []


@pytest.mark.parametrize(("smart", "differing"), [(False, PLAIN_ADDRESSES), (True, PLAIN_ADDRESSES | TYPOGRAPHY)])
def test_with_our_extensions_only_these_examples_differ(*, smart: bool, differing: set[int]) -> None:
    found = {n for n, (text, html) in examples().items() if to_html(text, smart=smart, raw_html=True) != html}

    assert found == differing
