"""Understands what a reader looks for: words, "phrases in quotation marks", -words not wanted.

Whatever is typed is a query: what cannot be a word is left out. Words that are written together, as in `node.js`, are
looked for together.
"""

import re
from dataclasses import dataclass

from bucketpress.site.search.words import forms_of, is_paired, key_of

MAX_QUERY_CHARACTERS = 200
MAX_PARTS = 12
MAX_PHRASE_WORDS = 64
# Shorter beginnings stand for too many words to be of use.
LEAST_PREFIX = 3
_QUOTES = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d\u300e\u300f\uff02\u301d\u301e\u301f", '"')
)
_CHUNK = re.compile(r'(?P<without>(?<!\S)[-\u2212\u2010-\u2013])?(?:"(?P<phrase>[^"]*)(?:"|\Z)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is looked for: the forms of a word, or of several that stand next to each other.

    `is_open` leaves the end of the last word open. `keys` replaces the key of a single word by those that are nearly
    the same.
    """

    forms: tuple[str, ...]
    is_open: bool = False
    keys: tuple[str, ...] = ()

    @property
    def is_word(self) -> bool:
        """Return whether this is a single word."""
        return len(self.forms) == 1

    def wanted_keys(self) -> tuple[str, ...]:
        """Return the keys that stand for a single word."""
        return self.keys or (key_of(self.forms[0]),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a document must have, and what it must not have."""

    wanted: tuple[Part, ...] = ()
    unwanted: tuple[Part, ...] = ()


def read_query(text: str) -> Query:
    """Read a query; of a long one the first parts count."""
    wanted: list[Part] = []
    unwanted: list[Part] = []
    last: re.Match[str] | None = None
    for match in _CHUNK.finditer(text.translate(_QUOTES)):
        written = match["word"] if match["phrase"] is None else match["phrase"]
        part = _part(written)
        if part is None or len(wanted) + len(unwanted) == MAX_PARTS:
            continue
        (unwanted if match["without"] else wanted).append(part)
        last = match
    if wanted and last is not None and last["word"] and not last["without"]:
        wanted[-1] = _opened(wanted[-1])
    # A word that is given twice is looked for once.
    return Query(wanted=tuple(dict.fromkeys(wanted)), unwanted=tuple(dict.fromkeys(unwanted)))


def _part(written: str) -> Part | None:
    """Return what stands together, None where it has no word.

    A run of paired characters is looked for by its pairs: its last character alone says only where the run ends, and
    a text may go on. A single one is the beginning of pairs.
    """
    forms = forms_of(written)[:MAX_PHRASE_WORDS]
    if not forms:
        return None
    before, last = forms[-2] if len(forms) > 1 else "", forms[-1]
    if len(last) > 1 or not is_paired(last):
        return Part(forms=tuple(forms))
    ends_run = len(before) > 1 and is_paired(before) and before[-1] == last
    return Part(forms=tuple(forms[:-1])) if ends_run else Part(forms=tuple(forms), is_open=True)


def _opened(part: Part) -> Part:
    """Return the last word of a query with its end left open: it may still be being typed."""
    last = part.forms[-1]
    is_open = part.is_open or (len(last) >= LEAST_PREFIX and not is_paired(last))
    return Part(forms=part.forms, is_open=is_open)
