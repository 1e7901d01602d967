"""Writes a segment: the index of some posts as one object. The same posts give the same bytes, in any order.

| part | holds |
|---|---|
| head | the mark, then how many documents and terms there are, then the sizes of the parts below |
| documents | a line of JSON each, oldest first |
| lengths | of each document, how many words its title, its names and its text have |
| terms | a line each, sorted: the word's key, and its form where that is another |
| sizes | how long the postings of each term are, a byte each; those of 255 and more stand behind, four bytes each |
| postings | of each term: its documents, how often each of them has it and where; and the places |

Nothing is compressed: what a library for that writes changes with its version.
"""

import struct
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import sub

from bucketpress.content.post import Entry
from bucketpress.site.pages.template_context import Item
from bucketpress.site.search.document import document_of, write_document
from bucketpress.site.search.words import forms_of, key_of, text_of

MARK = b"BPSEARCH1\n"
HEAD = struct.Struct("<7I")
SEPARATOR = "\x01"  # before every character that a word can have: the forms of a key follow the key itself
# What can be numbered; a cell that cannot be split may have more, in theory.
MAX_DOCUMENTS = 256
# Of a text that has more, the beginning is indexed: enough for all but books.
MAX_WORDS = 16_384
MAX_HTML_CHARACTERS = 400_000
# How many times a text, a title and the names can be seen to have a word: what fits into one byte.
TEXT_TIMES, FIELD_TIMES = 15, 3
TITLE_SHIFT, NAMES_SHIFT = 4, 6
LONGER = 0xFF
ONE_BYTE = 0x7F  # the largest number that is written as itself
# How many places such a byte stands for; 0 where it cannot say, and the number is written out.
COUNTS = tuple(
    0
    if (byte & TEXT_TIMES) == TEXT_TIMES or FIELD_TIMES in (byte >> TITLE_SHIFT & FIELD_TIMES, byte >> NAMES_SHIFT)
    else (byte & TEXT_TIMES) + (byte >> TITLE_SHIFT & FIELD_TIMES) + (byte >> NAMES_SHIFT)
    for byte in range(256)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The words of a document: of its title, of its tags and authors, of its text."""

    line: bytes
    title: list[str]
    names: list[str]
    text: list[str]


def write_segment(items: Sequence[Item]) -> bytes:
    """Return the segment of some posts or pages, at most `MAX_DOCUMENTS`."""
    return _segment([_texts_of(item) for item in _ordered(items)])


def segment_within(items: Sequence[Item], most_bytes: int) -> bytes | None:
    """Return the segment of some posts or pages, None where it would take more than so many bytes."""
    texts = []
    cost, seen = 0, set[str]()
    for item in _ordered(items):
        each = _texts_of(item)
        texts.append(each)
        cost += _cost(each, seen)
        if cost > most_bytes:
            return None
    data = _segment(texts)
    return data if len(data) <= most_bytes else None


def names_of(entry: Entry) -> str:
    """Return the tags and authors of an entry, which are found as its title is."""
    return "\n".join([*(tag.label for tag in entry.tags), *(author.name for author in entry.authors)])


def _ordered(items: Sequence[Item]) -> Sequence[Item]:
    return sorted(items, key=lambda item: (item.entry.position, item.entry.path))[-MAX_DOCUMENTS:]


def _texts_of(item: Item) -> _Texts:
    entry, html = item.entry, item.body.html[:MAX_HTML_CHARACTERS]
    if len(html) < len(item.body.html):
        # What is left of a tag is no text.
        html = html[: html.rindex("<")] if html.rfind("<") > html.rfind(">") else html
    return _Texts(
        line=write_document(document_of(entry)),
        title=forms_of(entry.title)[:MAX_WORDS],
        names=forms_of(names_of(entry))[:MAX_WORDS],
        text=forms_of(text_of(html))[:MAX_WORDS],
    )


def _cost(texts: _Texts, seen: set[str]) -> int:
    """Return how many bytes a document adds at least to those whose forms were `seen`, and see its own."""
    own = {*texts.title, *texts.names, *texts.text}
    new = own - seen
    seen |= new
    return len(texts.line) + 2 * len(own) + sum(map(len, new))


def _places(texts: _Texts) -> dict[str, list[int]]:
    """Return where a document has each form; a place is left free between title, names and text."""
    places: dict[str, list[int]] = defaultdict(list)
    begin = 0
    for forms in (texts.title, texts.names, texts.text):
        for place, form in enumerate(forms, begin):
            places[form].append(place)
        begin += len(forms) + 1
    return places


def _segment(texts: Sequence[_Texts]) -> bytes:
    index: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for number, each in enumerate(texts):
        for form, places in _places(each).items():
            index[form][number] = places
    terms = sorted((key_of(form), form) for form in index)
    titles = [Counter(each.title) for each in texts]
    names = [Counter(each.names) for each in texts]
    postings = bytearray()
    sizes: list[int] = []
    for _, form in terms:
        before = len(postings)
        _add_postings(postings, form, index[form], titles, names)
        sizes.append(len(postings) - before)
    lengths = array("H")
    for each in texts:
        lengths.extend((len(each.title), len(each.names), len(each.text)))
    lines = "\n".join(key if key == form else f"{key}{SEPARATOR}{form}" for key, form in terms)
    longer = array("I", (size for size in sizes if size >= LONGER))
    parts = [
        b"\n".join(each.line for each in texts),
        little_endian(lengths).tobytes(),
        f"\n{lines}\n".encode("utf-8", "replace"),
        bytes(min(size, LONGER) for size in sizes) + little_endian(longer).tobytes(),
        bytes(postings),
    ]
    return MARK + HEAD.pack(len(texts), len(terms), *map(len, parts)) + b"".join(parts)


def _add_postings(
    data: bytearray,
    form: str,
    found: dict[int, list[int]],
    titles: Sequence[Counter[str]],
    names: Sequence[Counter[str]],
) -> None:
    """Write which documents have a form, how often each, and where.

    The lowest bit of their number says that each has it in its text once, as most forms are; then that is left out.
    """
    times: list[int] = []
    for number, places in found.items():
        title, name = titles[number].get(form, 0), names[number].get(form, 0)
        text = min(len(places) - title - name, TEXT_TIMES)
        times.append(text | min(title, FIELD_TIMES) << TITLE_SHIFT | min(name, FIELD_TIMES) << NAMES_SHIFT)
    is_plain = all(byte == 1 for byte in times)
    data += _written(len(found) << 1 | is_plain)
    data += bytes(found)
    data += b"" if is_plain else bytes(times)
    for byte, places in zip(times, found.values(), strict=True):
        if not COUNTS[byte]:
            data += _written(len(places))
        steps = [*map(sub, places, (0, *places))]
        # Nearly all of them take one byte, and that is the number.
        data += bytes(steps) if max(steps) <= ONE_BYTE else b"".join(map(_written, steps))


@lru_cache(maxsize=32_768)
def _written(number: int) -> bytes:
    """Return a number in as many bytes as it needs, seven bits in each, the lowest first."""
    data = bytearray()
    while number > ONE_BYTE:
        data.append(number & ONE_BYTE | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)


def little_endian(numbers: "array[int]") -> "array[int]":
    """Return numbers in the order of bytes that a segment has, on any machine."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
