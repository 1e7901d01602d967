"""The content bucket as authors' commands use it: list, read, and write only over what was seen."""

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from botocore.exceptions import ClientError

from bucketpress import bootstrap
from bucketpress.errors import BucketpressError
from bucketpress_cli.aws_errors import code_of
from bucketpress_cli.transfer.local_folder import BLOCK_BYTES, LocalFile, digest_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Read at once and compared before it is sent; what is larger, S3 compares with the digest sent along.
SMALL_BYTES = 8 * 1024 * 1024
CONFLICTS = frozenset({"PreconditionFailed", "412", "NoSuchKey", "404"})
BUSY = frozenset({"ConditionalRequestConflict", "OperationAborted", "409"})
ATTEMPTS_WHILE_BUSY = 5
MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
# What the ETag of an object that was put in parts has before their number.
IN_PARTS = "-"
# What an upload says of an object beside its bytes.
HEADERS = frozenset(
    {
        *("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage"),
        *("ContentType", "Expires", "Metadata"),
    }
)


class EditedThereError(BucketpressError):
    """The object in the bucket is not the one that was seen: somebody else has written it."""


class EditedHereError(BucketpressError):
    """The file was changed while it was sent; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteObject:
    """An object of the bucket: its digest and its size."""

    digest: str
    size: int


class ContentBucket:
    """A content bucket. Every write is conditional on what was seen; all objects are put in one part.

    S3 takes 5 GiB in one part, which is also the most an asset may have: so an ETag is always the MD5 of the bytes.
    """

    def __init__(self, client: "S3Client", name: str) -> None:
        """Use a client that has a connection for each thread that calls."""
        self.name = name
        self._client = client

    def listing(self) -> dict[str, RemoteObject]:
        """Return every object by key, a thousand with each call."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {
            item["Key"]: RemoteObject(digest=item["ETag"].strip('"'), size=item["Size"])
            for page in pages
            for item in page.get("Contents", [])
        }

    def read(self, key: str) -> bytes | None:
        """Read the newest version of an object; return None where there is none."""
        try:
            return bytes(self._client.get_object(Bucket=self.name, Key=key)["Body"].read())
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise

    def download(self, key: str, path: Path, progress: Callable[[int], None]) -> str | None:
        """Write the newest version of an object to a file; return its digest, None where there is none."""
        try:
            answer = self._client.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise
        with path.open("wb") as file:
            for block in answer["Body"].iter_chunks(BLOCK_BYTES):
                file.write(block)
                progress(len(block))
        return answer["ETag"].strip('"')

    def digest(self, key: str) -> str | None:
        """Return the digest of an object, None where there is none."""
        try:
            return self._client.head_object(Bucket=self.name, Key=key)["ETag"].strip('"')
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise

    def put(self, folder: Path, file: LocalFile, expected: str | None, progress: Callable[[int], None]) -> None:
        """Write a file, if the object is still the `expected` one, None for none.

        `progress` is told how many bytes were sent, and takes back what is sent again. Raises EditedThereError,
        EditedHereError.
        """
        with _opened(folder / file.name, file) as opened:
            # Before botocore sends a file it asks S3 (Expect: 100-continue): for a small one a wasted round trip.
            body: Any = _ReportingBody(opened, progress) if file.size > SMALL_BYTES else opened.read()
            request: Any = {
                "Bucket": self.name,
                "Key": file.key,
                "Body": body,
                "ContentMD5": base64.b64encode(bytes.fromhex(file.digest)).decode(),
                **_condition(expected),
            }
            self._conditionally(lambda: self._client.put_object(**request), file.key, file.digest)
        if file.size <= SMALL_BYTES:
            progress(file.size)

    def copy(self, key: str, version: str, expected: str | None, *, digest: str | None, size: int) -> None:
        """Write an earlier version of an object, of that digest and size, as its newest one; otherwise like `put`.

        What was put in parts is copied in the same parts: only so the copy has the same ETag, and is known again.
        """
        source: Any = {"Bucket": self.name, "Key": key, "VersionId": version}
        condition: Any = _condition(expected)
        if IN_PARTS not in (digest or ""):
            request = {"Bucket": self.name, "Key": key, "CopySource": source, **condition}
            self._conditionally(lambda: self._client.copy_object(**request), key, digest)
            return
        whole: Any = self._client.head_object(**source)
        part_bytes = self._client.head_object(**source, PartNumber=1)["ContentLength"]
        request = {
            "source": source,
            "source_etag": f'"{digest}"',
            "source_bytes": size,
            "bucket": self.name,
            "key": key,
            "headers": {name: value for name, value in whole.items() if name in HEADERS},
            "condition": condition,
        }
        self._conditionally(lambda: bootstrap.copy_in_parts(self._client, part_bytes, **request), key, digest)

    def delete(self, key: str, expected: str) -> None:
        """Delete an object, if it is still the `expected` one; its versions stay. Raises EditedThereError."""
        self._conditionally(
            lambda: self._client.delete_object(Bucket=self.name, Key=key, IfMatch=f'"{expected}"'), key, None
        )

    def _conditionally(self, write: Callable[[], object], key: str, intended: str | None) -> None:
        for attempt in range(ATTEMPTS_WHILE_BUSY):
            try:
                write()
            except ClientError as error:
                code = code_of(error)
                if code in BUSY and attempt < ATTEMPTS_WHILE_BUSY - 1:
                    continue
                if code == "BadDigest":
                    raise EditedHereError(key) from error
                # The answer to a write may have been lost, and the write repeated: then what is there is our own.
                if code not in CONFLICTS | BUSY:
                    raise
                if self.digest(key) != intended:
                    raise EditedThereError(key) from error
            return


def _condition(expected: str | None) -> dict[str, str]:
    """Return what makes a write fail unless the object is still the `expected` one."""
    return {"IfNoneMatch": "*"} if expected is None else {"IfMatch": f'"{expected}"'}


class _ReportingBody:
    """The bytes of a file on their way: tells how many were read, and takes them back when they are read again."""

    def __init__(self, data: BinaryIO, progress: Callable[[int], None]) -> None:
        self._data = data
        self._progress = progress
        self._told = 0

    def read(self, size: int = -1) -> bytes:
        data = self._data.read(size)
        self._tell()
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        position = self._data.seek(offset, whence)
        self._tell()
        return position

    def tell(self) -> int:
        return self._data.tell()

    def _tell(self) -> None:
        position = self._data.tell()
        self._progress(position - self._told)
        self._told = position


def _opened(path: Path, file: LocalFile) -> BinaryIO:
    """Open a file that still has its digest. Raises EditedHereError."""
    try:
        if file.size > SMALL_BYTES:
            if path.stat().st_size != file.size or digest_of(path) != file.digest:
                raise EditedHereError(file.key)
            return path.open("rb")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise EditedHereError(file.key) from error
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != file.digest:
        raise EditedHereError(file.key)
    return io.BytesIO(data)
