"""Markdown within the HTML that authors write is read, and HTML without any stays as it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.markdown.html_blocks import open_blocks
from bucketpress.content.settings.site_settings import SiteSettings
from tests.unit.content.samples import html

MATH = SiteSettings(url="https://t.example", math=True)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>One.</p>\nTwo is **bold**.", "<p>Two is <strong>bold</strong>.</p>"),
        ("<div>\n<p>One.</p>\n</div>\n[Two](https://a.example/)", '<p><a href="https://a.example/">Two</a></p>'),
        ("<hr>\n*Two*", "<p><em>Two</em></p>"),
        ("<br />\n<br />\nTwo is **bold**.", "<p>Two is <strong>bold</strong>.</p>"),
        ("---\n<span id=a />\n## Two ##\n", '<h2 id="two">'),
        ("```\na\n```\n<br />\n```\na = 1\n```", "a = 1\n</code></pre>"),
        ("<p>One, [two](https://a.example/), three.</p>", '<a href="https://a.example/">two</a>'),
        ('<p class="a">\n**One** two\n</p>', "<strong>One</strong> two"),
        ("<div>\n  :bouquet: <span>One</span> :bouquet:\n</div>", "💐 <span>One</span> 💐"),
        ("<table><tr><td>[a](/b/)</td><td>**c**</td></tr></table>", '<td><p><a href="/b/">a</a></p></td>'),
        ("<table><tr><td>[a](/b/)</td><td>**c**</td></tr></table>", "<td><p><strong>c</strong></p></td>"),
        ("<ul>\n<li>Write `a`</li>\n</ul>", "<li><p>Write <code>a</code></p>"),
        ("<details>\n<summary>One</summary>\n```\na = 1\n```\n</details>", "a = 1\n</code></pre>"),
        ("<details>\n<summary>One</summary>\n- a\n- b\n</details>", "<li>a</li>"),
        ("<div>\n## Two\n</div>", '<h2 id="two">'),
        ("<p>**One** and <code>two</code></p>", "<strong>One</strong> and <code>two</code>"),
        ('<p align="center">\n**One**\n</p>', '<p class="align-center"><strong>One</strong></p>'),
    ],
)
def test_markdown_in_html_is_read(written: str, shown: str) -> None:
    assert shown in re.sub(r">\s+<", "><", html(written))


@pytest.mark.parametrize(
    "written",
    [
        "<p>\n$$\n\\mathbb C \\to A\n$$\n</p>\nand $\\alpha$ too",
        "Then\n<p style='a'>\n$$\n  \\frac{a}{b}\n  + c\n$$\n</p>",
        "<p>so $\\alpha$ is</p>",
    ],
)
def test_formulas_in_html_are_read(written: str) -> None:
    found = html(written, MATH)

    assert "<math" in found
    assert "$" not in found


@pytest.mark.parametrize(
    "written",
    [
        "<p>One.</p>",
        "<p>2 ** 3 and a * b</p>",
        "<p>`one</p>",
        "<p>At 10:30:45, std::vector and a:b:c.</p>",
        "<p>An array[1](2) call.</p>",
        "<p>He said so.\n- The author</p>",
        "<p>$5 and $6</p>",
        "<pre>\n**a**\n</pre>\nb",
        "<script>\n// [a](https://b.example/)\n</script>",
        "<div><!-- **a** --></div>",
        "<p>One\n</p>\n<p>two</p>",
        "<table>\n<tr>\n<td>**</td>\n</tr>\n</table>",
        "<p>One</p>\n    indented",
        "<p>**One** and <code>**two**</code></p>",
        "```\n<p>\n**a**\n</p>\n```",
    ],
)
def test_html_without_markdown_is_left_alone(written: str) -> None:
    assert open_blocks(written)[0] == written


@given(st.text(alphabet="<>/pdiv \n*a`$[](:", max_size=60))
def test_only_empty_lines_are_added(written: str) -> None:
    opened, lines = open_blocks(written)

    assert "".join(opened.split()) == "".join(written.split())
    assert lines.old_line(opened.count("\n")) <= written.count("\n")
