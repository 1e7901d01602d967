"""S3 as the commands of authors use it: one versioned bucket, in memory, quick enough for random histories."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from bucketpress_cli.main import app

BEGAN = datetime(2026, 3, 5, tzinfo=UTC)


class _Body(BytesIO):
    def iter_chunks(self, size: int) -> Iterator[bytes]:
        while block := self.read(size):
            yield block


class MemoryS3:
    """A bucket: the versions of each object, the newest last, None for a deletion."""

    def __init__(self) -> None:
        self.versions: dict[str, list[bytes | None]] = {}

    @property
    def objects(self) -> dict[str, bytes]:
        newest = {key: versions[-1] for key, versions in self.versions.items()}
        return {key: data for key, data in newest.items() if data is not None}

    def write(self, **files: bytes) -> None:
        for key, data in files.items():
            self.versions.setdefault(key, []).append(data)

    def delete(self, key: str) -> None:
        self.versions[key].append(None)

    def get_paginator(self, operation: str) -> Any:
        pages = {"list_objects_v2": self._list, "list_object_versions": self._list_versions}[operation]

        class Paginator:
            def paginate(self, **request: str) -> list[dict[str, Any]]:
                return [pages(request.get("Prefix", ""))]

        return Paginator()

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        del Bucket
        return {"ETag": _tag(self._newest(Key, "head_object"))}

    def get_object(self, *, Bucket: str, Key: str, VersionId: str = "") -> dict[str, Any]:  # noqa: N803
        del Bucket
        data = self.versions[Key][int(VersionId)] if VersionId else self._newest(Key, "get_object")
        assert data is not None
        return {"Body": _Body(data), "ETag": _tag(data)}

    def put_object(self, *, Bucket: str, Key: str, Body: Any, ContentMD5: str, **condition: str) -> None:  # noqa: N803
        del Bucket, ContentMD5
        there = self.objects.get(Key)
        if ("IfNoneMatch" in condition and there is not None) or (
            "IfMatch" in condition and (there is None or condition["IfMatch"] != _tag(there))
        ):
            raise _error("PreconditionFailed", "put_object")
        self.write(**{Key: Body if isinstance(Body, bytes) else Body.read()})

    def delete_object(self, *, Bucket: str, Key: str, IfMatch: str) -> None:  # noqa: N803
        del Bucket
        if _tag(self._newest(Key, "delete_object")) != IfMatch:
            raise _error("PreconditionFailed", "delete_object")
        self.delete(Key)

    def _newest(self, key: str, operation: str) -> bytes:
        if key not in self.objects:
            raise _error("NoSuchKey", operation)
        return self.objects[key]

    def _list(self, _prefix: str) -> dict[str, Any]:
        items = sorted(self.objects.items())
        return {"Contents": [{"Key": key, "ETag": _tag(data), "Size": len(data)} for key, data in items]}

    def _list_versions(self, prefix: str) -> dict[str, Any]:
        found: dict[str, list[dict[str, Any]]] = {"Versions": [], "DeleteMarkers": []}
        for key, versions in sorted(self.versions.items()):
            for number, data in enumerate(versions):
                common = {
                    "Key": key,
                    "VersionId": str(number),
                    "LastModified": BEGAN + timedelta(seconds=number),
                    "IsLatest": number == len(versions) - 1,
                }
                if key.startswith(prefix) and data is None:
                    found["DeleteMarkers"].append(common)
                elif key.startswith(prefix) and data is not None:
                    found["Versions"].append(common | {"ETag": _tag(data), "Size": len(data)})
        return found


def run(*arguments: object) -> Result:
    """Run a command on a bucket named `b`."""
    return CliRunner().invoke(app, [*map(str, arguments), "--bucket", "b"], env={"COLUMNS": "100", "TERM": "dumb"})


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by name, but for those that are its own business."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".bucketpress" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def kept(folder: Path) -> list[bytes]:
    """Return what pulls have kept of a folder."""
    return sorted(path.read_bytes() for path in (folder / ".bucketpress" / "kept").rglob("*") if path.is_file())


def _tag(data: bytes) -> str:
    return f'"{hashlib.md5(data).hexdigest()}"'


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
