import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.slugs import slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("China in VoIP U-turn!", "china-in-voip-u-turn"),
        ("  --Über  uns--  ", "uber-uns"),
        ("It's Jane\u2019s", "its-janes"),
        ("C++ & C#", "c-c"),
        ("中国", "zhongguo"),
        ("Ænima Straße", "aenima-strasse"),
        ("under_score.dot", "under-score-dot"),
        ("50 %", "50"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_slug_is_lower_case_ascii(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_letters_without_a_transliteration_are_kept() -> None:
    assert slugify("\U00010900") != ""


def test_a_long_slug_ends_at_a_word() -> None:
    slug = slugify("word " * 40)

    assert len(slug) <= 100
    assert slug.endswith("-word")


@given(st.text())
def test_a_slug_is_stable_and_safe_in_a_path(text: str) -> None:
    slug = slugify(text)

    assert slugify(slug) == slug
    assert len(slug) <= 100
    assert len(slug.encode()) <= 200
    assert not set(slug) & set("/\\?#% .\n\t")
