"""The versions of a content bucket on S3."""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bucketpress_cli.transfer.content_bucket import ContentBucket
from bucketpress_cli.versions.version_history import KeptVersion, Restoration, newest_first

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


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
        wanted = each.wanted
        self._bucket.copy(each.key, wanted.version, each.current, digest=wanted.digest, size=wanted.size)
        progress(each.wanted.size)


def _version(item: Any, digest: str | None, size: int) -> KeptVersion:  # noqa: ANN401 - boto3's answer
    return KeptVersion(
        key=item["Key"],
        version=item["VersionId"],
        written=item["LastModified"],
        digest=digest,
        size=size,
        latest=item["IsLatest"],
    )
