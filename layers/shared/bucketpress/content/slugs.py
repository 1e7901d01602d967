"""Slugs: the last segment of an address, the name of a tag's or an author's listing."""

import hashlib
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from anyascii import anyascii

MAX_CHARACTERS = 100
MAX_BYTES = 200
_MARK_CHARACTERS = 6
_APOSTROPHES = re.compile("['\u2019\u02bc`]")
# What else may stand in a segment as a file is named; anything not listed becomes a hyphen.
_SPELLING = "._~!$&'()+,;=@-"
# Names end or begin with these and are told apart by nothing else: C, C++, C#, F#, .NET.
_NAMES = (
    (re.compile(r"(?<=\w)\+\+"), "pp"),
    (re.compile(r"(?<=\w)[#\u266f]"), "sharp"),
    (re.compile(r"(?<!\S)\.(?=\w)"), "dot"),
)
_WORDS = {
    "&": "and",
    "+": "plus",
    "#": "sharp",
    "*": "star",
    "@": "at",
    "%": "percent",
    "=": "equals",
    "~": "tilde",
    "<": "less",
    ">": "greater",
    "^": "caret",
    "|": "bar",
    "$": "dollar",
    "\u20ac": "euro",
    "\u00a3": "pound",
    "\u00a5": "yen",
    "\u00a9": "copyright",
    "\u00ae": "registered",
    "\u2122": "trademark",
    "\u00b0": "degree",
    "\u266f": "sharp",
    "\u266d": "flat",
    "\u00d7": "times",
    "\u00f7": "by",
    "\u00b1": "plus-minus",
}
_NAMED = re.compile(r"(?::[a-z0-9_+-]+:)+")


class SlugStyle(StrEnum):
    """How slugs are spelled, as `slugs` in `site.yaml` says; tags and people have no file name to be spelled as."""

    UNICODE = "unicode"
    ASCII = "ascii"
    FILENAME = "filename"


def slugify(text: str, style: str = SlugStyle.UNICODE) -> str:
    """Return a lower-case slug of a text; "" where there is no letter or digit.

    Latin letters lose their accents; other scripts stay, or are transliterated in ASCII style. All else separates, but
    `C++` is `cpp`, `C#` is `csharp` and `.NET` is `dotnet`. At most 100 characters and 200 bytes; what is longer is cut
    at a word where there is one, and marked so that two long texts stay apart.
    """
    return _slug(text, ascii_only=style == SlugStyle.ASCII, naming=False)


def label_slug(text: str, style: str = SlugStyle.UNICODE) -> str:
    """Return the slug of a tag or a person: as `slugify` does, but symbols are named, and "" is only that of a blank.

    So `R&D` is `r-and-d`, apart from `RD`. In ASCII style, where many names of other scripts sound alike (李伟, 李薇),
    these are marked to stay apart.
    """
    slug = _slug(text, ascii_only=style == SlugStyle.ASCII, naming=True)
    if not slug:
        return "-".join(f"u{ord(character):x}" for character in _folded(text) if not character.isspace())[
            :MAX_CHARACTERS
        ]
    if style != SlugStyle.ASCII or not _loses_letters(text):
        return slug
    return f"{slug[: MAX_CHARACTERS - _MARK_CHARACTERS - 1].rstrip('-')}-{_mark(_folded(text))}"


def file_slug(text: str) -> str:
    """Return a segment spelled as a file is named: case, `_` and `.` stay, what an address cannot hold is a hyphen."""
    kept = (
        character if character in _SPELLING or _is_letter(character) else "-"
        for character in unicodedata.normalize("NFC", text)
    )
    slug = re.sub("-{2,}", "-", "".join(kept)).strip("-")
    return "" if not slug.strip(".") else _cut(slug, slug)


@lru_cache(maxsize=4096)
def _slug(text: str, *, ascii_only: bool, naming: bool) -> str:
    words = _APOSTROPHES.sub("", _folded(text))
    for pattern, name in _NAMES:
        words = pattern.sub(name, words)
    spelled = "".join(_spelled(character, ascii_only=ascii_only, naming=naming) for character in words)
    return _cut(re.sub("-{2,}", "-", spelled).strip("-"), words)


def _folded(text: str) -> str:
    """Return the text in lower case, wide and narrow forms made the usual ones, in NFC."""
    usual = "".join(_usual_width(character) for character in unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", usual).lower())


def _usual_width(character: str) -> str:
    if character.isascii() or not unicodedata.decomposition(character).startswith(("<wide>", "<narrow>")):
        return character
    return unicodedata.normalize("NFKC", character)


def _spelled(character: str, *, ascii_only: bool, naming: bool) -> str:
    """Return what a lower-case character contributes to a slug; a hyphen stands between words."""
    if character.isascii():
        return character if character.isalnum() else _between_hyphens(_WORDS.get(character, "") if naming else "")
    category = unicodedata.category(character)
    if category in {"Cf", "Cs", "Cn", "Co", "Me"} or _selects_variant(character):
        return ""
    if _is_letter(character):
        if ascii_only or _is_latin(character):
            return re.sub("[^a-z0-9]+", "", anyascii(unicodedata.normalize("NFC", character)).lower())
        return character
    if category.startswith("S") and naming:
        return _between_hyphens(_symbol_name(character))
    return "-"


def _symbol_name(character: str) -> str:
    known = _WORDS.get(character) or anyascii(character)
    if character in _WORDS:
        return known
    named = known.strip(":").replace("::", "-").replace("_", "-") if _NAMED.fullmatch(known) else ""
    return re.sub("[^a-z0-9-]+", "-", named) or f"u{ord(character):x}"


def _between_hyphens(word: str) -> str:
    return f"-{word}-" if word else "-"


def _is_letter(character: str) -> bool:
    """Return whether a character belongs to a word: marks do too, many scripts write vowels with them."""
    return unicodedata.category(character)[0] in "LMN"


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN ", "COMBINING ", "FEMININE ", "MASCULINE "))


def _selects_variant(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _loses_letters(text: str) -> bool:
    return any(not character.isascii() and _is_letter(character) and not _is_latin(character) for character in text)


def _cut(slug: str, text: str) -> str:
    if len(slug) <= MAX_CHARACTERS and len(slug.encode()) <= MAX_BYTES:
        return slug
    room = _MARK_CHARACTERS + 1
    short = slug[: MAX_CHARACTERS - room].encode()[: MAX_BYTES - room].decode(errors="ignore")
    if slug[len(short)] != "-" and "-" in short:
        short = short.rpartition("-")[0]
    return f"{short.strip('-')}-{_mark(text)}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK_CHARACTERS]
