"""Which paths CloudFront has to forget for an address as a person gives it."""

import pytest

from bucketpress_cli.cloudfront.distribution import Distribution
from bucketpress_cli.cloudfront.edge_cache import Request
from bucketpress_cli.cloudfront.functions import Answer
from bucketpress_cli.live.purge_command import patterns_of
from tools.local_cloud.invalidations import InvalidationWatch


@pytest.mark.parametrize(
    ("address", "patterns"),
    [
        ("/2010/03/a/", ("/2010/03/a/", "/2010/03/a/index.*")),
        ("2010/03/a/", ("/2010/03/a/", "/2010/03/a/index.*")),
        ("/2010/03/a", ("/2010/03/a/", "/2010/03/a/index.*")),
        ("/2010/03/a/index.html", ("/2010/03/a/", "/2010/03/a/index.*")),
        ("/", ("/", "/index.*")),
        ("https://example.com", ("/", "/index.*")),
        ("https://example.com/x/?print#top", ("/x/", "/x/index.*")),
        ("/feed.xml", ("/feed.xml",)),
        ("/Old/Page.HTML", ("/Old/Page.HTML*",)),
        ("/päckchen/", ("/p%C3%A4ckchen/", "/p%C3%A4ckchen/index.*")),
        ("/p%C3%A4ckchen/", ("/p%C3%A4ckchen/", "/p%C3%A4ckchen/index.*")),
        ("/a b.png", ("/a%20b.png",)),
        ("/v1/posts", ("/v1/posts*",)),
        ("/v1/posts/a-post", ("/v1/posts/a-post*",)),
        ("/tags/*", ("/tags/*",)),
        ("/.well-known/security", ("/.well-known/security",)),
    ],
)
def test_an_address_becomes_the_paths_that_its_objects_are_kept_under(address: str, patterns: tuple[str, ...]) -> None:
    assert patterns_of(address) == patterns


def test_a_star_in_the_middle_is_refused() -> None:
    with pytest.raises(ValueError, match="at the end only"):
        patterns_of("/a*/b")


@pytest.mark.parametrize("uri", ["/", "/x/", "/x/index.html", "/a.html", "/a.png", "/päckchen/", "/v1/posts"])
@pytest.mark.parametrize("accept", ["text/html", "text/markdown"])
def test_what_was_purged_by_its_address_is_asked_for_again(uri: str, accept: str) -> None:
    asked: list[str] = []

    def origin(request: Request) -> Answer:
        asked.append(request.uri)
        return Answer(status=200, headers={"cache-control": "max-age=20"})

    edge = Distribution(origin, origin, clock=lambda: 0.0)
    request = Request(uri=uri.replace("ä", "%C3%A4"), query="page=2", headers={"accept": accept})
    edge.respond(request)
    edge.respond(request)

    edge.purge(patterns_of(uri))
    edge.respond(request)

    assert len(asked) == 2
    assert len({*asked}) == 1


class Invalidations:
    """CloudFront's list of invalidations."""

    def __init__(self) -> None:
        self.made: dict[str, list[str]] = {}

    def list_invalidations(self, **_: str) -> dict[str, object]:
        return {"InvalidationList": {"Items": [{"Id": each} for each in self.made]}}

    def get_invalidation(self, *, Id: str, **_: str) -> dict[str, object]:  # noqa: N803 - as boto3 calls it
        return {"Invalidation": {"InvalidationBatch": {"Paths": {"Items": self.made[Id]}}}}


def test_the_local_cloud_purges_its_edge_once_for_each_invalidation() -> None:
    done: list[object] = []
    invalidations = Invalidations()
    watch = InvalidationWatch(invalidations, "E1", done.append)

    for name, paths in (("I1", ["/*"]), ("I2", ["/x/"])):
        invalidations.made[name] = paths
        watch.look()
        watch.look()

    assert done == [["/*"], ["/x/"]]
