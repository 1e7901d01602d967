"""Text on its way into a document."""

import pytest

from bucketpress.site.text import plain_text, whole_words

HTML = (
    '<p title="a > b">Calls &amp; <em>routes</em>, caf\u00e9s&nbsp;too.</p>\n<p><img src="x.png" alt="a b">Second.</p>'
)


@pytest.mark.parametrize("length", range(len(HTML) + 1))
def test_the_words_of_a_beginning_are_those_the_whole_begins_with(length: int) -> None:
    words = whole_words(HTML[:length]).split()

    assert plain_text(HTML).split()[: len(words)] == words


def test_the_words_of_a_beginning_are_all_that_are_not_cut() -> None:
    assert whole_words("<p>One <em>two</em> thr") == " One  two "
