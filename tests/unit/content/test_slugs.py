import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.slugs import MAX_BYTES, MAX_CHARACTERS, SlugStyle, file_slug, label_slug, slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("China in VoIP U-turn!", "china-in-voip-u-turn"),
        ("  --Über  uns--  ", "uber-uns"),
        ("It's Jane\u2019s", "its-janes"),
        ("Ænima Straße", "aenima-strasse"),
        ("Đà Nẵng", "da-nang"),
        ("under_score.dot", "under-score-dot"),
        ("50 %", "50"),
        ("C++ & C#", "cpp-csharp"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_slug_is_lower_case_and_latin_letters_lose_their_accents(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize(
    "text", ["中国", "日本語のブログ", "русский", "हिन्दी", "العربية", "ไทยแลนด์", "한국어", "ελλάς"]
)
def test_other_scripts_stay_as_they_are(text: str) -> None:
    assert slugify(text) == unicodedata.normalize("NFC", text)


def test_the_ascii_style_transliterates_other_scripts() -> None:
    assert slugify("Blog о Москве", SlugStyle.ASCII) == "blog-o-moskve"
    assert slugify("中国", SlugStyle.ASCII) == "zhongguo"


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("C", "c"),
        ("C++", "cpp"),
        ("C#", "csharp"),
        ("F#", "fsharp"),
        (".NET", "dotnet"),
        ("net", "net"),
        ("&", "and"),
        ("R&D", "r-and-d"),
        ("RD", "rd"),
        ("A+", "a-plus"),
        ("A*", "a-star"),
        ("Node.js", "node-js"),
        ("Nodejs", "nodejs"),
        ("©", "copyright"),
        ("™", "trademark"),
        ("🎉", "tada"),
        ("→", "u2192"),
        ("?", "u3f"),
        ("m²", "m²"),
    ],
)
def test_labels_that_differ_in_symbols_have_slugs_of_their_own(label: str, slug: str) -> None:
    assert label_slug(label) == slug


def test_labels_that_differ_in_case_width_or_composition_are_one() -> None:
    assert {label_slug(text) for text in ("GoLang", "golang", "ＧｏＬａｎｇ")} == {"golang"}
    assert label_slug("ｶﾞｲﾄﾞ") == label_slug("ガイド")
    assert label_slug("Cafe\u0301") == label_slug("Café")
    assert label_slug("e\u0301t\u0435\u0306") == label_slug(unicodedata.normalize("NFC", "e\u0301t\u0435\u0306"))


def test_names_that_sound_alike_stay_apart_in_the_ascii_style() -> None:
    names = ["李伟", "李薇", "时间", "事件", "实践", "Юля", "Jule", "Йуля"]

    slugs = {label_slug(name, SlugStyle.ASCII) for name in names}

    assert len(slugs) == len(names)
    assert all(slug.isascii() for slug in slugs)


def test_a_long_slug_is_cut_at_a_word_and_stays_apart_from_another() -> None:
    one, other = slugify("word " * 40 + "one"), slugify("word " * 40 + "other")

    assert len(one) <= MAX_CHARACTERS
    assert one.startswith("word-word-")
    assert one != other


def test_a_slug_after_the_file_name_keeps_its_spelling() -> None:
    assert file_slug("My_Post.v1") == "My_Post.v1"
    assert file_slug("What? 100% of it") == "What-100-of-it"
    assert file_slug("..") == ""
    assert file_slug("E\u0301te\u0301") == "Été"


@given(st.text(), st.sampled_from(["unicode", "ascii"]))
def test_a_slug_is_stable_and_safe_in_a_path(text: str, style: str) -> None:
    slug = slugify(text, style)

    assert slugify(slug, style) == slug
    assert len(slug) <= MAX_CHARACTERS
    assert len(slug.encode()) <= MAX_BYTES
    assert not set(slug) & set("/\\?#% .:\n\t")
    assert style == "unicode" or slug.isascii()


@given(st.text())
def test_a_label_is_left_without_a_slug_only_when_it_is_blank(text: str) -> None:
    slug = label_slug(text)

    assert bool(slug) or not text.strip()
    assert len(slug.encode()) <= MAX_BYTES


@given(st.text())
def test_a_slug_after_a_file_name_is_safe_in_a_path(text: str) -> None:
    slug = file_slug(text)

    assert file_slug(slug) == slug
    assert len(slug.encode()) <= MAX_BYTES
    assert not set(slug) & set("/\\?#% :\n\t")
