"""From bytes to clean text: UTF-8, line ends, and characters no page or feed may hold."""

import re
from dataclasses import dataclass

from bucketpress.content.problem import Problem, error, warning

# XML 1.0 cannot express these at all, so no feed could; XML and HTML discourage the C1 controls and noncharacters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# YAML begins a new line at each of them, and so do editors.
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SINGLE_LINE_ENDS = "\r\x85\u2028\u2029"
# In UTF-8: what every character that cannot be printed holds, and few that can. Looking for these first takes a tenth.
_CONTROLS = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_SUSPECT = (b"\xc2", b"\xef\xb7", b"\xef\xbf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of an upload, with plain line feeds and no byte order mark, and what was odd about it."""

    text: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes) -> Decoded | Problem:
    """Read bytes as UTF-8; return the problem instead when they are not."""
    if data.count(0) * 4 > len(data):
        # Latin letters in UTF-16 or UTF-32 without a mark are UTF-8 too, with a zero before or after each.
        return error("The file is UTF-16, not UTF-8.", "Save it as UTF-8.", 1, 1)
    try:
        text = data.decode()
    except UnicodeDecodeError as bad:
        return _not_utf8(data, bad.start)
    text = text.lstrip("\ufeff")
    if any(end in text for end in _SINGLE_LINE_ENDS):
        text = _LINE_ENDS.sub("\n", text)
    found = UNPRINTABLE.search(text) if _is_suspect(text) else None
    if found is None:
        return Decoded(text=text)
    line, column = place(text, found.start())
    odd = warning(
        f"There is a character that cannot be shown (U+{ord(found[0]):04X}); all such characters are left out.",
        "Delete it.",
        line,
        column,
    )
    return Decoded(text=UNPRINTABLE.sub("", text), problems=(odd,))


def printable(text: str) -> str:
    """Return a text without the characters that no page or feed may hold."""
    return UNPRINTABLE.sub("", text) if _is_suspect(text) else text


def _is_suspect(text: str) -> bool:
    """Return whether a text may hold a character that cannot be printed."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return True
    return len(data.translate(None, _CONTROLS)) < len(data) or any(beginning in data for beginning in _SUSPECT)


def place(text: str, position: int) -> tuple[int, int]:
    """Return line and column, both from 1, of a position in the text."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


class PlaceFinder:
    """Finds where pieces of a text stand, as line and column of its file; the text begins in `first_line`.

    Each search takes time with the length of the text, so there are at most MAX_SEARCHES of different pieces: what is
    asked for later is not found.
    """

    MAX_SEARCHES = 400

    def __init__(self, text: str, first_line: int) -> None:
        """Begin with nothing looked for."""
        self._text = text
        self._first_line = first_line
        self._found: dict[str, tuple[int, int] | None] = {}

    def __call__(self, piece: str) -> tuple[int, int] | None:
        """Return the place where a piece of the text first stands, None when it is not found."""
        if piece not in self._found:
            if not piece or len(self._found) >= self.MAX_SEARCHES:
                return None
            self._found[piece] = self._search(piece)
        return self._found[piece]

    def _search(self, piece: str) -> tuple[int, int] | None:
        position = self._text.find(piece)
        if position < 0:
            return None
        line, column = place(self._text, position)
        return line + self._first_line - 1, column


def _not_utf8(data: bytes, position: int) -> Problem:
    if data.startswith(_UTF_16):
        return error("The file is UTF-16, not UTF-8.", "Save it as UTF-8.", 1, 1)
    before = data[:position].decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    line, column = place(before, len(before))
    return error(
        f"The file is not UTF-8: byte 0x{data[position]:02X} cannot be read.",
        "Save it as UTF-8; older programs call it Unicode.",
        line,
        column,
    )
