"""Markdown as other programs read it: what has a meaning here keeps it, and no reader sees the rest."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.markdown.code_finder import CodeFinder
from bucketpress.content.markdown.extensions import read_extensions
from bucketpress.content.markdown.stand_ins import COLON
from bucketpress.content.settings.site_settings import SiteSettings
from tests.unit.content.samples import html, read

CHINESE = SiteSettings(url="https://a.example", language="zh")


# Chinese and Japanese


def test_chinese_text_needs_no_spaces() -> None:
    written = "访问 https://example.com/a，然后继续。\n\n这是**我想做的事。**所以继续。\n\n自强不息，厚\n德载物"

    found = html(written, CHINESE)

    assert '<a href="https://example.com/a">https://example.com/a</a>，然后继续。' in found
    assert "<strong>我想做的事。</strong>所以继续。" in found
    assert "自强不息，厚德载物" in found


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("见http://a.example/b。好", '<a href="http://a.example/b">http://a.example/b</a>。好'),
        ("（https://a.example/b）", '（<a href="https://a.example/b">https://a.example/b</a>）'),
        ("**https://a.example/b**，下", '<strong><a href="https://a.example/b">https://a.example/b</a></strong>，下'),
        ("www.a.example、www.b.example。", '<a href="http://www.a.example">www.a.example</a>、'),
        ("「https://a.example」です", '「<a href="https://a.example">https://a.example</a>」です'),
        ("`https://a.example/b，c`", "<code>https://a.example/b，c</code>"),
        ("[x](https://a.example/b，c)", 'href="https://a.example/b%EF%BC%8Cc"'),
        ("https://zh.example/维基 好", 'href="https://zh.example/%E7%BB%B4%E5%9F%BA"'),
        ("**厚**\n德", "<strong>厚</strong>德"),
        ("厚\n*德*", "厚\n<em>德</em>"),
        ("他说\n“好”", "他说“好”"),
        ("カタカナ\nひらがな", "カタカナひらがな"),
        ("中文\nEnglish", "中文\nEnglish"),
        ("한국어\n텍스트", "한국어\n텍스트"),
        ("one\ntwo", "one\ntwo"),
        ("```\n厚\n德\n```", "厚\n德"),
        ("- 厚\n- 德", "<li>厚</li>\n<li>德</li>"),
        ("**“重要”**的", "<strong>“重要”</strong>的"),
    ],
)
def test_lines_and_addresses_end_where_chinese_and_japanese_end_them(written: str, shown: str) -> None:
    assert shown in html(written, CHINESE)


# Headings


@pytest.mark.parametrize("written", ["##One", "Text\n\n###One", "##標題", "##One##"])
def test_a_heading_needs_no_space_after_two_signs(written: str) -> None:
    assert "<h" in html(written)


@pytest.mark.parametrize("written", ["#one", "#1234", "##42 is fixed", "Text\n##one", "`##one`", "```\n\n##one\n```"])
def test_what_begins_like_a_heading_stays_text(written: str) -> None:
    assert not re.search("<h[1-6]", html(written))


# Hyphens


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Run git log --oneline, or npm i --save-dev.", "Run git log --oneline, or npm i --save-dev."),
        ("Pages 1--10.", "Pages 1–10."),
        ("--help", "--help"),
        ("(--no-verify)", "(--no-verify)"),
        ("**--force**", "<strong>--force</strong>"),
        ('--title="a b"', '--title="a b"'),
        ("'--x'", "‘--x’"),
        ("a -- b and c --- d", "a – b and c — d"),
        ("one--two", "one–two"),
        ("`--x` and `a -- b`", "<code>--x</code> and <code>a -- b</code>"),
        ("[the --all flag](https://a.example/x)", ">the --all flag</a>"),
        ("<kbd>--x</kbd>", "<kbd>--x</kbd>"),
        ("| a | b |\n|--|--|\n| --x | 1--2 |", ">--x</td>"),
    ],
)  # fmt: skip
def test_flags_keep_their_hyphens(written: str, shown: str) -> None:
    assert shown in html(written)


# Anchors


def test_anchors_are_githubs_and_a_dead_one_is_told() -> None:
    found, problems = read(
        "---\ntitle: A\n---\n[a](#nodejs-tips) [b](#12-version) [c](#nope)\n\n## Node.js tips\n\n## 1.2 Version\n"
    )

    assert found is not None
    assert '<a href="#nodejs-tips">a</a> <a href="#12-version">b</a>' in found.body.html
    assert ['"#nope" leads nowhere' in str(problem) and problem.line for problem in problems] == [4]


@pytest.mark.parametrize(
    ("heading", "link"),
    [
        ("## Hello World", "#hello-world"),
        ("## Hello World", "#Hello-World"),
        ("## C++ & Rust", "#c--rust"),
        ("## What's new?", "#whats-new"),
        ("## `code` and *more*", "#code-and-more"),
        ("## 中文 标题", "#中文-标题"),
        ("## 中文", "#%E4%B8%AD%E6%96%87"),
        ("## snake_case", "#snake_case"),
        ("## Straße", "#straße"),
        ("## Node.js tips", "#node-js-tips"),
        ("## Any {#my-id}", "#my-id"),
        ("## Any {#my-id .class}", "#my-id"),
        ("## Any\n{: #my-id}", "#my-id"),
        ("Any {#my-id}\n---", "#my-id"),
        ("## Any {:#my-id}", "#my-id"),
        ('<a name="my-id"></a>', "#my-id"),
        ('<h2 id="my-id">Any</h2>', "#my-id"),
        ("## Twice\n\n## Twice", "#twice-1"),
    ],
)
def test_an_anchor_is_found_by_every_usual_name(heading: str, link: str) -> None:
    found, problems = read(f"[x]({link})\n\n{heading}\n")

    assert found is not None
    assert not problems
    target = re.search('href="#([^"]*)"', found.body.html)
    assert target is not None
    assert "{" not in found.body.html


# Marks for programs


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("A note.\n{: .note}", "<p>A note.</p>"),
        ('![a](https://a.example/x.png){:width="50%"}', '<img src="https://a.example/x.png" alt="a" decoding="async">'),
        ("![a](https://a.example/x.png){width=50%}", 'alt="a" decoding="async"></p>'),
        ("[a](https://a.example){.button}", ">a</a></p>"),
        ('[a](https://a.example){:target="_blank" rel="x"} b', ">a</a> b"),
        ("**a**{: .b #c} d", "<strong>a</strong> d"),
        ('![a](https://a.example/x.png){:\n.icon width="7"} b', '" alt="a" decoding="async"> b'),
        ("x\n\n{:ref: .a}", "<p>x</p>"),
        ("x {::comment}y{:/comment} z", "<p>x  z</p>"),
        ("{::options toc_levels='2'/}\nx", "<p>x</p>"),
        ("[TOC]\n\nx", "<p>x</p>"),
        ("[[toc]]\n\nx", "<p>x</p>"),
        ("[[_TOC_]]\n\nx", "<p>x</p>"),
        ("* TOC\n{:toc}\n\nx", "<p>x</p>"),
        ("1. list\n{:toc}\n\nx", "<p>x</p>"),
        ('<div markdown="1">\n*x*\n</div>', "<p><em>x</em></p>"),
        ("<section class=a markdown=block>\n## Hi\n</section>", '<h2 id="hi">'),
        ("Ruby {:a => 1}, Clojure {:a 1}", "Ruby {:a =&gt; 1}, Clojure {:a 1}"),
        ("`{: .x}` and `[TOC]`", "<code>{: .x}</code> and <code>[TOC]</code>"),
    ],
)
def test_attribute_lists_and_marks_reach_nobody(written: str, shown: str) -> None:
    assert shown in html(written)


@pytest.mark.parametrize("mark", ["[TOC]", "[[toc]]", "* TOC\n{:toc}", "{:toc}", "* a\n{:toc .x}"])
def test_a_mark_for_contents_gives_contents(mark: str) -> None:
    found, _ = read(f"{mark}\n\n## One\n\n## Two")

    assert found is not None
    assert found.entry.toc


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("> [!note]\n> x", ">Note</p>"),
        ("> [!NOTE] Mine\n> x", "\nMine\n</p>"),
        ("> [!tip]- Fold\n> x", '<details class="callout callout-tip">\n<summary class="callout-title">'),
        ("> [!tip]+ Fold\n> x", '<details class="callout callout-tip" open="">'),
        ("> [!anything]\n> x", 'class="callout callout-note"'),
        ("> [!danger]\n> x", 'class="callout callout-caution"'),
        (":::note\nx\n:::", '<aside class="callout callout-note" role="note">\n<p class="callout-title">Note</p>'),
        (":::tip My *title*\nx\n:::", ">My title</p>"),
        ("::: warning\nx\n:::", "callout-warning"),
        (":::note Read this: now\nx\n:::", ">Read this: now</p>"),
        (":::note[See: [this](https://a.example/)]\nx\n:::", ">See: this</p>"),
        (":::note On `a: {b}`\nx\n:::", ">On a: {b}</p>"),
        (":::note[Label]{.c}\nx\n:::", ">Label</p>"),
        ("::::info\n:::tip\nx\n:::\n::::", "callout-tip"),
        ("::: details More\nx\n:::", "<summary>More</summary>"),
        ("::: {.info}\nx\n:::", "callout-note"),
        ("::: v-pre\nx\n:::", "<p>x</p>"),
        ("x\n\n:::\n\ny", "<p>x</p>\n<p>y</p>"),
        ("- a\n\n  :::note\n  x\n  :::", "callout-note"),
    ],
)
def test_callouts_of_every_program_are_shown(written: str, shown: str) -> None:
    found = html(written)

    assert shown in found
    assert ":::" not in found
    assert "[!" not in found


@pytest.mark.parametrize(
    ("info", "coloured"),
    [
        ("rust,ignore", True),
        ("jsx{1,3}", True),
        ("{.python}", True),
        ("{.python .numberLines}", True),
        ('js title="x"', True),
        ("python hl_lines=1", True),
        ("js:title=a.js", True),
        ("Python", True),
        ("nonsense", False),
    ],
)
def test_the_language_of_code_is_understood(info: str, *, coloured: bool) -> None:
    assert ("<span" in html(f"```{info}\nx = 1; // y\n```")) == coloured


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Term\n: What it is", "<dl>\n<dt>Term</dt>\n<dd>What it is</dd>"),
        (":tada: and :+1:", "🎉 and 👍"),
        ("a:smile:b at 12:30:45", "a:smile:b at 12:30:45"),
        ("`:tada:`", "<code>:tada:</code>"),
        ("==mark==", "<mark>mark</mark>"),
        ("$5 and $6", "$5 and $6"),
    ],
)
def test_more_of_markdown_is_read(written: str, shown: str) -> None:
    assert shown in html(written)


PIECES = [
    *("{: .x}", "{:toc}", "{#a}", "{: #b}", "[TOC]", ":::note T\n", ":::\n", "::::tip\n", "{::comment}", "{:/comment}"),
    *("\n", "\n\n", "text ", "`", "``", "```\n", "~~~\n", "    ", "- ", "> ", "# H ", "<pre>", "</pre>", "<!--", "-->"),
    *('<div markdown="1">\n', "</div>\n", "https://a.example/", "，", "厚", "--flag", "{: ", "}", "\\"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_mixture_is_read_and_code_is_left_alone(text: str) -> None:
    extended = read_extensions(text)

    for start, end in _code(text):
        assert text[start:end] in extended.text.replace(COLON, ":")
    found, _ = read(text)
    if found:
        assert not re.search("[\ufdd0-\ufdef]", found.body.html)


def _code(text: str) -> list[tuple[int, int]]:
    finder, parts = CodeFinder(text), []
    while part := finder.before(len(text)):
        parts.append(part)
    return parts


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        *("{: .x} ", "{#a}\n", ":::note\n", ":::", "`{: .x}", "``` ", "{::comment}", "[TOC]\n", "<!--", "<pre>", "> "),
        *("- {:toc}\n", "https://a.example，", "厚\n", " --a", ":a", "` `` ``` ", "<div markdown=1>\n", "\n    x\n\n"),
        "{:" + "a" * 300,
    ],
)
def test_long_runs_cost_little(unit: str) -> None:
    read(unit * (60_000 // len(unit)))
