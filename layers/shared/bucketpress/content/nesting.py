"""How deep a text may be nested, counted before anything slow sees it.

The sanitiser takes time with the square of the depth: 433 s for a megabyte of nested `<div>`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from bucketpress.content.html import VOID, Token

MAX_NESTING = 32
MAX_ELEMENTS_DEEP = 64
MAX_REOPENED = 200_000
_CONTAINERS = frozenset({"blockquote", "div", "ul", "ol"})
# HTML closes these by itself; they can only be nested inside elements that are counted.
_SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "colgroup", "rt", "rp"})
# HTML opens these again in every block that follows until they are closed (WHATWG HTML, "formatting").
_FORMATTING = frozenset({"a", "b", "code", "em", "i", "s", "small", "strong", "u"})


class NestingError(ValueError):
    """The text is nested deeper than the cap its message names."""


def bounded(tokens: Iterable[Token]) -> Iterator[Token]:
    """Pass tokens on until they are nested too deep. Raises NestingError before the first token that is."""
    opened: Counter[str] = Counter()
    depth = containers = formatting = reopened = 0
    for token in tokens:
        if not isinstance(token, str) and token.name not in _SELF_CLOSING and token.name not in VOID:
            step = 1
            if token.closing:
                step = -1 if opened[token.name] else 0
            opened[token.name] += step
            depth += step
            containers += step if token.name in _CONTAINERS else 0
            formatting += step if token.name in _FORMATTING else 0
        reopened += formatting
        if containers > MAX_NESTING:
            raise NestingError(f"Quotations and lists may be nested {MAX_NESTING} levels deep; here they are deeper.")
        if depth > MAX_ELEMENTS_DEEP or reopened > MAX_REOPENED:
            raise NestingError(f"Elements may be nested {MAX_ELEMENTS_DEEP} levels deep; here they are deeper.")
        yield token
