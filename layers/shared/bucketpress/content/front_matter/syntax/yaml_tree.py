"""YAML as a tree of what the author typed, before anybody decides what it means.

Tags are refused while the events stream by, and aliases beyond a few, so nothing is ever made of a file that is much
larger than the file.
"""

from collections.abc import Iterator
from typing import NoReturn, Protocol

import yaml

from bucketpress.content.encoding import UNPRINTABLE
from bucketpress.content.front_matter.syntax.tree import MAX_DEPTH, FormatError, Mapping, Node, Scalar, Sequence
from bucketpress.content.problem import Problem, error

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without its C half reads the same, more slowly
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_ALIASES, MAX_ALIASED = 10, 30
NOT_VALID = "This is not valid YAML"
_WRITE_OUT = "Write the value out where it is needed, or put it in quotes."


def read_yaml(text: str, *, first_line: int = 1, max_depth: int = MAX_DEPTH) -> Node | None:
    """Read one YAML document; None when it is empty. Raises FormatError with a place counted from `first_line`."""
    try:
        return _Reader(text, first_line, max_depth).document()
    except yaml.MarkedYAMLError as bad:
        unclosed = _unclosed(bad, first_line)
        raise FormatError(unclosed or _explain(bad, first_line), may_be_text=unclosed is None) from bad
    except yaml.YAMLError as bad:
        message = f"{NOT_VALID}: it holds a character YAML does not allow."
        raise FormatError(error(message, _LOOK, first_line, 1)) from bad


class _Reader:
    """Builds nodes from the stream of events, and refuses what it must before anything is expanded."""

    def __init__(self, text: str, first_line: int, max_depth: int) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self._first_line = first_line
        self._max_depth = max_depth
        self._anchors: dict[str, Node] = {}
        self._unused: dict[str, yaml.Event] = {}
        self._aliases = 0

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent) and node is not None:
                self._refuse(event, "There is a second YAML document.", "Leave one, without `---` lines inside it.")
            if isinstance(event, yaml.NodeEvent):
                node = self._node(event, 1)
        for name, event in self._unused.items():
            self._refuse(event, f"The YAML anchor &{name} is used nowhere.", _WRITE_OUT, may_be_text=True)
        return None if isinstance(node, Scalar) and node.absent else node

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        tag = getattr(event, "tag", None)
        if tag and tag != "!":  # Old Ruby put one before every quoted text.
            fix = "Leave the tag out, or put the value in quotes."
            own = not tag.startswith("tag:")
            self._refuse(event, "YAML tags (!name) are not read.", fix, may_be_text=own)
        node = self._untagged(event, depth)
        if anchor := getattr(event, "anchor", None):
            self._anchors[anchor] = node
            self._unused[anchor] = event
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        """Return what an alias stands for, which holds no list or map of its own: nothing grows by it."""
        self._aliases += 1
        name = str(event.anchor)
        node = self._anchors.get(name)
        if node is None:
            self._refuse(event, f"The YAML alias *{name} stands for nothing.", _WRITE_OUT, may_be_text=True)
        if self._aliases > MAX_ALIASES or not _is_small(node):
            message = f"At most {MAX_ALIASES} YAML aliases are read, each of a value or a short list of values."
            self._refuse(event, message, _WRITE_OUT)
        self._unused.pop(name, None)
        return node

    def _untagged(self, event: yaml.Event, depth: int) -> Node:
        line, column = self._place(event)
        if isinstance(event, yaml.ScalarEvent):
            text = UNPRINTABLE.sub("", event.value)
            return Scalar(text=text, plain=event.implicit[0], line=line, column=column)
        if depth > self._max_depth:
            message = f"Lists and maps may be {self._max_depth} levels deep; this one is deeper."
            self._refuse(event, message, "Take a level out.")
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(items=tuple(self._items(depth)), line=line, column=column)
        return Mapping(pairs=tuple(self._pairs(depth)), line=line, column=column)

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                self._refuse(event, "A key must be a single word or text.", "Put the value after a key and a colon.")
            yield key, self._node(next(self._events), depth + 1)

    def _place(self, event: yaml.Event) -> tuple[int, int]:
        return _place(event.start_mark, self._first_line)

    def _refuse(self, event: yaml.Event, message: str, fix: str, *, may_be_text: bool = False) -> NoReturn:
        raise FormatError(error(message, fix, *self._place(event)), may_be_text=may_be_text)


def _is_small(node: Node) -> bool:
    """Return whether a node is one value, or a short list or map of them."""
    if isinstance(node, Scalar):
        return True
    inner = node.items if isinstance(node, Sequence) else tuple(value for _, value in node.pairs)
    return len(inner) <= MAX_ALIASED and all(isinstance(value, Scalar) for value in inner)


_LOOK = "Look at this line and the one before it; quotes help."
_FIXES = (
    ("mapping values are not allowed", "Put text that holds a colon in quotes."),
    ("tab character", "Indent with spaces, not with tabs."),
    ("cannot start any token", "Put the text in quotes; if it begins with a tab, indent with spaces."),
    ("',' or", "Close the bracket, or put the text in quotes."),
    ("node content", "Close the bracket that is open, or put the text in quotes."),
    ("could not find expected ':'", "Write a colon and a space after the key."),
)


def _explain(bad: yaml.MarkedYAMLError, first_line: int) -> Problem:
    trouble = bad.problem or "it cannot be read"
    fix = next((fix for part, fix in _FIXES if part in trouble), _LOOK)
    return error(f"{NOT_VALID}: {trouble}.", fix, *_place(bad.problem_mark or bad.context_mark, first_line))


def _unclosed(bad: yaml.MarkedYAMLError, first_line: int) -> Problem | None:
    """Return the bracket or quotation mark left open on an earlier line: YAML reports only where it stopped."""
    start, stop = _place(bad.context_mark, first_line), _place(bad.problem_mark, first_line)
    if bad.context == "while scanning a quoted scalar":
        return error(f"This quotation mark is not closed by line {stop[0]}.", "Close it where the text ends.", *start)
    if bad.context in {"while parsing a flow sequence", "while parsing a flow mapping"} and start[0] < stop[0]:
        fix = "Close it, put commas between its entries, or put the text in quotes."
        return error(f"This bracket is not closed where line {stop[0]} begins something else.", fix, *start)
    return None


class _Mark(Protocol):
    """A place as both halves of PyYAML tell it, counted from 0."""

    line: int
    column: int


def _place(mark: _Mark | None, first_line: int) -> tuple[int, int]:
    return (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
