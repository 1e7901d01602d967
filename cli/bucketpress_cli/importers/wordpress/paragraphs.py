"""Paragraphs and line breaks that WordPress makes of a classic post when it shows it."""

import re
from collections.abc import Iterator

_NAMES = (
    "address|article|aside|audio|blockquote|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hr|iframe|li|nav|object|ol|p|pre|script|section|style|summary|table|tbody|td|tfoot|th|thead|tr|ul|video"
)
_OPENS = re.compile(rf"<(?:{_NAMES})(?=[\s/>])", re.IGNORECASE)
_CLOSES = re.compile(rf"</(?:{_NAMES})\s*>|<hr\b[^>]*>", re.IGNORECASE)
_HOLDS_PARAGRAPHS = re.compile(r"(<(?:blockquote|div)(?:\s[^>]*)?>)|(</(?:blockquote|div)\s*>)", re.IGNORECASE)
_WHOLE = re.compile(
    r"<(pre|script|style|textarea|svg|iframe|table|ul|ol|dl|form)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_NESTING = re.compile(r"<(/?)(ul|ol|dl|table)\b", re.IGNORECASE)
_GAP = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_BREAK = re.compile(r"(?<!<br>)(?<!<br/>)(?<!<br />)[ \t]*\n", re.IGNORECASE)
_BLOCK = re.compile(rf"\s*(?:</?(?:{_NAMES})(?=[\s/>])|<!--|\x00)", re.IGNORECASE)


def with_paragraphs(text: str) -> str:
    """Return a classic post with the tags of its paragraphs: an empty line ends one, a line end breaks it."""
    parts = re.sub(r"\r\n?", "\n", text)
    return "".join(_written(parts))


def _written(text: str) -> Iterator[str]:
    position = 0
    while found := _WHOLE.search(text, position):
        yield _parted(text[position : found.start()])
        position = _end_of(text, found)
        yield f"\n{text[found.start() : position]}\n"
    yield _parted(text[position:])


def _end_of(text: str, found: re.Match[str]) -> int:
    """Return where an element ends, which for a list or table may hold others of its kind."""
    if not _NESTING.match(found[0]):
        return found.end()
    depth = 0
    for tag in _NESTING.finditer(text, found.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return text.index(">", tag.start()) + 1 if ">" in text[tag.start() :] else len(text)
    return len(text)


def _parted(text: str) -> str:
    spaced = _HOLDS_PARAGRAPHS.sub(lambda tag: f"\n\n{tag[0]}\n\n", text)
    spaced = _OPENS.sub(lambda tag: f"\n\n{tag[0]}", spaced)
    spaced = _CLOSES.sub(lambda tag: f"{tag[0]}\n\n", spaced)
    return "\n".join(map(_paragraph, _GAP.split(spaced)))


def _paragraph(text: str) -> str:
    kept = text.strip()
    if not kept or _BLOCK.match(kept):
        return kept
    return f"<p>{_BREAK.sub('<br>', kept)}</p>"
