"""The menu of `site.yaml`: labels and where they lead."""

import re
from collections.abc import Iterator

from bucketpress.content.encoding import UNPRINTABLE
from bucketpress.content.front_matter.fields import Fields, items_of
from bucketpress.content.front_matter.syntax.tree import Mapping, Node, Scalar
from bucketpress.content.settings.site_settings import MenuItem

LINK = re.compile(r"(?:/(?![/\\])|https?://|mailto:)[^\s\\<>\"]*", re.IGNORECASE)


def read_menu(fields: Fields) -> Iterator[MenuItem]:
    """Yield the entries of `menu`, and note those that lead nowhere."""
    found = fields.node("menu")
    if found is None:
        return
    entries = [found[1]] if isinstance(found[1], Mapping) else items_of(found[1])
    for entry in entries:
        for label, path in _menu_pairs(fields, entry):
            if LINK.fullmatch(path.text.strip()) and not UNPRINTABLE.search(path.text):
                yield MenuItem(label=label, path=path.text.strip())
            else:
                fix = "Write a path such as /about/ or an address that begins with https://."
                fields.error(path, f'The menu cannot lead to "{path.text}".', fix)


def _menu_pairs(fields: Fields, entry: Node) -> Iterator[tuple[str, Scalar]]:
    """Return label and path of `{label: …, path: …}`, or of each `label: path`."""
    if isinstance(entry, Mapping):
        inner = Fields(entry)
        label, path = inner.text("label"), inner.scalar("path")
        if label and path:
            yield label, path[1]
            return
        if not label and not path:
            for key, value in entry.pairs:
                if isinstance(value, Scalar):
                    yield key.text, value
                else:
                    fields.error(value, "A menu entry leads to one path.", "Write `About: /about/`.")
            return
    fields.error(entry, "A menu entry needs a label and a path.", "Write `{label: About, path: /about/}`.")
