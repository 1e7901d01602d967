"""Makes a sound tree of tags an author wrote by hand: what is left open is closed, what closes nothing is left out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bucketpress.content.html.html_tokens import MORE, VOID, Tag, Token, end

_CELLS = frozenset({"caption", "table", "td", "th"})
_LISTS = _CELLS | {"ol", "ul"}
_TABLE = frozenset({"table"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PARAGRAPH = frozenset({"p"})
_BLOCKS = "address article aside blockquote details div dl figcaption figure hr ol p pre section summary table ul"
# What a start tag closes, and how far out it looks for it (WHATWG HTML, "tree construction").
_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(_BLOCKS.split(), (_PARAGRAPH, _CELLS)),
    **dict.fromkeys(_HEADINGS, (_PARAGRAPH | _HEADINGS, _CELLS | {"div", "section", "article", "aside", "details"})),
    "li": (_PARAGRAPH | {"li"}, _LISTS),
    "dt": (_PARAGRAPH | {"dt", "dd"}, _CELLS | {"dl"}),
    "dd": (_PARAGRAPH | {"dt", "dd"}, _CELLS | {"dl"}),
    "tr": (frozenset({"caption", "colgroup", "td", "th", "tr"}), _TABLE),
    "td": (frozenset({"td", "th"}), _TABLE | {"tr"}),
    "th": (frozenset({"td", "th"}), _TABLE | {"tr"}),
    **dict.fromkeys(("thead", "tbody", "tfoot"), (frozenset({"caption", "tbody", "tfoot", "thead"}), _TABLE)),
    "a": (frozenset({"a"}), _CELLS),
    "rt": (frozenset({"rp", "rt"}), frozenset({"ruby"})),
    "rp": (frozenset({"rp", "rt"}), frozenset({"ruby"})),
}
_PARTS_OF_TABLES = frozenset({"caption", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})


def balanced(tokens: Iterable[Token]) -> Iterator[Token]:
    """Pass tokens on so that every start tag has its end tag, in the right order.

    Each step looks at the open elements only: it costs as much as the text is deeply nested.
    """
    opened: list[str] = []
    for token in _without_empty_paragraphs(tokens):
        if isinstance(token, str) or token is MORE:
            yield token
        elif token.closing:
            yield from _close(opened, _to_end(opened, token.name))
        else:
            yield from _close(opened, _to_make_room(opened, token.name))
            if token.name not in VOID:
                opened.append(token.name)
            yield token
    yield from _close(opened, 0)


def _without_empty_paragraphs(tokens: Iterable[Token]) -> Iterator[Token]:
    """Leave out the paragraphs that a block closes before anything is in them; a paragraph gets their attributes."""
    waiting: list[Token] = []
    for token in tokens:
        if waiting and isinstance(token, str) and not token.strip():
            waiting.append(token)
            continue
        if isinstance(token, Tag) and not token.closing and "p" in _CLOSES.get(token.name, (frozenset(),))[0]:
            if token.name == "p":
                outer = waiting[0].attributes if waiting and isinstance(waiting[0], Tag) else {}
                waiting = [replace(token, attributes={**outer, **token.attributes})]
                continue
            waiting = []
        yield from waiting
        waiting = []
        yield token
    yield from waiting


def _close(opened: list[str], position: int) -> Iterator[Tag]:
    while len(opened) > position:
        yield end(opened.pop())


def _to_end(opened: Sequence[str], name: str) -> int:
    """Return where the element that an end tag ends begins among the open ones; their number when it ends none."""
    fences = _TABLE if name in _PARTS_OF_TABLES else _LISTS if name == "li" else _CELLS
    for position in range(len(opened) - 1, -1, -1):
        if opened[position] == name:
            return position
        if opened[position] in fences:
            break
    return len(opened)


def _to_make_room(opened: Sequence[str], name: str) -> int:
    """Return the first of the open elements that a start tag closes; their number when it closes none."""
    closes, fences = _CLOSES.get(name, (frozenset(), _CELLS))
    first = len(opened)
    for position in range(len(opened) - 1, -1, -1):
        if opened[position] in closes:
            first = position
        elif opened[position] in fences:
            break
    return first if closes else len(opened)
