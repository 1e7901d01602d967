"""Finds the parts of a Markdown text that are code, HTML comments or preformatted: nobody may change anything there."""

import re

_CONTAINERS = r"(?:[ \t>]++|[-+*][ \t]++|[0-9]{1,9}[.)][ \t]++)*+"
_FENCE = re.compile(rf"(?P<before>{_CONTAINERS})(?P<fence>`{{3,}}+(?=[^`\n]*+$)|~{{3,}}+)", re.MULTILINE)
_LIST_ITEM = re.compile(r"[ \t>]*+(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$)", re.MULTILINE)
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*+[^\s]")
_BLANK = re.compile(r"[ \t>]*+$", re.MULTILINE)
_INDENTED_RUN = re.compile(r"(?:(?:(?: {4}| {0,3}\t)[^\n]*+|[ \t]*+)(?:\n|\Z))++")
# No other character begins a fence, an indented line, an item of a list or a blank line. (The end of a text is blank.)
_MAY_BEGIN_BLOCK = " \t>-+*`~\n0123456789"
# Code between backticks ends with its paragraph.
_END_OF_PARAGRAPH = re.compile(
    r"\n(?=[ \t>]*+(?:\n|\Z|```|~~~|#{1,6}[ \t]|[-+*][ \t]|[0-9]{1,9}[.)][ \t]))|\Z", re.MULTILINE
)
_INLINE = re.compile(r"\\[\\`<]|`++|<!--|<(?P<element>pre|code|script|style|textarea)(?=[\s>])", re.IGNORECASE)


class CodeFinder:
    """Goes through a text once; each part costs its own length, whatever is in it."""

    def __init__(self, text: str) -> None:
        """Begin at the beginning of a text."""
        self._text = text
        self._position = 0
        self._after_blank = True
        self._in_list = False
        self._paragraph_end = -1
        self._line_end = -1
        # No code begins before it, behind the position at hand.
        self._clear_until = 0
        # What is not closed once is not closed later either.
        self._unclosed: set[str] = set()

    def before(self, limit: int) -> tuple[int, int] | None:
        """Return where the next part that begins before a position begins and ends; None when there is none."""
        if limit <= self._clear_until:
            return None
        text = self._text
        while self._position < limit:
            begins_line = self._position == 0 or text[self._position - 1] == "\n"
            if begins_line and (part := self._block()):
                return part
            if self._line_end < self._position:
                line_end = text.find("\n", self._position)
                self._line_end = len(text) if line_end < 0 else line_end
            if part := self._inline(limit):
                return part
            if self._line_end >= limit:
                return None
            self._position = self._line_end + 1
        return None

    def jump(self, position: int) -> None:
        """Go on from a position behind everything seen so far."""
        self._position = position
        self._after_blank = False

    def _block(self) -> tuple[int, int] | None:
        """Return the block of code that begins in the line at hand, and note what the line is."""
        text, start = self._text, self._position
        if text[start : start + 1] not in _MAY_BEGIN_BLOCK:
            self._in_list = self._in_list and not self._after_blank
            self._after_blank = False
            return None
        if fence := _FENCE.match(text, start):
            self._position = self._end_of_fence(fence)
            self._after_blank = False
            return fence.start("fence"), self._position
        if _BLANK.match(text, start):
            self._after_blank = True
            return None
        if _LIST_ITEM.match(text, start):
            self._in_list = True
        elif self._after_blank and text[start] not in " \t":
            self._in_list = False
        if self._after_blank and not self._in_list and _INDENTED.match(text, start):
            run = _INDENTED_RUN.match(text, start)
            self._position = run.end() if run else start
            return start, self._position
        self._after_blank = False
        return None

    def _end_of_fence(self, fence: re.Match[str]) -> int:
        mark = fence["fence"]
        closing = rf"^{_CONTAINERS}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$\n?"
        if ">" in fence["before"]:  # It ends with its quotation.
            closing = rf"{closing}|^(?![ \t]*>)"
        end_of_line = self._text.find("\n", fence.end())
        found = re.compile(closing, re.MULTILINE).search(self._text, end_of_line + 1) if end_of_line >= 0 else None
        return found.end() if found else len(self._text)

    def _inline(self, limit: int) -> tuple[int, int] | None:
        """Return the next part within the line at hand that begins before a position."""
        while found := _INLINE.search(self._text, self._position, self._line_end):
            if found.start() >= limit:
                self._clear_until = found.start()
                return None
            self._position = found.end()
            if found[0][0] != "\\" and (end := self._end_of(found)):
                self._position = end
                return found.start(), end
        self._clear_until = self._line_end
        return None

    def _end_of(self, found: re.Match[str]) -> int | None:
        if found[0][0] == "`":
            return self._end_of_span(found)
        closing = f"</{found['element'].lower()}" if found["element"] else "-->"
        if closing in self._unclosed:
            return None
        end = re.compile(re.escape(closing) + (r"\s*>" if found["element"] else ""), re.IGNORECASE).search(
            self._text, found.end()
        )
        if end is None:
            self._unclosed.add(closing)
            return None
        return end.end()

    def _end_of_span(self, found: re.Match[str]) -> int | None:
        if self._paragraph_end < found.end():
            end = _END_OF_PARAGRAPH.search(self._text, found.end())
            self._paragraph_end = end.start() if end else len(self._text)
            self._unclosed = {closing for closing in self._unclosed if closing[0] != "`"}
        if found[0] in self._unclosed:
            return None
        closing = re.compile(f"(?<!`){found[0]}(?!`)").search(self._text, found.end(), self._paragraph_end)
        if closing is None:
            self._unclosed.add(found[0])
            return None
        return closing.end()
