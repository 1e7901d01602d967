"""The formats that can be imported: how each is told, and what reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bucketpress_cli.importers.publication import Export, ExportError
from bucketpress_cli.importers.wordpress.wxr import WordPressExport

_HEAD_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One format: its name on the command line, the system, how an export is told, and how it is opened."""

    name: str
    system: str
    told: Callable[[Path], bool]
    opened: Callable[[Path], Export]


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


FORMATS = (
    ExportFormat(
        name="wordpress",
        system="WordPress (WXR)",
        told=lambda path: b"wordpress.org/export/" in _head(path),
        opened=WordPressExport,
    ),
)
FORMAT_NAMES = tuple(each.name for each in FORMATS)


def open_export(path: Path, name: str | None) -> tuple[ExportFormat, Export]:
    """Return an export and its format, which `name` says or the files tell. Raises ExportError."""
    found = next((each for each in FORMATS if (each.name == name if name else each.told(path))), None)
    if found is None:
        message = f"{path} is no export that can be imported. Name the format: --from {'|'.join(FORMAT_NAMES)}."
        raise ExportError(message)
    return found, found.opened(path)
