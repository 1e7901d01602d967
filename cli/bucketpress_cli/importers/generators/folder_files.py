"""The files of a generator's folder that may be of its site."""

from collections.abc import Iterator
from pathlib import Path

_OTHER_FOLDERS = frozenset({"node_modules", "vendor", "_site", "public", "resources", "dist", "build", "__pycache__"})


def files_of(folder: Path) -> Iterator[str]:
    """Yield the files of a folder by their names in it, but for hidden ones, links, and what generators make."""
    for file in sorted(folder.iterdir()):
        if file.is_symlink() or file.name.startswith("."):
            continue
        if file.is_file():
            yield file.name
        elif file.is_dir() and file.name not in _OTHER_FOLDERS:
            yield from (f"{file.name}/{name}" for name in _below(file))


def _below(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and not file.is_symlink() and not any(part.startswith(".") for part in inside.parts):
            yield inside.as_posix()
