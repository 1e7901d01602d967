"""The lines above and below front matter, as people and their devices write them."""

import re
import unicodedata
from dataclasses import dataclass

# How many hyphens each stands for: phones and word processors make one dash of two or three.
_DASHES = {
    **dict.fromkeys("-\u2010\u2011\u2012\u2212\u2500\u2501\u02d7\u30fc", 1),
    **dict.fromkeys("\u2013", 2),
    **dict.fromkeys("\u2014\u2015\u2e3a\u2e3b", 3),
}
_LEAST = 3
# What most lines begin with, and no fence does.
_ORDINARY = frozenset(map(chr, range(0x21, 0x7F))) - {"-", "."}
_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\ufffd") | {chr(code) for code in range(0xFE00, 0xFE10)}
# A byte order mark read in the wrong encoding, and written again.
_BROKEN_MARK = "\u00ef\u00bb\u00bf"
_NOTE = re.compile(r"(?P<language>(?:[A-Za-z][A-Za-z0-9]{0,11})?)[ \t]*(?:#.*)?")
_COMMENT_LINE = re.compile(r"\[//\]:[^\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A line that opens or closes front matter; `plain` when it is exactly what every tool reads."""

    plain: bool
    language: str


def is_junk(character: str) -> bool:
    """Return whether nobody sees a character: spaces of any width, controls, marks of order and direction."""
    return unicodedata.category(character)[0] in "ZC" or character in _INVISIBLE


def strip_junk(line: str) -> str:
    """Return a line without what nobody sees around it."""
    first, last = 0, len(line)
    while first < last and is_junk(line[first]):
        first += 1
    while first < last and is_junk(line[last - 1]):
        last -= 1
    return line[first:last]


def content_start(text: str) -> int:
    """Return where a text begins for those who read it: after spaces, marks nobody sees, and comments."""
    position = 0
    while position < len(text):
        if is_junk(text[position]):
            position += 1
        elif text.startswith(_BROKEN_MARK, position):
            position += len(_BROKEN_MARK)
        elif text.startswith("<!--", position):
            end = text.find("-->", position + 4)
            if end < 0:
                break
            position = end + 3
        elif note := _COMMENT_LINE.match(text, position):
            position = note.end()
        else:
            break
    return position


def opening(line: str) -> Fence | None:
    """Read a line as the one above front matter."""
    return _fence(line, languages=True)


def is_closing(line: str) -> bool:
    """Return whether a line can be the one below front matter."""
    if line[:1] in _ORDINARY:
        return False
    bare = unicodedata.normalize("NFKC", strip_junk(line))
    return bare == "..." or _fence(line, languages=False) is not None


def _fence(line: str, *, languages: bool) -> Fence | None:
    if line[:1] in _ORDINARY:
        return None
    seen = strip_junk(line)
    bare = seen if seen.isascii() else "".join(_narrow(character) for character in seen)
    length, weight = 0, 0
    while length < len(bare) and (bare[length] in _DASHES or is_junk(bare[length])):
        weight += _DASHES.get(bare[length], 0)
        length += 1
    note = _NOTE.fullmatch(bare[length:])
    if weight < _LEAST or note is None or (note["language"] and not languages):
        return None
    return Fence(plain=line.rstrip(" \t") == "---", language=note["language"].lower())


def _narrow(character: str) -> str:
    """Return the ordinary form of a character, but keep what would become several."""
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if len(narrow) == 1 else character
