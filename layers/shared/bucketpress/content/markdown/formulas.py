"""Formulas between dollar signs as MathML, which browsers show without a script."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bucketpress.content.html.html_tokens import Tag, Token, end, is_end, start
from bucketpress.content.markdown.line_map import rewrite_prose

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_FORMULA_CHARACTERS = 2000
# Of one post; 64 KiB of the worst ones measured take 0.8 s.
MAX_CHARACTERS = 48 * 1024
MAX_DEPTH = 60
# No author can write such an id: all of theirs get a prefix.
_PLACE = "m-"
_PLACED = re.compile(r'<span id="m-([0-9]+)">[^<]*</span>')
_OPENS = re.compile(
    r"\\(?:begin|left)\b|\{|(?P<closes>\\(?:end|right)\b|\})|(?P<step>\\[A-Za-z]+|[\^_])|[^\s\\]|\\.",
    re.DOTALL,
)
# What nobody writes but in a formula asks for formulas.
_TELLING = re.compile(r"\$\$[^$]{0,1000}?\\[A-Za-z]{2}|\\(?:\([^\n]{0,300}?\\[A-Za-z]{2}|\[[^\n]{0,300}?\\[A-Za-z]{2})")
# As Pandoc tells formulas from prices: no space inside, no letter or digit outside.
_BETWEEN_DOLLARS = re.compile(r"(?<![\\$\w])\$(?![\s\d$])([^$\n]{1,200})(?<![\s\\])\$(?![\w$])")
# A command, an index, a power, or a name of one letter.
_MATHEMATICAL = re.compile(r"\\[A-Za-z]{2}|\^[\w{]|_\{|_\w(?!\w)|^[^\W\d_]\Z")
# MathJax in Markdown that takes one of two backslashes away.
_DOUBLED = re.compile(r"\\\\\((?P<inline>[^\n]{1,500}?)\\\\\)|^\\\\\[(?P<display>[^$]{1,1000}?)\\\\\]", re.MULTILINE)
# A formula of several lines, of which one may look like an item of a list.
_LINES = re.compile(r"(?<!\\)\$\$(?P<lines>(?:[^$\n]{0,500}+\n(?![ \t]*+(?:\n|>))){1,60}+[^$\n]{0,500}+)\$\$")
_REMARK = re.compile(r"(?<!\\)%[^\n]*+")
_ELEMENT_NAMES = (
    "math maction menclose mfenced mfrac mglyph mi mlabeledtr mmultiscripts mn mo mover mpadded mphantom mprescripts"
    " mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
)
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTE_NAMES = (
    "accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle fence form height"
    " largeop linethickness lspace mathvariant maxsize minsize movablelimits notation rowalign rowlines rowspacing"
    " rspace scriptlevel separator stretchy symmetric voffset width"
)
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_VALUE = re.compile(r"[\w .%+-]{0,60}")
# What latex2mathml raises for formulas it cannot read, besides exceptions of its own.
_FAULTS = (AttributeError, IndexError, KeyError, RecursionError, StopIteration, TypeError, ValueError)


class Formulas:
    """The formulas of one text; `written` are their MathML in order, `unread` those shown as they are written."""

    def __init__(self) -> None:
        """Begin with none."""
        self.written: list[str] = []
        self.unread: list[str] = []
        self._left = MAX_CHARACTERS

    def place(self, tokens: Iterable[Token]) -> Iterator[Token]:
        """Pass tokens on with a mark in the place of every formula, which `restore` replaces."""
        inside: list[str] | None = None
        display = False
        for token in tokens:
            if inside is None:
                if isinstance(token, Tag) and token.name == "span" and "data-math-style" in token.attributes:
                    inside, display = [], token.attributes["data-math-style"] == "display"
                else:
                    yield token
            elif is_end(token, "span"):
                yield from self._placed(html.unescape("".join(inside)), display=display)
                inside = None
            elif isinstance(token, str):
                inside.append(token)

    def _placed(self, formula: str, *, display: bool) -> Iterator[Token]:
        self._left -= len(formula)
        made = math_ml(formula, display=display) if self._left >= 0 else None
        if made is None:
            self.unread.append(formula)
            yield from (start("code"), html.escape(formula, quote=False), end("code"))
            return
        self.written.append(made)
        yield start("span", id=f"{_PLACE}{len(self.written) - 1}")
        yield re.sub("<[^>]*>", "", made)
        yield end("span")


def asks_for_formulas(text: str) -> bool:
    """Return whether a text holds what can only be a formula."""
    if "$" not in text and "\\(" not in text and "\\[" not in text:
        return False
    return _TELLING.search(text) is not None or _has_inline_formula(text)


def _has_inline_formula(text: str) -> bool:
    """Return whether something mathematical stands between two dollar signs outside code."""
    found = False

    def look(match: re.Match[str]) -> tuple[str, int]:
        nonlocal found
        found = found or _MATHEMATICAL.search(match[1]) is not None
        return match[0], match.end()

    # Most texts with dollar signs are about prices and shells, and need no search for code.
    if any(_MATHEMATICAL.search(match[1]) for match in _BETWEEN_DOLLARS.finditer(text)):
        rewrite_prose(text, _BETWEEN_DOLLARS, look)
    return found


def with_dollars(text: str) -> str:
    r"""Return a text in which formulas between `\\\\(` and `\\\\)` stand between dollar signs, each in one line."""

    def dollars(match: re.Match[str]) -> tuple[str, int]:
        if match["inline"] is not None:
            return f"${match['inline'].strip()}$", match.end()
        return f"$${match['display']}$$", match.end()

    def one_line(match: re.Match[str]) -> tuple[str, int]:
        return f"$${' '.join(_REMARK.sub('', match['lines']).split())}$$", match.end()

    single = rewrite_prose(text, _DOUBLED, dollars)[0] if "\\\\" in text else text
    return rewrite_prose(single, _LINES, one_line)[0] if "$$" in single else single


def restore(page: str, formulas: Iterable[str]) -> str:
    """Put formulas where their marks stand in sanitised HTML."""
    written = list(formulas)

    def formula(match: re.Match[str]) -> str:
        number = int(match[1])
        return written[number] if number < len(written) else ""

    return _PLACED.sub(formula, page) if written else page


def math_ml(formula: str, *, display: bool) -> str | None:
    """Return LaTeX as MathML with nothing in it but the elements and attributes on the list; None for what is none."""
    if len(formula) > MAX_FORMULA_CHARACTERS or _depth(formula) > MAX_DEPTH:
        return None
    # Here, not above: it takes as long to import as a post to publish, and most posts hold no formula.
    from latex2mathml import exceptions  # noqa: PLC0415
    from latex2mathml.converter import convert_to_element  # noqa: PLC0415

    own = [each for each in vars(exceptions).values() if isinstance(each, type) and issubclass(each, Exception)]
    faults: tuple[type[Exception], ...] = (*own, *_FAULTS)
    try:
        element = convert_to_element(formula.strip(), display="block" if display else "inline")
    except faults:
        return None
    return "".join(_write(element))


def _depth(formula: str) -> int:
    """Return how deep a formula may nest: each command waits for an argument, each bracket for its end."""
    waiting: list[int] = []
    run = deepest = total = 0
    for match in _OPENS.finditer(formula):
        if match["closes"]:
            total -= waiting.pop() if waiting else 0
            run = 0
        elif match["step"]:
            run += 1
        elif match[0] == "{" or match[0].startswith(("\\begin", "\\left")):
            waiting.append(run + 1)
            total += run + 1
            run = 0
        else:
            run = 0
        deepest = max(deepest, total + run)
    return deepest


def _write(element: "Element") -> Iterator[str]:
    known = element.tag in _ELEMENTS
    if known:
        kept = {
            name: value for name, value in element.attrib.items() if name in _ATTRIBUTES and _VALUE.fullmatch(value)
        }
        yield f"<{element.tag}" + "".join(f' {name}="{value}"' for name, value in sorted(kept.items())) + ">"
    yield html.escape(html.unescape(element.text or ""), quote=False)
    for child in element:
        yield from _write(child)
        yield html.escape(html.unescape(child.tail or ""), quote=False)
    if known:
        yield f"</{element.tag}>"
