"""Writes words and their marks as Markdown."""

import re
from collections.abc import Sequence
from enum import Enum

from bucketpress_cli.importers.conversion.html_writer import embedded_html, grouped, tag_of
from bucketpress_cli.importers.conversion.outline import BREAK, SPACE, Embedded, Mark, Run, Word

_ALWAYS = re.compile(r"[\\`*\[\]<~^]|(?<!\w)_|_(?!\w)|&(?=#|\w+;)|==|:(?=[\w+-]+:|//)|\{|\bwww(?=\.)|\$(?=\S)")
_AT_START = re.compile(r"(?P<number>[0-9]{1,9})(?=[.)](?:\s|$))|(?P<sign>[#>+\-=|:%])")
_EVERY = re.compile(r"[\\`*_\[\]{}()#+\-.!|~^=$:%@&<>\"']")
_TICKS = re.compile("`+")
_SIMPLE_URL = re.compile(r"[^\s<>()\\]+")
_SELF = re.compile(r"https?://[^\s<>\"'`]+")


class Care(Enum):
    """How careful Markdown is written: with emphasis as tags, and with every sign as a character reference."""

    NONE = 0
    TAGS = 1
    EVERY_SIGN = 2


class InlineWriter:
    """Writes runs as Markdown, of a form that is the more careful the less readable it is.

    `in_table` says that a vertical line ends a cell, and that a line cannot end.
    """

    def __init__(self, care: Care = Care.NONE, *, in_table: bool = False) -> None:
        """Choose how careful to be."""
        self._tags = care is not Care.NONE
        self._careful = care is Care.EVERY_SIGN
        self._in_table = in_table

    def write(self, runs: Sequence[Run]) -> str:
        """Return runs as one paragraph, safe at the beginning of a line."""
        written = self._runs(runs, 0, "")
        # A line break begins a line as well.
        return "\n".join(map(self._begun, written.split("\n")))

    def _begun(self, line: str) -> str:
        found = _AT_START.match(line)
        if not found:
            return line
        if number := found["number"]:
            return f"{number}\\{line[len(number) :]}"
        return f"&#{ord(line[0])};{line[1:]}" if self._careful else f"\\{line}"

    def _runs(self, runs: Sequence[Run], depth: int, around: str) -> str:
        parts: list[str] = []
        for mark, group in grouped(runs, depth):
            if mark is None:
                parts += [self._alone(run) for run in group]
            else:
                parts.append(self._marked(mark, group, depth, around))
        return "".join(parts)

    def _alone(self, run: Run) -> str:
        if run is SPACE:
            return " "
        if isinstance(run, Word):
            return self._text(run.text)
        if run.mark == BREAK:
            return "<br>" if self._in_table else "\\\n"
        if run.mark.name == "img" and (picture := self._picture(run)):
            return picture
        return embedded_html(run)

    def _text(self, text: str) -> str:
        if self._careful:
            return _EVERY.sub(lambda sign: f"&#{ord(sign[0])};", text)
        written = _ALWAYS.sub(_escaped, text)
        return written.replace("|", "\\|") if self._in_table else written

    def _marked(self, mark: Mark, group: Sequence[Run], depth: int, around: str) -> str:
        if mark.name == "code" and not mark.attributes and (code := self._code(group, depth)):
            return code
        inner = self._runs(group, depth + 1, mark.name)
        if mark.name == "a" and (link := self._link(mark, inner)):
            return link
        if not self._tags and not mark.attributes and "\n" not in inner:
            if mark.name == "strong":
                return f"**{inner}**"
            if mark.name == "em":
                return f"_{inner}_" if around == "strong" or inner.startswith("*") else f"*{inner}*"
            if mark.name == "del":
                return f"~~{inner}~~"
        return f"{tag_of(mark)}{inner}</{mark.name}>"

    def _code(self, group: Sequence[Run], depth: int) -> str:
        """Return code between backticks; "" when there is more in it than text."""
        if any(not isinstance(run, Word) or len(run.marks) > depth + 1 for run in group):
            return ""
        text = "".join(run.text for run in group if isinstance(run, Word))
        if self._in_table and "|" in text:
            text = text.replace("|", "\\|")
        ticks = "`" * (1 + max((len(found) for found in _TICKS.findall(text)), default=0))
        gap = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{ticks}{gap}{text}{gap}{ticks}"

    def _link(self, mark: Mark, inner: str) -> str:
        attributes = dict(mark.attributes)
        target = attributes.pop("href", None)
        title = attributes.pop("title", None)
        if target is None or attributes or not inner or "](" in inner:
            return ""
        if title is None and _SELF.fullmatch(target) and inner == self._text(target):
            return f"<{target}>"
        return f"[{inner}]({self._address(target, title)})"

    def _picture(self, run: Embedded) -> str:
        attributes = dict(run.mark.attributes)
        source, text, title = (attributes.pop(name, None) for name in ("src", "alt", "title"))
        if source is None or attributes:
            return ""
        return f"![{self._text(text or '')}]({self._address(source, title)})"

    def _address(self, target: str, title: str | None) -> str:
        # What an address holds is kept from being read as emphasis or template syntax by being encoded.
        url = target if _SIMPLE_URL.fullmatch(target) else f"<{target}>"
        url = url.replace("|", "%7C") if self._in_table else url
        if title is None:
            return url
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        return f'{url} "{self._text(title) if self._careful else quoted}"'


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return "&amp;" if text == "&" else f"{text}\\" if text == "www" else "\\=\\=" if text == "==" else f"\\{text}"
