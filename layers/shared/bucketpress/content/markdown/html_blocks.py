"""Markdown within the HTML that authors write, which CommonMark would show as it is written.

A text below a closing tag, and one in an element that holds Markdown, get the empty line that CommonMark asks for.
"""

import re
from collections.abc import Iterator

from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

# The elements whose tag at the beginning of a line keeps what follows from being read as Markdown (CommonMark 4.6).
_NAMES = (
    "address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset"
    "|figcaption|figure|footer|form|h[1-6]|header|hr|legend|li|main|menu|nav|ol|optgroup|option|p|search|section"
    "|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
# Any other tag does so only where it has a line of its own and no paragraph goes on.
_ALONE = (
    r"(?:\A|(?<=\n\n)|(?<=```\n)|(?<=~~~\n)|(?<=---\n)|(?<=\*\*\*\n))"
    r"[ ]{0,3}</?[A-Za-z][\w-]{0,40}(?:\s[^<>\n]{0,300})?/?>[ \t]{0,9}$"
)
_BEGINS = re.compile(rf"^[ ]{{0,3}}</?(?:{_NAMES})(?=[\s/>])|(?P<alone>{_ALONE})", re.MULTILINE | re.IGNORECASE)
_TEXT = re.compile(r"\S")
_EMPTY_LINE = re.compile(r"\n[ \t]*+(?:\n|\Z)")
# In these a line break or a sign has a meaning of its own.
_UNTOUCHABLE = re.compile(r"<(?:!--|(?:math|pre|script|style|svg|textarea)(?=[\s>]))", re.IGNORECASE)
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?:\s[^<>]*+)?>")
_BLOCK_NAME = re.compile(_NAMES, re.IGNORECASE)
_CODE = r"<(?P<code>code|kbd|samp|tt)(?=[\s>])[^<>]*+>(?P<plain>[^\W_]*+(?=</))?+[^<]*+</(?P=code)>"
# What nobody writes between tags but as Markdown.
_TELLING = re.compile(
    rf"(?P<element>{_CODE})|(?P<tag><[^<>]*+>)"
    r"|!?\[[^\[\]<>\n]{1,300}+\]\((?:https?:|mailto:|[/.#])[^()\s<>]{0,1000}+\)"
    r"|\*\*(?=[^\s*])[^*<>\n]{1,300}+(?<=\S)\*\*(?!\*)"
    r"|(?<!`)`[^`<>\n]{1,300}+`(?!`)"
    r"|(?<![\w:]):[a-z][a-z0-9_+-]{2,30}+:(?![\w:])"
    r"|\$\$[^$]{0,1000}?\\[A-Za-z]{2}[^$]{0,1000}+\$\$"
    r"|(?<![\\$\w])\$(?![\s\d$])[^$\n<>]{0,200}?\\[A-Za-z]{2}[^$\n<>]{0,200}+\$(?![\w$])"
    r"|^[ ]{0,3}(?:`{3,}|~{3,}|#{1,6}[ ][^\s<]|(?P<bullet>[-*+])[ ][^\s<][^\n]*+\n[ ]{0,3}(?P=bullet)[ ])",
    re.IGNORECASE | re.MULTILINE,
)


def open_blocks(text: str) -> tuple[str, LineMap]:
    """Return a text with an empty line wherever Markdown begins within HTML."""
    return rewrite_prose(text, _BEGINS, _opened) if _BEGINS.search(text) else (text, LineMap())


def _opened(match: re.Match[str]) -> tuple[str, int]:
    text = match.string
    ends = _EMPTY_LINE.search(text, match.start())
    whole = text[match.start() : ends.start() if ends else len(text)]
    telling = not match["alone"] or any(not (found["tag"] or found["element"]) for found in _TELLING.finditer(whole))
    if not telling or _UNTOUCHABLE.search(whole):
        return whole, match.start() + len(whole)
    length = _closed_after(whole)
    block = _parted(whole[:length])
    return (f"{block}\n" if length < len(whole) else block), match.start() + length


def _closed_after(block: str) -> int:
    """Return how much of a block is HTML: up to the line of text that follows the end of its elements."""
    depth = position = 0
    for line in block.splitlines(keepends=True):
        if position and depth <= 0 and re.match(r" {0,3}[^\s<]", line):
            return position
        for tag in _TAG.finditer(line):
            if tag["name"].lower() not in _VOID and not tag[0].endswith("/>"):
                depth += -1 if tag["closing"] else 1
        position += len(line)
    return len(block)


def _parted(block: str) -> str:
    """Return a block with an empty line before each text that holds Markdown."""
    pieces: list[str] = []
    done = 0
    for place in _places(block):
        pieces += [block[done:place], "\n\n"]
        text = _TEXT.search(block, place)
        done = text.start() if text else len(block)
    return "".join((*pieces, block[done:]))


def _places(block: str) -> Iterator[int]:
    """Yield where texts begin, behind the tag of a block, that hold Markdown and no code written as HTML."""
    after: int | None = None
    telling = False
    for found in _TELLING.finditer(block):
        if found["element"]:
            after = after if found["plain"] else None
        elif not found["tag"]:
            telling = True
        elif (tag := _TAG.fullmatch(found[0])) and _BLOCK_NAME.fullmatch(tag["name"]):
            if telling and after is not None:
                yield after
            after, telling = found.end(), False
    if telling and after is not None:
        yield after
