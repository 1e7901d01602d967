"""Chinese and Japanese text: a line break is no space, and an address ends before a full stop."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from bucketpress.content.hints import beyond_ascii
from bucketpress.content.html.html_tokens import BLOCKS, Tag, Token
from bucketpress.content.markdown.line_map import rewrite_prose

# Characters of a script without spaces; Korean has them.
_WIDE = "\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3200-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE += "\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
# Wide only beside wide ones.
_EITHER = "\u00b7\u2014\u2018\u2019\u201c\u201d\u2026"
_BREAK = rf"(?<=[{_WIDE}])\n(?=[{_WIDE}{_EITHER}])|(?<=[{_EITHER}])\n(?=[{_WIDE}])"
_ENDS_WIDE = rf"[{_WIDE}]\Z"
_BEGINS_WIDE = rf"\n[{_WIDE}]"
_HAS_WIDE = re.compile(rf"[{_WIDE}]")
_MARKS = "\u2014\u2018\u2019\u201c\u201d\u2026\u3001-\u3003\u3008-\u3011\u3014-\u301f\u30fb"
_MARKS += "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff3f\uff5b-\uff65"
_ADDRESS = rf"(?<![\w<(\"'=\[/\]`:.-])(?:(?P<scheme>https?://)|(?P<www>www\.))(?P<rest>[^\s<>()\"'*`|\[\]{_MARKS}]++)(?=[*_]{{0,3}}[{_MARKS}])"


@cache
def _compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern as it is searched for: to compile such ranges takes 2 ms each, and few texts need them."""
    return re.compile(pattern, flags)


def has_wide(text: str) -> bool:
    """Return whether a text has characters of a script without spaces."""
    return not text.isascii() and _HAS_WIDE.search(beyond_ascii(text)) is not None


def fence_addresses(text: str) -> str:
    """Write `<` and `>` around every plain address that ends at a mark of Chinese or Japanese punctuation."""

    def fenced(match: re.Match[str]) -> tuple[str, int]:
        if match["scheme"]:
            return f"<{match[0]}>", match.end()
        return f"[{match[0]}](http://{match[0]})", match.end()

    return rewrite_prose(text, _compiled(_ADDRESS, re.IGNORECASE | re.ASCII), fenced)[0]


def join_lines(tokens: Iterable[Token]) -> Iterator[Token]:
    """Remove line breaks between two characters of a script without spaces."""
    broken, ends, begins = map(_compiled, (_BREAK, _ENDS_WIDE, _BEGINS_WIDE))
    in_code = 0
    ends_wide = False
    for token in tokens:
        if isinstance(token, Tag):
            in_code += (-1 if token.closing else 1) if token.name == "pre" else 0
            ends_wide = ends_wide and token.name not in BLOCKS
            yield token
        elif in_code:
            yield token
        else:
            text = broken.sub("", token[1:] if ends_wide and begins.match(token) else token)
            ends_wide = ends.search(text) is not None
            yield text
