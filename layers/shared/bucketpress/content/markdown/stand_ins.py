"""Characters that stand in for others while comrak reads a text, so that it leaves them alone.

They are noncharacters, which no upload keeps, so they can only be ours.
"""

import re

_HYPHEN, COLON, _QUOTE, _APOSTROPHE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
# What stands before a flag of a command; a letter follows its hyphens.
_FLAG = re.compile(
    r"(?<![^\s(\[{\"'\u201c\u2018*_|/,=:>])--(?=[A-Za-z])[\w-]*+"
    r"(?:=(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'))?"
)
_IN_A_WORD = re.compile(r":(?<=\w:)(?=[a-z0-9_+-]{1,40}:)")
# "x^2^" is a power; any other caret, but that of a footnote, is one.
_CARET = re.compile(r"(?P<power>(?<=[\w)])\^[^\s^\[\]`<>|]{1,20}\^(?![\d^]))|(?<![\[\\])\^")
_CARET_KEPT = "\ufdd7"
_ORIGINALS = {_CARET_KEPT: "^", _HYPHEN: "-", COLON: ":", _QUOTE: "&quot;", _APOSTROPHE: "'"}
_BACK = re.compile("[\ufdd0-\ufdd3\ufdd7]|%EF%B7%9[0-37]")
# To look for one after the other takes a tenth of looking for any of them.
_MARKS = (*_ORIGINALS, "%EF%B7%9")


def protect(text: str, *, smart: bool) -> str:
    """Replace flags, which are no dashes, and colons within words, which begin no emoji, by stand-ins."""
    if smart and "--" in text:
        text = _FLAG.sub(_protected, text)
    if "^" in text:
        text = _CARET.sub(lambda caret: caret["power"] or _CARET_KEPT, text)
    return _IN_A_WORD.sub(COLON, text) if ":" in text else text


def restore(html: str) -> str:
    """Replace stand-ins by what they stand for."""
    return _BACK.sub(_original, html) if any(mark in html for mark in _MARKS) else html


def _protected(flag: re.Match[str]) -> str:
    return flag[0].replace("--", _HYPHEN * 2).replace('"', _QUOTE).replace("'", _APOSTROPHE)


def _original(match: re.Match[str]) -> str:
    character = match[0] if len(match[0]) == 1 else chr(0xFDD0 + int(match[0][-1]))
    return _ORIGINALS[character]
