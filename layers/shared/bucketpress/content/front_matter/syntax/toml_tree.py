"""TOML front matter as a tree of what the author typed."""

import re
import tomllib
from collections import defaultdict, deque
from collections.abc import Mapping as AnyMapping
from datetime import date, datetime, time

from bucketpress.content.encoding import UNPRINTABLE
from bucketpress.content.front_matter.syntax.tree import MAX_DEPTH, FormatError, Mapping, Node, Scalar, Sequence
from bucketpress.content.problem import Problem, error

_KEY = re.compile(r"^[ \t]*(?:[\w.\"' -]*\.)?[\"']?(?P<key>[\w-]+)[\"']?[ \t]*=[ \t]*", re.MULTILINE)
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)")
_FIX = 'Write lines such as title = "A title" and date = 2010-03-05; text stands in quotes.'

Place = tuple[int, int]


def read_toml(text: str, *, first_line: int = 1) -> Mapping:
    """Read a TOML document. Raises FormatError with a place counted from `first_line`.

    The reader of the standard library does not tell where a value stands; each is looked for by its key.
    """
    try:
        read = tomllib.loads(text)
    except RecursionError as deep:
        raise FormatError(_too_deep((first_line, 1))) from deep
    except ValueError as bad:
        raise FormatError(error(*_explained(str(bad), text, first_line))) from bad
    return _Tree(text, first_line).mapping(read, (first_line, 1), 1)


def _explained(message: str, text: str, first_line: int) -> tuple[str, str, int, int]:
    found = _PLACE.search(message)
    line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
    what = _PLACE.sub("", message).removesuffix(" (at end of document)")
    return f"This is not valid TOML: {what}.", _FIX, line + first_line - 1, column


class _Tree:
    """Makes nodes of values, in the order in which their keys stand in the text."""

    def __init__(self, text: str, first_line: int) -> None:
        self._places: defaultdict[str, deque[tuple[Place, Place]]] = defaultdict(deque)
        for match in _KEY.finditer(text):
            line = text.count("\n", 0, match.end()) + first_line
            begin = text.rfind("\n", 0, match.end()) + 1
            at_key, at_value = (line, match.start("key") - begin + 1), (line, match.end() - begin + 1)
            self._places[match["key"]].append((at_key, at_value))

    def mapping(self, value: AnyMapping[str, object], place: Place, depth: int) -> Mapping:
        pairs = []
        for key, inner in value.items():
            known = self._places.get(key)
            is_table = isinstance(inner, dict)
            at_key, at_value = known.popleft() if known and not is_table else (place, place)
            name = Scalar(text=UNPRINTABLE.sub("", key), plain=True, line=at_key[0], column=at_key[1])
            pairs.append((name, self._node(inner, at_value, depth + 1)))
        return Mapping(pairs=tuple(pairs), line=place[0], column=place[1])

    def _node(self, value: object, place: Place, depth: int) -> Node:
        line, column = place
        if isinstance(value, dict | list) and depth > MAX_DEPTH:
            raise FormatError(_too_deep(place))
        if isinstance(value, dict):
            return self.mapping(value, place, depth)
        if isinstance(value, list):
            items = tuple(self._node(item, place, depth + 1) for item in value)
            return Sequence(items=items, line=line, column=column)
        if isinstance(value, str):
            return Scalar(text=UNPRINTABLE.sub("", value), plain=False, line=line, column=column)
        return Scalar(text=_written(value), plain=True, line=line, column=column)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return repr(value)


def _too_deep(place: Place) -> Problem:
    return error(f"Lists and maps may be {MAX_DEPTH} levels deep; this one is deeper.", "Take a level out.", *place)
