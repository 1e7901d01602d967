"""Finds whose an old address was, where only a script of the old site made it: by its last part, and the date."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bucketpress.content.paths import claim_path, page_path
from bucketpress.content.slugs import SlugStyle, slugify

_NUMBERS = re.compile(r"(?<!\d)(\d{4})[/-](\d{1,2})(?:[/-](\d{1,2}))?(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText:
    """A text of the folder: its path by the rules, what its last part may have been called, and its date."""

    name: str
    path: str
    words: tuple[str, ...]
    day: date | None


def match_addresses(texts: Iterable[KnownText], addresses: Iterable[str]) -> Mapping[str, str]:
    """Return the old addresses of texts by their names, of those whose own path is none of the old addresses.

    Only an address that fits one text alone, and a text that fits one address alone, are matched.
    """
    old = {claim_path(page_path(address)): address for address in addresses if "?" not in address}
    known = tuple(texts)
    taken = {claim_path(text.path) for text in known}
    lost: dict[str, list[str]] = {}
    for claim, address in old.items():
        if claim not in taken:
            lost.setdefault(_word(address.strip("/").rpartition("/")[2]), []).append(address)
    found: dict[str, list[str]] = {}
    for text in known:
        if claim_path(text.path) not in old:
            fitting = {address for word in text.words for address in lost.get(_word(word), ()) if word}
            found[text.name] = [address for address in sorted(fitting) if _fits(address, text.day)]
    wanted: dict[str, int] = {}
    for address in (address for fitting in found.values() for address in fitting):
        wanted[address] = wanted.get(address, 0) + 1
    return {name: fitting[0] for name, fitting in found.items() if len(fitting) == 1 and wanted[fitting[0]] == 1}


def _word(part: str) -> str:
    """Return the last part of an address, or a name, as they are compared."""
    return slugify(part.removesuffix(".html").replace("+", " "), SlugStyle.ASCII)


def _fits(address: str, day: date | None) -> bool:
    """Return whether the date in an address, if there is one, is a text's own; clocks may differ by a day."""
    said = _NUMBERS.search(address.rpartition("/")[0] if address.strip("/").count("/") else address)
    if said is None or day is None:
        return True
    if (int(said[1]), int(said[2])) == (day.year, day.month):
        return True
    return abs((day.year - int(said[1])) * 12 + day.month - int(said[2])) == 1 and day.day in {1, 28, 29, 30, 31}
