"""CloudFront compresses whatever we serve that becomes smaller by it."""

from collections.abc import Iterator

import pytest

from bucketpress.api.http import PROBLEM
from bucketpress.api.problems import PROBLEM_TYPES
from bucketpress.api.routes import ROUTES
from bucketpress.content import media_types
from bucketpress.records.type_at_rest import is_compressed, media_type_of, type_at_rest
from bucketpress.site import artifact
from bucketpress.site.feeds.formats import FEED_FORMATS
from bucketpress.site.layout import SEARCH_SEGMENT
from tests.support.api import ApiClient, client_of
from tests.support.sample_site import sample_world

ALREADY_SMALL = "is a compressed format"
SELDOM = "is no text, and nothing that a page loads"
EXCEPTIONS = {
    "application/epub+zip": ALREADY_SMALL,
    "application/gzip": ALREADY_SMALL,
    "application/octet-stream": "could be anything",
    "application/pdf": ALREADY_SMALL,
    "application/vnd.apache.parquet": ALREADY_SMALL,
    "application/vnd.rar": ALREADY_SMALL,
    "application/wasm": SELDOM,
    "application/x-7z-compressed": ALREADY_SMALL,
    "application/x-bzip2": ALREADY_SMALL,
    "application/x-tar": SELDOM,
    "application/x-xz": ALREADY_SMALL,
    "application/zip": ALREADY_SMALL,
    "application/zstd": ALREADY_SMALL,
    "font/woff": ALREADY_SMALL,
    "font/woff2": ALREADY_SMALL,
    "image/bmp": SELDOM,
    "image/tiff": SELDOM,
    "image/x-icon": "is a few bytes, mostly of PNG",
    "model/gltf-binary": SELDOM,
    "model/stl": SELDOM,
}
FAMILIES = ("image/", "audio/", "video/", "application/vnd.oasis.", "application/vnd.openxmlformats-")


def is_excepted(media_type: str) -> bool:
    return media_type in EXCEPTIONS or (media_type.startswith(FAMILIES) and media_type != "image/svg+xml")


def types_of_artifacts() -> Iterator[str]:
    yield from (artifact.HTML, artifact.MARKDOWN, artifact.PLAIN, artifact.CSS, artifact.XML)
    yield from (made.content_type for made in FEED_FORMATS)
    yield from (media_types.media_type(f"x.{extension}") for extension in (*media_types.MEDIA_TYPES, "none"))


@pytest.mark.parametrize("content_type", sorted({*types_of_artifacts()}))
def test_every_artifact_is_stored_under_a_type_that_cloudfront_compresses(content_type: str) -> None:
    stored = type_at_rest(content_type)

    assert is_compressed(stored) or is_excepted(media_type_of(content_type))
    assert type_at_rest(stored) == stored
    assert stored.partition(";")[2] == ("" if stored == "application/xml" else content_type.partition(";")[2])


def test_no_exception_is_one_without_need() -> None:
    served = {media_type_of(each) for each in types_of_artifacts()}

    assert EXCEPTIONS.keys() <= served
    assert [name for name in EXCEPTIONS if is_compressed(type_at_rest(name))] == []


def test_all_that_a_world_stores_is_compressed_or_excepted() -> None:
    world = sample_world()
    keys = [key for key, _ in world.site.list_keys("", 10_000) if not key.startswith(SEARCH_SEGMENT)]
    stored = [world.site.head(key) for key in keys]

    assert len(stored) > 100
    assert {
        each.content_type for each in stored if each and not is_compressed(type_at_rest(each.content_type))
    } == set()


@pytest.fixture(scope="module")
def client() -> ApiClient:
    return client_of(sample_world())


def test_the_api_compresses_what_cloudfront_would_not(client: ApiClient) -> None:
    for accept in sorted({media_type for route in ROUTES for media_type in route.schemas}):
        if is_compressed(accept):
            continue
        got = client.get("/v1/posts", headers={"accept": accept, "accept-encoding": "br, gzip"})
        assert (got.status, got.headers["content-type"]) == (200, accept)
        assert got.headers["content-encoding"] == "gzip"


def test_a_long_problem_document_is_compressed_and_a_short_one_is_not(client: ApiClient) -> None:
    long = client.get("/v1/posts", {"x" * 2000: "1"}, headers={"accept-encoding": "br, gzip"})
    short = client.get("/v1/posts", {"x": "1"}, headers={"accept-encoding": "br, gzip"})

    assert not is_compressed(PROBLEM)
    assert long.headers["content-encoding"] == "gzip"
    assert long.problem == "unknown-parameter"
    assert "content-encoding" not in short.headers
    assert {got.headers["vary"] for got in (long, short)} == {"Accept-Encoding"}
    assert len(PROBLEM_TYPES) > 5
