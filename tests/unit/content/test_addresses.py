"""Addresses: what authors ask for, what patterns give, and what else leads there."""

from dataclasses import replace

import pytest

from bucketpress.content.problem import Severity
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.slugs import SlugStyle
from tests.unit.content.samples import SETTINGS, front, post, read, refusal

KEY = "posts/2024-06-05-My_First Post.v1.md"


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("url: my-post", "/my-post/"),
        ("permalink: notes/second", "/notes/second/"),
        ("path: 2026/03/26/x", "/2026/03/26/x/"),
        ("permalink: /Old/Page.HTML", "/Old/Page.HTML"),
        ("permalink: about.htm", "/about.htm"),
        ("url: /a.html/", "/a.html"),
        ("url: /notes/v1.5", "/notes/v1.5/"),
        ("url: https://blog.example/2010/foo", "/2010/foo/"),
        ("url: //BLOG.example/2010/foo/", "/2010/foo/"),
        ("url: /time-12:30/", "/time-12:30/"),
        ("url: /a:b/", "/a:b/"),
        ("permalink: /caf%C3%A9", "/café/"),
    ],
)
def test_a_written_address_needs_neither_slash_nor_host(line: str, path: str) -> None:
    assert post(front(line), KEY).entry.path == path


def test_an_address_of_another_site_is_ignored_with_a_warning() -> None:
    found, problems = read(front("url: https://other.example/x/"), "posts/2024-06-05-a.md")

    assert found is not None
    assert found.entry.path == "/2024/06/a/"
    assert [problem.severity for problem in problems] == [Severity.WARNING]


def test_an_address_that_is_a_truth_value_is_none() -> None:
    assert post(front("permalink: false"), "posts/2024-06-05-a.md").draft
    assert post(front("permalink: true"), "posts/2024-06-05-a.md").entry.path == "/2024/06/a/"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/blog/:title/", "/blog/my-first-post-v1/"),
        ("/blog/:slug", "/blog/my-first-post-v1/"),
        ("blog/:filename.html", "/blog/My_First-Post.v1.html"),
        ("/:year-:month-:day/:slug/", "/2024-06-05/my-first-post-v1/"),
        ("/:year/:i_month/:i_day/:title/", "/2024/6/5/my-first-post-v1/"),
        ("/:categories/:title:output_ext", "/news/voip/my-first-post-v1.html"),
        ("/:section/:folders/:slug/", "/posts/2024/deep/my-first-post-v1/"),
        ("/:slug.html/", "/my-first-post-v1.html"),
    ],
)
@pytest.mark.parametrize("where", ["front matter", "site.yaml"])
def test_a_pattern_is_expanded_wherever_it_is_written(pattern: str, path: str, where: str) -> None:
    lines = "categories: [News, VoIP]"
    key = "posts/2024/deep/2024-06-05-My_First Post.v1.md"
    if where == "front matter":
        found = post(front(f'{lines}\npermalink: "{pattern}"'), key)
    else:
        settings, problems = read_site_settings(f'permalink: "{pattern}"'.encode(), default_url="https://blog.example")
        assert settings is not None, problems
        found = post(front(lines), key, settings)

    assert found.entry.path == path


@pytest.mark.parametrize(
    ("name", "path"),
    [("pretty", "/voip/2024/06/05/a/"), ("date", "/voip/2024/06/05/a.html"), ("none", "/voip/a.html")],
)
def test_the_named_patterns_of_jekyll_are_known(name: str, path: str) -> None:
    settings, _ = read_site_settings(f"permalink: {name}".encode(), default_url="https://blog.example")

    assert settings is not None
    assert post(front("category: VoIP"), "posts/2024-06-05-a.md", settings).entry.path == path


def test_an_empty_token_leaves_no_empty_segment() -> None:
    settings = replace(SETTINGS, permalink="/:categories/:folders/:slug/")

    assert post(front("title: A"), "posts/2024-06-05-a.md", settings).entry.path == "/a/"


@pytest.mark.parametrize("pattern", ["/:yaer/:slug/", "/:slug/:minute/", "/:Title/x/"])
def test_an_unknown_token_is_an_error_that_names_it(pattern: str) -> None:
    token = next(part for part in pattern.split("/") if part.startswith(":") and part != ":slug")

    _, problems = read_site_settings(f'permalink: "{pattern}"'.encode(), default_url="https://blog.example")

    assert token in problems[0].message
    assert token in refusal(front(f'permalink: "{pattern}"'), KEY).message


def test_a_pattern_must_tell_posts_apart() -> None:
    _, problems = read_site_settings(b'permalink: "/:year/:section/"', default_url="https://blog.example")

    assert problems[0].severity is Severity.ERROR


def test_file_names_keep_their_spelling_where_slugs_are_made_after_them() -> None:
    settings = replace(SETTINGS, slugs=SlugStyle.FILENAME)

    assert post(front("title: A"), KEY, settings).entry.path == "/2024/06/My_First-Post.v1/"
    assert post("Text.", "pages/Team/Jane_Doe.md", settings).entry.path == "/Team/Jane_Doe/"


@pytest.mark.parametrize(
    ("slug", "path"),
    [
        ("a/b", "/2024/06/b/"),
        ("/2010/old/", "/2024/06/old/"),
        ("what?!", "/2024/06/what/"),
        ("'???'", "/2024/06/my-first-post-v1/"),
        ("'%e4%b8%ad%e5%9b%bd'", "/2024/06/中国/"),
        ("Été", "/2024/06/ete/"),
    ],
)
def test_any_text_makes_a_slug(slug: str, path: str) -> None:
    found, problems = read(front(f"slug: {slug}"), KEY)

    assert found is not None
    assert found.entry.path == path
    assert bool(problems) == any(character in slug for character in "/?")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a1/", "/a1/"),
        ("a1/b", "/a1/b/"),
        ("../old-name/", "/2024/06/old-name/"),
        ("./below", "/2024/06/a/below/"),
        ("../../05/a.html", "/2024/05/a.html"),
        ("https://blog.example/2010/foo/", "/2010/foo/"),
        ("http://BLOG.example/2010/foo.html#x", "/2010/foo.html"),
        ("/old/post.php", "/old/post.php/"),
        ("/archives/123.aspx", "/archives/123.aspx/"),
        ("old.html", "/old.html"),
        ("/release-1.0", "/release-1.0/"),
        ("/über uns/", "/über uns/"),
    ],
)
def test_an_alias_is_a_path_however_it_is_written(text: str, path: str) -> None:
    found, problems = read(front(f'aliases: ["{text}"]'), "posts/2024-06-05-a.md")

    assert found is not None
    assert problems == ()
    assert found.aliases == (path,)


@pytest.mark.parametrize(
    "text",
    [
        "/?p=123",
        "/index.php?id=7",
        "https://other.example/x/",
        "/tags/voip/",
        "/",
        "/feed.xml",
        "/a//b/",
        "/a\\\\b/",
    ],
)
def test_an_alias_that_cannot_be_served_is_a_warning(text: str) -> None:
    found, problems = read(front(f'aliases: ["{text}", /good/]'), "posts/2024-06-05-a.md")

    assert found is not None
    assert found.aliases == ("/good/",)
    assert [problem.severity for problem in problems] == [Severity.WARNING]


def test_an_alias_without_a_slash_is_a_name_and_leads_nowhere() -> None:
    assert post(front("aliases: [SIP, Session Initiation Protocol]"), KEY).aliases == ()
    assert post(front("redirect_from: sip"), KEY).aliases == ("/sip/",)


def test_aliases_beyond_twenty_are_left_out_with_a_warning() -> None:
    paths = [f"/old-{number}/" for number in range(25)]

    found, problems = read(front(f"aliases: [{', '.join(paths)}]"), KEY)

    assert found is not None
    assert found.aliases == tuple(paths[:20])
    assert ["/old-20/" in problem.message for problem in problems] == [True]


def test_an_alias_that_is_the_address_itself_or_stands_twice_counts_once() -> None:
    assert post(front("aliases: [/2024/06/a, /x/, /x/index.html, /x]"), "posts/2024-06-05-a.md").aliases == ("/x/",)


@pytest.mark.parametrize("url", ["/a/index.md", "/c.html.md", "/x/Page.HTM.md/"])
def test_an_address_that_would_be_the_twin_of_a_page_is_refused(url: str) -> None:
    assert "twin" in refusal(front(f"url: {url}"), KEY).message


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://first.example/a?b=1", "https://first.example/a?b=1"),
        ("http://first.example/a", "http://first.example/a"),
        (f"{SETTINGS.url}/2009/older", f"{SETTINGS.url}/2009/older/"),
        ("/2009/older/", f"{SETTINGS.url}/2009/older/"),
        (f"{SETTINGS.url}/2010/03/a-post/", None),
        ("/2010/03/a-post", None),
    ],
)
def test_a_text_names_where_it_stood_first(written: str, canonical: str | None) -> None:
    found = post(front(f"date: 2010-03-05\nurl: /2010/03/a-post/\ncanonical_url: {written}"))

    assert found.entry.canonical == canonical


@pytest.mark.parametrize("written", ["javascript:alert(1)", "first.example/a", "https://", "//first.example/a", "true"])
def test_what_is_no_address_of_an_original_is_ignored_and_told(written: str) -> None:
    found, problems = read(front(f"date: 2010-03-05\ncanonical_url: '{written}'"))

    assert found is not None
    assert found.entry.canonical is None
    assert [problem.severity for problem in problems] == [Severity.WARNING]
