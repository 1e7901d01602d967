"""What the site says in each language it speaks."""

from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from string import Formatter

import pytest

from bucketpress.site.languages import CATALOGUES, direction, messages_for
from bucketpress.site.languages.messages import Messages
from tests.unit.site.outline import outline
from tests.unit.site.sample import CARRIERS, CODECS, SETTINGS, renderer

DAY = datetime(2010, 3, 5, 23, 30, tzinfo=timezone(timedelta(hours=8)))


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_a_catalogue_is_complete(language: str) -> None:
    words, english = CATALOGUES[language], CATALOGUES["en"]

    assert words.language == language
    assert len(words.months) == 12
    for field in fields(Messages):
        value, model = getattr(words, field.name), getattr(english, field.name)
        assert value, field.name
        if isinstance(value, str) and field.name != "language":
            assert placeholders(value) == placeholders(model), field.name


@pytest.mark.parametrize(
    ("language", "day", "month", "posts", "minutes"),
    [
        ("en", "5 March 2010", "March 2010", "2 posts", "2 min read"),
        ("en-US", "5 March 2010", "March 2010", "2 posts", "2 min read"),
        ("de-AT", "5. März 2010", "März 2010", "2 Beiträge", "3 Min. Lesezeit"),
        ("zh-Hans", "2010年3月5日", "2010年3月", "2 篇文章", "阅读约 2 分钟"),
        ("ZH", "2010年3月5日", "2010年3月", "2 篇文章", "阅读约 2 分钟"),
        ("fr", "5 March 2010", "March 2010", "2 posts", "2 min read"),
    ],
)
def test_dates_numbers_and_times_are_said_in_the_language_of_the_site(
    language: str, day: str, month: str, posts: str, minutes: str
) -> None:
    words = messages_for(language)

    assert words.day(DAY) == day
    assert words.month(2010, 3) == month
    assert words.posts(2) == posts
    assert words.reading_time(450) == minutes


@pytest.mark.parametrize(("language", "word"), [("de", "Zum Text springen"), ("zh", "跳到正文")])
def test_a_page_speaks_the_language_of_the_site(language: str, word: str) -> None:
    page, _ = renderer(replace(SETTINGS, language=language)).post(CARRIERS, newer=None, older=CODECS.entry)

    seen = outline(page.data)
    assert seen.attributes("html") == [{"lang": language}]
    assert word in page.data.decode()
    assert "Skip to the text" not in page.data.decode()


@pytest.mark.parametrize(
    ("language", "expected"), [("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("en", "ltr"), ("zh-Hans", "ltr")]
)
def test_a_language_has_a_direction(language: str, expected: str) -> None:
    assert direction(language) == expected


def test_a_site_and_a_post_may_be_written_from_right_to_left() -> None:
    entry = replace(CARRIERS.entry, lang="he")
    hebrew, _ = renderer().post(replace(CARRIERS, entry=entry), newer=None, older=None)
    arabic, _ = renderer(replace(SETTINGS, language="ar")).post(CARRIERS, newer=None, older=None)

    article = outline(hebrew.data).attributes("article")[0]
    assert (article["lang"], article["dir"]) == ("he", "rtl")
    assert outline(arabic.data).attributes("html") == [{"lang": "ar", "dir": "rtl"}]
    assert "dir" not in outline(arabic.data).attributes("article")[0]
