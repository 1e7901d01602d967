"""What could be front matter and does not stand where front matter is read: it must not be shown as text."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import takewhile

from bucketpress.content.front_matter.doubts import line_says_draft
from bucketpress.content.front_matter.names import GOING_LIVE_KEYS, KNOWN_FORMS
from bucketpress.content.front_matter.state import Says, holds_in_other_words, is_like_state_key, is_state_key, state_of
from bucketpress.content.front_matter.syntax.fences import content_start, is_closing, opening, strip_junk
from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.problem import Problem, error

# Front matter that slipped stands near the top; a text that explains front matter has more before it.
LINES_LOOKED_AT = 20
LINES_BEFORE_A_BLOCK = 5
MAX_BLOCK_LINES = 200
_KEY_LINE = re.compile(r"(?P<key>[\w\"'][\w .?\"'-]{0,60}?)[\"'*_`]*[ \t]*[:=\uff1a\uff1d]+[\"'*_`]*(?P<value>.*)")
_YAML_KEY = re.compile(r"[\"']?(?P<key>[\w.-]{1,60})[\"']?[ \t]*:(?:\s.*|)")
_MARKS = re.compile(r"^[\W_]+")
_RULE = re.compile(r"[-\u2010-\u2015*_=~+;#/%`]{2,}[ \t]*[A-Za-z]{0,10}|[\u2013\u2014]|[-*_=\\@\"':.|&]{2,}")
_WORN = re.compile(r"^[ \t]*(?:\.\.|:|#\+|@|%|//|;|\\)[ \t]*(?=\w)")
_DATED = frozenset(map(key_form, GOING_LIVE_KEYS))
_OTHER_FENCE = re.compile(r"\+{3}|;{3}")
_FIX = "Put it at the very top of the file, between two lines of ---."


def begins_like_front_matter(lines: Sequence[str]) -> bool:
    """Return whether lines are front matter, read or not, rather than text below a line drawn across the page.

    They are if the first that says something is a key with its value, or if they stand together and one of them has a
    key that means something here.
    """
    said = [line for line in lines[:MAX_BLOCK_LINES] if strip_junk(line) and not strip_junk(line).startswith("#")]
    if not said or is_key_line(said[0]):
        return True
    together = lines[: next((i for i, line in enumerate(lines) if i and not strip_junk(line)), len(lines))]
    return any(is_key_line(line, known=True) for line in together) or any(map(_holds_back, lines))


def is_key_line(line: str, *, known: bool = False) -> bool:
    """Return whether a line is `key: value`; with `known` only if the key means something here."""
    bare = unicodedata.normalize("NFKC", strip_junk(line))
    match = _KEY_LINE.fullmatch(bare)
    if match is None:
        return False
    meant = key_form(match["key"]) in KNOWN_FORMS or is_state_key(match["key"])
    meant = meant or holds_in_other_words(match["key"], match["value"].strip())
    return meant or (not known and _YAML_KEY.fullmatch(bare) is not None)


def bare_block(lines: Sequence[str]) -> int | None:
    """Return the number of the line that ends front matter without fences: a blank one or a rule; None if it is none.

    The first line is a key with its value, every other is one too or goes on, and one of the keys means something.
    """
    if not is_key_line(lines[0]):
        return None
    known = False
    for number, line in enumerate(lines):
        if not strip_junk(line) or (number and is_closing(line)):
            return number if known else None
        known = known or is_key_line(line, known=True) or is_like_state_key(line.partition(":")[0])
        if not is_key_line(line) and not line.startswith((" ", "\t", "-", "#")):
            return None
    return len(lines) if known else None


def misplaced(text: str, first_line: int, *, after_front_matter: bool) -> Problem | None:
    """Find front matter in a text that has none at its top, or a second one below the first; None if there is none.

    `first_line` is that of the text in its file.
    """
    lines = text.split("\n", MAX_BLOCK_LINES + LINES_LOOKED_AT)
    number = _second_block(lines) if after_front_matter else _slipped_block(lines)
    if number is None and not after_front_matter:
        number = _worn_block(lines)
    if number is not None:
        where = "There is a second one" if after_front_matter else "It is not at the top, or not between lines of ---"
        return error(f"This looks like front matter. {where}, so nothing is published.", _FIX, first_line + number, 1)
    looked_at = _above_the_text(text, lines) if after_front_matter else _said(lines)
    first = next(_said(lines), (0, ""))
    for number, line in dict([first, *looked_at]).items():
        if _holds_back(line) or (number == first[0] and _is_marked(line)):
            message = f'"{strip_junk(line)[:60]}" may be meant to hold this back, so nothing is published.'
            return error(message, _FIX, first_line + number, 1)
    return None


def held_back_above(text: str) -> Problem | None:
    """Find what says "draft" in the comments before front matter."""
    for number, line in enumerate(text.split("\n")):
        if _holds_back(line) or _is_marked(line):
            message = f'"{strip_junk(line)[:60]}" may be meant to hold this back, so nothing is published.'
            return error(message, "Write it between the two lines of --- instead.", number + 1, 1)
    return None


def _said(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the first lines that are not blank, with their numbers from 0."""
    found = ((number, line) for number, line in enumerate(lines) if strip_junk(line))
    return (pair for pair, _ in zip(found, range(LINES_LOOKED_AT), strict=False))


def _above_the_text(text: str, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of comments at the top of a text, and its first lines as long as they are keys with values."""
    begun = text.count("\n", 0, content_start(text))
    for number, line in enumerate(lines):
        if number >= begun and not is_key_line(line):
            return
        yield number, line


def _slipped_block(lines: Sequence[str]) -> int | None:
    for number, _ in [pair for pair, _ in zip(_said(lines), range(LINES_BEFORE_A_BLOCK + 1), strict=False)]:
        if _is_block(lines[number:]):
            return number
    return None


def _worn_block(lines: Sequence[str]) -> int | None:
    """Return the number of the first line where a text begins with keys in a comment, or keys that wear a mark each.

    Nikola, Pandoc, Org and AsciiDoc write them so.
    """
    begun, first = next(_said(lines), (0, ""))
    first = first.lstrip()
    if first.startswith("<!--"):
        ended = next((number for number, line in enumerate(lines) if number >= begun and "-->" in line), len(lines))
        inside = [line.replace("<!--", "").partition("-->")[0] for line in lines[begun : ended + 1]]
        said = [_WORN.sub("", line) for line in inside if strip_junk(line) and not _RULE.fullmatch(strip_junk(line))]
        dated = any(is_key_line(line) and key_form(line.partition(":")[0]) in _DATED for line in said)
    elif first.startswith("% ") and (begun + 1 == len(lines) or lines[begun + 1][:1] in {"", "%"}):
        return begun  # The title block of Pandoc.
    else:
        mark = _WORN.match(first)
        worn = takewhile(lambda line: line.lstrip().startswith(mark[0] if mark else "\n"), lines[begun:])
        said = [line.lstrip().removeprefix(mark[0] if mark else "") for line in worn]
        dated = False
    known = any(is_key_line(line, known=True) for line in said)
    return begun if known and all(map(is_key_line, said)) and (len(said) > 1 or dated) else None


def _second_block(lines: Sequence[str]) -> int | None:
    number, line = next(_said(lines), (0, ""))
    fence = opening(line) or _OTHER_FENCE.match(line)
    return number if fence and _is_block(lines[number:]) else None


def _is_block(lines: Sequence[str]) -> bool:
    """Return whether lines begin with a rule, keys with values directly below, of which one is known, and a rule."""
    first, *others = lines
    is_rule = _RULE.fullmatch(strip_junk(first)) is not None or opening(first) is not None
    if not is_rule or not others or not is_key_line(others[0]):
        return False
    known = False
    for line in others:
        bare = strip_junk(line)
        if _RULE.fullmatch(bare) or is_closing(bare):
            return known
        known = known or is_key_line(line, known=True)
        if bare and not is_key_line(line) and not line.startswith((" ", "\t", "-", "#", "*")):
            return False
    return False


def _is_marked(line: str) -> bool:
    """Return whether a line that is no heading is nothing but words for a draft."""
    return line_says_draft(line) and not line.lstrip().startswith("# ")


def _holds_back(line: str) -> bool:
    """Return whether a line, whatever marks it wears, plainly says that the source is not to be published."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKC", strip_junk(line)))
    match = _KEY_LINE.fullmatch(bare.removesuffix("-->").removesuffix("*/"))
    if match is None or key_form(match["key"]) == "password":
        return False
    value = match["value"].strip().rstrip(")").rstrip()
    return state_of(match["key"], value) is Says.HOLD or holds_in_other_words(match["key"], value)
