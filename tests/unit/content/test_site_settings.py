import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.problem import Problem, Severity
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import Appearance, AuthorProfile, MenuItem, SiteSettings, TagProfile

HERE = "https://d111.cloudfront.example"
FULL = """
title: Packnet Blog
url: https://blog.packnet.example/
description: News
language: en-GB
timezone: Europe/London
permalink: /:year/:slug/
posts_per_page: 5
feed_items: 7
feed_content: summary
smart_punctuation: no
raw_html: true
embed_hosts: [player.example]
menu:
  - {label: Home, path: /}
  - About: /about/
  - {label: Elsewhere, path: "https://other.example/x"}
authors:
  Helen-Marsh: {name: Helen Marsh, bio: Edits., url: /about/}
  priya: Priya Nair
tags:
  voip: VoIP
  call-quality: {label: Call quality, description: Delay.}
redirects: {/old/: /new/}
publication: news
hub: https://hub.example/
appearance:
  accent: {light: "#0a6b5d", dark: "0aaa8e"}
  logo: {path: /logo.png, width: 160, height: 40}
  favicon: /icon.svg
  stylesheet: /extra.css
  footer: |
    Packnet Ltd.
    Leeds
  social:
    Mastodon: https://social.example/@packnet
id: x
"""


def understood(text: str) -> SiteSettings:
    settings, problems = read_site_settings(text.encode(), default_url=HERE)
    assert settings is not None, [str(problem) for problem in problems]
    return settings


def errors(text: str | bytes) -> list[Problem]:
    data = text.encode() if isinstance(text, str) else text
    settings, problems = read_site_settings(data, default_url=HERE)
    assert settings is None
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def test_every_setting_is_read() -> None:
    settings, problems = read_site_settings(FULL.encode(), default_url=HERE)

    assert problems == ()
    assert settings == SiteSettings(
        url="https://blog.packnet.example",
        title="Packnet Blog",
        description="News",
        language="en-GB",
        timezone="Europe/London",
        permalink="/:year/:slug/",
        posts_per_page=5,
        feed_items=7,
        feed_content="summary",
        smart_punctuation=False,
        raw_html=True,
        embed_hosts=("player.example",),
        menu=(
            MenuItem(label="Home", path="/"),
            MenuItem(label="About", path="/about/"),
            MenuItem(label="Elsewhere", path="https://other.example/x"),
        ),
        authors={
            "helen-marsh": AuthorProfile(slug="helen-marsh", name="Helen Marsh", bio="Edits.", url="/about/"),
            "priya": AuthorProfile(slug="priya", name="Priya Nair"),
        },
        publication="news",
        redirects={"/old/": "/new/"},
        hub="https://hub.example/",
        appearance=Appearance(
            accent="#0a6b5d",
            accent_dark="#0aaa8e",
            logo="/logo.png",
            logo_width=160,
            logo_height=40,
            favicon="/icon.svg",
            stylesheet="/extra.css",
            footer=("Packnet Ltd.", "Leeds"),
            social=(MenuItem(label="Mastodon", path="https://social.example/@packnet"),),
        ),
        tags={
            "voip": TagProfile(slug="voip", label="VoIP"),
            "call-quality": TagProfile(slug="call-quality", label="Call quality", description="Delay."),
        },
    )


@pytest.mark.parametrize("text", ["# only a comment\n", "---\n", "title: null\n", 'title: ""'])
def test_a_file_that_says_nothing_gives_the_defaults(text: str) -> None:
    assert understood(text) == SiteSettings(url=HERE)


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_an_empty_file_is_one_that_is_still_to_be_written(text: str) -> None:
    assert errors(text)[0].message == "site.yaml is empty."


def test_settings_are_mended_as_front_matter_is() -> None:
    found, problems = read_site_settings(
        b"title: A: b\ndescription: *Important\nauthors:\n  jane: {name: Jane}\n  john: @john\n", default_url=HERE
    )

    assert found is not None
    assert (found.title, found.description, found.authors["john"].name) == ("A: b", "*Important", "@john")
    assert [problem.line for problem in problems] == [1, 2, 5]


def test_settings_are_known_in_any_spelling() -> None:
    assert understood("Title: T\nFeed-Items: 7\n") == SiteSettings(url=HERE, title="T", feed_items=7)


def test_a_menu_may_be_a_map() -> None:
    menu = understood("menu:\n  Home: /\n  Mail: mailto:a@b.example\n").menu

    assert menu == (MenuItem(label="Home", path="/"), MenuItem(label="Mail", path="mailto:a@b.example"))


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("title: x\nurl: http://a.example/blog", 2, 6, "must not have a path"),
        ("url: ftp://a.example", 1, 6, "must begin with"),
        ("url: a.example", 1, 6, "must begin with"),
        ("url: https://user:pw@a.example", 1, 6, "must begin with"),
        ("url: https://a.example:99999", 1, 6, "must begin with"),
        ("url: [a, b]", 1, 6, "must be text"),
        ("timezone: Europe/Lonon", 1, 11, "no time zone"),
        ("timezone: ../../etc/passwd", 1, 11, "no time zone"),
        ("permalink: /:year/:month/", 1, 12, "must contain :slug"),
        ("slugs: latin", 1, 8, "unicode, ascii or filename"),
        ("permalink: /tags/:slug/", 1, 12, "pages that Bucketpress makes itself"),
        ("permalink: /:yaer/:slug/", 1, 12, ":yaer is none of them"),
        ("permalink: /a//:slug/", 1, 12, "plain path"),
        ("posts_per_page: 0", 1, 17, "from 1 to 100"),
        ("posts_per_page: 101", 1, 17, "from 1 to 100"),
        ("feed_items: many", 1, 13, "from 1 to 100"),
        ("feed_content: all", 1, 15, "full or summary"),
        ("publication: paper", 1, 14, "blog or news"),
        ("hub: http://hub.example/", 1, 6, "WebSub hub"),
        ("raw_html: perhaps", 1, 11, "true or false"),
        ("language: e", 1, 11, "language code"),
        ("embed_hosts: [https://a.example]", 1, 15, "host names"),
        ("menu:\n  - {label: X}", 2, 5, "needs a label and a path"),
        ("menu:\n  - X: javascript:alert(1)", 2, 8, "cannot lead to"),
        ("menu:\n  - X: //evil.example", 2, 8, "cannot lead to"),
        ("authors: [a, b]", 1, 10, "must be a map"),
        ("authors: {a: A, A: B}", 1, 17, "the same as one before"),
        ("authors: {a: {name: A, url: 'javascript:x'}}", 1, 29, "not an address"),
        ("title: a\ntitle: b", 2, 1, "written twice"),
        ("title: !!python/name:os.system", 1, 8, "tags"),
        ("- a", 1, 1, "must be lines of"),
        ("a: {b: {c: {d: {}}}}", 1, 16, "4 levels"),
        ("title: [a\nurl: b", 1, 8, "bracket is not closed"),
        ("? [a]\n: b", 1, 3, "single word"),
        ("a: 1\n---\nb: 2", 2, 1, "second YAML document"),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(text: str, line: int, column: int, word: str) -> None:
    found = errors(text)

    assert (found[0].line, found[0].column) == (line, column)
    assert word in found[0].message
    assert found[0].fix


def test_the_nearest_time_zone_is_offered() -> None:
    assert errors("timezone: europe/lonon")[0].fix == "Did you mean Europe/London?"


def test_an_unknown_key_is_only_warned_of_and_the_nearest_is_named() -> None:
    settings, problems = read_site_settings(b"titel: x\nzzz: 1\n", default_url=HERE)

    assert settings == SiteSettings(url=HERE)
    assert [str(problem) for problem in problems] == [
        "line 1, column 1: titel is not a setting. Did you mean title?",
        "line 2, column 1: zzz is not a setting. Delete it, or look at the list of settings.",
    ]


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    found = errors("feed_items: 0\nurl: x\ntimezone: y\n")

    assert [problem.line for problem in found] == [1, 2, 3]


def test_a_file_that_is_too_large_or_not_utf8_is_refused() -> None:
    assert "65,536 bytes" in errors(b"#" * 70_000)[0].message
    assert errors(b"title: caf\xe9")[0].column == 11


@given(st.binary() | st.text().map(str.encode))
def test_no_file_does_worse_than_an_error(data: bytes) -> None:
    settings, problems = read_site_settings(data, default_url=HERE)

    assert (settings is None) == any(problem.severity is Severity.ERROR for problem in problems)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.example:8080", "xn--r8jz45g.example:8080"),
        ("🚀-science.example", "xn---science-7f85g.example"),
    ],
)
def test_a_host_in_another_script_is_written_as_addresses_need_it(host: str, expected: str) -> None:
    settings, problems = read_site_settings(f"url: https://{host}\n".encode(), default_url="")

    assert settings is not None, problems
    assert settings.url == f"https://{expected}"


@pytest.mark.parametrize("host", ["b ü.example", "ü<x>.example", "ü\u202e.example", "ü@evil.example"])
def test_a_host_with_a_sign_that_no_name_has_is_refused(host: str) -> None:
    settings, _ = read_site_settings(f'url: "https://{host}"\n'.encode(), default_url="")

    assert settings is None
