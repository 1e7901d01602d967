"""The content bucket and the site bucket on S3."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bucketpress.adapters.client_errors import code_of
from bucketpress.adapters.parallel import ByteBudget
from bucketpress.adapters.s3_copies import PART_BYTES, CopyRequest, copy_whole_or_in_parts
from bucketpress.ports import Encode, PreconditionFailedError, SourceGoneError
from bucketpress.records.site_object import AssetCopy, MadeCopy, ReadObject, StoredArtifact, copied
from bucketpress.records.source_version import SourceVersion
from bucketpress.records.type_at_rest import TYPE_METADATA, type_at_rest
from bucketpress.site.artifact import Artifact

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# A 403 is never "removed": without permission to list the bucket S3 answers so for a missing key.
_MISSING = {"404", "NoSuchKey", "NoSuchVersion", "NotFound"}
_UNCHANGED = {"304", "NotModified"}
_CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409", "NoSuchKey", "404"}
LIST_PAGE_KEYS = 1000
PICTURE_BYTES = 128 * 1024**2  # of pictures that are in memory at a time, each of them twice
REDIRECT_METADATA = "redirect"
REDIRECT_BYTES = 1000  # of the 2 KB that all metadata of an object may have


class S3ContentStore:
    """A ContentStore over a versioned bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def head(self, key: str) -> SourceVersion | None:
        answer = _head(self._client, self._bucket, key)
        return _version(key, answer) if answer else None

    def versions(self, key: str, limit: int) -> tuple[SourceVersion, ...]:
        answer = self._client.list_object_versions(Bucket=self._bucket, Prefix=key, MaxKeys=limit)
        found: list[tuple[Any, bool, SourceVersion]] = []
        for item in answer.get("Versions", []):
            if item["Key"] == key:
                version = SourceVersion(key=key, version=item["VersionId"], etag=_bare(item["ETag"]), size=item["Size"])
                found.append(((item["LastModified"], item["IsLatest"]), False, version))
        for marker in answer.get("DeleteMarkers", []):
            if marker["Key"] == key:
                version = SourceVersion(key=key, version=marker["VersionId"], deleted=True)
                found.append(((marker["LastModified"], marker["IsLatest"]), True, version))
        # S3 tells seconds only. In a tie the marker counts as newer: removed content must not come back by chance.
        return tuple(version for _, _, version in sorted(found, key=lambda item: item[:2], reverse=True))

    def read(self, version: SourceVersion) -> bytes:
        return self._read(version)

    def read_newest(self, key: str, most_bytes: int) -> tuple[SourceVersion, bytes | None] | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) in _MISSING:
                return None
            raise
        version = _version(key, answer)
        if version.size > most_bytes:
            answer["Body"].close()
            return version, None
        return version, bytes(answer["Body"].read())

    def read_range(self, version: SourceVersion, start: int, length: int) -> bytes:
        # S3 answers 416 to a range that begins behind the end.
        if start >= version.size or length <= 0:
            return b""
        return self._read(version, Range=f"bytes={start}-{start + length - 1}")

    def _read(self, version: SourceVersion, **more: str) -> bytes:
        request: Any = {"Bucket": self._bucket, "Key": version.key, **more}
        if version.version:
            request["VersionId"] = version.version
        try:
            return bytes(self._client.get_object(**request)["Body"].read())
        except ClientError as error:
            if code_of(error) in _MISSING:
                raise SourceGoneError(version.key) from error
            raise

    def list_keys(self, after: str, limit: int) -> tuple[SourceVersion, ...]:
        return tuple(
            SourceVersion(
                key=item["Key"], version="", etag=_bare(item["ETag"]), size=item["Size"], modified=item["LastModified"]
            )
            for item in _list(self._client, self._bucket, after, limit)
        )


class S3SiteStore:
    """A SiteStore over a bucket with SSE-S3, where the ETag of what is written in one part is the MD5 of its bytes."""

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        content_bucket: str,
        *,
        copy_client: "S3Client | None" = None,
        part_bytes: int = PART_BYTES,
        encode: Encode | None = None,
    ) -> None:
        """Make copies larger than `part_bytes` in parts; `copy_client` has the patience that a copy takes."""
        self._client = client
        self._bucket = bucket
        self._content_bucket = content_bucket
        self._copy_client = copy_client or client
        self._part_bytes = part_bytes
        self._encode = encode
        self._in_memory = ByteBudget(PICTURE_BYTES)

    def head(self, key: str) -> StoredArtifact | None:
        answer = _head(self._client, self._bucket, key)
        if answer is None:
            return None
        metadata = answer["Metadata"]
        return StoredArtifact(
            key=key,
            etag=_bare(answer["ETag"]),
            content_type=_served_type(answer.get("ContentType", ""), metadata.get(TYPE_METADATA)),
            cache_control=answer.get("CacheControl", ""),
            redirect_to=answer.get("WebsiteRedirectLocation") or metadata.get(REDIRECT_METADATA),
            status=int(metadata["status"]) if "status" in metadata else None,
            source_etag=metadata.get("source-etag"),
        )

    def put(self, artifact: Artifact, *, expected: str | None) -> None:
        request: Any = {
            "Bucket": self._bucket,
            "Key": artifact.key,
            "Body": artifact.data,
            "ContentType": type_at_rest(artifact.content_type),
            "CacheControl": artifact.cache_control,
            "Metadata": _type_metadata(artifact.content_type)
            | ({} if artifact.status is None else {"status": str(artifact.status)})
            | _redirect_metadata(artifact.redirect_to),
            **_condition(expected),
        }
        if artifact.redirect_to is not None:
            request["WebsiteRedirectLocation"] = artifact.redirect_to
        try:
            self._client.put_object(**request)
        except ClientError as error:
            if code_of(error) in _CHANGED:
                raise PreconditionFailedError(artifact.key) from error
            raise

    def copy(self, copy: AssetCopy, *, expected: str | None) -> MadeCopy:
        source = {"Bucket": self._content_bucket, "Key": copy.source.key}
        if copy.source.version:
            source["VersionId"] = copy.source.version
        if copy.stripped or copy.shape:
            with self._in_memory.of(copy.source.size):
                return self._put_picture(copy, source, expected)
        request = CopyRequest(
            source=source,
            source_etag=copy.source.etag,
            source_bytes=copy.source.size,
            bucket=self._bucket,
            key=copy.key,
            headers={
                "ContentType": type_at_rest(copy.content_type),
                "CacheControl": copy.cache_control,
                "Metadata": _type_metadata(copy.content_type) | {"source-etag": copy.made_from},
            },
            condition=_condition(expected),
        )
        try:
            return MadeCopy(etag=_bare(copy_whole_or_in_parts(self._copy_client, request, self._part_bytes)))
        except ClientError as error:
            if code_of(error) in {"NoSuchVersion", "NoSuchKey", "404"}:
                raise SourceGoneError(copy.source.key) from error
            if code_of(error) in _CHANGED:
                raise PreconditionFailedError(copy.key) from error
            raise

    def _put_picture(self, copy: AssetCopy, source: Any, expected: str | None) -> MadeCopy:  # noqa: ANN401
        """Read a picture, and write what is made of it."""
        try:
            found = self._client.get_object(**source, IfMatch=f'"{copy.source.etag}"')["Body"].read()
        except ClientError as error:
            if code_of(error) in _MISSING | _CHANGED:
                raise SourceGoneError(copy.source.key) from error
            raise
        data, findings = copied(copy, found, self._encode)
        del found
        request: Any = {
            "Bucket": self._bucket,
            "Key": copy.key,
            "Body": data,
            "ContentType": type_at_rest(copy.content_type),
            "CacheControl": copy.cache_control,
            "Metadata": _type_metadata(copy.content_type) | {"source-etag": copy.made_from},
            **_condition(expected),
        }
        try:
            return MadeCopy(etag=_bare(self._copy_client.put_object(**request)["ETag"]), findings=findings)
        except ClientError as error:
            if code_of(error) in _CHANGED:
                raise PreconditionFailedError(copy.key) from error
            raise

    def list_keys(self, after: str, limit: int) -> tuple[tuple[str, str], ...]:
        return tuple((item["Key"], _bare(item["ETag"])) for item in _list(self._client, self._bucket, after, limit))


class S3SearchObjects:
    """The SearchObjects of a site bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str, known: str = "") -> ReadObject | None:
        condition: Any = {"IfNoneMatch": f'"{known}"'} if known else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **condition)
        except ClientError as error:
            if code_of(error) in _UNCHANGED:
                return ReadObject(etag=known, data=None)
            if code_of(error) in _MISSING:
                return None
            raise
        # A withdrawn object says so in its metadata.
        return (
            None
            if "status" in answer["Metadata"]
            else ReadObject(etag=_bare(answer["ETag"]), data=answer["Body"].read())
        )


def _head(client: "S3Client", bucket: str, key: str) -> Any | None:  # noqa: ANN401 - boto3's answer
    try:
        return client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) in _MISSING:
            return None
        raise


def _type_metadata(content_type: str) -> dict[str, str]:
    return {} if type_at_rest(content_type) == content_type else {TYPE_METADATA: content_type}


def _redirect_metadata(target: str | None) -> dict[str, str]:
    """Return where a redirect leads, once more: a copy into another bucket keeps only the metadata."""
    return {REDIRECT_METADATA: target} if target and len(target) <= REDIRECT_BYTES else {}


def _served_type(stored: str, named: str | None) -> str:
    """Return the type that readers get, "" for an object that was not stored as `put` and `copy` do."""
    if named is None:
        return stored if type_at_rest(stored) == stored else ""
    return named if type_at_rest(named) == stored else ""


def _condition(expected: str | None) -> dict[str, str]:
    return {"IfNoneMatch": "*"} if expected is None else {"IfMatch": f'"{expected}"'}


def _list(client: "S3Client", bucket: str, after: str, limit: int) -> list[Any]:
    found: list[Any] = []
    while len(found) < limit:
        begin = found[-1]["Key"] if found else after
        answer = client.list_objects_v2(
            Bucket=bucket, StartAfter=begin, MaxKeys=min(limit - len(found), LIST_PAGE_KEYS)
        )
        found += answer.get("Contents", [])
        if not answer["IsTruncated"]:
            break
    return found


def _version(key: str, answer: "Mapping[str, Any]") -> SourceVersion:
    """Return the version that the headers of an answer tell of."""
    return SourceVersion(
        key=key,
        version=answer.get("VersionId", ""),
        etag=_bare(answer["ETag"]),
        size=answer["ContentLength"],
        modified=answer.get("LastModified"),
    )


def _bare(etag: str) -> str:
    return etag.strip('"')
