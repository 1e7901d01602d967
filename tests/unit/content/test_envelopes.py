"""Front matter in every form that blogs have it in, and mended where people break it."""

import pytest

from bucketpress.content.front_matter.envelope import open_envelope
from bucketpress.content.front_matter.syntax.tree import Mapping, Scalar, Sequence, plain_value
from bucketpress.content.problem import Severity
from tests.unit.content.samples import front, post, read

TOML = """+++
title = "A: #1"
date = 2010-03-05
tags = ["x", "y"]
draft = false

[taxonomies]
categories = ["z"]

[extra]
rating = 5
+++
Text.
"""
JSON = """{
  "title": "A: #1",
  "date": "2010-03-05",
  "tags": ["x", "y"],
  "draft": false,
  "taxonomies": {"categories": ["z"]},
  "extra": {"rating": 5},
}

Text.
"""
BARE = """Title: A: #1
Date: 2010-03-05
Tags: x, y
Category: z
Draft: no
rating: 5

Text.
"""
HEXO = """title: "A: #1"
date: 2010-03-05
tags:
- x
- y
categories: z
rating: 5
---
Text.
"""
PAIRS = JSON[2:].replace("}\n\nText", ";;;\nText", 1).lstrip()
IN_A_LINE = '{"title":"A: #1","date":"2010-03-05","tags":["x","y"],"category":"z","rating":5}'
FORMS = {
    "toml": TOML,
    "toml with more pluses": TOML.replace("+++", "++++ "),
    "toml between dashes": TOML.replace("+++", "---toml", 1).replace("+++", "---"),
    "json": JSON,
    "json in one line": IN_A_LINE + "\nText.\n",
    "json between semicolons": f";;;\n{PAIRS}",
    "an object between semicolons": f";;;\n{IN_A_LINE}\n;;;\nText.\n",
    "hexo's json": PAIRS,
    "json between dashes": f"---json\n{IN_A_LINE}\n---\nText.\n",
    "bare": BARE,
    "bare below a mark": "\ufeff\n" + BARE,
    "bare and a fence": BARE.replace("\n\nText", "\n---\nText"),
    "hexo": HEXO,
    "yaml": "---\n" + HEXO,
}


@pytest.mark.parametrize("form", FORMS)
def test_front_matter_is_read_in_every_form(form: str) -> None:
    found, problems = read(FORMS[form], "posts/a.md")

    assert found is not None, problems
    entry = found.entry
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    assert (entry.title, entry.path, [tag.label for tag in entry.tags]) == ("A: #1", "/2010/03/a/", ["x", "y", "z"])
    assert found.extra == {"rating": 5}
    assert found.body.markdown.strip() == "Text."


@pytest.mark.parametrize("form", FORMS)
def test_a_problem_stands_in_its_line_in_every_form(form: str) -> None:
    text = FORMS[form].replace("2010-03-05", "2010-02-30")
    found, problems = read(text, "posts/a.md")

    assert found is None
    line = next(number for number, line in enumerate(text.split("\n"), 1) if "2010-02-30" in line)
    assert line in [problem.line for problem in problems]


def test_a_link_in_the_text_is_found_in_its_line_in_every_form() -> None:
    for form in FORMS.values():
        text = form.replace("Text.", "[x](javascript:x)")
        _, problems = read(text, "posts/a.md")
        line = next(number for number, line in enumerate(text.split("\n"), 1) if "javascript" in line)
        assert line in [problem.line for problem in problems]


def test_zola_keeps_the_date_in_the_path() -> None:
    entry = post('+++\ntitle = "X"\npath = "/2026/03/26/x"\n[taxonomies]\ntags = ["a"]\n+++\ntext', "posts/x.md").entry

    assert str(entry.published)[:10] == "2026-03-26"
    assert entry.path == "/2026/03/26/x/"


def test_continued_lines_belong_to_the_value_above() -> None:
    entry = post("Title: A long\n    title\nDate: 2010-03-05\nTags:\n  - a\n  - b\n\nText.\n", "posts/a.md").entry

    assert entry.title == "A long title"
    assert [tag.label for tag in entry.tags] == ["a", "b"]


@pytest.mark.parametrize(
    "line",
    [
        'date: ""',
        "date:",
        "date: null",
        "date: ~",
        'url: ""',
        "url:",
        "slug: ''",
        "updated: ''",
        "expires:",
        "id: ''",
        "lang:",
        "aliases:",
        "author: ''",
        "tags: ['']",
        "image: ''",
        "layout:",
    ],
)
def test_an_empty_value_is_absent(line: str) -> None:
    found, problems = read(front(f"title: A\n{line}"), "posts/2010-03-05-a.md")

    assert problems == ()
    assert found is not None
    assert found.entry.path == "/2010/03/a/"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Foo: bar", "Foo: bar"),
        ('"Quoted" and more', '"Quoted" and more'),
        ("'Quoted' and more", "'Quoted' and more"),
        ("'It's a trap'", "It's a trap"),
        ('"She said "no""', 'She said "no"'),
        ("'a' and 'b'", "'a' and 'b'"),
        ("> 5 tips", "> 5 tips"),
        ("| a pipe", "| a pipe"),
        ("*Important", "*Important"),
        ("*Important* news", "*Important* news"),
        ("**Bold** title", "**Bold** title"),
        ("&Rock", "&Rock"),
        ("&Rock roll", "&Rock roll"),
        ("!important in CSS", "!important in CSS"),
        ("@home", "@home"),
        ("`code`", "`code`"),
        ("%100", "%100"),
        ("[Video] x", "[Video] x"),
        ("[a][b]", "[a][b]"),
        ("{x} y", "{x} y"),
        ("- a: b", "- a: b"),
        (", comma", ", comma"),
        ("] bracket", "] bracket"),
        ("? what: that", "? what: that"),
        ("#100DaysOfCode, day 1", "#100DaysOfCode, day 1"),
        ("Learning C # in a week", "Learning C # in a week"),
        ("Ends with #", "Ends with #"),
        ("C#", "C#"),
        ("! 'Text: more'", "Text: more"),
        ('! "Text: more"', "Text: more"),
        ("! plain", "plain"),
        ("'It''s'", "It's"),
        ('"a\\tb"', "a b"),
    ],
)
def test_a_title_is_what_its_author_meant(written: str, title: str) -> None:
    found, problems = read(front(f"title: {written}\nslug: a"))

    assert found is not None, problems
    assert found.entry.title == title
    assert (found.entry.slug, len(problems) <= 1) == ("a", True)


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        ("tags: #foo #bar", ["foo", "bar"]),
        ("tags: #foo", ["foo"]),
        ("tags: [#foo, #bar]", ["foo", "bar"]),
        ("tags:\n- #foo\n- bar", ["foo", "bar"]),
        ("tags:\n  - '@y'\n  - @x", ["@y", "@x"]),
        ("tags: [@a, `b`]", ["@a", "`b`"]),
        ("tags: a, b #c", ["a", "b #c"]),
        ("tags: [a, b]  # a note", ["a", "b"]),
        ("x: &t [a, b]\ntags: *t", ["a", "b"]),
    ],
)
def test_tags_are_what_their_author_meant(lines: str, labels: list[str]) -> None:
    found, problems = read(front(lines))

    assert found is not None, problems
    assert [tag.label for tag in found.entry.tags] == labels


def test_a_comment_after_any_other_value_is_one() -> None:
    assert post(front("slug: b # the short one\ndraft: false # at last")).entry.slug == "b"


def test_lines_indented_with_tabs_are_read() -> None:
    found, problems = read(front("title: T\ntags:\n\t- a\n\t- b"))

    assert found is not None
    assert [tag.label for tag in found.entry.tags] == ["a", "b"]
    assert len(problems) == 1


def test_aliases_within_their_bound_are_read() -> None:
    fields = open_envelope("---\na: &x one\nb: *x\nc: [*x, *x]\n---\ntext").fields

    assert plain_value(fields) == {"a": "one", "b": "one", "c": ["one", "one"]}


def test_the_places_of_toml_and_json_are_those_of_their_values() -> None:
    for text in ('+++\na = "x"\nb = [1]\n+++\nt', '{\n"a": "x",\n"b": [1]\n}\nt'):
        fields = open_envelope(text).fields
        assert isinstance(fields, Mapping)
        (a, one), (_, many) = fields.pairs
        assert isinstance(one, Scalar)
        assert isinstance(many, Sequence)
        assert (a.line, one.line, many.line) == (2, 2, 3)
        assert one.column in {5, 6}


@pytest.mark.parametrize(
    "head",
    [
        "ready for publication: false\ntitle: T\n---\n",
        "title: T\nready for publication: no\n---\n",
        "approved: false\n\n",
        "# A heading\n\nready for publication: false\n\n",
        "<!-- approved: no -->\n",
    ],
)
def test_what_holds_back_in_other_words_does_so_without_fences_too(head: str) -> None:
    found, problems = read(f"{head}Text.\n", "posts/2010-03-05-a.md")

    assert found is None or found.draft, problems


def test_a_text_may_begin_with_such_words() -> None:
    found, problems = read("Ready for publication: our new route map.\n\nLive: from Monday.\n", "posts/2010-03-05-a.md")

    assert found is not None, problems
    assert not found.draft
