"""The formats that can be imported: how each is told, and what reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import is_zipfile

from bucketpress_cli.importers.archives.archive_files import holds
from bucketpress_cli.importers.archives.blogger import BloggerExport
from bucketpress_cli.importers.archives.medium import MediumExport, is_medium
from bucketpress_cli.importers.archives.substack import TABLE, SubstackExport
from bucketpress_cli.importers.archives.tumblr import TumblrExport, is_tumblr
from bucketpress_cli.importers.generators.generator_table import GENERATORS, Generator
from bucketpress_cli.importers.ghost.ghost_export import GhostExport
from bucketpress_cli.importers.publication import Export, ExportError
from bucketpress_cli.importers.wordpress.wxr import WordPressExport

_HEAD_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One format: its name on the command line, the system, how an export is told, and how it is opened."""

    name: str
    system: str
    told: Callable[[Path], bool]
    opened: Callable[[Path, str], Export]


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _is_ghost(path: Path) -> bool:
    head = _head(path)
    return head.lstrip()[:1] == b"{" and (b'"db"' in head or (b'"meta"' in head and b'"data"' in head))


def _is_medium(path: Path) -> bool:
    return (path.is_dir() or is_zipfile(path)) and is_medium(path)


def _is_tumblr(path: Path) -> bool:
    return (path.is_dir() or is_zipfile(path)) and is_tumblr(path)


FORMATS = (
    ExportFormat(
        name="wordpress",
        system="WordPress (WXR)",
        told=lambda path: b"wordpress.org/export/" in _head(path),
        opened=WordPressExport,
    ),
    ExportFormat(name="ghost", system="Ghost (JSON)", told=_is_ghost, opened=GhostExport),
    ExportFormat(
        name="blogger",
        system="Blogger (Atom)",
        told=lambda path: b"www.w3.org/2005/Atom" in _head(path) and b"blogger" in _head(path).lower(),
        opened=BloggerExport,
    ),
    ExportFormat(
        name="substack",
        system="Substack (archive)",
        told=lambda path: holds(path, TABLE),
        opened=SubstackExport,
    ),
    ExportFormat(name="tumblr", system="Tumblr (JSON backup)", told=_is_tumblr, opened=TumblrExport),
    ExportFormat(name="medium", system="Medium (archive)", told=_is_medium, opened=MediumExport),
)
OWN_FORMAT = "bucketpress"
FORMAT_NAMES = (OWN_FORMAT, *(each.name for each in (*FORMATS, *GENERATORS)))


def find_generator(path: Path, name: str | None) -> Generator | None:
    """Return the site generator whose folder a path is, which `name` says or the files tell; None for none."""
    if not path.is_dir():
        return None
    return next((each for each in GENERATORS if (each.name == name if name else each.told(path))), None)


def _hint(path: Path) -> str:
    """Return what to do about a path that is no export: name the format, or the folder in it that is one."""
    for folder in sorted(path.iterdir()) if path.is_dir() else ():
        if generator := find_generator(folder, None):
            return f"Its folder {folder.name} is one of {generator.name.capitalize()}: import {folder}."
    return f"Name the format: --from {'|'.join(FORMAT_NAMES)}."


def open_export(path: Path, name: str | None, url: str = "") -> tuple[ExportFormat, Export]:
    """Return an export and its format, which `name` says or the files tell. Raises ExportError.

    `url` is where the site was, for exports that do not say it.
    """
    found = next((each for each in FORMATS if (each.name == name if name else each.told(path))), None)
    if found is None:
        message = f"{path} is no export that can be imported. {_hint(path)}"
        raise ExportError(message)
    return found, found.opened(path, url)
