"""The files of an export, in a zip archive or unpacked in a folder."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import BufferedIOBase
from pathlib import Path
from typing import cast

from bucketpress_cli.importers.publication import ExportError, TooLargeError
from bucketpress_cli.importers.target_folder import TargetFolder

MAX_FILE_BYTES = 200 * 1024 * 1024


class ArchiveFiles:
    """The files of an archive or folder by their names within it; nothing is unpacked."""

    def __init__(self, path: Path) -> None:
        """Take an archive or a folder; nothing is read yet."""
        self._path = path

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all files, in order. Raises ExportError."""
        if self._path.is_dir():
            found = [file for file in self._path.rglob("*") if file.is_file() and not file.is_symlink()]
            return tuple(sorted(file.relative_to(self._path).as_posix() for file in found))
        return tuple(sorted(name for name in self._archive.namelist() if not name.endswith("/")))

    def find(self, ending: str) -> str | None:
        """Return the first name that is or ends with a path."""
        called = self._by_last.get(ending.rpartition("/")[2], ())
        return next((name for name in called if name == ending or name.endswith(f"/{ending}")), None)

    def read(self, name: str) -> bytes:
        """Return a file. Raises ExportError, TooLargeError for what is not to be held at once."""
        if self._size(name) > MAX_FILE_BYTES:
            message = f"{name} in {self._path} is larger than {MAX_FILE_BYTES:,} bytes."
            raise TooLargeError(message)
        with self._sound(name), self._open(name) as file:
            return file.read()

    def copy(self, name: str, target: TargetFolder, key: str) -> None:
        """Write a file of any size into a folder. Raises ExportError."""
        with self._sound(name):
            target.copy(key, lambda: self._open(name))

    def _open(self, name: str) -> BufferedIOBase:
        if self._path.is_dir():
            return (self._path / name).open("rb")
        return cast("BufferedIOBase", self._archive.open(name))

    def _size(self, name: str) -> int:
        return (self._path / name).stat().st_size if self._path.is_dir() else self._archive.getinfo(name).file_size

    @contextmanager
    def _sound(self, name: str) -> Iterator[None]:
        """Raise ExportError for a file that is damaged, encrypted or packed in a way that is not known."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            message = f"{name} in {self._path} cannot be read: {error}. Download the archive again."
            raise ExportError(message) from error

    @cached_property
    def _by_last(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for name in self.names:
            found.setdefault(name.rpartition("/")[2], []).append(name)
        return found

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
        except (zipfile.BadZipFile, OSError) as error:
            message = f"{self._path} is no archive that can be read: {error}."
            raise ExportError(message) from error


def holds(path: Path, ending: str) -> bool:
    """Return whether an archive or folder holds a file of a name; False where it is neither."""
    try:
        is_archive = path.is_dir() or zipfile.is_zipfile(path)
        return is_archive and ArchiveFiles(path).find(ending) is not None
    except ExportError:
        return False
