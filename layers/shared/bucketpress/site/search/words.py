"""The words of a text as they are indexed and looked for: one rule for both.

Text is compared in NFKC and without regard to case. Scripts that write no spaces between words, and Hangul, give every
pair of neighbouring characters, so that whatever is written in them is found by any part of it. Accents are kept in a
word's form and left out of its key: a word is looked for by its key, and ranked higher where the form is the same.
"""

import html
import re
import unicodedata
from functools import lru_cache

from bucketpress.content.hints import beyond_ascii

# Longer ones are data. Cut in texts and queries alike, so still found by their beginning.
MAX_CHARACTERS = 40

# Written without spaces: Thai, Lao, Tibetan, Myanmar, Khmer, kana, Bopomofo, Han; and Hangul, which ends words with
# particles.
_PAIRED = (
    "\u0e01-\u0e4e\u0e80-\u0eff\u0f40-\u0fbc\u1000-\u1049\u1780-\u17d3\u1100-\u11ff\u3005-\u3007\u3041-\u30fa\u30fc-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
# What stands on or beside the letter before it: accents and vowel points, which may be left out, and others.
_ACCENTS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
_INDIC = (
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a4d\u0a81-\u0acd"
    "\u0b01-\u0b57\u0b82-\u0bd7\u0c00-\u0c56\u0c81-\u0cd6\u0d00-\u0d57\u0d81-\u0ddf"
)
_MARKS = f"{_ACCENTS}\u0483-\u0487{_INDIC}"
_LETTER = rf"[^\W_{_PAIRED}]"
# A word may end as C++ and C# do.
_WORD = re.compile(rf"[{_PAIRED}]+|{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*(?:(?:\+\+|#)(?![^\W_]))?")
_IS_PAIRED = re.compile(f"[{_PAIRED}]")
# Texts without a letter beyond ASCII, as most English ones are, are taken apart in a third of the time. Dashes and
# quotation marks are no letters.
_BEYOND_ASCII = re.compile("[^\x00-\x7f\u2010-\u2027]")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:(?:\+\+|#)(?![a-z0-9]))?")
_ACCENT = re.compile(f"[{_ACCENTS}]")
# Seen by nobody: soft hyphens, zero-width characters, marks of direction, selectors of variants.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
# Of a text within a paragraph: what stands before and after such a tag may be one word.
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|del|dfn|em|font|i|ins|kbd|mark|q|s|small|span|strong|u|var|wbr)(?:\s[^<>]*)?>"
)
_TAG = re.compile(r'<[^"<>]*(?:"[^"]*"[^"<>]*)*>')


def text_of(body: str) -> str:
    """Return the text of sanitised HTML, with a space wherever a word ends because an element does."""
    return html.unescape(_TAG.sub(" ", _INLINE.sub("", body)))


def normal(text: str) -> str:
    """Return a text in the form in which texts are compared: NFKC, without case and invisible characters."""
    if text.isascii():
        return text.lower()
    visible = _INVISIBLE.sub("", text) if _INVISIBLE.search(beyond_ascii(text)) else text
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return unicodedata.normalize("NFKC", folded)


def forms_of(text: str) -> list[str]:
    """Return the forms of the words of a text, in order.

    A run of paired characters gives a form for each of its characters: the pair that begins there, at the end the
    character alone.
    """
    compared = normal(text)
    if _BEYOND_ASCII.search(beyond_ascii(compared)) is None:
        return [word[:MAX_CHARACTERS] for word in _ASCII_WORD.findall(compared)]
    forms: list[str] = []
    for word in _WORD.findall(compared):
        if is_paired(word):
            forms += (word[place : place + 2] for place in range(len(word)))
        else:
            forms.append(word[:MAX_CHARACTERS])
    return forms


def is_paired(word: str) -> bool:
    """Return whether a word, or a form, is of a script that is indexed by pairs of characters."""
    return _IS_PAIRED.match(word) is not None


@lru_cache(maxsize=65_536)
def key_of(form: str) -> str:
    """Return the key of a word's form: without accents, vowel points and letters that stand for such."""
    if form.isascii():
        return form
    plain = _ACCENT.sub("", unicodedata.normalize("NFD", form))
    return unicodedata.normalize("NFC", plain).translate(_PLAIN) or form


def spans_of(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text begin and end, runs of paired characters as one."""
    return [match.span() for match in _WORD.finditer(text)]
