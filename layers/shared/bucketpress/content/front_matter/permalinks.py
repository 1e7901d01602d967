"""Permalink patterns: what their tokens stand for, and why a pattern cannot be used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_DATE_TOKENS = ("year", "month", "day", "i_month", "i_day")
_NAME_TOKENS = ("title", "slug", "filename")
TOKENS = tuple(f":{name}" for name in (*_DATE_TOKENS, *_NAME_TOKENS, "folders", "categories", "section"))
# What Jekyll calls its built-in patterns: https://jekyllrb.com/docs/permalinks/#built-in-formats
_NAMED = {
    "pretty": "/:categories/:year/:month/:day/:title/",
    "date": "/:categories/:year/:month/:day/:title.html",
    "none": "/:categories/:title.html",
}
_KNOWN = re.compile(rf":({'|'.join(sorted((token[1:] for token in TOKENS), key=len, reverse=True))})(?![A-Za-z])")
_ANY = re.compile(r":[A-Za-z_]+")
# In an address somebody wrote, a colon may be just that: a token begins a word.
_WRITTEN = re.compile(r"(?<![A-Za-z0-9]):[A-Za-z_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressParts:
    """What the tokens stand for, each a segment or several; `published` is in the site's time zone."""

    slug: str
    filename: str
    section: str
    folders: Sequence[str] = ()
    categories: Sequence[str] = ()
    published: datetime | None = None


def spelled_out(pattern: str) -> str:
    """Return a pattern as this site reads it: named patterns and Jekyll's `:output_ext` written out, rooted."""
    pattern = _NAMED.get(pattern, pattern).replace(":output_ext", ".html")
    return pattern if pattern.startswith("/") else f"/{pattern}"


def whole_pattern(pattern: str) -> str:
    """Return a pattern with its end: `/` unless it is that of an HTML file."""
    return pattern if pattern.endswith(("/", ".html", ".htm")) else f"{pattern}/"


def names_each_post(pattern: str) -> bool:
    """Return whether a pattern has a token that differs between posts of one day."""
    return any(match[1] in _NAME_TOKENS for match in _KNOWN.finditer(pattern))


def has_tokens(address: str) -> bool:
    """Return whether an address holds a token, known or not."""
    return _KNOWN.search(address) is not None or _WRITTEN.search(address) is not None


def unknown_token(pattern: str, *, written: bool = False) -> str | None:
    """Return the first token of a pattern that nobody knows; `written` where the pattern is one post's address."""
    found = (_WRITTEN if written else _ANY).search(_KNOWN.sub("", pattern))
    return found[0] if found else None


def needs_date(pattern: str) -> bool:
    """Return whether a pattern has a token of the date."""
    return any(match[1] in _DATE_TOKENS for match in _KNOWN.finditer(pattern))


def expand(pattern: str, parts: AddressParts) -> str:
    """Return the address a pattern gives; what a token leaves empty leaves no empty segment behind."""
    tokens = {
        "title": parts.slug,
        "slug": parts.slug,
        "filename": parts.filename,
        "folders": "/".join(parts.folders),
        "categories": "/".join(parts.categories),
        "section": parts.section,
    }
    if parts.published is not None:
        tokens |= {
            "year": f"{parts.published.year:04d}",
            "month": f"{parts.published.month:02d}",
            "day": f"{parts.published.day:02d}",
            "i_month": str(parts.published.month),
            "i_day": str(parts.published.day),
        }
    return re.sub("/{2,}", "/", _KNOWN.sub(lambda token: tokens.get(token[1], ""), pattern))
