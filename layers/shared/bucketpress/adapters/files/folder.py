"""A content folder and a site folder on this machine."""

import hashlib
import os
import shutil
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bucketpress.adapters.files.folder_listing import list_folder
from bucketpress.content.problem import Problem
from bucketpress.errors import BucketpressError
from bucketpress.ports import ContentStore, Encode, PreconditionFailedError, SourceGoneError
from bucketpress.records.site_object import AssetCopy, MadeCopy, StoredArtifact, copied, stored_artifact, stored_copy
from bucketpress.records.source_version import SourceVersion
from bucketpress.site.artifact import Artifact

_BLOCK_BYTES = 1024 * 1024


class FolderError(BucketpressError):
    """A folder cannot be read, or cannot hold what the site asks it to."""


class FolderContentStore:
    """A folder read as if it were the content bucket. It has no older versions.

    `left_out` says what is wrong with each file that is not read. Raises FolderError when another cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        listing = list_folder(folder)
        self.left_out: Mapping[str, Problem] = listing.left_out
        self._keys = listing.keys
        self._listed = frozenset(listing.keys)
        self._known: dict[str, SourceVersion] = {}

    def look_again(self, keys: Iterable[str]) -> None:
        """Forget what is known of files that were written to."""
        for key in keys:
            self._known.pop(key, None)

    def head(self, key: str) -> SourceVersion | None:
        if key not in self._known:
            path = self._folder / key
            if key not in self._listed or not path.is_file():
                return None
            with _readable(key):
                etag = _md5_of_file(path)
                self._known[key] = SourceVersion(key=key, version=etag, etag=etag, size=path.stat().st_size)
        return self._known[key]

    def versions(self, key: str, limit: int) -> tuple[SourceVersion, ...]:
        current = self.head(key)
        return (current,)[:limit] if current else ()

    def read(self, version: SourceVersion) -> bytes:
        with _readable(version.key):
            return (self._folder / version.key).read_bytes()

    def read_newest(self, key: str, most_bytes: int) -> tuple[SourceVersion, bytes | None] | None:
        version = self.head(key)
        if version is None:
            return None
        return version, self.read(version) if version.size <= most_bytes else None

    def read_range(self, version: SourceVersion, start: int, length: int) -> bytes:
        with _readable(version.key), (self._folder / version.key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def list_keys(self, after: str, limit: int) -> tuple[SourceVersion, ...]:
        begin = bisect_right(self._keys, after)
        versions = (self.head(key) for key in self._keys[begin : begin + limit])
        return tuple(version for version in versions if version is not None)


class FolderSiteStore:
    """A folder that becomes a site.

    A bucket can hold `a.html` and `a.html/b`, a folder cannot: there the file stays, and what would lie below it is
    left out. What only leads elsewhere or says that something is gone makes room for anything; so does what leads from
    `release-1.0` to the page in the folder of that name, which a server of files does by itself.
    """

    def __init__(
        self,
        folder: Path,
        content: ContentStore,
        objects: Mapping[str, StoredArtifact] | None = None,
        encode: Encode | None = None,
    ) -> None:
        """Begin with an empty folder, or with one that holds `objects`."""
        self._folder = folder
        self._root = f"{folder}/"
        self._content = content
        self._stored = dict(objects or {})
        self._encode = encode
        # Known to be a folder, as is all above it.
        self._folders = {""}

    @property
    def objects(self) -> Mapping[str, StoredArtifact]:
        return self._stored

    def lose(self, key: str) -> None:
        """Delete an object, and the folders that are empty without it."""
        del self._stored[key]
        self._folders = {""}
        path = self._folder / key
        if not path.is_file():
            return
        path.unlink()
        for above in path.relative_to(self._folder).parents[:-1]:
            try:
                (self._folder / above).rmdir()
            except OSError:
                return

    def head(self, key: str) -> StoredArtifact | None:
        return self._stored.get(key)

    def put(self, artifact: Artifact, *, expected: str | None) -> None:
        self._write(stored_artifact(artifact), artifact.data, expected)

    def copy(self, copy: AssetCopy, *, expected: str | None) -> MadeCopy:
        stored = stored_copy(copy, copy.made_from)
        data, findings = copied(copy, self._content.read(copy.source), self._encode)
        self._write(stored, data, expected)
        return MadeCopy(etag=stored.etag, findings=findings)

    def _write(self, stored: StoredArtifact, data: bytes, expected: str | None) -> None:
        known = self._stored.get(stored.key)
        if (known.etag if known else None) != expected:
            raise PreconditionFailedError(stored.key)
        self._stored[stored.key] = stored
        if not self._written_at_once(stored.key, data) and self._makes_room(stored):
            path = self._folder / stored.key
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                self._folders |= set(_folders_above(stored.key))
            except OSError as error:
                message = f"{stored.key} cannot be written: {error.strerror}"
                raise FolderError(message) from error

    def _written_at_once(self, key: str, data: bytes) -> bool:
        """Write a file into a new folder, or one that is known; return whether nothing stood in the way."""
        folder = key.rpartition("/")[0]
        try:
            if folder not in self._folders:
                if folder.rpartition("/")[0] not in self._folders:
                    return False
                os.mkdir(self._root + folder)  # noqa: PTH102 - a Path for each takes longer than the writing
                self._folders.add(folder)
            with open(self._root + key, "wb", buffering=0) as file:  # noqa: PTH123
                return file.write(data) == len(data)
        except OSError:
            return False

    def _makes_room(self, stored: StoredArtifact) -> bool:
        """Remove what stands in the way of an artifact; return whether it may be written."""
        path = self._folder / stored.key
        for above in reversed(path.relative_to(self._folder).parents[:-1]):
            if (self._folder / above).is_file():
                if stored.status is not None or self._stored[above.as_posix()].status is None:
                    return False
                (self._folder / above).unlink()
        if not path.is_dir():
            return True
        if stored.status is None:
            shutil.rmtree(path)
            self._folders = {""}
        return stored.status is None

    def list_keys(self, after: str, limit: int) -> tuple[tuple[str, str], ...]:
        keys = sorted(key for key in self._stored if key > after)[:limit]
        return tuple((key, self._stored[key].etag) for key in keys)


def _folders_above(key: str) -> Iterator[str]:
    """Yield every folder that an object lies in."""
    while key:
        key = key.rpartition("/")[0]
        yield key


@contextmanager
def _readable(key: str) -> Iterator[None]:
    """Translate what reading a file may raise."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceGoneError(key) from error
    except OSError as error:
        message = f"{key} cannot be read: {error.strerror}"
        raise FolderError(message) from error


def _md5_of_file(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
