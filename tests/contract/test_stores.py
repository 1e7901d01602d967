"""What every ContentStore and SiteStore must do."""

from dataclasses import replace

import pytest
from moto import mock_aws

from bucketpress.adapters.s3_stores import S3SiteStore
from bucketpress.content.pictures.stripper import strip
from bucketpress.ports import PreconditionFailedError, SourceGoneError
from bucketpress.records.site_object import AssetCopy, stored_copy
from bucketpress.site.artifact import Artifact
from tests.contract.conftest import Stores
from tests.support.aws import CONTENT_BUCKET, SITE_BUCKET, client_of, make_buckets
from tests.support.photographs import photograph

PAGE = Artifact(
    key="x/index.html", data=b"<p>x</p>", content_type="text/html; charset=utf-8", cache_control="max-age=60"
)


def test_a_source_is_read_in_the_version_seen(stores: Stores) -> None:
    stores.upload("posts/a b+c%.md", b"one")
    first = stores.content.head("posts/a b+c%.md")
    stores.upload("posts/a b+c%.md", b"two!")
    second = stores.content.head("posts/a b+c%.md")

    assert first is not None
    assert second is not None
    assert (stores.content.read(first), stores.content.read(second)) == (b"one", b"two!")
    assert (first.size, second.size) == (3, 4)
    assert first.etag != second.etag


@pytest.mark.parametrize(
    ("start", "length", "expected"), [(0, 3, b"012"), (7, 100, b"789"), (10, 4, b""), (99, 4, b""), (0, 0, b"")]
)
def test_a_part_of_a_source_is_read_as_far_as_it_goes(stores: Stores, start: int, length: int, expected: bytes) -> None:
    stores.upload("posts/p.png", b"0123456789")
    version = stores.content.head("posts/p.png")

    assert version is not None
    assert stores.content.read_range(version, start, length) == expected


def test_the_newest_version_comes_with_its_bytes_unless_they_are_too_many(stores: Stores) -> None:
    stores.upload("posts/a.md", b"one")
    stores.upload("posts/a.md", b"two!")
    version = stores.content.head("posts/a.md")

    assert stores.content.read_newest("posts/a.md", 4) == (version, b"two!")
    assert stores.content.read_newest("posts/a.md", 3) == (version, None)
    assert stores.content.read_newest("posts/none.md", 4) is None
    stores.delete("posts/a.md")
    assert stores.content.read_newest("posts/a.md", 4) is None


def test_a_missing_source_has_no_head_and_a_deleted_one_neither(stores: Stores) -> None:
    stores.upload("posts/a.md", b"one")
    version = stores.content.head("posts/a.md")
    stores.delete("posts/a.md")

    assert version is not None
    assert stores.content.head("posts/none.md") is None
    assert stores.content.head("posts/a.md") is None
    assert stores.content.read(version) == b"one"
    with pytest.raises(SourceGoneError):
        stores.content.read(replace(version, version="00000000-0000-0000-0000-000000000000"))


def test_versions_are_newest_first_with_delete_markers_and_of_this_key_only(stores: Stores) -> None:
    stores.upload("posts/a.md", b"one")
    stores.delete("posts/a.md")
    stores.upload("posts/a.md.bak", b"other")

    versions = stores.content.versions("posts/a.md", 10)

    assert [version.deleted for version in versions] == [True, False]
    assert {version.key for version in versions} == {"posts/a.md"}


def test_sources_are_listed_in_key_order_without_deleted_ones(stores: Stores) -> None:
    for key in ("posts/b.md", "posts/a.md", "posts/c.md", "pages/z.md"):
        stores.upload(key, key.encode())
    stores.delete("posts/b.md")

    assert [version.key for version in stores.content.list_keys("", 2)] == ["pages/z.md", "posts/a.md"]
    assert [version.key for version in stores.content.list_keys("posts/a.md", 2)] == ["posts/c.md"]


def test_an_artifact_comes_back_with_its_headers(stores: Stores) -> None:
    moved = Artifact(
        key="old/index.html",
        data=b"moved",
        content_type="text/html; charset=utf-8",
        cache_control="max-age=60",
        redirect_to="/new/",
        status=301,
    )

    stores.site.put(moved, expected=None)
    stored = stores.site.head("old/index.html")

    assert stored is not None
    assert (stored.etag, stored.content_type, stored.cache_control) == (
        moved.etag,
        "text/html; charset=utf-8",
        "max-age=60",
    )
    assert (stored.redirect_to, stored.status) == ("/new/", 301)
    assert stores.site.head("none") is None


@mock_aws
def test_a_redirect_copied_into_another_bucket_leads_where_it_led() -> None:
    """`aws s3 sync` copies metadata; S3 documents that it never copies WebsiteRedirectLocation."""
    client = client_of("s3")
    make_buckets(client)
    client.create_bucket(Bucket="other")
    before, after = (S3SiteStore(client, bucket, CONTENT_BUCKET) for bucket in (SITE_BUCKET, "other"))
    before.put(replace(PAGE, redirect_to="/new/", status=301), expected=None)
    found = client.get_object(Bucket=SITE_BUCKET, Key=PAGE.key)
    copied = {name: found[name] for name in ("Metadata", "ContentType", "CacheControl")}
    client.put_object(Bucket="other", Key=PAGE.key, Body=found["Body"].read(), **copied)

    stored = after.head(PAGE.key)

    assert stored is not None
    assert stored.redirect_to == "/new/"
    assert stored == before.head(PAGE.key)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/markdown; charset=utf-8",
        "application/atom+xml; charset=utf-8",
        "application/xml; charset=utf-8",
        "application/xml",
        "application/feed+json",
        "image/png",
    ],
)
def test_an_artifact_and_a_copy_come_back_with_their_type(stores: Stores, content_type: str) -> None:
    stores.upload("static/a", b"a")
    version = stores.content.head("static/a")
    assert version is not None

    stores.site.put(replace(PAGE, content_type=content_type), expected=None)
    stores.site.copy(AssetCopy(key="a", source=version, content_type=content_type), expected=None)

    for key in (PAGE.key, "a"):
        stored = stores.site.head(key)
        assert stored is not None
        assert stored.content_type == content_type


def test_a_write_over_something_else_than_expected_is_refused(stores: Stores) -> None:
    changed = replace(PAGE, data=b"<p>y</p>")
    with pytest.raises(PreconditionFailedError):
        stores.site.put(PAGE, expected="0" * 32)
    stores.site.put(PAGE, expected=None)

    with pytest.raises(PreconditionFailedError):
        stores.site.put(changed, expected=None)
    with pytest.raises(PreconditionFailedError):
        stores.site.put(changed, expected=changed.etag)
    stores.site.put(changed, expected=PAGE.etag)

    assert stores.site_data("x/index.html") == b"<p>y</p>"


def test_an_asset_is_copied_in_the_version_named(stores: Stores) -> None:
    stores.upload("posts/x/p.png", b"\x89PNG one")
    version = stores.content.head("posts/x/p.png")
    stores.upload("posts/x/p.png", b"\x89PNG two")
    assert version is not None
    copy = AssetCopy(
        key="_bucketpress/media/posts/x/p.png", source=version, content_type="image/png", cache_control="max-age=300"
    )

    etag = stores.site.copy(copy, expected=None).etag
    stored = stores.site.head("_bucketpress/media/posts/x/p.png")

    assert stores.site_data("_bucketpress/media/posts/x/p.png") == b"\x89PNG one"
    assert stored is not None
    assert (stored.etag, stored.source_etag, stored.content_type) == (etag, version.etag, "image/png")


def test_a_picture_is_copied_without_its_metadata(stores: Stores) -> None:
    photo = photograph("JPEG")
    stores.upload("posts/x/p.jpg", photo)
    version = stores.content.head("posts/x/p.jpg")
    assert version is not None
    copy = AssetCopy(key="p.jpg", source=version, content_type="image/jpeg", stripped=True)

    etag = stores.site.copy(copy, expected=None).etag
    stored = stores.site.head("p.jpg")

    assert stores.site_data("p.jpg") == strip(photo)
    assert stored == stored_copy(copy, etag)
    assert dict(stores.site.list_keys("", 10)) == {"p.jpg": etag}
    with pytest.raises(PreconditionFailedError):
        stores.site.copy(copy, expected=None)
    with pytest.raises(SourceGoneError):
        stores.site.copy(replace(copy, source=replace(version, version="gone")), expected=etag)


def test_artifacts_are_listed_with_their_etags(stores: Stores) -> None:
    stores.site.put(PAGE, expected=None)

    assert stores.site.list_keys("", 10) == (("x/index.html", PAGE.etag),)
    assert stores.site.list_keys("x/index.html", 10) == ()
