import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.html.highlight import LEXERS, highlight

CODE = 'x = "a" # b\n\n  if (y) { z("<&>") }\n'


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(LEXERS))
def test_every_language_keeps_every_character(language: str) -> None:
    found = highlight(CODE, language)

    assert found is not None
    assert html.unescape(re.sub("<[^>]*>", "", found)) == CODE


def test_the_name_of_a_language_has_no_case() -> None:
    assert highlight("x = 1", "Python") == highlight("x = 1", "python")


@pytest.mark.parametrize("code", ["x\n" * 5000, "x" * 401, "a\n" + " \n" * 20 + "b\n"])
def test_costly_code_is_not_highlighted(code: str) -> None:
    assert highlight(code, "python") is None


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200), st.sampled_from(sorted(LEXERS)))
def test_any_text_keeps_every_character(code: str, language: str) -> None:
    found = highlight(code, language)

    assert found is None or html.unescape(re.sub("<[^>]*>", "", found)) == code
