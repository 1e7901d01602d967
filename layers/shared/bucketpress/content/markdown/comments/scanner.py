"""Finds what authors write for themselves or for programs, from the beginning of a text to its end, but not in code."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import Enum

import comrak

from bucketpress.content.html.html_tokens import begins_tag, is_dropped
from bucketpress.content.markdown.comments.hidden import end_of_element, hidden_block, hidden_box, hidden_element

_DASHES = "-\u2010-\u2015\u2212\uff0d"
# Marks of order and width, which people do not see before what they write.
_INVISIBLE = "\u200b-\u200f\u2060\ufeff\u00a0"
_BEFORE = rf"[ \t>{_INVISIBLE}]*(?:(?:[-*+]|[0-9]{{1,9}}[.)])[ \t]+)?"
_MORE = re.compile(r"<!--(?:\s*more\s*|more\b[^\n>]{0,200})-->", re.IGNORECASE)
# A definition that leads nowhere and has a title, or whose name says what it is.
NOTE = re.compile(
    rf"^{_BEFORE}(?:\[(?://|comment|_metadata_[^\]\n]{{0,80}}|_|\^_\^)\][ \t]?:"
    r"|\[[^\]\n]{0,200}\][ \t]?:[ \t]*(?:#|<>)[ \t]+(?=\S))[^\n]*",
    re.MULTILINE | re.IGNORECASE,
)
_NOTE_TEXT = re.compile(r"[^\n]*?[ \t](?:\([^()\n]*(?P<brackets>$)|\"[^\"\n]*(?P<double>$)|'[^'\n]*(?P<single>$))")
_ENDS = {"brackets": ")", "double": '"', "single": "'"}
# Comments of template languages and of editors, by what begins them: what ends them.
_ASIDES = {
    "{#": "#}",
    "{{!--": "--}}",
    "{{!": "}}",
    "{{/*": "*/}}",
    "{{-/*": "}}",
    "<%--": "--%>",
    "<%#": "%>",
    "{>>": "<<}",
    "{--": "--}",
}
_ASIDE = r"\{\#(?=[\s-])|\{\{!--|\{\{!(?=\s)|\{\{/\*|<%--|<%\#|\{>>|\{--(?=[^}])|(?<!\S)%%(?!%)"
_PERCENTS = re.compile(r"%%(?!\S)")
_ODD = rf"<\s?!\s?[{_DASHES}]{{1,4}}"
_ODD_END = re.compile(rf"[{_DASHES}]{{1,3}}\s?!?>")
_TOKEN = re.compile(
    rf"(?P<escape>\\[\\`<{{%])|(?P<ticks>`+)|(?P<comment><!--)|(?P<odd>{_ODD})|(?P<program><(?:\?(?=[\w=])|!(?=[A-Za-z\[])))"
    rf"|(?P<tag><(?=[A-Za-z]))|(?P<aside>{_ASIDE})|(?P<box>(?<![^\n])[ \t>]*:::)|(?P<list>(?<![^\n])[ >]{{0,9}}\{{:)"
    rf"|(?P<note>(?<![^\n]){_BEFORE}\[)"
)
_BLOCK_START = re.compile(r"\n(?=[ \t]*(?:\n|[-*+>#|]|[0-9]{1,9}[.)]))")
_PRE = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):\d+">')


class Kind(Enum):
    """What is found: for its author, for a program, or the mark that ends a summary."""

    COMMENT = "comment"
    NOTE = "note"
    ASIDE = "aside"
    HIDDEN = "hidden"
    PROGRAM = "program"
    MORE = "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where something that readers are not to see begins and ends; `open` when nothing ends it."""

    start: int
    end: int
    kind: Kind
    open: bool = False


class CommentScanner:
    """Finds them one after another, stepping over code."""

    def __init__(self, text: str, *, raw_html: bool) -> None:
        """With `raw_html` tags are tags, so that elements may be hidden."""
        self._text = text
        self._raw_html = raw_html
        self._code = _code_blocks(text)
        self._ticks: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._ticks.setdefault(len(run[0]), []).append(run.start())
        self._blanks = [blank.start() for blank in re.finditer("\n(?=\n)", text)]
        self._blocks = [boundary.start() for boundary in _BLOCK_START.finditer(text)]
        self._ended: dict[str, int] = {}  # Up to where nothing ends what began: nobody looks twice.

    def found(self) -> list[Found]:
        """Return all, from the first to the last."""
        found: list[Found] = []
        position = 0
        while match := _TOKEN.search(self._text, position):
            position = self._after_code(match.start()) or match.end()
            if position > match.end() or match["escape"]:
                continue
            if match["ticks"]:
                position = self._after_ticks(match.start(), len(match["ticks"]))
            elif one := self._read(match, found[-1].end if found else 0):
                while found and found[-1].end > one.start:
                    found.pop()
                found.append(one)
                position = one.end
        return found

    def _read(self, match: re.Match[str], begun: int) -> Found | None:
        start, text = match.start(), self._text
        if match["comment"]:
            more = _MORE.match(text, start)
            return Found(start=start, end=more.end(), kind=Kind.MORE) if more else self._comment(start)
        if match["odd"]:
            return self._odd_comment(match)
        if match["aside"]:
            return self._aside(start, match["aside"])
        if match["box"] is not None:
            end = hidden_box(text, start)
            return Found(start=start, end=end, kind=Kind.HIDDEN) if end else None
        if match["list"] is not None:
            block = hidden_block(text, start, begun)
            return Found(start=block[0], end=block[1], kind=Kind.HIDDEN) if block else None
        if match["note"] is not None:
            note = NOTE.match(text, start)
            return Found(start=start, end=self._end_of_note(note), kind=Kind.NOTE) if note else None
        return self._element(match) if self._raw_html else None

    def _comment(self, start: int) -> Found:
        """Read a comment as CommonMark and browsers do; it goes on to the end of the text when nothing ends it."""
        for short in ("<!-->", "<!--->"):
            if self._text.startswith(short, start):
                return Found(start=start, end=start + len(short), kind=Kind.COMMENT)
        end = self._text.find("-->", start + 4)
        return Found(start=start, end=len(self._text) if end < 0 else end + 3, kind=Kind.COMMENT, open=end < 0)

    def _odd_comment(self, match: re.Match[str]) -> Found | None:
        """Read a comment with a space too many, or with the dashes that a phone made of its hyphens."""
        if self._ended.get("odd", 0) <= match.end() and (end := _ODD_END.search(self._text, match.end())):
            return Found(start=match.start(), end=end.end(), kind=Kind.COMMENT)
        self._ended["odd"] = len(self._text)
        if match["odd"].endswith("!-"):
            return None
        return Found(start=match.start(), end=len(self._text), kind=Kind.COMMENT, open=True)

    def _aside(self, start: int, begins: str) -> Found | None:
        if self._ended.get(begins, 0) > start:
            return None
        if begins == "%%":
            stop = len(self._text) if self._text[start + 2 : start + 3] in {"\n", ""} else self._end_of_block(start)
            closing = _PERCENTS.search(self._text, start + 2, stop)
            end = closing.end() if closing else -1
        else:
            stop = len(self._text)
            closing_at = self._text.find(_ASIDES[begins], start + len(begins))
            end = closing_at + len(_ASIDES[begins]) if closing_at >= 0 else -1
        if end < 0:
            self._ended[begins] = stop
            return None
        return Found(start=start, end=end, kind=Kind.ASIDE)

    def _element(self, match: re.Match[str]) -> Found | None:
        start, text = match.start(), self._text
        if match["program"]:
            closing = "?>" if text[start + 1] == "?" else "]]>" if text.startswith("<![", start) else ">"
            end = text.find(closing, match.end()) if self._ended.get(closing, 0) <= start else -1
            if end < 0 and closing != "?>":
                self._ended[closing] = len(text)
                return None
            return Found(start=start, end=len(text) if end < 0 else end + len(closing), kind=Kind.COMMENT, open=end < 0)
        name = _NAME.match(text, start + 1)
        if name and is_dropped(name[0]) and begins_tag(text, start):
            ends = _closing(name[0].lower()).search(text, match.end())
            return Found(start=start, end=ends.end() if ends else len(text), kind=Kind.PROGRAM)
        hidden = hidden_element(text, start)
        if hidden is None:
            return None
        end_of_it = end_of_element(hidden[0], text, hidden[1], self._code)
        return Found(start=start, end=end_of_it or len(text), kind=Kind.HIDDEN, open=end_of_it is None)

    def _after_code(self, position: int) -> int:
        """Return where the block of code ends that a position is in, 0 when it is in none."""
        number = bisect_right(self._code, (position, len(self._text))) - 1
        return self._code[number][1] if number >= 0 and position < self._code[number][1] else 0

    def _after_ticks(self, position: int, length: int) -> int:
        """Return where code between backticks ends, or where they themselves do if nothing closes them."""
        same = self._ticks.get(length, [])  # Where one is escaped, those after it are fewer.
        number = bisect_right(same, position)
        stop = self._end_of_block(position)
        closing = same[number] if number < len(same) and same[number] < stop else position
        return closing + length

    def _end_of_block(self, position: int) -> int:
        boundary = bisect_right(self._blocks, position)
        return self._blocks[boundary] if boundary < len(self._blocks) else len(self._text)

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


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*+")


def without_asides(text: str) -> str:
    """Return one value of front matter without the comments of template languages in it."""
    for begins, ends in _ASIDES.items():
        while (position := text.find(begins)) >= 0 and (closing := text.find(ends, position + len(begins))) >= 0:
            text = text[:position] + text[closing + len(ends) :]
    return text


def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)


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
