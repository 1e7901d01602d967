"""Reads a segment as `segment_writer` writes it; nothing is taken apart before a query needs it."""

from array import array
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, pairwise

from bucketpress.site.search.document import Document, read_document
from bucketpress.site.search.segment_writer import (
    COUNTS,
    FIELD_TIMES,
    HEAD,
    LONGER,
    MARK,
    NAMES_SHIFT,
    SEPARATOR,
    TEXT_TIMES,
    TITLE_SHIFT,
    little_endian,
)

PLAIN = b"\x01"  # once, in the text
TITLE_WEIGHT, NAMES_WEIGHT = 8.0, 3.0
# What a byte of a posting counts: how often the text has the word, and the title and the names, which weigh more.
WEIGHTS = tuple(
    (byte & TEXT_TIMES)
    + TITLE_WEIGHT * (byte >> TITLE_SHIFT & FIELD_TIMES)
    + NAMES_WEIGHT * (byte >> NAMES_SHIFT & FIELD_TIMES)
    for byte in range(256)
)


class Segment:
    """The index of some posts. A term is named by its number, a document too: the oldest has 0."""

    def __init__(self, data: bytes) -> None:
        """Read the head. Raises ValueError for what is no segment: a withdrawn one says only that it is gone."""
        if not data.startswith(MARK):
            message = "this is not a segment of a search index"
            raise ValueError(message)
        self.count, self._term_count, *sizes = HEAD.unpack_from(data, len(MARK))
        begin = len(MARK) + HEAD.size
        bounds = [begin, *(begin + end for end in accumulate(sizes))]
        parts = [data[start:end] for start, end in pairwise(bounds)]
        self._lines, lengths, self._terms, self._sizes, self._postings = parts
        self._lengths = little_endian(array("H", lengths))
        self._width = 1 if self.count <= 0x100 else 2  # noqa: PLR2004 - what one byte holds
        self._norms: tuple[float, tuple[float, ...]] = (0.0, ())
        self.words = sum(self._lengths)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents, oldest first."""
        return tuple(map(read_document, self._lines.split(b"\n"))) if self.count else ()

    @cached_property
    def _ends(self) -> list[int]:
        short = self._sizes[: self._term_count]
        sizes, at = list(short), -1
        for size in little_endian(array("I", self._sizes[self._term_count :])):
            at = short.index(LONGER, at + 1)
            sizes[at] = size
        return list(accumulate(sizes, initial=0))

    def norms(self, average: float, k1: float, b: float) -> tuple[float, ...]:
        """Return what BM25 adds to the weight of a word in each document, by its length beside the average."""
        if self._norms[0] != average:
            lengths = self._lengths
            each = (sum(lengths[place : place + 3]) for place in range(0, len(lengths), 3))
            self._norms = average, tuple(k1 * (1 - b + b * length / average) for length in each)
        return self._norms[1]

    def terms(self, key: str, *, longer: bool = False) -> Iterator[tuple[str, str, int]]:
        """Yield the key, form and number of each term of a key; with `longer` of all keys that begin with it."""
        wanted = key.encode("utf-8", "replace")
        at = self._terms.find(b"\n" + wanted)
        if at < 0:
            return
        number = self._terms.count(b"\n", 0, at)
        while at + 1 < len(self._terms):
            end = self._terms.index(b"\n", at + 1)
            line = self._terms[at + 1 : end]
            if not line.startswith(wanted):
                return
            own, _, form = line.decode().partition(SEPARATOR)
            if own != key and not longer:
                return
            yield own, form or own, number
            at, number = end, number + 1

    def keys_with(self, part: str, *, at_end: bool) -> Iterator[str]:
        """Yield the keys that begin, or end, with a part of a word."""
        wanted = part.encode("utf-8", "replace")
        needles = (wanted + b"\n", wanted + SEPARATOR.encode()) if at_end else (b"\n" + wanted,)
        for needle in needles:
            at = self._terms.find(needle)
            while at >= 0:
                begin = self._terms.rindex(b"\n", 0, at + 1) + 1
                end = self._terms.index(b"\n", begin)
                yield self._terms[begin:end].decode().partition(SEPARATOR)[0]
                at = self._terms.find(needle, end)

    def weights(self, term: int) -> Iterator[tuple[int, float]]:
        """Yield the documents that have a term, and what it weighs in each."""
        count, at = _number(self._postings, self._ends[term])
        count, is_plain = count >> 1, count & 1
        middle = at + count * self._width
        times = PLAIN * count if is_plain else self._postings[middle : middle + count]
        return zip(self._numbers(at, middle), map(WEIGHTS.__getitem__, times), strict=True)

    def places(self, term: int) -> dict[int, set[int]]:
        """Return where each document has a term."""
        count, at = _number(self._postings, self._ends[term])
        count, is_plain = count >> 1, count & 1
        middle = at + count * self._width
        numbers, at = self._numbers(at, middle), middle if is_plain else middle + count
        bytes_of = PLAIN * count if is_plain else self._postings[middle:at]
        found: dict[int, set[int]] = {}
        for number, byte in zip(numbers, bytes_of, strict=True):
            times = COUNTS[byte]
            if not times:
                times, at = _number(self._postings, at)
            place = 0
            places: set[int] = set()
            for _ in range(times):
                more, at = _number(self._postings, at)
                place += more
                places.add(place)
            found[number] = places
        return found

    def bounds(self, document: int) -> tuple[int, int]:
        """Return the places at which the names, and at which the text of a document begin."""
        title, names = self._lengths[3 * document], self._lengths[3 * document + 1]
        return title + 1, title + names + 2

    def _numbers(self, begin: int, end: int) -> "bytes | array[int]":
        data = self._postings[begin:end]
        return data if self._width == 1 else little_endian(array("H", data))


def phrase_weight(places: int, in_title: int, in_names: int) -> float:
    """Return what a phrase weighs that a document has so many times in all, in its title and in its names."""
    text = min(places - in_title - in_names, TEXT_TIMES)
    return text + TITLE_WEIGHT * min(in_title, FIELD_TIMES) + NAMES_WEIGHT * min(in_names, FIELD_TIMES)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a number as `segment_writer` writes it; return it and where it ends."""
    byte = data[at]
    at += 1
    if byte < 0x80:  # noqa: PLR2004
        return byte, at
    number, shift = byte & 0x7F, 7
    while byte >= 0x80:  # noqa: PLR2004
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
    return number, at
