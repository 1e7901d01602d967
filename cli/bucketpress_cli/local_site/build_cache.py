"""What one build leaves beside its output so that the next has less to do. Whoever deletes it loses time only.

`manifest` says what was built from what, `state` is the index, `interrupted` what a build that was stopped has left.
Each begins with a digest of the rest, so that a damaged one is as good as none, and is written in one step.
"""

import copyreg
import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from bucketpress.content.problem import Problem
from bucketpress.services.build import BuildState
from bucketpress.services.queries.folder_report import FileReport

_DIGEST_BYTES = 32
_STANDARD_TYPES = {
    (type_.__module__, type_.__qualname__): type_
    for type_ in (datetime, timedelta, timezone, ZoneInfo, frozenset, set, dict, list, tuple)
}

# Size, time of the last write, time of the last change of any kind, and inode: no write leaves all of them as they are.
FileStamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was built from what.

    `identity` names the software and its options, `sources` are the ETags of the files read, `left_out` what is wrong
    with files that are not read, `reports` those with something to tell, `files` what was written. `built_at` is when,
    `next_due` when time alone changes something. `state_digest` is that of the state this belongs to.
    """

    identity: str
    sources: Mapping[str, str]
    left_out: Mapping[str, Problem]
    reports: tuple[FileReport, ...]
    files: Mapping[str, FileStamp]
    artifacts: int
    built_at: datetime
    next_due: datetime | None
    state_digest: bytes


class BuildCache:
    """The folder in which a build keeps what the next can use."""

    def __init__(self, folder: Path) -> None:
        """Keep things in a folder, which is made when something is kept; `variants` is where those of pictures are."""
        self._manifest, self._state = folder / "manifest", folder / "state"
        self._interrupted = folder / "interrupted"
        self._folder = folder
        self.variants = folder / "variants"

    def manifest(self, identity: str) -> Manifest | None:
        """Return what the last build was made from, None where that is not known or it was made by other software."""
        found, _ = _read(self._manifest)
        return found if isinstance(found, Manifest) and found.identity == identity else None

    def state(self, manifest: Manifest) -> BuildState | None:
        """Return the state a manifest belongs to, None where it is not there any more."""
        found, digest = _read(self._state)
        return found if isinstance(found, BuildState) and digest == manifest.state_digest else None

    def forget(self) -> None:
        """Delete the manifest: from now on the output is not what it says."""
        with suppress(OSError):
            self._manifest.unlink(missing_ok=True)

    def save_state(self, state: BuildState) -> bytes:
        """Keep a state and return its digest. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return _write(self._state, state)

    def save_manifest(self, manifest: Manifest) -> None:
        """Keep a manifest, once the state and the output it speaks of are there. Raises OSError."""
        _write(self._manifest, manifest)

    def interrupted_output(self) -> Mapping[str, FileStamp] | None:
        """Return the files that an interrupted build had left when it ended, None where none was."""
        found, _ = _read(self._interrupted)
        return found if isinstance(found, dict) else None

    def save_interrupted_output(self, files: Mapping[str, FileStamp]) -> None:
        """Keep which files an interrupted build leaves, so that the next may replace just these. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._interrupted, dict(files))

    def delete(self) -> None:
        """Delete everything kept."""
        shutil.rmtree(self._folder, ignore_errors=True)


def stamps_of(folder: Path) -> Mapping[str, FileStamp]:
    """Return a stamp of every file below a folder, by its path there."""
    return {path[len(str(folder)) + 1 :]: stamp for path, stamp in _stamps(str(folder))}


def _stamps(folder: str) -> Iterator[tuple[str, FileStamp]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _stamps(entry.path)
        else:
            found = entry.stat(follow_symlinks=False)
            yield entry.path, (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


class _Reader(pickle.Unpickler):
    """Reads our own values and those of the standard library they are made of, and calls nothing else."""

    def find_class(self, module: str, name: str) -> type:
        """Return a type that may occur. Raises UnpicklingError for any other."""
        if (module, name) in _STANDARD_TYPES:
            return _STANDARD_TYPES[module, name]
        if module.partition(".")[0] in {"bucketpress", "bucketpress_cli"}:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        message = f"{module}.{name} does not belong here"
        raise pickle.UnpicklingError(message)


class _Hashed:
    """Writes into a file what a large site's index is made of, piece by piece, and takes the digest of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write a piece and return its size."""
        self.digest.update(data)
        return self._file.write(data)


def _read(file: Path) -> tuple[object, bytes]:
    """Return what a file holds and the digest it begins with, None where it is missing or damaged."""
    try:
        with file.open("rb") as opened:
            digest = opened.read(_DIGEST_BYTES)
            if hashlib.file_digest(opened, "sha256").digest() != digest:
                return None, b""
            opened.seek(_DIGEST_BYTES)
            return _Reader(opened).load(), digest
    except (OSError, pickle.UnpicklingError):
        return None, b""


def _write(file: Path, value: object) -> bytes:
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}-")
    try:
        with os.fdopen(number, "wb") as opened:
            opened.write(bytes(_DIGEST_BYTES))
            hashed = _Hashed(opened)
            writer = pickle.Pickler(hashed, protocol=pickle.HIGHEST_PROTOCOL)
            # A time zone by its name, not by the function that makes it, which _Reader would not call.
            writer.dispatch_table = copyreg.dispatch_table | {ZoneInfo: lambda zone: (ZoneInfo, (zone.key,))}
            writer.dump(value)
            opened.seek(0)
            digest = hashed.digest.digest()
            opened.write(digest)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return digest
