"""Writes blocks as HTML that Markdown leaves alone: no empty line ends it, no sign in it is read as Markdown."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bucketpress.content.html.html_tokens import MORE, VOID
from bucketpress_cli.importers.conversion.outline import Attributes, Block, Embedded, Mark, Run, Word

# The signs that Markdown within HTML, or one of the template languages, is known by.
_SIGNS = re.compile(r"[\\`*_\[\]{}#|~^=$%@&<>]|:(?=[\w+/:-])")
# A text in one of these needs no paragraph around it.
_BARE = frozenset({"caption", "dd", "dt", "figcaption", "figure", "li", "summary", "td", "th", "a"})


def html_of(block: Block) -> str:
    """Return a block as HTML on one line."""
    return "".join(_block(block))


def coded(text: str) -> str:
    """Return text with every sign that could be read as Markdown as a character reference."""
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", text)


def tag_of(mark: Mark) -> str:
    """Return a start tag."""
    return f"<{mark.name}{_attributes(mark.attributes)}>"


def embedded_html(embedded: Embedded) -> str:
    """Return what is embedded as HTML, without the marks around it."""
    inside = "".join(tag_of(part) for part in embedded.parts)
    close = "" if embedded.mark.name in VOID else f"</{embedded.mark.name}>"
    return f"{tag_of(embedded.mark)}{inside}{close}"


def _block(block: Block) -> Iterator[str]:
    if block.name == MORE.name:
        yield "<!--more-->"
        return
    yield tag_of(
        Mark(block.name, tuple(pair for pair in block.attributes if block.name != "pre" or pair[0] != "class"))
    )
    if block.name == "pre":
        yield from _code(block)
    elif block.name == "table":
        yield from _table(block.blocks)
    elif block.runs:
        yield _runs(block.runs, 0)
    else:
        yield from _inside(block)
    if block.name not in VOID:
        yield f"</{block.name}>"


def _inside(block: Block) -> Iterator[str]:
    paragraphs = sum(child.name == "p" for child in block.blocks)
    for child in block.blocks:
        if block.name in _BARE and child.name == "p" and paragraphs == 1 and not child.attributes:
            yield _runs(child.runs, 0)
        else:
            yield from _block(child)


def _table(rows: Iterable[Block]) -> Iterator[str]:
    """Write rows of header cells at the top as the head of the table."""
    part = ""
    for row in rows:
        if row.name != "tr":
            yield from _block(row)
            continue
        heads = bool(row.blocks) and all(cell.name == "th" for cell in row.blocks)
        wanted = "thead" if heads and part != "tbody" else "tbody"
        if wanted != part:
            yield f"</{part}>" if part else ""
            yield f"<{wanted}>"
            part = wanted
        yield from _block(row)
    yield f"</{part}>" if part else ""


def _code(block: Block) -> Iterator[str]:
    yield tag_of(Mark("code", tuple(pair for pair in block.attributes if pair[0] == "class")))
    if block.runs:
        yield _runs(block.runs, 0).replace("\n", "&#10;")
    else:
        yield coded(block.text).replace("\n", "&#10;")
    yield "</code>"


def _runs(runs: Sequence[Run], depth: int) -> str:
    parts: list[str] = []
    for mark, group in grouped(runs, depth):
        if mark is None:
            parts += [coded(run.text) if isinstance(run, Word) else embedded_html(run) for run in group]
        else:
            parts.append(f"{tag_of(mark)}{_runs(group, depth + 1)}</{mark.name}>")
    return "".join(parts)


def grouped(runs: Sequence[Run], depth: int) -> Iterator[tuple[Mark | None, list[Run]]]:
    """Yield runs by the mark they have at a depth, None for those that have none.

    Spaces and line breaks between words of one mark belong to it.
    """
    outer = [run.marks[depth] if len(run.marks) > depth else None for run in runs]
    for position, run in enumerate(runs):
        if _is_gap(run) and 0 < position < len(runs) - 1:
            following = next((outer[i] for i in range(position, len(runs)) if not _is_gap(runs[i])), None)
            outer[position] = following if following == outer[position - 1] else None
    position = 0
    for mark, members in groupby(outer):
        size = len(list(members))
        yield mark, list(runs[position : position + size])
        position += size


def _is_gap(run: Run) -> bool:
    return not run.marks and (run.text == " " if isinstance(run, Word) else run.mark.name == "br")


def _attributes(attributes: Attributes) -> str:
    # As in text, no sign may be read as Markdown; in an address each sign stays, for it would end a reference.
    return "".join(f' {name}="{_value(name, value)}"' for name, value in attributes)


def _value(name: str, value: str) -> str:
    return coded(value).replace('"', "&quot;") if name in {"alt", "label", "title"} else html.escape(value)
