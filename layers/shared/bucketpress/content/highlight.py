"""Code in colours: Pygments' classes, no inline style."""

import html
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

MAX_CODE_BYTES = 8 * 1024
MAX_LINE_CHARACTERS = 400
# Many lexers look ahead over white space from every blank line.
_MANY_BLANK_LINES = re.compile(r"(?:^[^\S\n]*\n){20}", re.MULTILINE)
LEXERS: dict[str, str] = {"python": "PythonLexer"}


def highlight(code: str, language: str) -> str | None:
    """Return code as HTML with a class on every piece; None when it is to be shown plain.

    Plain is code past the caps, and code in a language whose lexer took too long on bad input when it was measured.
    """
    lexer = _lexer(language.lower())
    if lexer is None or _is_costly(code):
        return None
    # Here, not above: Pygments takes 40 ms to import, and most posts hold no code.
    from pygments.token import STANDARD_TYPES  # noqa: PLC0415

    parts = []
    for kind, text in lexer.get_tokens(code):
        name = next((STANDARD_TYPES[known] for known in reversed(kind.split()) if known in STANDARD_TYPES), "")
        written = html.escape(text, quote=False)
        parts.append(f'<span class="{name}">{written}</span>' if name and not text.isspace() else written)
    return "".join(parts)


def _is_costly(code: str) -> bool:
    return (
        len(code.encode()) > MAX_CODE_BYTES
        or any(len(line) > MAX_LINE_CHARACTERS for line in code.split("\n"))
        or _MANY_BLANK_LINES.search(code) is not None
    )


@cache
def _lexer(language: str) -> "Lexer | None":
    name = LEXERS.get(language)
    if name is None:
        return None
    from pygments import lexers  # noqa: PLC0415

    found: Lexer = getattr(lexers, name)(stripnl=False, ensurenl=False)
    return found
