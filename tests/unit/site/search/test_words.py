"""The words of texts, as search indexes and looks for them."""

from hypothesis import given
from hypothesis import strategies as st

from bucketpress.site.search.words import forms_of

ENGLISH = st.text(st.characters(max_codepoint=0x7F) | st.sampled_from("\u2013\u2014\u2018\u2019\u201c\u201d\u2026"))


@given(ENGLISH)
def test_a_text_in_ascii_has_the_same_words_as_beside_other_letters(text: str) -> None:
    assert [*forms_of(text), "über"] == forms_of(f"{text}\nÜber")
