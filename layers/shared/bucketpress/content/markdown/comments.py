"""What authors write for themselves, `<!-- … -->` and `[//]: # (…)`, is taken out before anybody else sees a text."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import comrak

from bucketpress.content.encoding import place
from bucketpress.content.problem import Problem, warning

_PLACEHOLDER = "<!---->"
_MORE = re.compile(r"<!--\s*more\b[^\n]*?-->", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
# A definition that leads nowhere and has a title, or whose name says what it is.
_NOTE = re.compile(
    r"^[ \t>]*(?:\[(?://|comment|_metadata_[^\]\n]{0,80}|_|\^_\^)\]:"
    r"|\[[^\]\n]{0,200}\]:[ \t]*(?:#|<>)[ \t]+(?=[\"'(]))[^\n]*",
    re.MULTILINE | re.IGNORECASE,
)
_NOTE_TEXT = re.compile(r"[^\n]*?[ \t](?:\([^()\n]*(?P<brackets>$)|\"[^\"\n]*(?P<double>$)|'[^'\n]*(?P<single>$))")
_ENDS = {"brackets": ")", "double": '"', "single": "'"}
_TOKEN = re.compile(r"(?P<escape>\\[\\`<])|(?P<ticks>`+)|(?P<comment><!--)|(?P<note>(?<![^\n])[ \t>]*\[)")
_BLOCK_START = re.compile(r"\n(?=[ \t]*(?:\n|[-*+>#|]|[0-9]{1,9}[.)]))")
_PRE = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):\d+">')


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncommented:
    """A text without what is for its author alone. All keep their lines.

    `source` is what is rendered: in it an empty comment stands for each, as that may part two lists. `markdown` is what
    readers may have.
    """

    source: str
    markdown: str
    problems: tuple[Problem, ...] = ()


def leave_out_comments(text: str, first_line: int = 1) -> Uncommented:
    """Remove comments from Markdown that begins in a line of its file, but not from its code."""
    if "<!--" not in text and _NOTE.search(text) is None:
        return Uncommented(source=text, markdown=text)
    source: list[str] = []
    markdown: list[str] = []
    problems: list[Problem] = []
    position = 0
    for start, end, comment in _Scanner(text).found():
        kept, lines = text[position:start], "\n" * text.count("\n", start, end)
        source += [kept, _PLACEHOLDER if comment else "", lines]
        markdown += [kept.rstrip(" \t") if text[end : end + 1] in {"", "\n"} else kept, lines]
        position = end
        if comment and end == len(text) and not text.endswith("-->"):
            line, column = place(text, start)
            message = "This comment has no end, so nothing after it is published."
            problems.append(warning(message, "Write --> where it ends.", line + first_line - 1, column))
    rest = text[position:]
    return Uncommented(source="".join((*source, rest)), markdown="".join((*markdown, rest)), problems=tuple(problems))


def strip_comments(text: str) -> str:
    """Return one value of front matter without the comments in it."""
    text = _COMMENT.sub("", text) if "<!--" in text else text
    return _NOTE.sub("", text) if "]:" in text else text


class _Scanner:
    """Finds comments and notes from the beginning of a text to its end, stepping over code."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._code = _code_blocks(text)
        self._ticks: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._ticks.setdefault(len(run[0]), []).append(run.start())
        self._blanks = [blank.start() for blank in re.finditer("\n(?=\n)", text)]
        self._blocks = [boundary.start() for boundary in _BLOCK_START.finditer(text)]

    def found(self) -> list[tuple[int, int, bool]]:
        """Return where each begins and ends, and whether it is a comment rather than a note."""
        found = []
        position = 0
        while match := _TOKEN.search(self._text, position):
            position = self._after_code(match.start()) or match.end()
            if position > match.end() or match["escape"]:
                continue
            if match["ticks"]:
                position = self._after_ticks(match.start(), len(match["ticks"]))
            elif match["comment"] and (more := _MORE.match(self._text, match.start())):
                position = more.end()
            elif match["comment"]:
                position = _end_of_comment(self._text, match.start())
                found.append((match.start(), position, True))
            elif match["note"] and (note := _NOTE.match(self._text, match.start())):
                position = self._end_of_note(note)
                found.append((note.start(), position, False))
        return found

    def _after_code(self, position: int) -> int:
        """Return where the block of code ends that a position is in, 0 when it is in none."""
        number = bisect_right(self._code, (position, len(self._text))) - 1
        return self._code[number][1] if number >= 0 and position < self._code[number][1] else 0

    def _after_ticks(self, position: int, length: int) -> int:
        """Return where code between backticks ends, or where they themselves do if nothing closes them."""
        same = self._ticks.get(length, [])  # Where one is escaped, those after it are fewer.
        number = bisect_right(same, position)
        boundary = bisect_right(self._blocks, position)
        stop = self._blocks[boundary] if boundary < len(self._blocks) else len(self._text)
        closing = same[number] if number < len(same) and same[number] < stop else position
        return closing + length

    def _end_of_note(self, note: re.Match[str]) -> int:
        """Return where a note ends; in brackets or quotes it may go on over lines, but not over a blank one."""
        open_text = _NOTE_TEXT.fullmatch(note[0])
        if open_text is None or open_text.lastgroup is None:
            return note.end()
        number = bisect_left(self._blanks, note.end())
        stop = self._blanks[number] if number < len(self._blanks) else len(self._text)
        closing = self._text.find(_ENDS[open_text.lastgroup], note.end(), stop)
        if closing < 0:
            return stop
        line_end = self._text.find("\n", closing)
        return len(self._text) if line_end < 0 else line_end


def _end_of_comment(text: str, start: int) -> int:
    """Return where a comment ends, as CommonMark and browsers have it; at the end of the text when nothing ends it."""
    for short in ("<!-->", "<!--->"):
        if text.startswith(short, start):
            return start + len(short)
    end = text.find("-->", start + 4)
    return len(text) if end < 0 else end + 3


def _code_blocks(text: str) -> list[tuple[int, int]]:
    """Return where each block of code begins and ends, fenced or indented, from the beginning of its first line."""
    parsed = comrak.markdown_to_html(
        text, comrak.ExtensionOptions(), comrak.ParseOptions(), comrak.RenderOptions(escape=True, sourcepos=True)
    )
    starts = [0, *(newline.end() for newline in re.finditer("\n", text)), len(text) + 1]
    return [
        (starts[int(block[1]) - 1], min(starts[min(int(block[2]), len(starts) - 1)], len(text)))
        for block in _PRE.finditer(parsed)
    ]
