"""JSON front matter as a tree of what the author typed."""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from bucketpress.content.encoding import UNPRINTABLE, place
from bucketpress.content.front_matter.syntax.tree import MAX_DEPTH, FormatError, Mapping, Node, Scalar, Sequence
from bucketpress.content.problem import error

# JSON5 and JSONC: comments, keys without quotes, single quotes.
_SPACE = re.compile(r"(?:\s++|//[^\n]*+|#[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_KEY = re.compile(r"[^\W\d][\w$-]{0,60}")
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)|\"", re.DOTALL)
_WORD = re.compile(r"-?[0-9][0-9.eE+-]*|true|false|null")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_FIX = 'Write it as {"title": "A title", "date": "2010-03-05"}, with commas between the values.'


def read_json(text: str, *, first_line: int = 1, braces: bool = True) -> tuple[Mapping, int]:
    """Read the JSON object a text begins with; return it and where it ends.

    Without `braces` the whole text is what stands between them. Raises FormatError with a place counted from
    `first_line`. Commas before closing brackets do no harm, nor what JSON5 allows: comments, single quotes, bare keys.
    """
    reader = _Reader(text, first_line)
    if braces:
        node = reader.node(1)
        if not isinstance(node, Mapping):
            reader.refuse("a { is missing")
        return node, reader.position
    pairs = tuple(reader.pairs(1, ""))
    return Mapping(pairs=pairs, line=first_line, column=1), reader.position


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._first_line = first_line
        self.position = 0

    def node(self, depth: int) -> Node:
        self._skip()
        line, column = self._place()
        opening = self._text[self.position : self.position + 1]
        if opening in {"{", "["} and depth > MAX_DEPTH:
            message = f"Lists and maps may be {MAX_DEPTH} levels deep; this one is deeper."
            raise FormatError(error(message, "Take a level out.", line, column))
        if opening == "{":
            self.position += 1
            return Mapping(pairs=tuple(self.pairs(depth, "}")), line=line, column=column)
        if opening == "[":
            self.position += 1
            return Sequence(items=tuple(self._items(depth)), line=line, column=column)
        if opening in {'"', "'"}:
            return self._quoted()
        word = _WORD.match(self._text, self.position)
        if word is None:
            self.refuse("a value is missing")
        self.position = word.end()
        return Scalar(text=word[0], plain=True, line=line, column=column)

    def pairs(self, depth: int, closing: str) -> Iterator[tuple[Scalar, Node]]:
        """Yield the keys and values up to what closes them, "" for the end of the text."""
        while not self._is_closed(closing):
            key = self._key()
            self._skip()
            if not self._text.startswith(":", self.position):
                self.refuse("a : is missing")
            self.position += 1
            yield key, self.node(depth + 1)
            self._separate(closing)

    def _items(self, depth: int) -> Iterator[Node]:
        while not self._is_closed("]"):
            yield self.node(depth + 1)
            self._separate("]")

    def _is_closed(self, closing: str) -> bool:
        self._skip()
        if not closing:
            return self.position == len(self._text)
        if self._text.startswith(closing, self.position):
            self.position += 1
            return True
        return False

    def _separate(self, closing: str) -> None:
        self._skip()
        if self._text.startswith(",", self.position):
            self.position += 1
        elif closing and not self._text.startswith(closing, self.position):
            self.refuse(f"a comma or a {closing} is missing")
        elif not closing and self.position < len(self._text):
            self.refuse("a comma is missing")

    def _key(self) -> Scalar:
        bare = _KEY.match(self._text, self.position)
        if bare is None:
            return self._quoted()
        line, column = self._place()
        self.position = bare.end()
        return Scalar(text=bare[0], plain=True, line=line, column=column)

    def _quoted(self) -> Scalar:
        line, column = self._place()
        found = _TEXT.match(self._text, self.position) or _SINGLE.match(self._text, self.position)
        if found is None:
            self.refuse("a quotation mark is missing")
        written = found[0] if found[0].startswith('"') else f'"{_ESCAPED.sub(_requoted, found[1])}"'
        try:
            text = json.loads(written, strict=False)
        except ValueError:
            self.refuse("there is a backslash that means nothing")
        self.position = found.end()
        return Scalar(text=UNPRINTABLE.sub("", text), plain=False, line=line, column=column)

    def refuse(self, what: str) -> NoReturn:
        raise FormatError(error(f"This is not valid JSON: {what} here.", _FIX, *self._place()))

    def _skip(self) -> None:
        space = _SPACE.match(self._text, self.position)
        self.position = space.end() if space else self.position

    def _place(self) -> tuple[int, int]:
        line, column = place(self._text, self.position)
        return line + self._first_line - 1, column


def _requoted(found: re.Match[str]) -> str:
    """Return what stands between double quotes for what stands between single ones."""
    return "'" if found[0] == "\\'" else '\\"' if found[0] in {'"', '\\"'} else found[0]
