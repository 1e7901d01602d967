"""How deep a text may be nested, counted before anything slow sees it.

The sanitiser takes time with the square of the depth: 433 s for a megabyte of nested `<div>`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bucketpress.content.html.html_tokens import VOID, Token

MAX_NESTING = 32
MAX_ELEMENTS_DEEP = 64
MAX_REOPENED = 200_000
TOO_DEEP = f"Quotations and lists may be nested {MAX_NESTING} levels deep; here they are deeper."
_CONTAINERS = frozenset({"blockquote", "div", "ul", "ol"})
# HTML closes these by itself; they can only be nested inside elements that are counted.
_SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "colgroup", "rt", "rp"})
_UNCOUNTED = _SELF_CLOSING | VOID
# HTML opens these again in every block that follows until they are closed (WHATWG HTML, "formatting").
_FORMATTING = frozenset({"a", "b", "code", "em", "i", "s", "small", "strong", "u"})


MAX_MARKERS = 1000
_MARKER = r"[ \t]*+(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]))"
_MARKERS = re.compile(rf"^(?:{_MARKER}){{{MAX_MARKERS}}}", re.MULTILINE)


class NestingError(ValueError):
    """The text is nested deeper than the cap its message names."""


def crowded_line(text: str) -> int | None:
    """Return the first line of Markdown that opens so many quotations and lists that parsing it would take long.

    Parsing takes time with the square of their number: 20 s for a line of 250,000 `>`.
    """
    found = _MARKERS.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def bounded(tokens: Iterable[Token]) -> Iterator[Token]:
    """Pass tokens on until they are nested too deep. Raises NestingError before the first token that is."""
    opened: Counter[str] = Counter()
    depth = containers = formatting = reopened = 0
    for token in tokens:
        reopened += formatting
        if not isinstance(token, str) and token.name not in _UNCOUNTED:
            step = 1
            if token.closing:
                step = -1 if opened[token.name] else 0
            opened[token.name] += step
            depth += step
            containers += step if token.name in _CONTAINERS else 0
            formatting += step if token.name in _FORMATTING else 0
            if containers > MAX_NESTING:
                raise NestingError(TOO_DEEP)
        if depth > MAX_ELEMENTS_DEEP or reopened > MAX_REOPENED:
            raise NestingError(f"Elements may be nested {MAX_ELEMENTS_DEEP} levels deep; here they are deeper.")
        yield token
