"""Reads the elements of a large XML file one by one, without document types and so without entities of their own."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from bucketpress_cli.importers.publication import ExportError

_CHUNK_BYTES = 256 * 1024
# XML cannot hold them, and exports of old blogs do.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(slots=True)
class XmlElement:
    """An element with its attributes, its own text and the elements in it; names are as written, with prefixes."""

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
    try:
        while chunk := file.read(_CHUNK_BYTES):
            reader.parser.Parse(_CONTROL.sub(b"", chunk), False)  # noqa: FBT003 - positional only
            yield from reader.take()
        reader.parser.Parse(b"", True)  # noqa: FBT003 - positional only
    except expat.ExpatError as error:
        message = f"The export is not XML: {expat.ErrorString(error.code)} in line {error.lineno:,}. Export it again."
        raise ExportError(message) from error
    yield from reader.take()


class _Reader:
    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self._opened: list[XmlElement] = []
        self._texts: list[list[str]] = []
        self._done: list[XmlElement] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _refuse

    def take(self) -> list[XmlElement]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
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

    def _text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)


def _refuse(*_: object) -> None:
    message = "The export has a document type, which none of these systems writes: it could mean anything."
    raise ExportError(message)


Opener = Callable[[], BinaryIO]
