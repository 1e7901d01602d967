"""Reads lexical, the format of Ghost's texts since 5.0: a tree of nodes, each with its type."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bucketpress_cli.importers.archives.json_document import read_json
from bucketpress_cli.importers.ghost.cards import CardWriter, Data, is_card, text

# The bits of a text's format, outermost first: nothing is marked within code.
_FORMATS = {1: "strong", 2: "em", 4: "del", 8: "u", 32: "sub", 64: "sup", 128: "mark", 16: "code"}
_ALL = sum(_FORMATS)
_TEXTS = frozenset({"text", "extended-text", "tk", "code-highlight", "hashtag"})
_LINKS = frozenset({"link", "autolink"})
# What the editor keeps while somebody types.
_UNFINISHED = frozenset({"at-link", "at-link-search"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_QUOTES = frozenset({"quote", "extended-quote", "aside"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """HTML among words, and the formats around it."""

    source: str
    formats: int = 0


def lexical_html(source: str, cards: CardWriter) -> str:
    """Return a text as HTML. Raises ValueError for what is no lexical."""
    document = read_json(source.encode())
    root = document.get("root") if isinstance(document, Mapping) else None
    if not isinstance(root, Mapping) or not isinstance(root.get("children"), list):
        message = "no root with children"
        raise ValueError(message)  # noqa: TRY004 - what a document says, not what a caller gave
    return _LexicalReader(cards).blocks(root)


class _LexicalReader:
    def __init__(self, cards: CardWriter) -> None:
        self._cards = cards

    def blocks(self, node: Data) -> str:
        return "\n".join(filter(None, map(self._block, _children(node))))

    def _block(self, node: Data) -> str:
        name = text(node, "type")
        if self._cards.withholds(node):
            return ""
        if name == "paragraph":
            inside = self._words(node)
            return f"<p>{inside}</p>" if inside else ""
        if name in {"heading", "extended-heading"}:
            tag = text(node, "tag")
            tag = tag if tag in _HEADINGS else "h2"
            return f"<{tag}>{self._words(node)}</{tag}>"
        if name in _QUOTES:
            return f"<blockquote>{self._inside(node)}</blockquote>"
        if name == "list":
            return self._list(node)
        if is_card(name):
            return self._cards.write(name, node)
        return self._unknown(name, node)

    def _unknown(self, name: str, node: Data) -> str:
        """Return what is in a node that is not known, or what it says itself."""
        if _children(node):
            return self._cards.write_unknown(name, self._inside(node))
        if name in _TEXTS or name == "linebreak":  # A text that no paragraph is around.
            return f"<p>{''.join(self._pieces_of([node]))}</p>"
        return self._cards.write(name, node)

    def _inside(self, node: Data) -> str:
        """Return what a node holds: blocks, or words."""
        inner = _children(node)
        if any(_is_block(text(child, "type"), child) for child in inner):
            return self.blocks(node)
        words = self._words(node)
        return f"<p>{words}</p>" if words else ""

    def _list(self, node: Data) -> str:
        tag = "ol" if text(node, "listType") == "number" or text(node, "tag") == "ol" else "ul"
        is_checked = text(node, "listType") == "check"
        items: list[str] = []
        for item in _children(node):
            inner = _children(item)
            if inner and text(inner[0], "type") == "list":  # It belongs to the item before it.
                items[-1:] = [(items[-1] if items else "") + "".join(map(self._block, inner))]
            else:
                box = f'<input type="checkbox"{" checked" if item.get("checked") is True else ""}> '
                said = self._words(item) if inner else "".join(self._pieces_of([item]))
                items.append((box if is_checked else "") + said)
        start = node.get("start")
        begins = f' start="{start}"' if tag == "ol" and isinstance(start, int) and start > 1 else ""
        return f"<{tag}{begins}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"

    def _words(self, node: Data) -> str:
        return "".join(self._pieces_of(_children(node)))

    def _pieces_of(self, nodes: Sequence[Data]) -> Iterator[str]:
        return _marked([piece for node in nodes for piece in self._pieces(node)])

    def _pieces(self, node: Data) -> Iterator[_Piece]:
        name = text(node, "type")
        if self._cards.withholds(node):
            return
        if name in _TEXTS and not _children(node):
            said, formats = node.get("text"), node.get("format")
            written = html.escape(said if isinstance(said, str) else "", quote=False)
            yield _Piece(written, formats & _ALL if isinstance(formats, int) else 0)
        elif name == "linebreak":
            yield _Piece("<br>")
        elif name == "tab":
            yield _Piece(" ")
        elif name in _LINKS:
            address = html.escape(text(node, "url"))
            yield _Piece(f'<a href="{address}">{self._words(node)}</a>')
        elif name in _UNFINISHED or name == "zwnj":
            yield _Piece(self._words(node))
        elif is_card(name) and not _children(node):
            yield _Piece(self._cards.write(name, node))
        else:
            yield _Piece(self._unknown_words(name, node))

    def _unknown_words(self, name: str, node: Data) -> str:
        if _children(node):
            return self._cards.write_unknown(name, self._words(node))
        said = node.get("text")
        if isinstance(said, str):
            return self._cards.write_unknown(name, html.escape(said, quote=False))
        return self._cards.write(name, node)


def _is_block(name: str, node: Data) -> bool:
    is_words = name in _TEXTS or name in _LINKS or name in _UNFINISHED or name in {"linebreak", "tab", "zwnj"}
    return not is_words and (name in {"paragraph", "list"} or bool(_children(node)) or is_card(name))


def _children(node: Data) -> Sequence[Data]:
    inner = node.get("children")
    return [child for child in inner if isinstance(child, Mapping)] if isinstance(inner, list) else []


def _marked(pieces: Sequence[_Piece]) -> Iterator[str]:
    """Yield pieces with elements around them, each as long as its format lasts."""
    opened: list[int] = []
    for position, piece in enumerate(pieces):
        while opened and not all(piece.formats & bit for bit in opened):
            yield f"</{_FORMATS[opened.pop()]}>"
        missing = [bit for bit in _FORMATS if piece.formats & bit and bit not in opened]
        lasting = {bit: _reach(pieces, position, bit) for bit in missing}
        for bit in sorted(missing, key=lambda bit: (bit == 16, -lasting[bit])):  # noqa: PLR2004 - code
            opened.append(bit)
            yield f"<{_FORMATS[bit]}>"
        yield piece.source
    while opened:
        yield f"</{_FORMATS[opened.pop()]}>"


def _reach(pieces: Sequence[_Piece], position: int, bit: int) -> int:
    """Return how many pieces from a position on have a format."""
    reach = 0
    while position + reach < len(pieces) and pieces[position + reach].formats & bit:
        reach += 1
    return reach
