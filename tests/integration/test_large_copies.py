"""Copies in parts, on moto: whole or not at all, and recognised when they are there."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from bucketpress.adapters.s3_copies import PART_BYTES, PARTS_AT_ONCE, ranges
from bucketpress.adapters.s3_stores import S3ContentStore, S3SiteStore
from bucketpress.ports import PreconditionFailedError
from bucketpress.records.site_object import AssetCopy
from bucketpress.services.publish.source_reader import MAX_ASSET_BYTES
from tests.support.aws import CONTENT_BUCKET, CREDENTIALS, SITE_BUCKET, make_buckets

MIB = 1024**2
FILM = b"0123456789abcdef" * (5 * MIB // 16 + 1)  # two parts: only the last may be smaller than 5 MiB
KEY = "media/film.mp4"


@dataclass
class Bench:
    """Two buckets, a copier with parts of 5 MiB, and the calls it made."""

    client: Any
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        make_buckets(self.client)
        self.client.meta.events.register("provide-client-params.s3", self._note)
        self.site = S3SiteStore(self.client, SITE_BUCKET, CONTENT_BUCKET, part_bytes=5 * MIB)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))  # botocore changes them on their way

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    def asset(self, data: bytes = FILM) -> AssetCopy:
        self.client.put_object(Bucket=CONTENT_BUCKET, Key="static/film.mp4", Body=data)
        version = S3ContentStore(self.client, CONTENT_BUCKET).head("static/film.mp4")
        assert version is not None
        self.calls.clear()
        return AssetCopy(key=KEY, source=version, content_type="video/mp4", cache_control="max-age=60")

    def fail_part(self, number: int) -> None:
        """Let S3 refuse one part."""

        def refuse(params: dict[str, Any], **_: Any) -> None:
            if params["PartNumber"] == number:
                raise ClientError({"Error": {"Code": "SlowDown", "Message": ""}}, "UploadPartCopy")

        self.client.meta.events.register("provide-client-params.s3.UploadPartCopy", refuse)

    def uploads_left(self) -> int:
        return len(self.client.list_multipart_uploads(Bucket=SITE_BUCKET).get("Uploads", []))


@pytest.fixture
def bench() -> Iterator[Bench]:
    with mock_aws():
        # A client of its own: what is registered on it must not stay.
        yield Bench(boto3.client("s3", **CREDENTIALS))


def test_a_large_asset_is_copied_in_parts_with_its_headers(bench: Bench) -> None:
    asset = bench.asset()

    etag = bench.site.copy(asset, expected=None).etag

    stored = bench.site.head(KEY)
    assert bench.client.get_object(Bucket=SITE_BUCKET, Key=KEY)["Body"].read() == FILM
    assert stored is not None
    assert (stored.etag, stored.source_etag) == (etag, asset.source.etag)
    assert (stored.content_type, stored.cache_control) == ("video/mp4", "max-age=60")
    assert bench.names().count("UploadPartCopy") == 2
    assert bench.uploads_left() == 0


def test_a_copy_in_parts_is_recognised_by_the_etag_that_the_listing_has(bench: Bench) -> None:
    asset = bench.asset()

    etag = bench.site.copy(asset, expected=None).etag

    # It is no MD5 of the bytes; what the section remembers is what the audit will see.
    assert etag != asset.source.etag
    assert etag.endswith("-2")
    assert bench.site.list_keys("", 10) == ((KEY, etag),)
    assert bench.site.copy(asset, expected=etag).etag == etag


def test_a_part_names_the_version_and_the_bytes_that_were_read(bench: Bench) -> None:
    asset = bench.asset()
    bench.client.put_object(Bucket=CONTENT_BUCKET, Key="static/film.mp4", Body=b"newer")

    bench.site.copy(asset, expected=None)

    parts = [parameters for name, parameters in bench.calls if name == "UploadPartCopy"]
    assert {part["CopySource"]["VersionId"] for part in parts} == {asset.source.version}
    assert {part["CopySourceIfMatch"] for part in parts} == {asset.source.etag}
    assert bench.client.get_object(Bucket=SITE_BUCKET, Key=KEY)["Body"].read() == FILM


@pytest.mark.parametrize("expected", [None, "0" * 32])
def test_the_end_of_a_copy_in_parts_is_conditional_as_a_whole_copy_is(bench: Bench, expected: str | None) -> None:
    asset = bench.asset()

    bench.site.copy(asset, expected=expected)

    (end,) = (parameters for name, parameters in bench.calls if name == "CompleteMultipartUpload")
    condition = {name: end[name] for name in ("IfMatch", "IfNoneMatch") if name in end}
    assert condition == ({"IfNoneMatch": "*"} if expected is None else {"IfMatch": f'"{expected}"'})


def test_a_copy_in_parts_over_something_unexpected_is_refused_and_leaves_nothing_behind(bench: Bench) -> None:
    asset = bench.asset()
    bench.client.put_object(Bucket=SITE_BUCKET, Key=KEY, Body=b"other")

    with pytest.raises(PreconditionFailedError):
        bench.site.copy(asset, expected=None)

    assert bench.client.get_object(Bucket=SITE_BUCKET, Key=KEY)["Body"].read() == b"other"
    assert bench.uploads_left() == 0


@pytest.mark.parametrize("number", [1, 2])
def test_a_part_that_fails_leaves_neither_an_object_nor_an_upload(bench: Bench, number: int) -> None:
    asset = bench.asset()
    bench.fail_part(number)

    with pytest.raises(ClientError):
        bench.site.copy(asset, expected=None)

    assert bench.names()[-1] == "AbortMultipartUpload"
    assert bench.site.head(KEY) is None
    assert bench.uploads_left() == 0


def test_parts_are_not_begun_once_one_has_failed(bench: Bench) -> None:
    asset = bench.asset(b"x" * 100)
    bench.site = S3SiteStore(bench.client, SITE_BUCKET, CONTENT_BUCKET, part_bytes=1)
    bench.fail_part(1)

    with pytest.raises(ClientError):
        bench.site.copy(asset, expected=None)

    assert bench.names().count("UploadPartCopy") < 100 - PARTS_AT_ONCE


def test_a_small_asset_is_one_request(bench: Bench) -> None:
    bench.site.copy(bench.asset(b"small"), expected=None)

    assert bench.names() == ["CopyObject"]


def test_a_copy_uses_no_more_threads_than_it_may(bench: Bench) -> None:
    names: set[str] = set()
    bench.client.meta.events.register(
        "provide-client-params.s3.UploadPartCopy", lambda **_: names.add(threading.current_thread().name)
    )

    bench.site.copy(bench.asset(), expected=None)

    assert 0 < len(names) <= PARTS_AT_ONCE


@given(st.integers(min_value=1, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_the_parts_are_all_of_the_object_once(size: int, part_bytes: int) -> None:
    part_bytes = max(part_bytes, size // 50)
    stretches = [re.fullmatch(r"bytes=(\d+)-(\d+)", stretch) for stretch in ranges(size, part_bytes)]
    bounds = [(int(found[1]), int(found[2])) for found in stretches if found]

    assert bounds[0][0] == 0
    assert bounds[-1][1] == size - 1
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(bounds))
    assert all(end - start < part_bytes for start, end in bounds)


def test_the_largest_asset_fits_into_the_parts_that_s3_takes() -> None:
    assert PART_BYTES >= 5 * MIB
    assert len(list(ranges(MAX_ASSET_BYTES, PART_BYTES))) <= 10_000
