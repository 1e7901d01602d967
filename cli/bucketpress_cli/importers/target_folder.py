"""The folder that an import writes: a second run writes nothing, and what somebody has edited since is left alone."""

import hashlib
import json
from pathlib import Path

from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.publication import ExportError

# Its name begins with a dot, so it is never published.
_MANIFEST = ".bucketpress-import.json"


class TargetFolder:
    """Writes files below a folder and remembers what it wrote, to know an edit from an older import."""

    def __init__(self, folder: Path, report: ImportReport, *, dry_run: bool = False) -> None:
        """Read what earlier imports have written. Raises ExportError."""
        self._folder, self._report, self._dry_run = folder, report, dry_run
        self._root = folder.resolve()
        self._written = self._remembered()

    def write(self, key: str, data: bytes) -> None:
        """Write a file unless it is there already, or is somebody's own. Raises ExportError."""
        path = self._folder / key
        digest = _digest(data)
        if not path.resolve().is_relative_to(self._root):
            message = f"{key} would lie outside of {self._folder}."
            raise ExportError(message)
        there = _digest(path.read_bytes()) if path.is_file() else None
        if there == digest:
            self._report.unchanged += 1
            self._written[key] = digest
            return
        if there is not None and there != self._written.get(key):
            self._report.edited.append(key)
            return
        self._report.written += 1
        if not self._dry_run:
            _replace(path, data)
        self._written[key] = digest  # Only now: stopped before, the file there is still the one known.

    def holds(self, key: str) -> bool:
        """Return whether a file is there."""
        return (self._folder / key).is_file()

    def remember(self) -> None:
        """Write down what was written, for the next run."""
        data = (json.dumps(self._written, indent=0, sort_keys=True) + "\n").encode()
        path = self._folder / _MANIFEST
        if not self._dry_run and not (path.is_file() and path.read_bytes() == data):
            _replace(path, data)

    def _remembered(self) -> dict[str, str]:
        path = self._folder / _MANIFEST
        if not path.is_file():
            return {}
        try:
            read = json.loads(path.read_bytes())
        except ValueError:
            read = None
        if not isinstance(read, dict):
            message = f"{path} cannot be read. Delete it: files that differ are then left as they are."
            raise ExportError(message)
        return {str(key): str(value) for key, value in read.items()}


def _replace(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all, whenever the command is stopped."""
    beside = path.with_name(f".{path.name[:100]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise ExportError(message) from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
