"""What is found out the quick way is what the long way finds."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from bucketpress.content.encoding import UNPRINTABLE, printable
from bucketpress.content.hints import Hints, beyond_ascii
from bucketpress.content.html.html_tokens import Tag, tokenise, tokens_text
from bucketpress.site.text import clean

odd = st.text(
    st.sampled_from("a b\t\n\r\f\x00\x0b\x1f\x7f\x85\x9f\xa0é—中\ufdd0\ufdef\ufeff\ufffd\ufffe\uffff😀\ud800\udfff")
)


@given(odd | st.text())
def test_no_character_is_taken_for_printable_that_is_not(text: str) -> None:
    assert printable(text) == UNPRINTABLE.sub("", text)


@given(odd | st.text())
def test_no_character_is_taken_for_one_that_xml_can_hold_that_is_not(text: str) -> None:
    illegal = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

    assert clean(text) == illegal.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@given(st.text(st.sampled_from("ab \t\n\r\f\xa0")))
def test_white_space_of_any_length_is_one_space(text: str) -> None:
    assert tokens_text([text]) == re.sub("[ \t\n\r\f]+", " ", text).strip(" \xa0")


@given(st.lists(st.sampled_from(["<", ">", "/", "p", "P", "em", "iframe", " ", "x", "<p>", "</p>", "<hr/>", "<b >"])))
@example(["<iframe>", "x", "</iframe>"])
def test_a_tag_is_the_same_however_it_is_spelt(parts: list[str]) -> None:
    text = "".join(parts)

    def names(source: str) -> list[object]:
        return [(token.name, token.closing) if isinstance(token, Tag) else token for token in tokenise(source)]

    # A space before its end keeps a tag from being recognised at a glance.
    assert names(text) == names(re.sub(r"<(/?[a-z]+)>", r"<\1 >", text))


@given(st.text(st.sampled_from("{#%! a")), st.lists(st.sampled_from(["{%", "!!!", " a", "{", "a{"]), max_size=3))
def test_a_hint_is_seen_wherever_it_is(text: str, hints: list[str]) -> None:
    assert Hints(*hints).occur_in(text) == any(hint in text for hint in hints)


@given(st.text(), st.text(st.characters(min_codepoint=0x3040, max_codepoint=0xFFFF)))
def test_what_is_beyond_ascii_keeps_its_order_and_all_else_goes(text: str, wide: str) -> None:
    assert beyond_ascii(text + wide) == "".join(char for char in text + wide if not char.isascii())
