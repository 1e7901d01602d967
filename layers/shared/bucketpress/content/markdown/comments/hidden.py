"""Elements, boxes and blocks that their authors hide from readers: where each begins and ends."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from bucketpress.content.html.html_tokens import VOID

_VALUE = (
    r"\"[^\"]{0,2000}+\"|'[^']{0,2000}+'|[\u201c-\u201f][^\u201c-\u201f]{0,2000}+[\u201c-\u201f]"
    r"|\{[^{}]{0,500}+\}|\{\{[^{}]{0,500}+\}\}"
)
_OPENING = re.compile(
    rf"<(?P<name>[A-Za-z][A-Za-z0-9-]{{0,40}}+)(?P<attributes>(?:[^<>\"'{{\u201c-\u201f]|{_VALUE}|[\"'{{\u201c-\u201f])*+)>"
)
_ATTRIBUTE = re.compile(
    rf"(?P<name>[^\s\"'<>/={{}}]{{1,60}}+)(?:\s{{0,9}}=\s{{0,9}}(?P<value>{_VALUE}|[^\s\"'=<>`]++))?"
)
_UNSEEN_STYLE = re.compile(
    r"(?:display[\"']?\s{0,9}:\s{0,9}[\"']?none|visibility[\"']?\s{0,9}:\s{0,9}[\"']?hidden|opacity[\"']?\s{0,9}:\s{0,9}0(?![.0-9]))",
    re.IGNORECASE,
)
# What the style sheets that most sites use call what they do not show.
_UNSEEN_CLASSES = frozenset(
    {"content-hidden", "d-none", "display-none", "hidden", "hide", "invisible", "is-hidden", "is-invisible", "u-hidden"}
)
# "hidden md:block" is hidden on small screens only.
_SEEN_SOMEWHERE = re.compile(r"[a-z0-9]{1,9}:\S|d-[a-z]{2,3}-")
_LIST_NAME = re.compile(r"(?<![\w=-])\.?(?P<name>[A-Za-z][\w-]{0,60})(?![\w=-])")
BOX = r"(?P<colons>:{3,})[ \t]*(?P<kind>\{[^{}\n]{1,200}\}|\.?[\w-]{1,60})[^\n]{0,200}"
_BOX = re.compile(rf"[ \t>]*{BOX}")
_BOX_LINE = re.compile(r"^[ \t>]*(?P<colons>:{3,})(?P<info>[^\n]*)$", re.MULTILINE)
_LIST = re.compile(r"[ >]{0,9}\{:(?P<list>[^{}\n]{1,200})\}[ \t]*(?=\n|\Z)")


# Nobody writes these for readers; what they are is said by their names alone.
_UNSEEN_NAMES = frozenset({"comment", "draft", "hidden", "private", "todo"})


def hidden_element(text: str, position: int) -> tuple[str, int] | None:
    """Return the name of the element that begins at a position and where its start tag ends, if it is hidden."""
    opening = _OPENING.match(text, position)
    if opening is None:
        return None
    name = opening["name"].lower()
    attributes = {
        found["name"].lower(): (found["value"] or "").strip("\"'\u201c\u201d\u201e\u201f")
        for found in _ATTRIBUTE.finditer(opening["attributes"])
    }
    unseen = name in _UNSEEN_NAMES or (name == "dialog" and "open" not in attributes)
    unseen |= "hidden" in attributes and attributes["hidden"] != "{false}"
    unseen |= _UNSEEN_STYLE.search(attributes.get("style", "")) is not None
    unseen |= _is_unseen_class(attributes.get("class", "") + " " + attributes.get("classname", ""))
    return (name, opening.end()) if unseen else None


def end_of_element(name: str, text: str, position: int, code: Sequence[tuple[int, int]]) -> int | None:
    """Return where an element ends whose start tag ends at a position; None when nothing ends it.

    `code` is where the blocks of code of the text begin and end: tags in them are text.
    """
    if name in VOID or text.endswith("/>", 0, position):
        return position
    depth = 1
    for tag in _tags(name).finditer(text, position):
        number = bisect_right(code, (tag.start(), len(text))) - 1
        if number >= 0 and tag.start() < code[number][1]:
            continue
        depth += -1 if tag["closing"] else 1
        if depth == 0:
            return tag.end()
    return None


def hidden_box(text: str, position: int) -> int | None:
    """Return where a `:::` box that is hidden ends, which begins in the line at a position; None when it is not."""
    box = _BOX.match(text, position)
    if box is None or not _is_unseen_list(box["kind"].strip("{}"), with_comment=True):
        return None
    depth = 1
    for line in _BOX_LINE.finditer(text, box.end()):
        depth += 1 if line["info"].strip() else -1
        if depth == 0:
            return line.end()
    return len(text)


def hidden_block(text: str, position: int, begun: int) -> tuple[int, int] | None:
    """Return where the block begins and ends that an attribute list in the line at a position hides.

    It does not begin before `begun`.
    """
    found = _LIST.match(text, position)
    if found is None or not (_is_unseen_list(found["list"]) or _UNSEEN_STYLE.search(found["list"])):
        return None
    return max(text.rfind("\n\n", begun, position), begun), found.end()


def _is_unseen_class(classes: str) -> bool:
    return not _UNSEEN_CLASSES.isdisjoint(classes.lower().split()) and not _SEEN_SOMEWHERE.search(classes)


def _is_unseen_list(written: str, *, with_comment: bool = False) -> bool:
    names = {found["name"].lower() for found in _LIST_NAME.finditer(written)}
    return not names.isdisjoint(_UNSEEN_CLASSES | {"comment"} if with_comment else _UNSEEN_CLASSES)


@lru_cache(maxsize=64)
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(?P<closing>/?){re.escape(name)}(?=[\s/>])[^<>]*+>", re.IGNORECASE)
