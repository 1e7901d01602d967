"""Suggestions for the settings, by plain values."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.services.queries.suggestions import (
    MovedPost,
    patterns_of,
    suggest_dialect,
    suggest_permalink,
    suggest_slugs,
    suggest_timezone,
)

SETTINGS = SiteSettings(url="https://t.example")


def _post(number: int = 1, name: str = "Foo_Bar", *old: str, key: str = "", path: str = "") -> MovedPost:
    slug = name.lower().replace("_", "-")
    return MovedPost(
        key=key or f"posts/2010-03-{number:02d}-{name}.md",
        slug=slug,
        path=path or f"/2010/03/{slug}/",
        published=datetime(2010, 3, number, tzinfo=UTC),
        old=old,
    )


@pytest.mark.parametrize(
    ("address", "patterns"),
    [
        ("/2010/03/05/foo-bar/", {"/:year/:month/:day/:slug/"}),
        ("/2010/03/05/Foo_Bar.html", {"/:year/:month/:day/:filename.html"}),
        ("/2010/3/5/foo-bar", {"/:year/:i_month/:i_day/:slug/"}),
        ("/blog/2010/foo-bar/index.html", {"/blog/:year/:slug/"}),
        ("/2010-03-05-Foo_Bar/", {"/:year-:month-:day-:filename/"}),
        ("/news/Foo_Bar/", {"/news/:filename/"}),
        ("/03/foo-bar/", {"/03/:slug/"}),
        ("/other/", set()),
        ("/", set()),
        ("", set()),
    ],
)
def test_an_old_address_gives_its_pattern(address: str, patterns: set[str]) -> None:
    assert set(patterns_of(address, _post(5))) == patterns


def test_folders_are_one_token() -> None:
    post = _post(5, "a", key="posts/tech/web/a.md")

    assert set(patterns_of("/tech/web/a/", post)) == {"/:folders/:slug/", "/:folders/:filename/"}
    assert set(patterns_of("/x/tech/web/a/", post)) == {"/x/:folders/:slug/", "/x/:folders/:filename/"}


@given(st.text(alphabet="/abc0123456789-.:%", max_size=30))
def test_any_address_is_looked_at_without_a_fault(address: str) -> None:
    for pattern in patterns_of(address, _post(5, "a")):
        assert pattern.startswith("/")


def test_the_pattern_that_keeps_most_addresses_is_suggested() -> None:
    posts = [_post(day, f"P_{day}", f"/2010/03/{day:02d}/P_{day}/") for day in range(1, 20)]
    strays = [_post(20, "x", "/somewhere/x/")]

    found = suggest_permalink([*posts, *strays], SETTINGS)

    assert found is not None
    assert found.line == "permalink: /:year/:month/:day/:filename/"
    assert found.effect.startswith("keeps 95% of the 20 old addresses")
    assert str(found).startswith("`permalink: /:year/:month/:day/:filename/` in site.yaml keeps 95%")


def test_an_address_in_html_is_not_the_one_in_a_slash() -> None:
    pages = [_post(day, f"p-{day}", f"/2010/03/p-{day}.html") for day in range(1, 9)]

    suggested = suggest_permalink(pages, SETTINGS)

    assert suggested is not None
    assert suggested.line == "permalink: /:year/:month/:slug.html"


def test_nothing_is_suggested_where_addresses_stay_or_agree_on_nothing() -> None:
    same = [_post(day, f"p-{day}", f"/2010/03/p-{day}") for day in range(1, 9)]
    few = [_post(1, "A_a", "/A_a/"), _post(2, "A_b", "/A_b/")]
    mixed = [_post(day, "x", f"/{day * 7}x/x/") for day in range(1, 9)]

    assert suggest_permalink(same, SETTINGS) is None
    assert suggest_permalink(few, SETTINGS) is None
    assert suggest_permalink(mixed, SETTINGS) is None
    assert suggest_permalink([], SETTINGS) is None


def _heads(*dates: str) -> list[str]:
    return [f"---\ntitle: A\ndate: {date}\n---\nText 12:00:00 +0900\n" for date in dates]


@pytest.mark.parametrize(
    ("dates", "line"),
    [
        (["2010-03-05 10:00:00 +0800"] * 5, "timezone: Asia/Shanghai"),
        (["2010-03-05T10:00:00+08:00"] * 5, "timezone: Asia/Shanghai"),
        (["2010-03-05 10:00:00 +0100"] * 3 + ["2010-07-05 10:00 +0200"] * 3, "timezone: Europe/Berlin"),
        (["2010-03-05 10:00:00 -0800"] * 30 + ["2010-03-05 10:00:00 +0100"], "timezone: America/Los_Angeles"),
    ],
)
def test_the_zone_of_most_dates_is_suggested(dates: list[str], line: str) -> None:
    found = suggest_timezone(_heads(*dates), SETTINGS)

    assert found is not None
    assert found.line == line


@pytest.mark.parametrize(
    "dates",
    [
        [],
        ["2010-03-05"] * 9,
        ["2010-03-05 10:00:00 +0000"] * 9,
        ["2010-03-05 10:00:00 +0800"] * 2,
        ["2010-03-05 10:00:00 +0800"] * 3 + ["2010-03-05 10:00:00 -0500"] * 3,
        ["2010-03-05 10:00:00 +1245"] * 9,
    ],
)
def test_no_zone_is_suggested_in_doubt(dates: list[str]) -> None:
    assert suggest_timezone(_heads(*dates), SETTINGS) is None


def test_no_zone_is_suggested_where_one_is_chosen() -> None:
    chosen = SiteSettings(url="https://t.example", timezone="Europe/Berlin")

    assert suggest_timezone(_heads(*["2010-03-05 10:00:00 +0800"] * 5), chosen) is None


def test_the_spelling_of_file_names_is_suggested_where_it_keeps_more() -> None:
    posts = [_post(day, f"P_{day}.x", f"/2010/03/P_{day}.x/") for day in range(1, 10)]
    same = [_post(day, f"p-{day}", f"/2010/03/p-{day}/") for day in range(1, 10)]

    found = suggest_slugs([*posts, *same[:1]], SETTINGS)

    assert found is not None
    assert found.line == "slugs: filename"
    assert "100%" in found.effect
    assert suggest_slugs(same, SETTINGS) is None
    assert suggest_slugs(posts, replace(SETTINGS, slugs="filename")) is None


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("See [[Another note|this]] and [[x]].", "obsidian"),
        ("---\ntitle: T\n---\nA {{ page.title }} b.", "jekyll"),
        ("Plain text, `{{ code }}`.", ""),
    ],
)
def test_the_dialect_that_reads_most_is_suggested(text: str, dialect: str) -> None:
    texts = {f"posts/{number}.md": text for number in range(8)}

    found = suggest_dialect(texts, SETTINGS)

    assert (found.line if found else "") == (f"dialect: {dialect}" if dialect else "")
    assert suggest_dialect(texts, replace(SETTINGS, dialect=dialect or "hugo")) is None
    assert suggest_dialect({"posts/a.md": text}, SETTINGS) is None
