"""Which file of an Obsidian vault a link means: as Obsidian finds it, anywhere in the vault, by the end of its path."""

import posixpath
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from bucketpress.content.source_keys import is_markdown

# What Excalidraw exports beside a drawing, which is what readers see of it.
_EXPORTED = (".svg", ".png")


@dataclass(frozen=True)
class VaultFiles:
    """The names of all files of a vault."""

    names: tuple[str, ...]

    def find(self, link: str, source: str) -> str | None:
        """Return the file that a link written in a source means, without `#…`; None where there is none.

        Of files that end with its path, one beside the source comes first, then the one with the shortest path.
        """
        path = _folded(link.strip().replace("\\", "/"))
        folder = posixpath.dirname(source)
        if path.startswith(("./", "../")):
            path = posixpath.normpath(posixpath.join(_folded(folder), path))
            return next((found for each in _spelled(path) if (found := self._by_path.get(each))), None)
        path = path.lstrip("/")
        for each in _spelled(path):
            if found := self._by_path.get(each):
                return found
            last = each.rpartition("/")[2]
            ending = [name for name in self._by_name.get(last, ()) if f"/{_folded(name)}".endswith(f"/{each}")]
            if ending:
                return min(ending, key=lambda name: (posixpath.dirname(name) != folder, len(name), name))
        return None

    def find_address(self, url: str, source: str) -> str | None:
        """Return the file that the address of a Markdown link means: relative to its source, else as any link."""
        path = unquote(url)
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        return self._by_path.get(_folded(beside)) or self.find(path, source)

    @cached_property
    def _by_path(self) -> Mapping[str, str]:
        return {_folded(name): name for name in reversed(self.names)}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name in self.names:
            found.setdefault(_folded(name.rpartition("/")[2]), []).append(name)
        return {last: tuple(names) for last, names in found.items()}


def _spelled(path: str) -> Iterable[str]:
    """Return the paths that a link may stand for: a drawing's picture, the file itself, the note of this name."""
    if path.removesuffix(".md").endswith(".excalidraw"):
        return (*(path.removesuffix(".md") + ending for ending in _EXPORTED), f"{path.removesuffix('.md')}.md")
    return (path,) if is_markdown(path) else (path, f"{path}.md")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
