"""The notes of an Obsidian vault that are public, and the files that these show: all else is its owner's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.source_keys import is_markdown
from bucketpress_cli.importers.generators.generator_settings import fields_of

_PUBLISHED = ("publish", "dg-publish", "share", "published", "public")
_SHOWN = re.compile(r"!\[\[([^\[\]|#\n]+)|!?\[[^\]\n]*\]\(<?([^()\s<>]+)")


@dataclass(frozen=True)
class VaultNotes:
    """The texts of a vault's notes by their names."""

    texts: Mapping[str, str]

    @cached_property
    def public(self) -> frozenset[str]:
        """The names of the notes that say that they are to be published; no other ever is."""
        return frozenset(name for name, fields in self._fields.items() if _is_public(fields))

    @cached_property
    def shown(self) -> frozenset[str]:
        """The names of the files that public notes show, without their folders."""
        return frozenset(shown for name in self.public for shown in _shown_in(self.texts[name]))

    def key(self, name: str) -> str:
        """Return the key of a note, a page where it has no date, or of a file, beside the notes that show it."""
        if not is_markdown(name):
            return f"{'posts' if name.rpartition('/')[2] in self._shown_by_posts else 'pages'}/{name}"
        fields = self._fields[name]
        return f"posts/{name}" if fields.node("date", "created", "published") else f"pages/{name}"

    @cached_property
    def _fields(self) -> Mapping[str, Fields]:
        return {name: fields_of(text) for name, text in self.texts.items()}

    @cached_property
    def _shown_by_posts(self) -> frozenset[str]:
        posts = (name for name in self.public if self.key(name).startswith("posts/"))
        return frozenset(shown for name in posts for shown in _shown_in(self.texts[name]))


def _shown_in(text: str) -> set[str]:
    """Return the names of the files that a note shows or links to, without their folders."""
    return {(found[1] or found[2]).rpartition("/")[2] for found in _SHOWN.finditer(text)}


def _is_public(fields: Fields) -> bool:
    return any(fields.flag(name) is True for name in _PUBLISHED)
