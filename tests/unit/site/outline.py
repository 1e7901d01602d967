"""Reads a page as a strict reader would: what is opened is closed, ids are unique, no named entity is unknown."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Outline:
    """What a page consists of: every start tag with its attributes, and the text of the elements asked for."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def attributes(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        found = [attributes for name, attributes in self.tags if name == tag]
        return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]

    def meta(self, name: str) -> str | None:
        found = [one for one in self.attributes("meta") if name in {one.get("name"), one.get("property")}]
        return found[0]["content"] if found else None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outline = Outline()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.outline.faults.append(f"<{tag}> has an attribute twice")
        self.outline.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.outline.texts.setdefault(tag, []).append("")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.outline.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.outline.texts[tag][-1] += data


def outline(page: bytes) -> Outline:
    reader = _Reader()
    reader.feed(page.decode())
    reader.close()
    found = reader.outline
    found.faults += [f"<{tag}> is never closed" for tag in reader.open]
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    found.faults += [f"the id {name} stands twice" for name in set(ids) if ids.count(name) > 1]
    return found
