"""Rewrites the prose of a Markdown text piece by piece and remembers which line each piece came from."""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from bucketpress.content.markdown.code_finder import CodeFinder

# Gives the text that takes a match's place and where to go on; None leaves the match alone.
Rewrite = Callable[[re.Match[str]], tuple[str, int] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMap:
    """Which line of a text, counted from 0, each line made of it comes from.

    `breaks` are pairs of a new line and the old one it stands for, where the distance between them changes.
    """

    breaks: tuple[tuple[int, int], ...] = ()

    def old_line(self, line: int) -> int:
        """Return the line that a new one comes from."""
        position = bisect_right(self.breaks, (line, 1 << 60)) - 1
        if position < 0:
            return line
        new, old = self.breaks[position]
        return old + line - new

    def over(self, earlier: "LineMap") -> "LineMap":
        """Return the map of a text that was rewritten twice, this one being the later."""
        if not earlier.breaks:
            return self
        merged = {new: earlier.old_line(old) for new, old in self.breaks}
        for middle, old in earlier.breaks:
            merged.setdefault(self.new_line(middle), old)
        return LineMap(breaks=tuple(sorted(merged.items())))

    def new_line(self, line: int) -> int:
        """Return the line that was made of an old one, or of the first one after it that is left."""
        position = bisect_right(self.breaks, line, key=lambda pair: pair[1]) - 1
        if position < 0:
            return line
        new, old = self.breaks[position]
        return new + line - old


def rewrite_prose(text: str, pattern: re.Pattern[str], rewrite: Rewrite) -> tuple[str, LineMap]:
    """Replace what a pattern matches outside code. Every match has at least one character."""
    finder = CodeFinder(text)
    pieces: list[str] = []
    breaks: list[tuple[int, int]] = []
    new_line = old_line = cursor = 0
    position = 0
    while match := pattern.search(text, position):
        code_end = -1
        while code_end <= match.start() and (code := finder.before(match.start() + 1)):
            code_end = code[1]
        if code_end > match.start():
            position = code_end
            continue
        made = rewrite(match)
        if made is None:
            position = match.start() + 1
            continue
        replacement, end = made
        before = text[cursor : match.start()]
        pieces += [before, replacement]
        new_line += before.count("\n") + replacement.count("\n")
        old_line += before.count("\n") + text.count("\n", match.start(), end)
        if new_line - old_line != (breaks[-1][0] - breaks[-1][1] if breaks else 0):
            breaks.append((new_line, old_line))
        cursor = position = end
        finder.jump(end)
    pieces.append(text[cursor:])
    return "".join(pieces), LineMap(breaks=tuple(breaks))


def occurs_in_prose(text: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a pattern occurs outside code, which may be about what is looked for."""
    found = False

    def see(_: re.Match[str]) -> tuple[str, int]:
        nonlocal found
        found = True
        return "", len(text)

    rewrite_prose(text, pattern, see)
    return found
