"""Reads the elements of a large XML file one by one, without document types and so without entities of their own."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from bucketpress_cli.importers.publication import ExportError

_CHUNK_BYTES = 256 * 1024
# XML cannot hold them, and exports of old blogs do.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A plug-in that writes an empty line on every page writes it into the export as well, where XML must begin.
_BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf|\s)+(?=<)")
_CUT_OFF = frozenset(
    expat.errors.codes[message]
    for message in (
        *(expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN),
        *(expat.errors.XML_ERROR_PARTIAL_CHAR, expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION),
    )
)
# The prefixes that these vocabularies have in an export: a program that wrote it again may have given them others.
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/atom/app#": "app",
    "http://www.w3.org/2007/app": "app",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://schemas.google.com/blogger/2008": "blogger",
    "http://schemas.google.com/blogger/2018": "blogger",
}
_WORDPRESS = re.compile(r"https?://wordpress\.org/export/[0-9.]+/(excerpt/)?")


@dataclass(slots=True)
class XmlElement:
    """An element with its attributes, its own text and the elements in it; names have the prefixes of the system.

    Those of the vocabulary that the document itself is written in have none.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: "list[XmlElement]" = field(default_factory=list)

    def all(self, name: str) -> "Iterator[XmlElement]":
        """Yield the elements of a name in it."""
        return (child for child in self.children if child.name == name)

    def value(self, name: str) -> str:
        """Return the text of the first element of a name in it, "" where there is none."""
        return next((child.text.strip() for child in self.children if child.name == name), "")


def elements(file: BinaryIO, wanted: frozenset[str]) -> Iterator[XmlElement]:
    """Yield the elements of some names as they end, whatever they stand in. Raises ExportError."""
    reader = _Reader(wanted)
    chunk = file.read(_CHUNK_BYTES)
    is_wide = chunk.startswith((BOM_UTF16_LE, BOM_UTF16_BE))  # where every other byte may be zero
    chunk = _BEFORE.sub(b"", chunk, count=1)
    try:
        while chunk:
            reader.parser.Parse(chunk if is_wide else _CONTROL.sub(b"", chunk), False)  # noqa: FBT003 - positional only
            yield from reader.take()
            chunk = file.read(_CHUNK_BYTES)
        reader.parser.Parse(b"", True)  # noqa: FBT003 - positional only
    except expat.ExpatError as error:
        what = (
            "ends before it is complete" if error.code in _CUT_OFF else f"is not XML: {expat.ErrorString(error.code)}"
        )
        message = f"The export {what} in line {error.lineno:,}."
        message += " Export it again; where that does not help, fix that line."
        raise ExportError(message) from error
    yield from reader.take()


class _Reader:
    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self._opened: list[XmlElement] = []
        self._texts: list[list[str]] = []
        self._done: list[XmlElement] = []
        self._prefixes: dict[str, str] = {}
        self._root: str | None = None  # the prefix of the element that the document begins with
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _refuse

    def take(self) -> list[XmlElement]:
        done, self._done = self._done, []
        return done

    def _start(self, written: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = written.rpartition(":")[0]
        self._note_prefixes(attributes)
        name = self._known_as(written) if self._prefixes or self._root else written
        if self._opened or name in self._wanted:
            self._opened.append(XmlElement(name, attributes))
            self._texts.append([])

    def _end(self, _: str) -> None:
        if not self._opened:
            return
        element = self._opened.pop()
        element.text = "".join(self._texts.pop())
        if self._opened:
            self._opened[-1].children.append(element)
        else:
            self._done.append(element)

    def _note_prefixes(self, attributes: Mapping[str, str]) -> None:
        for key, uri in attributes.items():
            kind, _, prefix = key.partition(":")
            if kind == "xmlns":
                found = _WORDPRESS.fullmatch(uri)
                known = _PREFIXES.get(uri, prefix) if not found else "excerpt" if found[1] else "wp"
                if known != self._prefixes.get(prefix, prefix):
                    self._prefixes[prefix] = known

    def _known_as(self, written: str) -> str:
        prefix, _, last = written.rpartition(":")
        if prefix and prefix == self._root:
            return last
        known = self._prefixes.get(prefix, prefix)
        return f"{known}:{last}" if known else last

    def _text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)


def _refuse(*_: object) -> None:
    message = "The export has a document type, which none of these systems writes: it could mean anything."
    raise ExportError(message)
