"""Writes blocks as Markdown, and as HTML those that Markdown has no form for."""

import re
from collections.abc import Sequence

from bucketpress.content.html.html_tokens import MORE
from bucketpress_cli.importers.conversion.html_writer import html_of
from bucketpress_cli.importers.conversion.inline_markdown import Care, InlineWriter
from bucketpress_cli.importers.conversion.outline import Attributes, Block, Embedded, is_plain

_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_LANGUAGE = re.compile(r"language-([A-Za-z0-9][\w+#.-]*)")
_ALIGNED = {"align-left": ":---", "align-center": ":---:", "align-right": "---:", "": "---"}
_FIXED = {"hr": "---", MORE.name: "<!--more-->"}
_LISTS = frozenset({"ol", "ul"})
_ID = re.compile(r"[\w-]+")


class UnwritableError(ValueError):
    """Markdown has no form for a block."""


class BlockWriter:
    """Writes blocks as Markdown; `as_html` counts by name those that were left as HTML."""

    def __init__(self, care: Care = Care.NONE) -> None:
        """Choose how careful to be; see Care."""
        self._inline = InlineWriter(care)
        self._cells = InlineWriter(care, in_table=True)
        self.as_html: list[str] = []

    def write_all(self, blocks: Sequence[Block]) -> str:
        """Return blocks with empty lines between them; lists that follow one another have other signs."""
        written: list[str] = []
        other = False
        for position, block in enumerate(blocks):
            follows = position > 0 and block.name in _LISTS and blocks[position - 1].name == block.name
            other = follows and not other
            written.append(self.write(block, other=other))
        return "\n\n".join(written)

    def write(self, block: Block, *, other: bool = False) -> str:
        """Return a block as Markdown, or as HTML."""
        try:
            return self._markdown(block, other=other)
        except UnwritableError:
            self.as_html.append(block.name)
            return html_of(block)

    def _markdown(self, block: Block, *, other: bool) -> str:
        if block.name in _LISTS:
            return self._list(block, other=other)
        if block.name in _HEADINGS:
            return self._heading(block)
        written = {"figure": self._figure, "pre": _code, "table": self._table}.get(block.name, self._plain)
        return written(block)

    def _plain(self, block: Block) -> str:
        """Return a block that has no attributes."""
        if block.attributes:
            raise UnwritableError(block.name)
        if block.name in _FIXED:
            return _FIXED[block.name]
        if block.name == "p":
            return self._inline.write(block.runs)
        if block.name == "blockquote" and block.blocks:
            return _prefixed("> ", "> ", self.write_all(block.blocks))
        raise UnwritableError(block.name)

    def _heading(self, block: Block) -> str:
        written = dict(block.attributes)
        identity = written.pop("id", None)
        text = self._inline.write(block.runs)
        if written or "\n" in text or (identity is not None and not _ID.fullmatch(identity)):
            raise UnwritableError(block.name)
        text = f"{text[:-1]}\\#" if text.endswith("#") else text
        return f"{_HEADINGS[block.name]} {text}" + (f" {{#{identity}}}" if identity else "")

    def _list(self, block: Block, *, other: bool) -> str:
        written = dict(block.attributes)
        number = int(written.pop("start", "1")) if written.get("start", "1").isdecimal() else -1
        plain = all(item.name == "li" and not item.attributes for item in block.blocks)
        if written or not plain or not block.blocks or number < 0:
            raise UnwritableError(block.name)
        tight = all(_is_tight(item.blocks) for item in block.blocks)
        items: list[str] = []
        for position, item in enumerate(block.blocks):
            sign = (f"{number + position}" + (")" if other else ".")) if block.name == "ol" else "*" if other else "-"
            inside = self.write_all(item.blocks)
            inside = inside.replace("\n\n", "\n") if tight else inside
            items.append(_prefixed(f"{sign} ", " " * (len(sign) + 1), inside))
        return ("\n" if tight else "\n\n").join(items)

    def _figure(self, block: Block) -> str:
        """Return a picture with its caption as one with a title, which is how figures are written here."""
        names = tuple(child.name for child in block.blocks)
        if block.attributes or names != ("p", "figcaption"):
            raise UnwritableError(block.name)
        picture, caption = block.blocks
        texts = caption.blocks
        shown = picture.runs[0]
        if (
            len(picture.runs) != 1
            or not isinstance(shown, Embedded)
            or shown.mark.name != "img"
            or {name for name, _ in shown.mark.attributes} - {"src", "alt"}
            or caption.attributes
            or len(texts) != 1
            or not is_plain(texts[0].runs)
        ):
            raise UnwritableError(block.name)
        title = "".join(run.text for run in texts[0].runs if not isinstance(run, Embedded))
        mark = type(shown.mark)("img", (*shown.mark.attributes, ("title", title)))
        return self._inline.write([Embedded(mark, shown.marks)])

    def _table(self, block: Block) -> str:
        rows = block.blocks
        width = len(rows[0].blocks) if rows else 0
        if block.attributes or not width or any(not _is_row(row, width) for row in rows):
            raise UnwritableError(block.name)
        if {cell.name for cell in rows[0].blocks} != {"th"} or any(
            cell.name != "td" for row in rows[1:] for cell in row.blocks
        ):
            raise UnwritableError(block.name)
        columns = [{_alignment(row.blocks[column].attributes) for row in rows} for column in range(width)]
        if any(len(found) != 1 or not found <= _ALIGNED.keys() for found in columns):
            raise UnwritableError(block.name)
        lines = [
            " | ".join(self._cells.write(cell.blocks[0].runs) if cell.blocks else "" for cell in row.blocks)
            for row in rows
        ]
        lines.insert(1, " | ".join(_ALIGNED[found.pop()] for found in columns))
        return "\n".join(f"| {line} |" for line in lines)


def _is_row(row: Block, width: int) -> bool:
    return row.name == "tr" and not row.attributes and len(row.blocks) == width and all(map(_is_cell, row.blocks))


def _is_cell(cell: Block) -> bool:
    inside = cell.blocks
    return not inside or (len(inside) == 1 and inside[0].name == "p" and not inside[0].attributes)


def _alignment(attributes: Attributes) -> str:
    return " ".join(f"{name}={value}" if name != "class" else value for name, value in attributes)


def _is_tight(blocks: Sequence[Block]) -> bool:
    """Return whether the text of an item has no paragraph of its own: only lists follow it."""
    names = [block.name for block in blocks]
    return names[:1] in ([], ["p"]) and all(name in _LISTS for name in names[1:])


def _code(block: Block) -> str:
    written = dict(block.attributes)
    language = _LANGUAGE.fullmatch(written.pop("class", "language-text"))
    if written or block.runs or language is None:
        raise UnwritableError(block.name)
    named = language[1] if block.attributes else ""
    longest = max((len(found) for found in _FENCE.findall(block.text)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{named}\n{block.text}\n{fence}"


def _prefixed(first: str, rest: str, text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        (first if position == 0 else rest) + line if line else (first if position == 0 else rest).rstrip()
        for position, line in enumerate(lines)
    )
