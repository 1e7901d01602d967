"""Ids of headings as GitHub makes them, and the ways to name one in a link."""

import re
import unicodedata
from collections.abc import Iterable

# The page around a text has ids of its own, and so have the notes within it.
PAGE_IDS = "bp-"
NOTE_IDS = ("fn-", "fnref-")
_NOT_IN_ID = re.compile(r"[^\w\- ]")
_LOOSE = re.compile(r"[\W_]+")


def github_slug(text: str) -> str:
    """Return the id GitHub gives a heading: lower case, no punctuation, a hyphen for each space; may be empty.

    https://github.com/Flet/github-slugger; Hugo makes the same.
    """
    kept = _NOT_IN_ID.sub("", unicodedata.normalize("NFC", text).strip().lower())
    return kept.replace(" ", "-")


def text_id(identity: str) -> str:
    """Return an id of a text as its page has it: as it is, unless it could be taken for the page's own or a note's."""
    return f"s-{identity}" if identity.startswith((PAGE_IDS, *NOTE_IDS)) else identity


class Anchors:
    """The ids of a text, found by what links call them."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        """Know the ids of a text as they stand in its page."""
        self._ids = dict.fromkeys(ids)
        self._loose: dict[str, str] = {}
        for identity in self._ids:
            self._loose.setdefault(_loose(identity), identity)

    def find(self, name: str) -> str | None:
        """Return the id a link means: exactly this one, the heading's on GitHub, or one that differs in punctuation."""
        for identity in (name, text_id(name), text_id(github_slug(name))):
            if identity in self._ids:
                return identity
        loose = _loose(name)
        return self._loose.get(loose) if loose else None


def _loose(name: str) -> str:
    return _LOOSE.sub("", unicodedata.normalize("NFC", name).casefold())
