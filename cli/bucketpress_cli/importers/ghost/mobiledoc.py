"""Reads mobiledoc, the format of Ghost's texts from 1.0 to 4: sections whose words open and close marks.

See https://github.com/bustle/mobiledoc-kit/blob/master/MOBILEDOC.md, version 0.3.
"""

import html
from collections.abc import Mapping, Sequence

from bucketpress_cli.importers.archives.json_document import read_json
from bucketpress_cli.importers.ghost.cards import CardWriter

_TAGS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside"})
_MARKS = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em"), "em"),
    **dict.fromkeys(("s", "del", "strike"), "del"),
    **{name: name for name in ("a", "code", "mark", "sub", "sup", "u")},
}


def mobiledoc_html(source: str, cards: CardWriter) -> str:
    """Return a text as HTML. Raises ValueError for what is no mobiledoc of this version."""
    document = read_json(source.encode())
    if not isinstance(document, Mapping) or not str(document.get("version", "")).startswith("0.3"):
        message = "another version"
        raise ValueError(message)
    reader = _MobiledocReader(document, cards)
    return "\n".join(filter(None, map(reader.section, _rows(document.get("sections")))))


class _MobiledocReader:
    def __init__(self, document: Mapping[object, object], cards: CardWriter) -> None:
        self._cards = cards
        self._markups = _rows(document.get("markups"))
        self._atoms = _rows(document.get("atoms"))
        self._payloads = _rows(document.get("cards"))

    def section(self, section: Sequence[object]) -> str:
        """Return a section as HTML."""
        match section:
            case [1, str() as tag, list() as markers, *_]:
                return _block(tag, self._words(markers))
            case [2, str() as address, *_]:
                return self._cards.write("image", {"src": address})
            case [3, str() as tag, list() as items, *_]:
                name = tag if tag in {"ol", "ul"} else "ul"
                return f"<{name}>{''.join(f'<li>{self._words(item)}</li>' for item in _rows(items))}</{name}>"
            case [10, int() as position, *_]:
                return self._card(position)
            case _:
                return self._cards.write_unknown("section", "")

    def _card(self, position: int) -> str:
        match _at(self._payloads, position):
            case [str() as name, Mapping() as payload, *_]:
                return self._cards.write(name, payload)
            case [str() as name, *_]:
                return self._cards.write(name, {})
            case _:
                return self._cards.write_unknown("card", "")

    def _words(self, markers: Sequence[object]) -> str:
        """Return words with their marks, which each marker opens by their numbers and closes by their count."""
        parts: list[str] = []
        opened: list[str] = []
        for marker in _rows(markers):
            match marker:
                case [int() as kind, list() as openings, int() as closed, (str() | int()) as value, *_]:
                    for number in openings:
                        tag, start = self._mark(number)
                        opened.append(tag)
                        parts.append(start)
                    parts.append(self._atom(value) if kind == 1 else html.escape(str(value), quote=False))
                    for _ in range(min(closed, len(opened))):
                        tag = opened.pop()
                        parts.append(f"</{tag}>" if tag else "")
                case _:
                    parts.append(self._cards.write_unknown("marker", ""))
        return "".join(parts) + "".join(f"</{tag}>" for tag in reversed(opened) if tag)

    def _mark(self, number: object) -> tuple[str, str]:
        """Return the name of an element and its start, both "" for one that means nothing here."""
        markup = _at(self._markups, number)
        tag = _MARKS.get(str(markup[0]).lower(), "") if markup else ""
        if tag != "a":
            return tag, f"<{tag}>" if tag else ""
        pairs = markup[1] if len(markup) > 1 and isinstance(markup[1], list) else []
        attributes = dict(zip(map(str, pairs[::2]), map(str, pairs[1::2]), strict=False))
        return tag, f'<a href="{html.escape(attributes.get("href", ""))}">'

    def _atom(self, number: object) -> str:
        match _at(self._atoms, number):
            case ["soft-return", *_]:
                return "<br>"
            case [str() as name, str() as value, *_]:
                return self._cards.write_unknown(name, html.escape(value, quote=False))
            case _:
                return self._cards.write_unknown("atom", "")


def _block(tag: str, words: str) -> str:
    if not words:
        return ""
    if tag in {"aside", "blockquote"}:
        return f"<blockquote><p>{words}</p></blockquote>"
    name = tag if tag in _TAGS else "p"
    return f"<{name}>{words}</{name}>"


def _rows(value: object) -> Sequence[Sequence[object]]:
    return [row for row in value if isinstance(row, list)] if isinstance(value, list) else []


def _at(rows: Sequence[Sequence[object]], position: object) -> Sequence[object]:
    return rows[position] if isinstance(position, int) and 0 <= position < len(rows) else []
