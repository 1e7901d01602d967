"""The stores and the queues in memory: for builds from a folder, and for tests."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from bucketpress.ports import Encode, PreconditionFailedError, SourceGoneError
from bucketpress.records.site_object import (
    AssetCopy,
    MadeCopy,
    ReadObject,
    StoredArtifact,
    copied,
    stored_artifact,
    stored_copy,
)
from bucketpress.records.source_version import SourceVersion
from bucketpress.site.artifact import Artifact


class MemoryContentStore:
    """A versioned content bucket in memory, with the writes an author makes."""

    def __init__(self) -> None:
        self._versions: dict[str, list[tuple[SourceVersion, bytes]]] = {}
        self._written = 0

    def upload(self, key: str, data: bytes) -> SourceVersion:
        """Store a new version of a source."""
        self._written += 1
        version = SourceVersion(key=key, version=f"v{self._written:06d}", etag=_md5(data), size=len(data))
        self._versions.setdefault(key, []).append((version, data))
        return version

    def delete(self, key: str) -> None:
        """Store a delete marker for a source."""
        self._written += 1
        marker = SourceVersion(key=key, version=f"v{self._written:06d}", deleted=True)
        self._versions.setdefault(key, []).append((marker, b""))

    def delete_version(self, key: str, version: str) -> None:
        """Delete one version, or a delete marker, for good."""
        self._versions[key] = [kept for kept in self._versions[key] if kept[0].version != version]

    def all_keys(self) -> tuple[str, ...]:
        """Return every key that was ever written, including deleted ones."""
        return tuple(sorted(self._versions))

    def head(self, key: str) -> SourceVersion | None:
        versions = self._versions.get(key)
        return versions[-1][0] if versions and not versions[-1][0].deleted else None

    def versions(self, key: str, limit: int) -> tuple[SourceVersion, ...]:
        return tuple(version for version, _ in reversed(self._versions.get(key, [])))[:limit]

    def read(self, version: SourceVersion) -> bytes:
        for known, data in self._versions.get(version.key, []):
            if known.version == version.version:
                return data
        raise SourceGoneError(version.key)

    def read_newest(self, key: str, most_bytes: int) -> tuple[SourceVersion, bytes | None] | None:
        version = self.head(key)
        if version is None:
            return None
        return version, self.read(version) if version.size <= most_bytes else None

    def read_range(self, version: SourceVersion, start: int, length: int) -> bytes:
        return self.read(version)[start : start + length]

    def list_keys(self, after: str, limit: int) -> tuple[SourceVersion, ...]:
        live = (self.head(key) for key in sorted(self._versions) if key > after)
        return tuple(version for version in live if version is not None)[:limit]


class MemorySiteStore:
    """A site bucket in memory that counts the writes made to it."""

    def __init__(self, content: MemoryContentStore | None = None, encode: Encode | None = None) -> None:
        self._content = content
        self._encode = encode
        self._objects: dict[str, tuple[StoredArtifact, bytes]] = {}
        self.writes: list[str] = []

    def head(self, key: str) -> StoredArtifact | None:
        return self._objects[key][0] if key in self._objects else None

    def data(self, key: str) -> bytes:
        """Return the bytes readers get."""
        return self._objects[key][1]

    def put(self, artifact: Artifact, *, expected: str | None) -> None:
        self._write(stored_artifact(artifact), artifact.data, expected)

    def copy(self, copy: AssetCopy, *, expected: str | None) -> MadeCopy:
        if self._content is None:
            raise SourceGoneError(copy.source.key)
        source = self._content.read(copy.source)
        data, findings = copied(copy, source, self._encode)
        stored = stored_copy(copy, _md5(data))
        self._write(stored, data, expected)
        return MadeCopy(etag=stored.etag, findings=findings)

    @property
    def objects(self) -> Mapping[str, StoredArtifact]:
        """Return everything in it."""
        return {key: stored for key, (stored, _) in self._objects.items()}

    def lose(self, key: str) -> None:
        """Delete an object as somebody at the console would."""
        del self._objects[key]

    def _write(self, stored: StoredArtifact, data: bytes, expected: str | None) -> None:
        known = self.head(stored.key)
        if (known.etag if known else None) != expected:
            raise PreconditionFailedError(stored.key)
        self._objects[stored.key] = (stored, data)
        self.writes.append(stored.key)

    def list_keys(self, after: str, limit: int) -> tuple[tuple[str, str], ...]:
        keys = sorted(key for key in self._objects if key > after)[:limit]
        return tuple((key, self._objects[key][0].etag) for key in keys)


class MemorySearchObjects:
    """The objects that search reads, of a site bucket in memory."""

    def __init__(self, site: MemorySiteStore) -> None:
        self._site = site

    def read(self, key: str, known: str = "") -> ReadObject | None:
        stored = self._site.head(key)
        if stored is None or stored.status is not None:
            return None
        return ReadObject(etag=stored.etag, data=None if stored.etag == known else self._site.data(key))


class MemoryQueue:
    """A queue that keeps each distinct message once, in the order of first sending."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, int] = OrderedDict()

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        for body in bodies:
            self._bodies.setdefault(body, delay_seconds)

    def take(self) -> str | None:
        """Remove and return the first message, None when there is none."""
        return self._bodies.popitem(last=False)[0] if self._bodies else None

    def take_all(self) -> tuple[str, ...]:
        """Remove and return every message."""
        bodies = tuple(self._bodies)
        self._bodies.clear()
        return bodies

    def depth(self) -> int:
        return len(self._bodies)

    def __len__(self) -> int:
        """Count the messages waiting."""
        return len(self._bodies)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
