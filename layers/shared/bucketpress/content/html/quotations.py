"""A block quotation whose last line begins with a dash names its source."""

import re
from collections.abc import Sequence

from bucketpress.content.html.html_tokens import VOID, Tag, Token, end, is_end, is_start, start, tokens_text

# Smart punctuation has made an en dash of "--" by now.
_DASH = re.compile("(?:--|\u2013|\u2014)[ \u00a0]+")


def quotations(tokens: Sequence[Token]) -> list[Token]:
    """Turn every quotation whose last line is an attribution into a figure with a caption."""
    out: list[Token] = []
    opened: list[int] = []
    for token in tokens:
        if isinstance(token, str) or token.name != "blockquote":
            out.append(token)
            continue
        if not token.closing:
            opened.append(len(out))
        out.append(token)
        if token.closing and opened:
            first = opened.pop()
            # Quotations stand in one another: only one that becomes a figure is copied.
            if _ends_with_paragraph(out):
                out[first:] = _attributed(out[first:])
    return out


def _ends_with_paragraph(tokens: Sequence[Token]) -> bool:
    """Return whether a paragraph ends just before the last token."""
    for position in range(len(tokens) - 2, -1, -1):
        token = tokens[position]
        if isinstance(token, Tag) or token.strip():
            return is_end(token, "p")
    return False


def _attributed(quotation: list[Token]) -> list[Token]:
    """Return a quotation as a figure; unchanged when its last line names nobody."""
    paragraph = _last_paragraph(quotation)
    if paragraph is None:
        return quotation
    first, last = paragraph
    cut = _last_line(quotation, first, last)
    if cut is None:
        return quotation
    position, offset = cut
    if position == first:  # The whole paragraph is the attribution.
        quoted, source = quotation[1:first], quotation[first + 1 : last]
    else:
        text = str(quotation[position])
        quoted = [*quotation[1:position], text[:offset].rstrip()]
        while quoted and (quoted[-1] == "" or is_start(quoted[-1], "br")):
            quoted.pop()
        quoted.append(end("p"))
        source = [text[offset + 1 :], *quotation[position + 1 : last]]
    dash = _DASH.match(str(source[0])) if source and isinstance(source[0], str) else None
    if dash is None or not tokens_text(quoted):
        return quotation
    source[0] = str(source[0])[dash.end() :]
    if not tokens_text(source):
        return quotation
    return [
        start("figure", class_="quotation"),
        quotation[0],
        *quoted,
        *(["\n"] if quoted[-1] != "\n" else []),
        quotation[-1],
        start("figcaption"),
        "\u2014 ",
        *source,
        end("figcaption"),
        end("figure"),
    ]


def _last_paragraph(quotation: list[Token]) -> tuple[int, int] | None:
    """Return where the paragraph that ends the quotation begins and ends."""
    last = len(quotation) - 2
    while last > 0 and isinstance(quotation[last], str) and not str(quotation[last]).strip():
        last -= 1
    if last <= 0 or not is_end(quotation[last], "p"):
        return None
    first = next((i for i in range(last, 0, -1) if is_start(quotation[i], "p")), 0)
    return (first, last) if first else None


def _last_line(quotation: list[Token], first: int, last: int) -> tuple[int, int] | None:
    """Return token and offset of the line end before the last line; the paragraph's start when it has one line only.

    None when that line end is inside emphasis, a link or the like: the last line then has no beginning of its own.
    """
    depth = 0
    for position in range(last - 1, first, -1):
        token = quotation[position]
        if isinstance(token, Tag):
            depth += 0 if token.name in VOID else 1 if token.closing else -1
        elif "\n" in token:
            return (position, token.rfind("\n")) if depth == 0 else None
    return first, 0
