"""The local edge keeps answers by the rules that CloudFront documents."""

import gzip
from dataclasses import replace

import pytest

from bucketpress.cache_lifetimes import CHANGING, IMMUTABLE, NEVER
from bucketpress_cli.cloudfront.cache_rules import CachePolicy, seconds_kept
from bucketpress_cli.cloudfront.distribution import API_POLICY, ERRORS, SITE_POLICY
from bucketpress_cli.cloudfront.edge_cache import EdgeCache, Request, compressed
from bucketpress_cli.cloudfront.functions import Answer
from tests.support.template import properties

WIDE = CachePolicy(default_seconds=86_400, max_seconds=31_536_000)
LATE = CachePolicy(min_seconds=60, default_seconds=30, max_seconds=90)


class Origin:
    """Gives one answer, and notes what it was asked."""

    def __init__(self, status: int = 200, cache_control: str = "max-age=60", etag: str = '"1"') -> None:
        self.answer = Answer(status=status, headers={"cache-control": cache_control, "etag": etag}, body=b"one")
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        if request.headers.get("if-none-match") == self.answer.headers["etag"]:
            return Answer(status=304, headers={})
        return self.answer

    def change(self, body: bytes) -> None:
        self.answer = replace(self.answer, headers={**self.answer.headers, "etag": f'"{body.decode()}"'}, body=body)

    def fail(self, status: int = 503) -> None:
        self.answer = replace(self.answer, status=status, headers={"etag": "", "cache-control": NEVER}, body=b"down")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def cache_of(origin: Origin, policy: CachePolicy = WIDE) -> tuple[EdgeCache, Clock]:
    clock = Clock()
    return EdgeCache(origin, policy, clock, compressed), clock


PAGE = Request(uri="/x/index.html")


@pytest.mark.parametrize(
    ("status", "cache_control", "policy", "seconds"),
    [
        (200, "max-age=60", WIDE, 60),
        (200, "max-age=60, s-maxage=20", WIDE, 20),
        (200, "s-maxage=0, max-age=60", WIDE, 0),
        (200, "", WIDE, 86_400),
        (200, "public", WIDE, 86_400),
        (200, "max-age=99999999", WIDE, 31_536_000),
        (200, "no-store", WIDE, 0),
        (200, "no-cache, max-age=60", WIDE, 0),
        (200, "private", LATE, 60),
        (200, "max-age=5", LATE, 60),
        (200, "max-age=70", LATE, 70),
        (200, "max-age=100", LATE, 90),
        (200, "", LATE, 60),
        (200, "max-age=soon", WIDE, 0),
        (301, "max-age=60", WIDE, 60),
        (404, "", WIDE, 10),
        (404, "max-age=60", WIDE, 60),
        (404, "max-age=5", WIDE, 10),
        (404, "max-age=100", LATE, 90),
        (404, "no-store", WIDE, 0),
        (410, "no-cache", WIDE, 0),
        (403, "no-store", WIDE, 10),
        (400, "", WIDE, 0),
        (400, "max-age=60", WIDE, 60),
        (503, "no-store", WIDE, 10),
        (503, "", replace(WIDE, error_seconds={503: 0}), 0),
        (200, IMMUTABLE, SITE_POLICY, 20),
        (200, CHANGING, SITE_POLICY, 20),
        (200, "max-age=86400, stale-while-revalidate=86400", SITE_POLICY, 20),
        (403, "", SITE_POLICY, 5),
        (503, NEVER, API_POLICY, 0),
        (200, "", API_POLICY, 0),
    ],
)
def test_an_answer_is_kept_as_long_as_its_headers_and_the_policy_say(
    status: int, cache_control: str, policy: CachePolicy, seconds: int
) -> None:
    assert seconds_kept(status, cache_control, policy) == seconds


def test_what_is_fresh_is_served_unasked_and_what_is_not_is_asked_for_with_its_etag() -> None:
    origin = Origin()
    cache, clock = cache_of(origin)

    cache(PAGE)
    clock.now = 59.9
    cache(PAGE)
    clock.now = 60
    again = cache(PAGE)
    clock.now = 119
    cache(PAGE)

    assert [request.headers.get("if-none-match") for request in origin.asked] == [None, '"1"']
    assert again.body == b"one"


def test_a_changed_object_is_shown_to_the_first_who_asks_after_its_time() -> None:
    origin = Origin()
    cache, clock = cache_of(origin)
    cache(PAGE)
    origin.change(b"two")

    clock.now = 60

    assert cache(PAGE).body == b"two"


def test_stale_while_revalidate_shows_the_old_one_first() -> None:
    origin = Origin(cache_control="max-age=60, stale-while-revalidate=600")
    cache, clock = cache_of(origin)
    cache(PAGE)
    origin.change(b"two")

    clock.now = 600

    assert [cache(PAGE).body for _ in range(2)] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("cache_control", "after_seconds", "body"),
    [
        ("max-age=60", 100_000, b"one"),
        ("max-age=60, stale-if-error=30", 89, b"one"),
        ("max-age=60, stale-if-error=30", 90, b"down"),
        ("max-age=60, stale-if-error=0", 60, b"down"),
    ],
)
def test_a_failing_origin_is_covered_for_as_long_as_the_object_allows(
    cache_control: str, after_seconds: int, body: bytes
) -> None:
    origin = Origin(cache_control=cache_control)
    cache, clock = cache_of(origin, replace(WIDE, error_seconds={503: 0}))
    cache(PAGE)
    origin.fail()

    clock.now = after_seconds

    assert cache(PAGE).body == body


def test_an_error_is_kept_and_then_asked_about_again() -> None:
    origin = Origin(status=503, cache_control=NEVER)
    cache, clock = cache_of(origin)

    cache(PAGE)
    clock.now = 9
    cache(PAGE)
    clock.now = 10
    cache(PAGE)

    assert len(origin.asked) == 2


def test_encodings_methods_and_what_the_policy_names_are_kept_apart() -> None:
    origin = Origin()
    cache, _ = cache_of(origin, API_POLICY)
    alike = [
        replace(PAGE, headers={"accept-encoding": value, "user-agent": value}) for value in ("gzip", "br, gzip;q=0.5")
    ]
    others = [
        PAGE,
        replace(PAGE, method="HEAD"),
        replace(PAGE, query="a=1"),
        replace(PAGE, headers={"accept": "application/json"}),
        replace(PAGE, headers={"accept-encoding": "gzip;q=0"}),
    ]

    for request in (*alike, *others):
        cache(request)

    assert len(origin.asked) == 1 + 5 - 1  # the last is as good as none
    cache, _ = cache_of(origin := Origin(), SITE_POLICY)
    for request in (PAGE, replace(PAGE, query="a=1"), replace(PAGE, headers={"accept": "text/markdown"})):
        cache(request)
    assert len(origin.asked) == 1


def test_a_long_text_is_compressed_and_has_a_weak_etag() -> None:
    origin = Origin()
    origin.answer = Answer(
        status=200, headers={"content-type": "text/plain; charset=utf-8", "etag": '"1"'}, body=b"a" * 1000
    )
    cache, clock = cache_of(origin, replace(WIDE, default_seconds=1))
    request = replace(PAGE, headers={"accept-encoding": "gzip"})

    given = cache(request)
    clock.now = 1
    cache(request)

    assert (given.headers["content-encoding"], given.headers["etag"]) == ("gzip", 'W/"1"')
    assert gzip.decompress(given.body) == b"a" * 1000
    assert origin.asked[-1].headers["if-none-match"] == '"1"'
    assert cache(PAGE).body == b"a" * 1000


def test_what_is_purged_is_asked_for_again() -> None:
    origin = Origin()
    cache, _ = cache_of(origin)
    cache(PAGE)
    cache(replace(PAGE, uri="/y"))
    origin.change(b"two")

    cache.purge(["/x/*"])

    assert (cache(PAGE).body, cache(replace(PAGE, uri="/y")).body) == (b"two", b"one")


def test_an_answer_asked_for_earlier_does_not_replace_a_newer_one() -> None:
    origin, clock = Origin(), Clock()

    def slow_at_first(request: Request) -> Answer:
        given = origin(request)
        if len(origin.asked) == 1:
            # While this answer is on its way another reader gets a newer one.
            origin.change(b"two")
            clock.now += 1
            cache(request)
        return given

    cache = EdgeCache(slow_at_first, WIDE, clock)
    cache(PAGE)

    assert cache(PAGE).body == b"two"


@pytest.mark.parametrize(("name", "policy"), [("SiteCachePolicy", SITE_POLICY), ("ApiCachePolicy", API_POLICY)])
def test_the_policies_are_those_of_the_template(name: str, policy: CachePolicy) -> None:
    config = properties(name)["CachePolicyConfig"]
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    errors = properties("Distribution")["DistributionConfig"]["CustomErrorResponses"]

    assert policy == CachePolicy(
        min_seconds=config["MinTTL"],
        default_seconds=config["DefaultTTL"],
        max_seconds=config["MaxTTL"],
        headers=tuple(key["HeadersConfig"].get("Headers", ())),
        has_query=key["QueryStringsConfig"]["QueryStringBehavior"] == "all",
        error_seconds={each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in errors},
    )
    assert len(ERRORS) == len(errors)
