"""Marks of MkDocs, Pandoc and other programs get a meaning or go; prose that looks like them stays."""

import pytest

from tests.unit.content.samples import front, html, post, read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('!!! warning "Mind *this*"\n    Text **b**.\n\n    More.\n\nAfter.', "<p>Text <strong>b</strong>.</p>"),
        ("!!! note\n    Text.\n", '<p class="callout-title">Note</p>'),
        ("!!! note\n\n    Text.\n", "<p>Text.</p>"),
        ("???+ tip\n    Text.\n", "<summary>Tip</summary>"),
        ("!!! note\n    !!! tip\n        Inner.\n", 'callout-tip" role="note">'),
        ("A [word]{.smallcaps} here.", "<p>A word here.</p>"),
        ("Paragraph. {.lead}", "<p>Paragraph.</p>"),
        ("- a {.x}\n- b\n{.list data-a=1}", "<li>b</li>"),
        ("*[HTML]: Hyper Text\n\nHTML.", "<p>HTML.</p>"),
        ("\\newpage\n\nText.", "<p>Text.</p>"),
        ("![a](x.png =100x200)", 'alt="a" decoding="async"></p>'),
        ("x^2^ and 1^st^", "<p>x<sup>2</sup> and 1<sup>st</sup></p>"),
    ],
)
def test_marks_of_other_programs_are_read(text: str, shown: str) -> None:
    body = post(front("title: T", text)).body

    assert shown in body.html
    assert not any(mark in body.html + body.markdown for mark in ("!!!", "???", "{.", "*[", "newpage", " =100"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](a b.png)", 'src="/_bucketpress/media/posts/a%20b.png" alt="x"'),
        ('![x](/a b/c d.png "T")', 'src="/a%20b/c%20d.png" alt="x"'),
        ("[x](my file.pdf)", 'href="/_bucketpress/media/posts/my%20file.pdf">x</a>'),
        ("[![x](a.png)](my file.pdf)", 'href="/_bucketpress/media/posts/my%20file.pdf"'),
        ("[x](my post.md#part)\n\n[x](my post.md)", 'href="/.source/posts/my%20post.md">x</a>'),
    ],
)
def test_a_file_with_spaces_in_its_name_is_reached_and_its_author_told(text: str, shown: str) -> None:
    found, problems = read(front("title: T", text))

    assert found is not None
    assert shown in found.body.html
    assert [problem.kind for problem in problems if "has spaces" in problem.message] == ["address-spaces"]


def test_a_footnote_may_have_spaces_in_its_name_and_a_reference_without_one_is_left_out() -> None:
    body = html(front("title: T", "A[^Linker 1M] b[^not there].\n\n[^Linker 1M]: Why.\n\n[]: https://a.example\n"))

    assert 'href="#fn-linker-1m"' in body
    assert "<p>Why." in body
    assert "[]:" not in body
    assert "b[^not there]." in body


@pytest.mark.parametrize(
    "text",
    [
        "call f[i](x y) and [the spec](/my uri)",
        "`![x](a b.png)` is text",
        "arr](a.b c.png) too",
        "Wow!!! note this.",
        "What??? note",
        "!!! note",
        "2^10 and 3^5 make x^y",
        "a ^ b ^ c",
        "[^a-z]+ and ^[a-z]+$",
        "if (x) {.5}",
        "Use {} and {a: 1}",
        "a = b and c =100",
        "Vec<T> is *[x] of it",
        "```\n!!! note\n    text {.x}\n```",
        "`x^2^ [a]{.b}`",
    ],
)
def test_prose_that_looks_like_a_mark_stays(text: str) -> None:
    plain = html(front("title: T", text)).replace("<code>", "").replace("</code>", "").replace("&gt;", ">")

    for word in text.replace("`", "").replace("Vec<T>", "Vec").replace("*[x]", "[x]").split():
        assert word in plain, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[text](https://x.example/{{ u }}/y) z", "text</a> z"),
        ("![text](https://x.example/{{ u }}/y.png) z", 'alt="text"'),
        ('<a href="https://x.example/{{ u }}/y">text</a>', "text</a>"),
        ("[text][r]\n\n[r]: https://x.example/{{ u }}/y\n", "text</a>"),
    ],
)
def test_an_address_with_an_unknown_value_leaves_its_text(text: str, shown: str) -> None:
    found, problems = read(front("title: T", text), "_posts/2010-03-05-a.md")

    assert found is not None
    assert shown in found.body.html
    assert "x.example" not in found.body.html
    assert [problem.kind for problem in problems][:1] == ["tag-left-out"]


def test_a_summary_made_of_code_holds_no_markup() -> None:
    assert post(front("title: T", "```python\nx = 1\n```")).entry.summary == "x = 1"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("|a|b|\n|---|---|---|\n|1|2|3|", 3),
        ("|a|b|c|\n|:--|---|\n|1|2|3|", 3),
        ("| a \\| b |\n|---|---|\n| 1 | 2 |", 2),
        ("|a|b|\n|---|---|\n|1|2|", 2),
    ],
)
def test_a_table_has_as_many_cells_as_the_longer_of_its_first_two_lines(text: str, cells: int) -> None:
    body = html(front("title: T", text))

    assert body.count("<th") - body.count("<thead") == cells
    assert "---" not in body
    assert "|" not in body.replace("a | b", "")


@pytest.mark.parametrize("text", ["|a|b|\n|---|---|---|\ntext", "```\n|a|b|\n|---|---|---|\n|1|\n```", "|x|\n|y|\n|z|"])
def test_bars_that_begin_no_table_stay(text: str) -> None:
    assert "<table" not in html(front("title: T", text))
