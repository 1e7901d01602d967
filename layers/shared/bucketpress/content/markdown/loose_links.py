"""Links and footnotes that other programs read and CommonMark does not: spaces in the name of a file or a footnote."""

import re

from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

_WORD = r"[^()<>\"'\s]{1,300}"
_FILE = r"\.(?:avif|bmp|csv|docx?|gif|html?|jpe?g|markdown|mdx?|mp[34]|odt|pdf|png|pptx?|svg|txt|webm|webp|xlsx?|zip)"
# Neither a text nor an address holds what begins one, so that each character is looked at from one place only.
_ADDRESS = (
    rf"(?P<text>\[[^\[\]\n]{{0,300}}\]|\)\])\([ ]{{0,3}}(?P<address>{_WORD}(?:[ ]{{1,3}}{_WORD}){{1,20}}{_FILE})"
    r"(?P<title>[ ]{1,3}\"[^\"\n]{0,300}\")?[ ]{0,3}\)"
)
_NOTE_NAME = r"[\w.-]{1,60}(?:[ ]{1,3}[\w.-]{1,60}){1,9}"
_LOOSE = re.compile(
    rf"{_ADDRESS}|\[\^(?P<note>{_NOTE_NAME})\]|^[ ]{{0,3}}\[\]:[ \t]{{0,9}}\S{{1,1000}}[ \t]{{0,9}}$",
    re.MULTILINE | re.IGNORECASE,
)
# A loose address has this; that few texts do is found out in a tenth of the time.
_SPACED_ADDRESS = re.compile(rf"\]\([ ]{{0,3}}{_WORD}[ ]")
_NOTE = re.compile(rf"^[ ]{{0,3}}\[\^({_NOTE_NAME})\]:", re.MULTILINE)


def read_loose_links(text: str) -> tuple[str, LineMap, tuple[str, ...]]:
    """Return a text in which spaces in the names of files and footnotes keep these from nothing, and such addresses."""
    if not (_may_be_loose(text) and _LOOSE.search(text)):
        return text, LineMap(), ()
    spaced: list[str] = []
    notes = {_name(match[1]) for match in _NOTE.finditer(text)}

    def rewritten(match: re.Match[str]) -> tuple[str, int] | None:
        if match["address"]:
            spaced.append(match["address"])
            return f"{match['text']}({match['address'].replace(' ', '%20')}{match['title'] or ''})", match.end()
        if match["note"]:
            name = _name(match["note"])
            return (f"[^{name}]", match.end()) if name in notes else None
        return "", match.end()  # It names nothing, and nothing can be meant by it.

    made, lines = rewrite_prose(text, _LOOSE, rewritten)
    return made, lines, tuple(spaced)


def _may_be_loose(text: str) -> bool:
    return "[^" in text or "[]:" in text or _SPACED_ADDRESS.search(text) is not None


def _name(note: str) -> str:
    return "-".join(note.split()).casefold()
