import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from bucketpress.content.html.html_tokens import text_of
from bucketpress.content.markdown.parser import parse_markdown
from tests.support.golden import Golden
from tests.unit.content.samples import RAW, SETTINGS, TEXT_ONLY, html, post, refusal

GOLDEN = Path(__file__).parent / "golden"
KEY = "posts/2010-03-05-a-post.md"


@pytest.mark.parametrize("name", ["features", "quotations", "raw"])
def test_a_body_is_the_golden_one(name: str, golden: Golden) -> None:
    source, expected = GOLDEN / f"{name}.md", GOLDEN / f"{name}.html"

    found = html(source.read_text("utf-8"), RAW if name == "raw" else SETTINGS) + "\n"

    golden.check(expected, found)


# Quotations


def test_a_last_line_with_a_dash_names_the_source() -> None:
    assert html("> They *noticed*.\n> -- Ian Calder, [manager](https://a.example)") == (
        '<figure class="quotation"><blockquote>\n<p>They <em>noticed</em>.</p>\n</blockquote>'
        '<figcaption>— Ian Calder, <a href="https://a.example">manager</a></figcaption></figure>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "> Words\n> — Name",
        "> Words\n> -- Name",
        "> Words\n> --- Name",
        "> Words\n>\n> -- Name",
        "> Words  \n> -- Name",
        "> - a\n> - list\n>\n> -- Name",
        "> ```\n> code\n> ```\n>\n> — Name",
        "> Words\n-- Name",
        "> one\n> two\n> — Name\n",
    ],
)
def test_every_way_to_attribute_is_understood(text: str) -> None:
    found = html(text)

    assert "<figcaption>— Name</figcaption></figure>" in found
    assert "Name" not in found.partition("<figcaption>")[0]
    assert "<br>" not in found


@pytest.mark.parametrize(
    "text",
    [
        "> Words",
        "> -- Name",
        "> Words --\n> Name",
        "> Words\n> --Name",
        "> Words\n> `-- Name`",
        "> ```\n> x\n> -- Name\n> ```",
        ">     x\n>     -- Name",
        "> Words\n> *-- Name*",
        "> Words *and\n> -- Name*",
        "> Words\n> -- Name\n>\n> More",
        "> - item\n>   -- Name",
        "> [!note]\n> Words\n> -- Name",
        "Words\n-- Name",
        "> Words\n> --",
    ],
)
def test_what_only_looks_like_an_attribution_stays_as_it_is(text: str) -> None:
    assert "figcaption" not in html(text)


def test_a_quotation_in_a_quotation_keeps_its_own_source() -> None:
    found = html("> Outer\n>\n> > Inner\n> > -- A\n>\n> -- B")

    assert found.count('<figure class="quotation">') == 2
    assert re.findall("<figcaption>(.*?)</figcaption>", found) == ["— A", "— B"]


def test_an_attribution_without_smart_punctuation() -> None:
    settings = type(SETTINGS)(url="https://a.example", smart_punctuation=False)

    assert '<figcaption>— "Name"</figcaption>' in html('> a\n> -- "Name"', settings)


# Headings


def test_ids_of_headings_are_githubs_and_unique_and_none_of_the_pages() -> None:
    found = html("## A b!\n\n## A b\n\n### A b 1\n\n## 中国\n\n## ???\n\n## fn-1\n\n## BP text")

    ids = re.findall(r'<h\d id="([^"]*)"', found)
    assert ids == ["a-b", "a-b-1", "a-b-1-1", "中国", "section", "s-fn-1", "s-bp-text"]
    assert [unquote(link) for link in re.findall(r'<a class="anchor" href="#([^"]*)"', found)] == ids


@pytest.mark.slow
def test_equal_headings_stay_cheap() -> None:
    assert html("## a\n\n" * 3000).count("<h2") == 3000


# Figures, callouts, tables, code


@pytest.mark.parametrize(
    ("text", "is_figure"),
    [
        ('![a](p.png "Caption")', True),
        ('[![a](p.png "Caption")](https://a.example)', True),
        ("![a](p.png)", False),
        ('![a](p.png "Caption") text', False),
        ('![a](p.png "One")\n![b](q.png "Two")', False),
        ('![a](p.png "")', False),
    ],
)
def test_a_lone_image_with_a_title_is_a_figure(text: str, *, is_figure: bool) -> None:
    found = html(text)

    assert ("<figcaption>Caption</figcaption></figure>" in found) == is_figure
    assert ('title="Caption"' in found) == (not is_figure and "Caption" in text)


def test_a_caption_cannot_smuggle_markup_in() -> None:
    found = html("![a](p.png \"<script>alert('x')</script> & <b>\")")

    assert "&lt;script&gt;" in found
    assert "<script" not in found


def test_a_table_is_a_region_named_by_its_header() -> None:
    found = html("| codec | *rate* |\n|:--|--:|\n| G.711 | 64 |")

    assert found.startswith('<div class="table" tabindex="0" role="region" aria-label="codec, rate"><table>')
    assert '<th class="align-left">codec</th>' in found
    assert '<td class="align-right">64</td>' in found


def test_a_callout_has_its_kind_and_title() -> None:
    assert html("> [!warning] Mind *this*\n> Hot.").startswith(
        '<aside class="callout callout-warning" role="note">\n'
        '<p class="callout-title">\nMind <em>this</em>\n</p>\n\n<p>Hot.</p>'
    )


def test_code_is_coloured_by_class_and_loses_nothing() -> None:
    code = 'def f(x: "é") -> None:\n    return x < 1 && "<b>"  # &amp;\n\n\n'

    found = html(f"```python {{hl}}\n{code}```")

    assert '<pre class="highlight" tabindex="0"><code class="language-python">' in found
    assert '<span class="k">def</span>' in found
    assert "style=" not in found
    assert re.sub("<[^>]*>", "", found).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip() == (
        code.strip()
    )


@pytest.mark.parametrize("language", ["", "nonsense", "c", "../x", "<b>"])
def test_code_in_an_unknown_language_is_plain(language: str) -> None:
    found = html(f"```{language}\nint x = 1;\n```")

    assert "<span" not in found
    assert "int x = 1;" in found


@pytest.mark.parametrize("code", ["x = 1\n" * 2000, "x" * 500 + "\n", "\n" * 30])
def test_code_past_the_caps_is_plain(code: str) -> None:
    assert "<span" not in html(f"```python\n{code}```")


@pytest.mark.slow
def test_only_so_much_of_a_post_is_coloured() -> None:
    block = "```python\n" + "x = 1\n" * 1000 + "```\n\n"

    found = html(block * 20)

    assert found.count('<pre class="highlight"') == 4
    assert found.count("<pre") == 20


# Raw HTML


def test_raw_html_is_shown_as_text_where_the_site_says_so() -> None:
    found = html("<div onclick=x>hi</div>\n\nA <b>bold</b> claim", TEXT_ONLY)

    assert found == "<p>&lt;div onclick=x&gt;hi&lt;/div&gt;</p>\n<p>A &lt;b&gt;bold&lt;/b&gt; claim</p>"


def test_a_comment_is_not_shown() -> None:
    assert html("One\n\n<!-- a note -->\n\nTwo").split() == ["<p>One</p>", "<p>Two</p>"]


def test_raw_html_is_cleaned_where_it_is_allowed() -> None:
    found = html('<div id="main" class="x" onclick="y" style="z">hi <script>alert(1)</script></div>', RAW)

    assert found == '<div id="main" class="x">hi </div>'


def test_an_id_of_the_pages_own_is_not_taken_by_a_text() -> None:
    assert html('<div id="bp-text">hi</div>', RAW) == '<div id="s-bp-text">hi</div>'


def test_a_frame_shows_only_hosts_on_the_list() -> None:
    good = html('<iframe src="https://player.example/v/1" width="3" onload="x"></iframe>', RAW)
    bad = html('<iframe src="https://evil.example/v/1"></iframe><p>after</p>', RAW)

    assert 'src="https://player.example/v/1"' in good
    assert "sandbox=" in good
    assert "onload" not in good
    assert "<iframe" not in bad
    assert "after" in bad


# Caps


@pytest.mark.parametrize(
    "body",
    [
        "> " * 33 + "x",
        ">" * 200_000,
        "> - " * 24_000 + "x",
        "- " * 100_000 + "x",
        "1. " * 40 + "x",
        "\n".join("  " * level + "- x" for level in range(40)),
        "*" * 50_000 + "a" + "*" * 50_000,
    ],
)
def test_deep_nesting_is_refused_with_its_line(body: str) -> None:
    problem = refusal(f"One\n\n{body}", KEY)

    assert "levels deep" in problem.message
    assert problem.line is not None
    assert problem.line >= 3


def test_thirty_two_levels_are_allowed() -> None:
    assert html("> " * 32 + "x").count("<blockquote>") == 32
    assert html("\n".join("  " * level + "- x" for level in range(32))).count("<ul>") == 32


def test_the_line_of_the_nesting_is_counted_in_the_file() -> None:
    problem = refusal("---\ntitle: x\n---\nok\n\nok\n\n" + "> " * 40 + "x", KEY)

    assert problem.line == 8


@pytest.mark.parametrize(
    "body",
    ["<div>\n" * 12_000, "<b>" * 50_000],
)
def test_nested_raw_html_is_refused_before_it_is_slow(body: str) -> None:
    assert "levels deep" in refusal(body, KEY, RAW).message


@pytest.mark.slow
def test_formatting_left_open_ends_with_its_paragraph() -> None:
    found = html("".join(f"<b class=x{i}>" for i in range(60)) + "<p>x" * 20_000, RAW)

    assert found.count("<p>x</p>") == 20_000
    assert found.count("<b ") == 60


@pytest.mark.parametrize(
    "body",
    [pytest.param("# a\n\n" * 50_000, marks=pytest.mark.slow), "[^1]: x\n\n" + "[^1] " * 40_000],
    ids=["headings", "footnotes"],
)
def test_a_short_text_cannot_make_a_huge_page(body: str) -> None:
    assert re.search("A page may have (2,097,152 bytes|60,000 tags) of HTML", refusal(body, KEY).message)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "![",
        "[a](",
        "*a ",
        "_a __b ",
        '"',
        "'a ",
        "`a",
        "<",
        "<a ",
        "<!-- ",
        "<![CDATA[",
        "~~a ",
        "==a ",
        "a@",
        "&",
        "\\",
        "[^a",
        "- [ ] ",
        "www.a.b/( ",
        "|",
        "\t",
        "\u00a0",
        "! ",
        "!",
        ". ",
        ".",
        "-",
        ":",
        "#",
        "#a",
        "/",
    ],
)
def test_long_runs_of_anything_are_read(unit: str) -> None:
    text = unit * (100_000 // len(unit)) + "."

    assert len(post(text).body.html) <= 2 * 1024 * 1024
    assert len(post(text, settings=RAW).body.html) <= 2 * 1024 * 1024


def test_text_of_html_is_one_plain_line() -> None:
    assert text_of('<h2>A<a class="anchor"></a></h2>\n<p>b &amp; <b>c</b><br>d\n  e</p><li>f') == "A b & c d e f"
    assert text_of('x<sup class="footnote-ref"><a>1</a></sup>, m<sup>2</sup>') == "x, m2"


def test_words_are_counted_also_where_no_spaces_are() -> None:
    assert post("One two-three four's\n\n- five").body.words == 4
    assert post("中文字").body.words == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("> a\n\nb\n\n" * 20_000, "A page may have 60,000 tags of HTML; this text makes "),
        ("# a\n\n" * 9_500, "headings, tasks, pictures, boxes and links count more"),
        ("- [ ] a\n" * 12_000, "headings, tasks, pictures, boxes and links count more"),
        ("!!! note\n    a\n\n" * 12_100, "the boxes of this text alone make 60,500"),
        (":::note\na\n:::\n\n" * 12_100, "the boxes of this text alone make 60,500"),
        ("![a](b.png)\n\n" * 18_000, "headings, tasks, pictures, boxes and links count more"),
    ],
)
def test_a_text_of_too_many_elements_is_refused(text: str, message: str) -> None:
    (problem,) = parse_markdown(text, SETTINGS).problems

    assert problem.severity == "error"
    assert message in problem.message


def test_lines_like_those_of_boxes_are_no_boxes_unless_there_are_very_many() -> None:
    text = "!!!\n" * 12_000 + "a line\n" * 12_000

    assert parse_markdown(text, SETTINGS).problems == ()


@pytest.mark.slow
def test_a_long_text_of_many_short_lines_is_not_refused() -> None:
    text = "# A heading\n\n- one [link](https://a.example/)\n- *two*\n\n![A dog](dog.png)\n\nA paragraph.\n\n" * 1_800

    assert parse_markdown(text, SETTINGS).problems == ()
