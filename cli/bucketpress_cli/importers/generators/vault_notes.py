"""The notes of an Obsidian vault that are public, and the files that these show: all else is its owner's."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.markdown.line_map import occurs_in_prose
from bucketpress.content.source_keys import is_markdown
from bucketpress_cli.importers.generators.generator_settings import fields_of
from bucketpress_cli.importers.generators.vault_files import VaultFiles
from bucketpress_cli.importers.generators.vault_links import VaultLinks
from bucketpress_cli.importers.publication import Loss

_PUBLISHED = ("publish", "dg-publish", "share", "published", "public")
_DATED_NAME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?!\d).*\.\w+")
_HAS_YEAR = re.compile(r"\d{4}|'\d\d")
# Where plug-ins say which folder or note is a template: of these none is a note itself.
_TEMPLATES = (
    ("templates.json", ("folder",)),
    ("daily-notes.json", ("template",)),
    ("plugins/templater-obsidian/data.json", ("templates_folder", "template_folder")),
)
_TEMPLATER = re.compile(r"<%[-_*+]?\s*tp\.")
_QUERY = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*(?:dataview|dataviewjs|tasks|query|base|bases)\b", re.MULTILINE)
_PRIVATE = Loss(
    kind="Notes that do not say that they are public",
    what="",
    fix="Write `publish: true` into those that readers may see, and import again.",
)
_TEMPLATE = Loss(
    kind="Templates of notes", what="", fix="They are for Obsidian alone; a note that is none belongs elsewhere."
)
_DRAWING = Loss(
    kind="Drawings of Excalidraw",
    what="",
    fix="Let Excalidraw export them as SVG beside themselves (its setting for exports): these are shown then.",
)
_QUERIES = Loss(
    kind="Queries of plug-ins, which readers see as code",
    what="",
    fix="Write what they list in Markdown: only Obsidian can answer them.",
)
_EMBEDDED = Loss(
    kind="Notes shown inside others, which become links to them",
    what="",
    fix="Copy into the note what readers are to see at once.",
)
_EMBED = re.compile(r"!\[\[([^\[\]|#\n]+)")


@dataclass(frozen=True)
class VaultNotes:
    """The texts of a vault's notes by their names, and the names of all its files."""

    folder: Path
    texts: Mapping[str, str]
    names: tuple[str, ...]

    @cached_property
    def public(self) -> frozenset[str]:
        """The names of the notes that say that they are to be published; no other ever is."""
        return frozenset(name for name in self.texts if not self._reason(name))

    @cached_property
    def shown(self) -> frozenset[str]:
        """The names of the files that public notes show or link to."""
        return frozenset(shown for name in self.public for shown in self._named[name])

    def losses(self, name: str) -> Iterator[Loss]:
        """Yield why a note does not come along, or what of it does not."""
        if reason := self._reason(name):
            yield reason
            return
        text = self.texts[name]
        if _QUERY.search(text):
            yield _QUERIES
        found = (self._files.find(match[1], name) for match in _EMBED.finditer(text))
        if any(note and is_markdown(note) for note in found):
            yield _EMBEDDED

    def key(self, name: str) -> str:
        """Return the key of a note, a page where it has no date, or of a file, beside the notes that show it."""
        if not is_markdown(name):
            return f"{'posts' if name in self._shown_by_posts else 'pages'}/{name}"
        return f"posts/{name}" if self._is_dated(name) else f"pages/{name}"

    def rewritten(self, name: str, keys: Mapping[str, str]) -> str:
        """Return the text of a note whose links lead to the keys of the files that they mean."""
        return self._links.rewritten(self.texts[name], name, keys)

    @cached_property
    def _files(self) -> VaultFiles:
        return VaultFiles(self.names)

    @cached_property
    def _links(self) -> VaultLinks:
        return VaultLinks(self._files)

    @cached_property
    def _named(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(self._links.named(self.texts[name], name)) for name in self.public}

    @cached_property
    def _fields(self) -> Mapping[str, Fields]:
        return {name: fields_of(text) for name, text in self.texts.items()}

    @cached_property
    def _templates(self) -> tuple[str, ...]:
        found: list[str] = []
        for file, keys in _TEMPLATES:
            with suppress(OSError, ValueError, AttributeError):
                said = json.loads((self.folder / ".obsidian" / file).read_bytes())
                found += [str(said[key]).strip("/") for key in keys if said.get(key)]
        return tuple(found)

    @cached_property
    def _shown_by_posts(self) -> frozenset[str]:
        posts = (name for name in self.public if self._is_dated(name))
        return frozenset(shown for name in posts for shown in self._named[name])

    def _is_dated(self, name: str) -> bool:
        fields = self._fields[name]
        if _DATED_NAME.fullmatch(name.rpartition("/")[2]) or fields.node("date", "created"):
            return True
        return _HAS_YEAR.search(fields.text("published") or "") is not None

    def _reason(self, name: str) -> Loss | None:
        """Return why a note does not come along, None where it does."""
        fields = self._fields[name]
        if not any(fields.flag(each) is True for each in _PUBLISHED):
            return _PRIVATE
        is_template = any(name.removesuffix(".md") == each or name.startswith(f"{each}/") for each in self._templates)
        if is_template or occurs_in_prose(self.texts[name], _TEMPLATER):
            return _TEMPLATE
        return _DRAWING if fields.node("excalidraw-plugin") else None
