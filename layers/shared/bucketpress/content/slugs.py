"""Slugs: the last segment of an address, the name of a tag's or an author's listing."""

import re
import unicodedata

from anyascii import anyascii

MAX_CHARACTERS = 100
MAX_BYTES = 200
_APOSTROPHES = re.compile("['\u2019\u02bc`]")
_NOT_ASCII_SLUG = re.compile(r"[^a-z0-9]+")
_NOT_SLUG = re.compile(r"[\W_]+")


def slugify(text: str) -> str:
    """Return a lower-case ASCII slug of the text; Unicode letters are kept where nothing else is left; may be empty.

    At most 100 characters and 200 bytes, cut at a word where there is one.
    """
    words = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text))
    slug = _NOT_ASCII_SLUG.sub("-", anyascii(words).lower()).strip("-")
    if not slug:
        slug = _NOT_SLUG.sub("-", unicodedata.normalize("NFC", words.casefold())).strip("-")
    return _cut(slug)


def _cut(slug: str) -> str:
    short = slug[:MAX_CHARACTERS].encode()[:MAX_BYTES].decode(errors="ignore")
    if short != slug and slug[len(short)] != "-" and "-" in short:
        short = short.rpartition("-")[0]
    return short.strip("-")
