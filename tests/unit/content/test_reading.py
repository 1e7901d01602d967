import json
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.post import Author, Tag
from bucketpress.content.post_reader import MAX_POST_BYTES, read_post
from bucketpress.content.problem import Severity
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from tests.unit.content.samples import SETTINGS, WITH_PEOPLE, front, post, read, refusal

DATE = "date: 2010-03-05"


def test_a_whole_post_is_understood() -> None:
    lines = """title: China in VoIP U-turn
date: 2010-03-05 14:00
updated: 2010-03-06T10:00:00Z
expires: 2031-01-01
author: priya-nair
tags: [voip, Call quality]
summary: One sentence.
image: /_bucketpress/media/posts/map.png
image_alt: A map
lang: en-GB
toc: true
featured: true
series: {name: China, part: 2}"""

    found = post(front(lines, "Body [link](other.md)."), "posts/china.md", WITH_PEOPLE)

    entry = found.entry
    assert (entry.key, entry.kind, entry.slug, entry.path) == (
        "posts/china.md",
        SourceKind.POST,
        "china",
        "/2010/03/china/",
    )
    assert (entry.title, entry.summary) == ("China in VoIP U-turn", "One sentence.")
    assert str(entry.published) == "2010-03-05 14:00:00+00:00"
    assert str(entry.updated) == "2010-03-06 10:00:00+00:00"
    assert entry.tags == (Tag(slug="voip", label="VoIP"), Tag(slug="call-quality", label="Call quality"))
    assert entry.authors == (Author(slug="priya-nair", name="Priya Nair"),)
    assert (entry.image, entry.image_alt, entry.lang) == ("/_bucketpress/media/posts/map.png", "A map", "en-GB")
    assert found.expires is not None
    assert (found.draft, entry.toc, found.links) == (False, True, ("posts/other.md",))
    assert found.extra == {"featured": True, "series": {"name": "China", "part": 2}}
    assert found.body.markdown == "Body [link](other.md).\n"


# Titles


@pytest.mark.parametrize(
    ("lines", "body", "title"),
    [
        ("title: 2018-11-21", "", "2018-11-21"),
        ("title: no", "", "no"),
        ("title: 12:30", "", "12:30"),
        ("title: 007", "", "007"),
        ("title: null", "", "A post"),
        ("title: ''", "", "A post"),
        ("headline: H", "", "H"),
        ("linkTitle: L", "", "L"),
        ("title: T\nheadline: H", "", "T"),
        ("title: [T]", "", "T"),
        ("title: |\n  two\n  lines", "", "two lines"),
        ("x: y", "# From *the* heading\n\ntext", "From the heading"),
        ("x: y", "Heading\n=======\n", "Heading"),
        ("x: y", "no heading", "A post"),
        ("title: a <b>c</b> & d", "", "a <b>c</b> & d"),
    ],
)
def test_the_title_is_what_the_author_wrote(lines: str, body: str, title: str) -> None:
    assert post(front(lines, body)).entry.title == title


def test_a_title_with_a_colon_is_taken_whole_with_a_warning() -> None:
    found, problems = read(front("title: Foo: it's bar"))

    assert found is not None
    assert found.entry.title == "Foo: it's bar"
    assert [(problem.severity, problem.line, problem.column) for problem in problems] == [(Severity.WARNING, 2, 8)]
    assert problems[0].fix == "Write `title: 'Foo: it''s bar'`."


def test_the_heading_that_is_the_title_leaves_the_body_and_others_step_down() -> None:
    html = post("# One\n\n# Two\n\n## Three\n").body.html

    assert "One" not in html
    assert "<h1" not in html
    assert html.count("<h2") == 2


def test_a_heading_that_repeats_the_title_is_not_shown_twice() -> None:
    assert "<h2" not in post(front("title: Same", "# Same\n\ntext")).body.html
    assert "<h2" in post(front("title: Same", "# Other\n\ntext")).body.html


# Dates and states


def test_front_matter_beats_the_date_in_the_file_name() -> None:
    entry = post(front("date: 2011-01-02"), "posts/2010-03-05-x.md").entry

    assert entry.published is not None
    assert (entry.published.date(), entry.path) == (date(2011, 1, 2), "/2011/01/x/")


def test_the_file_name_gives_date_and_slug() -> None:
    entry = post("Text", "_posts/sub/2010-03-05-hello-world.markdown").entry

    assert (entry.path, entry.title) == ("/2010/03/05/hello-world/", "Hello world")


@pytest.mark.parametrize("key", ["publishDate", "pubDate", "published_at", "created", "published"])
def test_other_names_of_the_date_are_known(key: str) -> None:
    entry = post(front(f"{key}: 2010-03-05"), "posts/x.md").entry

    assert entry.path == "/2010/03/x/"


@pytest.mark.parametrize("lines", ["title: x", "published: true", "date: null", "draft: false"])
def test_a_post_without_a_date_is_refused_with_the_remedy(lines: str) -> None:
    problem = refusal(front(lines), "posts/x.md")

    assert problem.message == "The post has no date."
    assert "date: 2010-03-05" in problem.fix


@pytest.mark.parametrize("key", ["drafts/x.md", "pages/x.md", "_drafts/x/index.md"])
def test_drafts_and_pages_need_no_date(key: str) -> None:
    assert post("Text", key).entry.published is None


@pytest.mark.parametrize(
    "lines",
    ["draft: true", "draft: 'yes'", "published: false", "publish: no", "status: draft", "status: Hidden"],
)
def test_a_draft_is_a_draft_however_it_is_written(lines: str) -> None:
    assert post(front(f"{DATE}\n{lines}")).draft


@pytest.mark.parametrize(
    "lines", ["draft: false", "published: true", "publish: true", "status: published", "draft: null"]
)
def test_what_says_it_is_published_is_no_draft(lines: str) -> None:
    assert not post(front(f"{DATE}\n{lines}")).draft


@pytest.mark.parametrize("lines", ["draft: maybe", "published: maybe", "status: odd", "draft: [a, b]"])
def test_a_state_nobody_understands_is_never_guessed(lines: str) -> None:
    assert refusal(front(f"{DATE}\n{lines}")).line == 3


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("date: 2024-02-30", "February 2024 has 29 days"),
        ("date: 03/04/2010", "two ways"),
        ("date: [1, 2]", "must be one date"),
        ("updated: soon", "cannot be read"),
        ("expires: 2010-02-30", "28 days"),
    ],
)
def test_a_wrong_date_is_refused_with_its_place(line: str, word: str) -> None:
    found, problems = read(front(f"title: x\n{line}"))

    assert found is None
    assert [(problem.line, problem.column) for problem in problems] == [(3, line.index(":") + 3)]
    assert word in problems[0].message


def test_an_impossible_date_in_a_file_name_is_refused() -> None:
    assert "29 days" in refusal("Text", "posts/2024-02-30-x.md").message


# Addresses


@pytest.mark.parametrize(
    ("lines", "key", "path"),
    [
        ("slug: My Slug", "posts/a.md", "/2010/03/my-slug/"),
        ("url: /Blog/2009/Foo.html", "posts/a.md", "/Blog/2009/Foo.html"),
        ("permalink: /Old/Path/", "posts/a.md", "/Old/Path/"),
        ("path: /zola", "posts/a.md", "/zola/"),
        ("url: /x/index.html", "posts/a.md", "/x/"),
        ("url: /caf%C3%A9/", "posts/a.md", "/café/"),
        ("url: /100%/", "posts/a.md", "/100%/"),
        ("url: /2010/03/05/x/", "posts/a.md", "/2010/03/05/x/"),
        ("x: y", "posts/My Folder/index.md", "/2010/03/my-folder/"),
        ("x: y", "posts/2010-03-05-a b+c%20🚀.md", "/2010/03/a-b-c-20/"),
        ("x: y", "pages/about.md", "/about/"),
        ("x: y", "pages/Team/Jane Doe.md", "/team/jane-doe/"),
        ("x: y", "pages/team/index.md", "/team/"),
        ("slug: other", "pages/team/jane.md", "/team/other/"),
        ("url: /who.html", "pages/about.md", "/who.html"),
    ],
)
def test_the_address_follows_from_key_and_front_matter(lines: str, key: str, path: str) -> None:
    assert post(front(f"{DATE}\n{lines}"), key).entry.path == path


def test_a_permalink_pattern_places_posts() -> None:
    settings = SiteSettings(url="https://a.example", permalink="/blog/:year-:month-:day-:slug.html")

    assert post("Text", "posts/2010-03-05-x.md", settings).entry.path == "/blog/2010-03-05-x.html"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/index.html",
        "/2010/",
        "/2010/03/",
        "/tags/x/",
        "/authors/",
        "/archive/",
        "/feed.xml/x/",
        "/v1/posts/",
        "/_bucketpress/x/",
        "/static/x/",
        "/feed.xml",
        "/atom.xml",
        "/feed.json",
        "/sitemap.xml",
        "/robots.txt",
        "/sitemap-2010-03.xml",
        "/404.html",
        "/a/../b/",
        "/a/./b/",
        "/a//b/",
        "/%2e%2e/x/",
        "/a?b",
        "/a#b",
        "/a\\\\b",
        '"/a\\tb"',
        "/" + "a" * 300 + "/",
        "/" + "a/" * 400,
    ],
)
def test_an_address_that_cannot_be_is_refused_with_its_place(path: str) -> None:
    problem = refusal(front(f"{DATE}\nurl: {path}"))

    assert (problem.line, problem.column) == (3, 6)
    assert problem.fix.startswith("Write a whole path")


@pytest.mark.parametrize("key", ["pages/tags.md", "pages/v1/x.md", "pages/2010.md", "pages/archive/index.md"])
def test_a_page_cannot_take_a_path_bucketpress_makes(key: str) -> None:
    assert "makes itself" in refusal("Text", key).message


def test_the_home_page_cannot_be_written() -> None:
    assert "home page" in refusal("Text", "pages/index.md").message


# Tags and authors


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        ("tags: a, b; C++", ["a", "b", "C++"]),
        ("tags: [a, 'b, c', A]", ["a", "b, c"]),
        ("tag: voip", ["VoIP"]),
        ("keywords: x\ncategories: [y]", ["x", "y"]),
        ("taxonomies: {tags: [z]}", ["z"]),
        ("tags: ['#hash', '', null]", ["hash"]),
        ("tags: 2010", ["2010"]),
        ("tags: null", []),
    ],
)
def test_tags_are_gathered_from_wherever_they_are(lines: str, labels: list[str]) -> None:
    entry = post(front(f"{DATE}\n{lines}"), settings=WITH_PEOPLE).entry

    assert [tag.label for tag in entry.tags] == labels


def test_a_tag_without_letters_is_a_tag() -> None:
    tags = post(front("tags: [ok, '!!!', '?!']")).entry.tags

    assert [tag.label for tag in tags] == ["ok", "!!!", "?!"]
    assert len({tag.slug for tag in tags}) == len(tags)


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ("author: priya-nair", ["priya-nair/Priya Nair"]),
        ("author: priya nair", ["priya-nair/Priya Nair"]),
        ("authors: [tomasz-wilk, priya-nair]", ["tomasz-wilk/Tomasz Wilk", "priya-nair/Priya Nair"]),
        ("author: tomasz-wilk, priya-nair", ["tomasz-wilk/Tomasz Wilk", "priya-nair/Priya Nair"]),
        ("author: {name: Priya Nair, email: p@x.example}", ["priya-nair/Priya Nair"]),
        ("author: Priya Nair <p@x.example>", ["priya-nair/Priya Nair"]),
        ("author: p@x.example (Priya Nair)", ["priya-nair/Priya Nair"]),
        ("byline: Priya Nair; Tomasz Wilk", ["priya-nair/Priya Nair", "tomasz-wilk/Tomasz Wilk"]),
        ("author: Doe, Jane", ["doe-jane/Doe, Jane"]),
        ("author: p@x.example", []),
        ("author: null", []),
    ],
)
def test_authors_are_understood_in_every_form(lines: str, authors: list[str]) -> None:
    entry = post(front(lines), settings=WITH_PEOPLE).entry

    assert [f"{author.slug}/{author.name}" for author in entry.authors] == authors


def test_an_unknown_author_is_warned_of_and_the_nearest_named() -> None:
    found, problems = read(front("author: pria-nair"), settings=WITH_PEOPLE)

    assert found is not None
    assert found.entry.authors == (Author(slug="pria-nair", name="pria-nair"),)
    assert (problems[0].severity, problems[0].line, problems[0].column) == (Severity.WARNING, 2, 9)
    assert problems[0].fix == "Did you mean priya-nair?"


def test_without_authors_in_the_settings_every_author_is_welcome() -> None:
    assert read(front("author: Jane Doe"))[1] == ()


@pytest.mark.slow
@given(st.emails())
def test_an_email_address_is_never_published(email: str) -> None:
    found, _ = read(front(f"author: {json.dumps(email)}\nauthors: [{json.dumps(f'Jane <{email}>')}]"))

    assert found is not None
    assert email not in repr(found.entry)


def test_too_many_tags_or_authors_name_the_cap() -> None:
    names = ", ".join(f"n{number}" for number in range(31))

    assert "30 tags; this one has 31" in refusal(front(f"{DATE}\ntags: [{names}]")).message
    assert "10 authors; this one has 31" in refusal(front(f"{DATE}\nauthors: [{names}]")).message


# The rest


def test_the_identity_depends_on_the_key_alone() -> None:
    one, two = post(front("title: a\nslug: b")).entry.id, post(front("title: c")).entry.id

    assert one == two
    assert uuid.UUID(one.removeprefix("urn:uuid:")).version == 5
    assert post("Text", "posts/2010-03-05-other.md").entry.id != one


def test_the_author_may_choose_the_identity() -> None:
    assert post(front("guid: tag:blog.example,2010:x")).entry.id == "tag:blog.example,2010:x"
    assert "200 characters" in refusal(front(f"{DATE}\nid: a#b")).message
    assert "200 characters" in refusal(front(f"{DATE}\nid: {'a' * 201}")).message


@pytest.mark.parametrize(
    ("line", "image"),
    [
        ("image: pic.png", "/_bucketpress/media/posts/pic.png"),
        ("cover: img/a b.png", "/_bucketpress/media/posts/img/a%20b.png"),
        ("hero: ../static/logo.svg", "/logo.svg"),
        ("image: https://cdn.example/x.png", "https://cdn.example/x.png"),
        ("image: /media/x.png", "/media/x.png"),
        ("cover: {image: pic.png, alt: A picture}", "/_bucketpress/media/posts/pic.png"),
        ("image: ../../etc/passwd.png", None),
        ("image: javascript:alert(1)", None),
        ("image: //evil.example/x.png", None),
    ],
)
def test_the_image_is_resolved_as_those_in_the_text_are(line: str, image: str | None) -> None:
    found, problems = read(front(line))

    assert found is not None
    assert found.entry.image == image
    assert [problem.line for problem in problems] == ([] if image else [2])


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (front("description: From the key."), "From the key."),
        ("First *paragraph* & more.\n\nSecond.", "First paragraph & more."),
        ("> A quotation\n\n```\ncode\n```\n\n![x](a.png 't')\n\nReal text.", "Real text."),
        ("## Heading\n\nAfter heading[^1].\n\n[^1]: Note", "After heading."),
        ("One.\n\nTwo.\n\n<!--more-->\n\nThree.", "One. Two."),
        ("`<!--more-->` is code.\n\nTwo.", "<!--more--> is code."),
        ("- only\n- a list", "only a list"),
        (front("title: T", ""), ""),
    ],
)
def test_the_summary_is_written_or_taken_from_the_text(text: str, summary: str) -> None:
    assert post(text).entry.summary == summary


def test_a_long_summary_ends_at_a_word() -> None:
    summary = post("word " * 200).entry.summary

    assert len(summary) <= 280
    assert summary.endswith("word…")


def test_unknown_keys_are_kept_as_plain_values() -> None:
    lines = "a: [1, 2.5, true, null, no, 12:30, '3', 2010-03-05, 1e999]\nparams: {b: x}\nb: y\nextra: {c: 1}"

    assert post(front(lines)).extra == {
        "a": [1, 2.5, True, None, "no", "12:30", "3", "2010-03-05", "1e999"],
        "b": "y",
        "c": 1,
    }


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = front("title: A\ntags: [b]", "One\n\nTwo")

    assert post("\ufeff" + text.replace("\n", "\r\n")) == post(text)


def test_the_result_is_the_same_every_time() -> None:
    text = front("title: A\ntags: [b, c]", "[x](y.md) *z*")

    assert read(text) == read(text)


# Bad envelopes


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        (b"ok\ncaf\xe9", 2, 4, "byte 0xE9"),
        (b"\xef\xbb\xbfab\xff", 1, 3, "byte 0xFF"),
        (b"\xff\xfea\x00", 1, 1, "UTF-16"),
        ("+++\ntitle = 'x'\ntags = [x]\n+++\n", 3, 9, "not valid TOML"),
        ("+++\ntitle = 'x'\n\ntext", 1, 1, "has no end"),
        ("+++\na = [[[[[1]]]]]\n+++\n", 2, 5, "4 levels"),
        ('{\n "title": "x",\n "tags": [x]}\n', 3, 11, "not valid JSON"),
        ('{"title": "x"} text', 1, 1, "right behind"),
        ('{"a": [[[[1]]]]}\n', 1, 10, "4 levels"),
        ('"title": "x"\n\ntext', 1, 1, "has no end"),
        ("title: x\ndate: y\n\ntext", 2, 7, "cannot be read as a date"),
        ("title: x\nand prose\n\ntext", 1, 1, "begins like front matter"),
        ("---\ntitle: x\n\ntext", 1, 1, "has no end"),
        (front("- a"), 2, 1, "key: value"),
        (front('title: "x'), 2, 8, "quotation mark is not closed"),
        (front("title: a: b\ntags: [c\ndate: x"), 3, 7, "bracket is not closed"),
        (front("tags: [c,"), 3, 1, "not valid YAML"),
        (front("title: a\n\tb: c"), 3, 4, "mapping values are not allowed"),
        (front("title: [a\ntags: b"), 2, 8, "bracket is not closed where line 3"),
        (front("a: !!python/object/apply:os.system ['x']"), 2, 4, "tags"),
        (front("a: {b: {c: {d: {e: 1}}}}"), 2, 16, "4 levels"),
        (front("a: " + "x" * 9000), 2, 1, "8,192 bytes"),
        (front("? {a: b}\n: c"), 2, 3, "single word"),
    ],
)
def test_an_envelope_nobody_can_open_is_refused_with_its_place(
    text: str | bytes, line: int, column: int, word: str
) -> None:
    problem = refusal(text)

    assert (problem.line, problem.column) == (line, column)
    assert word in problem.message
    assert problem.fix


def test_of_a_key_written_twice_the_last_counts_with_a_warning() -> None:
    found, problems = read(front("title: a\ntags: [x]\nTitle: b"))

    assert found is not None
    assert found.entry.title == "b"
    assert [(problem.line, problem.column) for problem in problems] == [(4, 1)]
    assert "written twice, first in line 2" in problems[0].message


def test_a_bomb_of_aliases_is_refused_unexpanded() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(f"b{i}: &b{i} [*a, *a]" for i in range(50))

    assert "At most 10 YAML aliases" in refusal(front(bomb)).message
    nested = "a: &a [x, x]\n" + "\n".join(f"b{i}: &b{i} [*{'a' if not i else f'b{i - 1}'}]" for i in range(5))
    assert "a short list of values" in refusal(front(nested)).message


def test_a_rule_at_the_top_is_not_front_matter() -> None:
    assert post("---\n\nJust text after a rule").body.html.startswith("<hr>")


def test_a_file_that_is_too_large_is_told_its_size() -> None:
    problem = refusal(b"x" * 10_485_760)

    assert "262,144 bytes; this one has 10,485,760" in problem.message
    assert read(b"x" * MAX_POST_BYTES)[0] is not None


def test_control_characters_are_left_out_with_a_warning() -> None:
    found, problems = read("one\ntw\x0bo \x00\ufffe")

    assert found is not None
    assert found.body.html == "<p>one\ntwo</p>"
    assert (problems[0].severity, problems[0].line, problems[0].column) == (Severity.WARNING, 2, 3)


def test_yaml_cannot_smuggle_control_characters_in() -> None:
    assert post(front('title: "a\\x00\\x1bb"')).entry.title == "ab"


def test_problems_come_in_the_order_of_the_file() -> None:
    _, problems = read(
        front("author: x\ndraft: maybe\ntags: [{a: b}]\ndate: never", "[a](javascript:x)"), settings=WITH_PEOPLE
    )

    assert [problem.line for problem in problems] == [2, 3, 4, 5, 7]


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode(errors="ignore")))
def test_no_upload_does_worse_than_an_error(data: bytes) -> None:
    found, problems = read_post(classify("posts/2010-03-05-x.md"), data, SETTINGS)

    assert (found is None) == any(problem.severity is Severity.ERROR for problem in problems)


@pytest.mark.slow
@given(st.text(st.sampled_from("abc:-[]{}#&*!|>'\"%@`,? \n\t1"), max_size=120))
def test_no_front_matter_does_worse_than_an_error(block: str) -> None:
    found, problems = read(front(block))

    assert (found is None) == any(problem.severity is Severity.ERROR for problem in problems)


def test_a_title_beyond_its_cap_is_refused_where_it_stands() -> None:
    post, problems = read_post(classify("posts/a.md"), b"---\ndate: 2010-03-01\n---\n# " + b"long " * 100, SETTINGS)

    assert post is None
    assert [(problem.line, "may have 300 characters; this one has 499" in problem.message) for problem in problems] == [
        (4, True)
    ]


def test_links_beyond_their_cap_lose_their_address_and_are_named() -> None:
    text = " ".join(f"[x](p{number}.md)" for number in range(101))

    post, problems = read_post(
        classify("posts/a.md"), f"---\ntitle: T\ndate: 2010-03-01\n---\n{text}".encode(), SETTINGS
    )

    assert post is not None
    assert len(post.links) == 100
    assert [("p100.md" in str(problem)) for problem in problems] == [True]


@pytest.mark.parametrize("value", ["{enable: true}", "[1, 2]", "left"])
def test_what_says_only_how_a_post_looks_holds_nothing_back(value: str) -> None:
    found, problems = read_post(
        classify("posts/a.md"), front(f"title: A\n{DATE}\ntoc: {value}", "Text.").encode(), SETTINGS
    )

    assert found is not None
    assert [(problem.severity, problem.message) for problem in problems] == [
        (Severity.WARNING, "toc must be true or false and is ignored.")
    ]
