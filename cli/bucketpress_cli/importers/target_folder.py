"""The folder that an import writes: a second run writes nothing, and leaves alone what has been edited or deleted."""

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from bucketpress.services.build import Progress
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.publication import ExportError, Loss

Opener = Callable[[], io.BufferedIOBase]

# Its name begins with a dot, so it is never published.
MANIFEST = ".bucketpress-import.json"
_GONE = Loss(
    kind="Files of an earlier import that this export does not hold",
    what="",
    fix="They stay. Delete those that are gone from the old site, or not public there any more.",
)


class TargetFolder:
    """Writes files below a folder and remembers what it wrote, to know an edit from an older import."""

    def __init__(
        self, folder: Path, report: ImportReport, *, dry_run: bool = False, progress: Progress | None = None
    ) -> None:
        """Read what earlier imports have written. Raises ExportError."""
        self._folder, self._report, self._dry_run = folder, report, dry_run
        self._root = folder.resolve()
        self._written, self._owners = self._remembered()
        self._keys = {identity: key for key, identity in self._owners.items()}
        self._seen: set[str] = set()
        self._progress = progress

    def write(self, key: str, data: bytes, identity: str = "") -> None:
        """Write a file unless it is there already, or is somebody's own. Raises ExportError.

        `identity` is that of a post. Where it had another key in an earlier import, this is the same file: it moves,
        and what somebody has edited or deleted stays so.
        """
        self._write(key, lambda: io.BytesIO(data), identity)

    def copy(self, key: str, opened: Opener) -> None:
        """Write a file of any size, which is read twice; otherwise like `write`."""
        self._write(key, opened, "")

    def holds(self, key: str) -> bool:
        """Return whether a file is there."""
        return (self._folder / key).is_file()

    def keeps(self, key: str) -> bool:
        """Return whether a file has to be left as it is, there or deleted, and take note of that."""
        self._see(key)
        if self.holds(key):
            self._report.unchanged += 1
            return True
        return self._is_left(key, None, "")

    def remember(self) -> None:
        """Write down what was written, for the next run."""
        data = (json.dumps({"files": self._written, "posts": self._owners}, indent=0, sort_keys=True) + "\n").encode()
        path = self._folder / MANIFEST
        if not self._dry_run and not (path.is_file() and path.read_bytes() == data):
            _replace(path, lambda: io.BytesIO(data))

    def report_gone(self) -> None:
        """Take note of what earlier imports have written and this whole run has not come across."""
        for key in sorted(self._written.keys() - self._seen):
            if self.holds(key):
                self._report.add([_GONE], key)

    def _write(self, key: str, opened: Opener, identity: str) -> None:
        path = self._folder / key
        if not path.resolve().is_relative_to(self._root):
            message = f"{key} would lie outside of {self._folder}."
            raise ExportError(message)
        digest = _digest(opened)
        former = self._keys.get(identity, key) if identity else key
        self._see(key, former)
        has_moved = former != key
        if has_moved and self._is_left(former, self._there(former), digest):
            return
        there = self._there(key)
        if (there or not has_moved) and self._is_left(key, there, digest):
            return
        if there == digest:
            self._report.unchanged += 1
        else:
            self._report.written += 1
            if not self._dry_run:
                _replace(path, opened)
        if has_moved:
            self._remove(former)
        self._written[key] = digest  # Only now: stopped before, the file there is still the one known.
        self._keys.pop(self._owners.pop(key, ""), None)
        if identity:
            self._owners[key], self._keys[identity] = identity, key

    def _see(self, *keys: str) -> None:
        self._seen.update(keys)
        if self._progress:
            self._progress("Importing", len(self._seen), 0)

    def _is_left(self, key: str, there: str | None, digest: str) -> bool:
        """Return whether somebody has edited or deleted a file that is to have a digest, and take note of that.

        `there` is the digest it has now, None where it is not there.
        """
        known = self._written.get(key)
        if there is None and known is not None:
            self._report.deleted.append(key)
            return True
        if there is not None and there not in {known, digest}:
            self._report.edited.append(key)
            return True
        return False

    def _remove(self, key: str) -> None:
        """Delete a file that nobody has edited and whose post has another key now."""
        self._written.pop(key, None)
        self._owners.pop(key, None)
        if not self._dry_run:
            (self._folder / key).unlink(missing_ok=True)

    def _there(self, key: str) -> str | None:
        path = self._folder / key
        return _digest(lambda: path.open("rb")) if path.is_file() else None

    def _remembered(self) -> tuple[dict[str, str], dict[str, str]]:
        path = self._folder / MANIFEST
        if not path.is_file():
            return {}, {}
        try:
            read = json.loads(path.read_bytes())
        except ValueError:
            read = None
        if not isinstance(read, dict):
            message = f"{path} cannot be read. Delete it: files that differ are then left as they are."
            raise ExportError(message)
        files, posts = (read.get(name) for name in ("files", "posts"))
        if not isinstance(files, dict) or not isinstance(posts, dict):
            files, posts = read, {}  # as it was before posts were remembered
        return {str(key): str(value) for key, value in files.items()}, {
            str(key): str(value) for key, value in posts.items()
        }


def _replace(path: Path, opened: Opener) -> None:
    """Write a file as a whole or not at all, whenever the command is stopped."""
    beside = path.with_name(f".{path.name[:100]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with opened() as source, beside.open("wb") as target:
                shutil.copyfileobj(source, target)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise ExportError(message) from error


def _digest(opened: Opener) -> str:
    with opened() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]
