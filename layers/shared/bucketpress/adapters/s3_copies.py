"""Copies between buckets that S3 makes by itself: no byte of them passes through here, however large they are."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 64 * 1024**2  # S3 takes parts from 5 MiB on, and 10,000 of them
PARTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRequest:
    """One copy: from which version of an object, of how many bytes, to where, with which headers, on which condition.

    `condition` is IfMatch or IfNoneMatch for the object at the target.
    """

    source: Mapping[str, str]
    source_etag: str
    source_bytes: int
    bucket: str
    key: str
    headers: Mapping[str, Any]
    condition: Mapping[str, str]


def copy_whole_or_in_parts(client: "S3Client", request: CopyRequest, part_bytes: int = PART_BYTES) -> str:
    """Copy an object, in parts where it is larger than one; return the ETag of the copy. Raises ClientError."""
    is_small = request.source_bytes <= part_bytes
    return _copy_whole(client, request) if is_small else copy_in_parts(client, request, part_bytes)


def copy_in_parts(client: "S3Client", request: CopyRequest, part_bytes: int) -> str:
    """Copy an object in parts, however small; return the ETag of the copy. Raises ClientError.

    It is no MD5 of the bytes, but the same for the same bytes in the same parts. Where a part fails nothing is left
    behind.
    """
    target: Any = {"Bucket": request.bucket, "Key": request.key}
    upload = client.create_multipart_upload(**target, **request.headers)["UploadId"]
    completed = False
    try:
        parts: Any = {"Parts": _copy_parts(client, request, upload, part_bytes)}
        conditions: Any = request.condition
        answer = client.complete_multipart_upload(**target, UploadId=upload, MultipartUpload=parts, **conditions)
        completed = True
    finally:
        if not completed:
            # What cannot be aborted, or whose function dies before, a rule of the bucket deletes after a day.
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(**target, UploadId=upload)
    return answer["ETag"]


def _copy_whole(client: "S3Client", request: CopyRequest) -> str:
    parameters: Any = {
        "Bucket": request.bucket,
        "Key": request.key,
        "CopySource": request.source,
        "CopySourceIfMatch": request.source_etag,
        "MetadataDirective": "REPLACE",
        "TaggingDirective": "REPLACE",  # to copy the tags of an upload would need a permission of its own
        **request.headers,
        **request.condition,
    }
    answer = client.copy_object(**parameters)
    return answer["CopyObjectResult"]["ETag"]


def _copy_parts(client: "S3Client", request: CopyRequest, upload: str, part_bytes: int) -> "list[CompletedPartTypeDef]":
    source: Any = request.source

    def copy_part(numbered: tuple[int, str]) -> "CompletedPartTypeDef":
        number, stretch = numbered
        answer = client.upload_part_copy(
            Bucket=request.bucket,
            Key=request.key,
            UploadId=upload,
            PartNumber=number,
            CopySource=source,
            CopySourceIfMatch=request.source_etag,
            CopySourceRange=stretch,
        )
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

    pool = ThreadPoolExecutor(PARTS_AT_ONCE)
    try:
        return list(pool.map(copy_part, enumerate(ranges(request.source_bytes, part_bytes), start=1)))
    finally:
        # Parts under way are awaited, so that none arrives after the upload is aborted; others are not begun.
        pool.shutdown(cancel_futures=True)


def ranges(size: int, part_bytes: int) -> Iterator[str]:
    """Yield the stretches of an object's bytes that its parts are, as `CopySourceRange` has them: ends inclusive."""
    for start in range(0, size, part_bytes):
        yield f"bytes={start}-{min(start + part_bytes, size) - 1}"
