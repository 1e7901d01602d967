"""What HTML says, whatever its spelling: blocks, words and their marks, fit to be compared and written."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from urllib.parse import quote

from bucketpress.content.html.html_tokens import BLOCKS, MORE, VOID, Token

_SPACE = re.compile(r"[ \t\n\r\f]+")
_SAME = {"b": "strong", "i": "em", "s": "del"}
# They mean nothing but where a block or a text begins and ends, unless an attribute says more.
_PLAIN = frozenset({"a", "article", "div", "section", "span", "tbody", "tfoot", "thead"})
# Attributes that mean something: of every element, and of some.
_MEANT_ALWAYS = frozenset({"dir", "id", "lang", "title"})
_PLAYED = frozenset({"controls", "height", "loop", "muted", "playsinline", "poster", "src", "width"})
_MEANT = {
    "a": frozenset({"href"}),
    "audio": _PLAYED,
    "blockquote": frozenset({"cite"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "iframe": frozenset({"allowfullscreen", "height", "src", "width"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "input": frozenset({"checked", "type"}),
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"src", "type"}),
    "td": frozenset({"colspan", "headers", "rowspan"}),
    "th": frozenset({"colspan", "headers", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
    "track": frozenset({"kind", "label", "src", "srclang"}),
    "video": _PLAYED,
}
_NONE: frozenset[str] = frozenset()
_URLS = frozenset({"cite", "href", "poster", "src"})
# Saying this is saying nothing.
_DEFAULTS = {("alt", ""), ("start", "1"), ("colspan", "1"), ("rowspan", "1"), ("title", ""), ("type", "disc")}
_WITH_LANGUAGE = frozenset({"code", "pre"})
_MEDIA = frozenset({"audio", "video"})
_ROWS = frozenset({"tbody", "tfoot", "thead"})
_IN_CODE = frozenset({"code", "span", "br"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"

Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An element around words: emphasis, a link, code. `other` tells one from an equal one directly before it."""

    name: str
    attributes: Attributes = ()
    other: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Text with single spaces in it; those around marked words are unmarked, as nobody sees their marks."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture, a line break, a frame, a player among words; `parts` are the files a player chooses from."""

    mark: Mark
    marks: tuple[Mark, ...] = ()
    parts: tuple[Mark, ...] = ()


Run = Word | Embedded
SPACE = Word(" ")
BREAK = Mark("br")


@dataclass(frozen=True, slots=True)
class Block:
    """A block: a paragraph or heading has `runs`, code its `text` (and `runs` if parts are marked), others `blocks`."""

    name: str
    attributes: Attributes = ()
    blocks: tuple["Block", ...] = ()
    runs: tuple[Run, ...] = ()
    text: str = ""


@dataclass(slots=True)
class _Node:
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list["_Node | str"] = field(default_factory=list)
    has_block: bool = False


def outline(tokens: Iterable[Token]) -> tuple[Block, ...]:
    """Return what the tokens of well-formed HTML say."""
    return tuple(_blocks(_tree(tokens).children, ()))


def attributes_of(name: str, written: Mapping[str, str]) -> Attributes:
    """Return the attributes that mean something, in order."""
    if not written:
        return ()
    meant = _MEANT.get(name, _NONE) | _MEANT_ALWAYS
    kept = {key: value.strip() for key, value in written.items() if key in meant}
    begins = "language-" if name in _WITH_LANGUAGE else "align-" if name in BLOCKS and name != "br" else "-"
    classes = [each for each in written.get("class", "").split() if each.startswith(begins)]
    if (align := written.get("align", "").lower()) and begins == "align-":
        classes.append(f"align-{align}")
    if classes:
        kept["class"] = " ".join(dict.fromkeys(classes))
    for key in _URLS & kept.keys():
        kept[key] = quote(kept[key], safe=_URL_SAFE)
    if "title" in kept:
        kept["title"] = " ".join(kept["title"].split())
    return tuple(sorted(pair for pair in kept.items() if pair not in _DEFAULTS))


def _tree(tokens: Iterable[Token]) -> _Node:
    root = _Node("")
    opened = [root]
    for token in tokens:
        if isinstance(token, str):
            opened[-1].children.append(html.unescape(token) if "&" in token else token)
        elif not token.closing:
            node = _Node(_SAME.get(token.name, token.name), token.attributes)
            opened[-1].children.append(node)
            if token.name not in VOID and token is not MORE:
                opened.append(node)
            else:
                _note_block(opened[-1], node)
        elif token.name not in VOID and len(opened) > 1:
            node = opened.pop()
            _note_block(opened[-1], node)
    return root


def _note_block(parent: _Node, node: _Node) -> None:
    parent.has_block = parent.has_block or node.has_block or _is_block(node)


def _is_block(node: _Node) -> bool:
    return (node.name in BLOCKS and node.name != "br") or node.name == MORE.name


def _blocks(children: Iterable[_Node | str], marks: tuple[Mark, ...]) -> Iterator[Block]:
    words = _Words()
    for child in children:
        if isinstance(child, str):
            words.add(child, marks)
        elif not _is_block(child) and (not child.has_block or child.name in _MEDIA):
            words.add_element(child, marks)
        else:
            yield from words.paragraph()
            yield from _block(child, marks)
    yield from words.paragraph()


def _block(node: _Node, marks: tuple[Mark, ...]) -> Iterator[Block]:
    attributes = attributes_of(node.name, node.attributes)
    if node.name == "p" or node.name in _HEADINGS:
        runs = _Words.of(node, marks)
        if runs or (attributes and node.name == "p"):
            yield Block(node.name, attributes, runs=runs)
    elif node.name == "pre":
        yield _code(node, attributes)
    elif node.name in {"hr", MORE.name}:
        yield Block(node.name)
    elif node.name == "table":
        yield Block(node.name, attributes, tuple(_rows(node, marks)))
    elif node.name in _PLAIN and not attributes:
        yield from _blocks(node.children, marks)
    elif not _is_block(node):
        mark = Mark(node.name, attributes)
        yield from _blocks(node.children, marks if mark in marks else (*marks, mark))
    elif node.name not in {"col", "colgroup"}:
        yield Block(node.name, attributes, tuple(_blocks(node.children, marks)))


def _rows(table: _Node, marks: tuple[Mark, ...]) -> Iterator[Block]:
    for child in table.children:
        if not isinstance(child, str):
            yield from _rows(child, marks) if child.name in _ROWS else _block(child, marks)


def _code(node: _Node, attributes: Attributes) -> Block:
    """Return code with its language; what is marked in it is kept, colours are not."""
    inner = [child for child in node.children if not (isinstance(child, str) and not child.strip())]
    only = inner[0] if len(inner) == 1 else None
    classes = node.attributes.get("class", "")
    if isinstance(only, _Node) and only.name == "code":
        classes = f"{classes} {only.attributes.get('class', '')}"
    language = next((each for each in classes.split() if each.startswith("language-")), "")
    kept = tuple(pair for pair in attributes if pair[0] != "class")
    kept = (*kept, ("class", language)) if language else kept
    runs = tuple(
        Word("".join(run.text for run in same), marks) for marks, same in groupby(_code_runs(node, ()), _marks_of)
    )
    text = "".join(run.text for run in runs).removesuffix("\n")
    return Block("pre", kept, runs=runs if any(run.marks for run in runs) else (), text=text)


def _code_runs(node: _Node, marks: tuple[Mark, ...]) -> Iterator[Word]:
    for child in node.children:
        if isinstance(child, str):
            yield Word(child, marks)
        elif child.name == "br":
            yield Word("\n", marks)
        elif child.name in _IN_CODE or _is_block(child):
            yield from _code_runs(child, marks)
        else:
            yield from _code_runs(child, (*marks, Mark(child.name, attributes_of(child.name, child.attributes))))


def _marks_of(run: Run) -> tuple[Mark, ...]:
    return run.marks


class _Words:
    """Collects the words of a paragraph, white space folded as browsers do."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._space = False

    @classmethod
    def of(cls, node: _Node, marks: tuple[Mark, ...]) -> tuple[Run, ...]:
        """Return the words of an element, whatever is in it."""
        words = cls()
        words.add_children(node, marks)
        return words.take()

    def add(self, text: str, marks: tuple[Mark, ...]) -> None:
        """Add a text."""
        folded = _SPACE.sub(" ", text)
        kept = folded.strip(" ")
        if not kept:
            self._space = self._space or bool(folded)
            return
        self._space = self._space or folded[0] == " "
        last = self._runs[-1] if self._runs else None
        if isinstance(last, Word) and last.marks == marks and last is not SPACE:
            self._runs[-1] = Word(last.text + (" " if self._space else "") + kept, marks)
        elif self._space and not marks and last and not (isinstance(last, Embedded) and last.mark is BREAK):
            self._runs.append(Word(" " + kept, marks))
        else:
            self._add_space()
            self._runs.append(Word(kept, marks))
        self._space = folded[-1] == " "

    def add_element(self, node: _Node, marks: tuple[Mark, ...]) -> None:
        """Add an element that stands among words."""
        attributes = attributes_of(node.name, node.attributes)
        if node.name == "br":
            self._space = False
            self._runs.append(Embedded(BREAK))
        elif node.name in VOID or node.name == "iframe" or node.name in _MEDIA:
            self._add_space()
            parts = tuple(
                Mark(child.name, attributes_of(child.name, child.attributes))
                for child in node.children
                if isinstance(child, _Node) and child.name in {"source", "track"}
            )
            self._runs.append(Embedded(Mark(node.name, attributes), marks, parts))
        elif node.name in BLOCKS:
            self._space = True
            self.add_children(node, marks)
            self._space = True
        else:
            mark = self._distinct(Mark(node.name, attributes), len(marks))
            plain = (node.name in _PLAIN and not attributes) or Mark(node.name, attributes) in marks
            if any(key == "id" for key, _ in attributes) and not node.children:
                self._add_space()
                self._runs.append(Embedded(mark, marks))
            self.add_children(node, marks if plain else (*marks, mark))

    def add_children(self, node: _Node, marks: tuple[Mark, ...]) -> None:
        """Add everything in an element."""
        for child in node.children:
            if isinstance(child, str):
                self.add(child, marks)
            else:
                self.add_element(child, marks)

    def take(self) -> tuple[Run, ...]:
        """Return the words and begin again; line breaks and space at the end mean nothing."""
        runs, self._runs, self._space = self._runs, [], False
        while runs and isinstance(runs[-1], Embedded) and runs[-1].mark is BREAK:
            runs.pop()
        if runs and isinstance(runs[-1], Word) and runs[-1].text.endswith(" "):
            runs[-1] = Word(runs[-1].text.rstrip(" "), runs[-1].marks)
        blank = all(isinstance(run, Word) and not run.text.strip("\u00a0 ") for run in runs)
        return () if blank else tuple(runs)

    def paragraph(self) -> Iterator[Block]:
        """Yield the words as a paragraph if there are any."""
        if runs := self.take():
            yield Block("p", runs=runs)

    def _distinct(self, mark: Mark, depth: int) -> Mark:
        """Return a mark that differs from that of the words before it, which end with their own element."""
        last = next((run for run in reversed(self._runs) if run is not SPACE and run != Embedded(BREAK)), None)
        return replace(mark, other=True) if last and last.marks[depth : depth + 1] == (mark,) else mark

    def _add_space(self) -> None:
        last = self._runs[-1] if self._runs else None
        if self._space and last and not (isinstance(last, Embedded) and last.mark is BREAK):
            if isinstance(last, Word) and not last.marks and last is not SPACE:
                self._runs[-1] = Word(last.text + " ")
            else:
                self._runs.append(SPACE)
        self._space = False


def is_plain(runs: Sequence[Run]) -> bool:
    """Return whether runs are words without any mark."""
    return all(isinstance(run, Word) and not run.marks for run in runs)
