"""Callouts: `> [!note]` of any name, and containers between lines of colons."""

import html
import re
from collections.abc import Iterable, Iterator

from bucketpress.content.html.html_tokens import Tag, Token, end, start
from bucketpress.content.markdown.extensions import CONTAINER

# The theme has five colours.
_TONES = {
    name: tone
    for tone, names in {
        "note": "note info abstract summary tldr todo example quote cite seealso details",
        "tip": "tip hint success check done good",
        "important": "important question help faq",
        "warning": "warning caution attention deprecated experimental",
        "caution": "danger error failure fail missing bug bad",
    }.items()
    for name in names.split()
}
_SHOWN = frozenset({"collapsed", "expanded"})
_EMPHASIS = re.compile(r"[*_`]{1,3}")


def callouts(tokens: Iterable[Token]) -> Iterator[Token]:
    """Rename the classes of callouts to the theme's; a container of an unknown name is replaced by its content."""
    ends: list[str] = []
    for token in tokens:
        if isinstance(token, str) or token.name != "div":
            yield token
        elif token.closing:
            name = ends.pop() if ends else "div"
            if name:
                yield end(name)
        else:
            made = _started(token, folded=bool(ends) and ends[-1] == "details")
            ends.append(made[0])
            yield from made[1]


def _started(tag: Tag, *, folded: bool) -> tuple[str, list[Token]]:
    """Return the name of the element that stands for a `div`, "" for none, and what begins it."""
    if "data-callout" in tag.attributes:
        tone = _TONES.get(tag.attributes["data-callout"].lower(), "note")
        fold = tag.attributes.get("data-callout-fold", "")
        if fold in _SHOWN:
            opened = {"open": ""} if fold == "expanded" else {}
            return "details", [start("details", class_=f"callout callout-{tone}", **opened)]
        return "aside", [start("aside", class_=f"callout callout-{tone}", role="note")]
    if tag.has_class("callout-title"):
        name = "summary" if folded else "p"  # Outside of them nothing folds.
        return name, [start(name, class_="callout-title")]
    if tag.attributes.get("class") == "callout-content":
        return "", []
    if tag.attributes.get("class", "").startswith(CONTAINER):
        _, kind, title = tag.attributes["class"].split(CONTAINER, 2)
        return _container(kind, _EMPHASIS.sub("", title).strip())
    return "div", [tag]


def _container(kind: str, title: str) -> tuple[str, list[Token]]:
    tone = _TONES.get(kind)
    if tone is None:
        return "", []
    shown = html.escape(title or kind.capitalize(), quote=False)
    if kind == "details":
        return "details", [start("details"), "\n", start("summary"), shown, end("summary")]
    box = start("aside", class_=f"callout callout-{tone}", role="note")
    return "aside", [box, "\n", start("p", class_="callout-title"), shown, end("p")]
