"""What other Markdown programs read besides Markdown: attribute lists, marks for a table of contents, containers.

All of it is for programs, so none of it may reach a reader; what has a meaning here keeps it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bucketpress.content.hints import Hints
from bucketpress.content.html.links import UNKNOWN_VALUE
from bucketpress.content.html.nesting import MAX_NESTING
from bucketpress.content.markdown.foreign_marks import read_foreign_marks
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose
from bucketpress.content.markdown.loose_links import read_loose_links
from bucketpress.content.markdown.loose_tables import read_loose_tables
from bucketpress.content.markdown.stand_ins import COLON

# An id for a heading, and a container's kind and title: noncharacters, which no upload keeps, so they can only be ours.
ID_BEGIN, ID_END, CONTAINER = "\ufdd4", "\ufdd5", "\ufdd6"
_LIST = (
    r"\{:[ \t]*+(?:\n[ \t]*+)?+(?:(?=[.#])|toc\b|::|:|/|[A-Za-z][\w-]*+(?::|[ \t]*+=(?!>)))"
    r"(?:[^{}\n]|\n(?!\s*\n)){0,300}+\}"
)
_GAP = r"[ \t]{0,9}"
_MARK = re.compile(
    rf"""
    ^[ ]{{0,3}}(?:[-*+]|1\.)[ \t][^\n]*\n[ \t]*+\{{:[ \t]*+toc\b[^}}\n]*+\}}    # kramdown: a list that gives way
    |(?P<toc>^[ \t]*+(?:\[TOC\]|\[\[_?TOC_?\]\]|\$\{{toc\}})[ \t]*+$)
    |(?P<named>{_GAP}\{{:?{_GAP}\#(?P<id>[^\s{{}}]{{1,100}})[^{{}}\n]{{0,200}}+\}}{_GAP}\#{{0,6}}{_GAP}$)
    |(?P<below>\n[ ]{{0,3}}\{{:{_GAP}[^{{}}\n]{{0,100}}\#(?P<id_below>[^\s{{}}]{{1,100}})[^{{}}\n]{{0,200}}\}}{_GAP}$)
    |(?P<comment>\{{::comment\}})
    |(?P<tight>(?:\A|(?<=\n\n))\#{{2,6}}(?=[^\W\d_]))    # a heading, as Markdown was before CommonMark
    |(?P<list>{_LIST})
    |^(?P<before>[ \t>]*+)(?P<colons>:{{3,}}+)(?P<info>[^\n]*+)$
    |^(?P<block><[A-Za-z][^<>\n]{{0,300}}?)[ ]markdown(?:=(?:"\w+"|'\w+'|\w+))?(?P<after>[^<>\n]{{0,300}}>)
    """,
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
# Without any of these a text need not be searched.
_HINTS = Hints("{:", "{#", "{ ", "{\t", ":::", "toc]", "toc}", "toc_", " markdown")
_TIGHT = re.compile(r"\n\n##+(?=[^\W\d_])")
_END_OF_COMMENT = re.compile(r"\{:/(?:comment)?\}")
_UNKNOWN_LINK = re.compile(
    rf"!?\[([^\[\]\n]*+)\]\([^()\s{UNKNOWN_VALUE}]{{0,1000}}+{UNKNOWN_VALUE}[^()\n]{{0,1000}}+\)"
)
_SETEXT = re.compile(r"\n[ ]{0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]*+)\]\([^()\s]{0,1000}+\)")
# A label may hold links, and a title code.
_INFO = re.compile(
    r"[ \t]*+\{?\.?(?P<kind>[A-Za-z][\w-]*)\}?[ \t]*+(?:\[(?P<label>(?:[^\[\]\n]|\[[^\[\]\n]*+\])*+)\])?"
    r"(?P<title>(?:[^\n{}`]|``[^\n]*?``|`[^`\n]*+`|`)*+)(?:\{[^\n]*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A text without marks for programs; `toc` tells whether it asks for a table of contents.

    `spaced` are the addresses that have spaces in it.
    """

    text: str
    lines: LineMap = field(default_factory=LineMap)
    toc: bool = False
    spaced: tuple[str, ...] = ()


def read_extensions(text: str) -> Extended:
    """Return a text without the marks of other Markdown programs."""
    marked, marked_lines = read_foreign_marks(text)
    linked, link_lines, spaced = read_loose_links(marked)
    plain, table_lines = read_loose_tables(linked)
    plain_lines = table_lines.over(link_lines.over(marked_lines))
    lowered = plain.lower()
    if not _HINTS.occur_in(lowered) and not _TIGHT.search(f"\n\n{plain}"):
        return Extended(text=plain, lines=plain_lines, spaced=spaced)
    reader = _Reader(plain)
    rewritten, lines = rewrite_prose(plain, _MARK, reader.rewrite)
    return Extended(text=rewritten, lines=lines.over(plain_lines), toc=reader.toc, spaced=spaced)


def readable(text: str) -> str:
    """Return a text without marks for programs, for people to read as Markdown."""
    made = re.sub(f"{ID_BEGIN}[^{ID_END}]*{ID_END}", "", read_extensions(text).text)
    if UNKNOWN_VALUE in made:
        made = _UNKNOWN_LINK.sub(r"\1", made).replace(UNKNOWN_VALUE, "")
    return re.sub(f"{CONTAINER}([^{CONTAINER}\n]*){CONTAINER}", r"\1 ", made).replace(COLON, ":")


class _Reader:
    def __init__(self, text: str) -> None:
        self.toc = False
        self._text = text
        self._open: list[int] = []  # How many colons each open container has.
        self._comments_end = True

    def rewrite(self, match: re.Match[str]) -> tuple[str, int] | None:
        readers: dict[str, Callable[[re.Match[str]], tuple[str, int] | None]] = {
            "named": self._heading,
            "below": self._heading,
            "comment": self._comment,
            "tight": self._tight_heading,
            "colons": self._container,
            "block": self._markdown_block,
        }
        for name, read in readers.items():
            if match[name] is not None:
                return read(match)
        self.toc = self.toc or match["list"] is None or "toc" in match["list"].split("=")[0]
        return "", match.end()

    def _heading(self, match: re.Match[str]) -> tuple[str, int] | None:
        line = self._text[self._text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip(" >")
        underlined = match["named"] is not None and _SETEXT.match(self._text, match.end())
        if line.startswith("#") or underlined:
            name = match["id"] or match["id_below"]
            return f"{ID_BEGIN}{name}{ID_END}" + ("\n" if match["below"] else ""), match.end()
        if match["below"] or "{:" in match[0]:
            return ("\n" if match["below"] else ""), match.end()
        return None

    def _comment(self, match: re.Match[str]) -> tuple[str, int]:
        found = _END_OF_COMMENT.search(self._text, match.end()) if self._comments_end else None
        self._comments_end = found is not None
        return "", found.end() if found else match.end()

    def _tight_heading(self, match: re.Match[str]) -> tuple[str, int]:
        return f"{match[0]} ", match.end()

    def _container(self, match: re.Match[str]) -> tuple[str, int] | None:
        colons, info = len(match["colons"]), match["info"].strip()
        if not info.strip(": \t"):  # It ends one, or nothing.
            ends = bool(self._open) and colons >= self._open[-1]
            if ends:
                self._open.pop()
            return (match["before"] + match["colons"] if ends else ""), match.end()
        understood = _INFO.fullmatch(match["info"])
        kind, title = "note", info
        if understood:
            kind = understood["kind"].lower()
            title = (understood["label"] or understood["title"] or "").strip()
        if len(self._open) >= MAX_NESTING:
            return "", match.end()
        self._open.append(colons)
        # A directive's class is all that comrak hands on, with spaces as they are; it knows none with a colon.
        shown = _LINK.sub(r"\1", title).replace(":", COLON)
        return f"{match['before']}{match['colons']} {CONTAINER}{kind}{CONTAINER}{shown}", match.end()

    def _markdown_block(self, match: re.Match[str]) -> tuple[str, int]:
        return f"{match['block']}{match['after']}\n\n", match.end()
