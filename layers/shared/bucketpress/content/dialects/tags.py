"""Template tags taken apart: their name, their arguments, and what stands between a tag and the one that ends it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MAX_TAG_CHARACTERS = 2000
MAX_INDENT = 200
_NAME = re.compile(r"\s*+([A-Za-z_][\w.-]*+)")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[A-Za-z_][\w-]{0,60}+)\s*+[=:]\s*+(?=[^\s/:]))?+
    (?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|`(?P<back>[^`]*+)`|(?P<bare>[^\s,"'`]++))""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag. `rest` is everything behind its name, `words` and `named` are its arguments, names in lower case.

    `inner` takes what stands before the tag that ends it; None when nothing does. `begins_line` and `ends_line` tell
    whether there is nothing else on its line, `indent` what stands before it then.
    """

    name: str
    rest: str
    position: int
    indent: str = ""
    begins_line: bool = True
    ends_line: bool = True
    inner: Callable[[], str | None] = field(default=lambda: None)
    words: list[str] = field(default_factory=list)
    named: Mapping[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """Return the first of the named arguments that has a value, else the first one without a name."""
        return self.value(*names) or next(iter(self.words), "")

    def value(self, *names: str) -> str:
        """Return the first of the named arguments that has a value."""
        return next((self.named[name] for name in names if self.named.get(name)), "")


def arguments(text: str) -> list[tuple[str, str]]:
    """Return names and values of arguments; those without a name have "" for it."""
    found = []
    for match in _ARGUMENT.finditer(text):
        value = next(match[name] for name in ("double", "single", "back", "bare") if match[name] is not None)
        found.append((match["key"] or "", value))
    return found


class TagReader:
    """Takes tags out of a text from its beginning to its end; all its looking for ends costs what the text is long."""

    def __init__(self, text: str) -> None:
        """Begin at the beginning of a text."""
        self.text = text
        self._found: dict[str, tuple[int, int] | None] = {}
        self._closings: dict[str, int] = {}  # Where the next of these marks is; -1 when there is none.

    def until(self, closing: str, position: int) -> tuple[str, int] | None:
        """Return the text from a position to the next of some marks, and where these end.

        None when there are none, or too far away for a tag.
        """
        start = self._closings.get(closing, 0)
        if 0 <= start < position:
            start = self._closings[closing] = self.text.find(closing, position)
        if start < position or start - position > MAX_TAG_CHARACTERS:
            return None
        return self.text[position:start], start + len(closing)

    def tag(
        self, inside: str, start: int, end: int, closing: Callable[[str], str] | None = None
    ) -> tuple[Tag, "Block"]:
        """Take the text between the marks of a tag apart; return the tag, and the block that it may begin.

        `closing` makes of its name a pattern for the tag that ends it.
        """
        match = _NAME.match(inside)
        name, rest = (match[1], inside[match.end() :].strip()) if match else ("", inside.strip())
        found = arguments(rest)
        before, begins, ends = self.surroundings(start, end)
        block = Block(self, end, closing(name) if closing else None)
        tag = Tag(
            name=name,
            rest=rest,
            position=start,
            indent=before,
            begins_line=begins,
            ends_line=ends,
            inner=block.inner,
            words=[value for key, value in found if not key],
            named={key.lower(): value for key, value in found if key},
        )
        return tag, block

    def surroundings(self, start: int, end: int) -> tuple[str, bool, bool]:
        """Return what stands before a tag on its line when that is no text, and whether it begins and ends its line."""
        line_start = self.text.rfind("\n", max(0, start - MAX_INDENT), start) + 1
        before = self.text[line_start:start] if line_start or start <= MAX_INDENT else "x"
        begins = not before.strip(" \t>")
        return (before if begins else ""), begins, self.text[end : end + 1] in {"", "\n"}

    def next(self, pattern: str, position: int) -> tuple[int, int] | None:
        """Return where the next text like a pattern begins and ends."""
        known = self._found.get(pattern, (-1, -1))
        if known is None or known[0] >= position:
            return known
        match = re.compile(pattern).search(self.text, position)
        self._found[pattern] = match.span() if match else None
        return self._found[pattern]


class Block:
    """What stands between a tag and the one that ends it. `end` is where to go on, behind both once it is read."""

    def __init__(self, reader: TagReader, start: int, closing: str | None) -> None:
        """Begin behind a tag; `closing` is the pattern of the tag that ends it, None where nothing does."""
        self.end = start
        self._reader = reader
        self._start = start
        self._closing = closing

    def inner(self) -> str | None:
        """Return the text of the block; None when nothing ends it."""
        found = self._reader.next(self._closing, self._start) if self._closing is not None else None
        if found is None:
            return None
        self.end = found[1]
        return self._reader.text[self._start : found[0]]
