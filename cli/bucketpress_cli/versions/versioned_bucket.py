"""The versions of a content bucket on S3."""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bucketpress import bootstrap
from bucketpress_cli.aws_errors import code_of
from bucketpress_cli.transfer.content_bucket import BUSY, CONFLICTS, ContentBucket, EditedThereError
from bucketpress_cli.versions.version_history import KeptVersion, Restoration, newest_first

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# What the ETag of an object that was put in parts has before their number.
IN_PARTS = "-"
# What an upload says of an object beside its bytes.
HEADERS = frozenset(
    {
        *("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage"),
        *("ContentType", "Expires", "Metadata"),
    }
)


class VersionedBucket:
    """What a bucket holds and has held. A version is brought back as a new one: no version is ever lost."""

    def __init__(self, client: "S3Client", bucket: ContentBucket) -> None:
        """Use a client that has a connection for each thread that calls."""
        self.name = bucket.name
        self._bucket = bucket
        self._client = client

    def histories(self, prefix: str = "") -> dict[str, tuple[KeptVersion, ...]]:
        """Return all versions of every object below a prefix, the newest first, by key."""
        found: defaultdict[str, list[KeptVersion]] = defaultdict(list)
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix)
        for page in pages:
            for item in page.get("Versions", []):
                found[item["Key"]].append(_version(item, item["ETag"].strip('"'), item["Size"]))
            for marker in page.get("DeleteMarkers", []):
                found[marker["Key"]].append(_version(marker, None, 0))
        return {key: newest_first(versions) for key, versions in found.items()}

    def history(self, key: str) -> tuple[KeptVersion, ...]:
        """Return the versions of one object, the newest first."""
        return self.histories(key).get(key, ())

    def read(self, version: KeptVersion) -> bytes:
        """Read a version."""
        answer = self._client.get_object(Bucket=self.name, Key=version.key, VersionId=version.version)
        return bytes(answer["Body"].read())

    def bring_back(self, each: Restoration, progress: Callable[[int], None]) -> None:
        """Write the wanted version once more, or delete, if the object is still as it was seen.

        Raises EditedThereError.
        """
        if each.wanted is None:
            if each.current is not None:
                self._bucket.delete(each.key, each.current)
            return
        if IN_PARTS in (each.wanted.digest or ""):
            self._copy_in_its_parts(each, each.wanted)
        else:
            self._bucket.copy(each.key, each.wanted.version, each.current, each.wanted.digest)
        progress(each.wanted.size)

    def _copy_in_its_parts(self, each: Restoration, wanted: KeptVersion) -> None:
        """Copy what was put in parts in the same parts: only so the copy has the same ETag, and is known again."""
        source: Any = {"Bucket": self.name, "Key": each.key, "VersionId": wanted.version}
        headers = {name: value for name, value in self._client.head_object(**source).items() if name in HEADERS}
        part_bytes = self._client.head_object(**source, PartNumber=1)["ContentLength"]
        etag = f'"{wanted.digest}"'
        condition = {"IfNoneMatch": "*"} if each.current is None else {"IfMatch": f'"{each.current}"'}
        try:
            bootstrap.copy_in_parts(
                self._client,
                part_bytes,
                source=source,
                source_etag=etag,
                source_bytes=wanted.size,
                bucket=self.name,
                key=each.key,
                headers=headers,
                condition=condition,
            )
        except ClientError as error:
            if code_of(error) not in CONFLICTS | BUSY:
                raise
            # The answer may have been lost, and the copy repeated: then what is there is our own.
            if self._bucket.digest(each.key) != wanted.digest:
                raise EditedThereError(each.key) from error


def _version(item: Any, digest: str | None, size: int) -> KeptVersion:  # noqa: ANN401 - boto3's answer
    return KeptVersion(
        key=item["Key"],
        version=item["VersionId"],
        written=item["LastModified"],
        digest=digest,
        size=size,
        latest=item["IsLatest"],
    )
