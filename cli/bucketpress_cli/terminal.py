"""Text on its way to a terminal: names and messages may hold anything, and nothing of it is obeyed."""

import re

from rich.console import Console
from rich.text import Text

# Control characters, halves of characters, line separators, and what turns the direction of text around
# (https://trojansource.codes): in a terminal each would do something or hide something.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]")


def shown(text: str) -> str:
    r"""Return text with everything a terminal would obey written out: `\x1b`, `\u202e`, `\xff` for a byte not UTF-8."""
    return _UNSAFE.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - how Python stands for the bytes 0x80 to 0xFF (PEP 383)
        code -= 0xDC00
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - a byte


def print_line(console: Console, *parts: str | tuple[str, str], indent: str = "") -> None:
    """Print one line of texts, or of texts with a style; no text is read as markup."""
    safe = [shown(part) if isinstance(part, str) else (shown(part[0]), part[1]) for part in parts]
    console.print(Text.assemble(indent, *safe), soft_wrap=True)
