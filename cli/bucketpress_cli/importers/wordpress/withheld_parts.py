"""Parts of a WordPress post that only members, or readers who know a password, could see: they are left out."""

import re
from collections.abc import Iterator

from bucketpress_cli.importers.publication import Loss

BLOCK = re.compile(r"<!--\s*(?P<close>/?)wp:(?P<name>[a-z][\w/-]*)\s*(?P<data>\{.*?\})?\s*(?P<self>/?)-->", re.DOTALL)
_WORDS = (
    r"private|protect|restrict|premium|paid|paywall|paywalled|lock(?:ed|er)|secret|subscribers?|password|passster"
    r"|logged[_-]?in|s2if|members?[_-]?(?:only|ship|content|area|view)"
)
# Names that say who may see what stands between them, as plug-ins for members call theirs; `[team_member]` does not,
# and what `[not_logged_in]` or `[su_guests]` encloses was for everybody.
_FOR_OTHERS = r"(?![\w-]*(?:not?[_-]|non[_-]?member|log(?:ged)?[_-]?out|guest|visitor|public))"
_SHORTCODE = re.compile(
    rf"\[(?P<name>hide|hidden|hide[_-][\w-]+|{_FOR_OTHERS}(?:[\w-]*?(?:{_WORDS})[\w-]*|(?:su_|is_|um_)?members?|reply"
    r"|login|loggedin|(?:wlm|mepr|ihc|pmpro|rcp|um_show)[_-][\w-]+|user[_-]?only|access))"
    r"(?=[\s\]])[^\]]*\](?P<inside>.*?)\[/(?P=name)\]",
    re.DOTALL | re.IGNORECASE,
)
_GATED_BLOCK = re.compile(
    r"subscriber-view|(?:^|[/-])members?(?:-(?:only|content|area))?$|membership|restrict|protect|private|paid-content"
    r"|logged-in|locked"
)
# Of a plug-in, and of WordPress since 6.9, for blocks that some or all readers do not see.
_HIDING = re.compile(r'"(?:blockVisibility|hideBlock)"\s*:')
_PAYWALL = "jetpack/paywall"  # From here on.
_LOST = Loss(
    kind="Parts of posts that only members, or readers with a password, saw",
    what="",
    fix="They are left out. Write into the post what everybody may read.",
)


def without_withheld_blocks(text: str) -> tuple[str, tuple[Loss, ...]]:
    """Return a text without blocks that not everybody saw, and what is lost with them."""
    parts: list[str] = []
    position = 0
    losses = 0
    for start, end in _withheld(text):
        parts.append(text[position:start])
        position = end
        losses += 1
    return "".join([*parts, text[position:]]), (_LOST,) * losses


def without_withheld_shortcodes(text: str) -> tuple[str, tuple[Loss, ...]]:
    """Return a text without what stands between shortcodes for members, and what is lost with it."""
    plain, losses = _SHORTCODE.subn("", text)
    return plain, (_LOST,) * losses


def _withheld(text: str) -> Iterator[tuple[int, int]]:
    """Yield where blocks that not everybody saw begin and end."""
    began, name, depth = 0, "", 0
    for found in BLOCK.finditer(text):
        if depth:
            if found["name"] == name and not found["self"]:
                depth += -1 if found["close"] else 1
            if not depth:
                yield began, found.end()
        elif found["name"] == _PAYWALL:
            yield found.start(), len(text)
            return
        elif not found["close"] and (_GATED_BLOCK.search(found["name"]) or _HIDING.search(found["data"] or "")):
            began, name, depth = found.start(), found["name"], 0 if found["self"] else 1
            if not depth:
                yield began, found.end()
    if depth:  # It never ends: all that follows is in it.
        yield began, len(text)
