"""What readers get from the edge is at most a minute older than the bucket and the index, whatever happened before.

Random histories of writes, withdrawals, failures and reads, with the clock as an argument. What a reader may see is
what the same distribution without caches would have answered at some moment of the last minute.
"""

import gzip
from copy import deepcopy
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from bucketpress.cache_lifetimes import BOUND_SECONDS, CACHES_IN_A_ROW, CHANGING, FIXED, IMMUTABLE, MISSING, NEVER
from bucketpress_cli.cloudfront.cache_rules import CachePolicy
from bucketpress_cli.cloudfront.distribution import API_POLICY, ERRORS, SITE_POLICY, Distribution
from bucketpress_cli.cloudfront.edge_cache import Origin, Request
from bucketpress_cli.cloudfront.functions import Answer
from bucketpress_cli.cloudfront.origins import objects_origin
from tests.support.api import client_of
from tests.support.sample_site import sample_world

TYPES = {"x/index.html": "text/html", "x/index.md": "text/plain", "a.png": "image/png", "404.html": "text/html"}
KINDS: dict[str, dict[str, str]] = {
    "page": {},
    "redirect": {"x-amz-website-redirect-location": "/elsewhere/"},
    "tombstone": {"x-amz-meta-status": "410"},
}
API_ADDRESSES = ("/v1/posts", "/v1/posts/p")
REQUESTS = [
    Request(uri=uri, method=method, headers={"accept-encoding": encoding, "accept": accept})
    for uri in ("/x/", "/a.png", "/never/", *API_ADDRESSES)
    for method in ("GET", "HEAD")
    for encoding in ("", "gzip")
    for accept in ("*/*", "text/markdown")
]
FILLING = b" and so on, until it is worth compressing" * 30
STEPS = 80
HISTORIES = 60


@dataclass(kw_only=True)
class Settings:
    """What the distribution and the origins are set to; a test plants a fault in it."""

    changing: str = CHANGING
    missing: str = MISSING
    site: CachePolicy = SITE_POLICY
    api: CachePolicy = API_POLICY


@dataclass(kw_only=True)
class Origins:
    """The site bucket and the API, which may both fail."""

    settings: Settings
    objects: dict[str, tuple[dict[str, str], bytes]] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)
    fail: bool = False

    def write(self, key: str, kind: str, version: int) -> None:
        headers = {"content-type": TYPES[key], "cache-control": self.settings.changing, "etag": f'"{kind}{version}"'}
        self.objects[key] = (headers | KINDS[kind], b"%d" % version + FILLING)

    def site(self, request: Request) -> Answer:
        return self._unless_failing(objects_origin(self.objects.get), request)

    def api(self, request: Request) -> Answer:
        return self._unless_failing(self._api_answer, request)

    def _unless_failing(self, origin: Origin, request: Request) -> Answer:
        return Answer(status=503, headers={"cache-control": NEVER}, body=b"busy") if self.fail else origin(request)

    def _api_answer(self, request: Request) -> Answer:
        body = self.answers.get(request.uri)
        if body is None:
            return Answer(status=404, headers={"cache-control": self.settings.missing}, body=b"no such post")
        return Answer(status=200, headers={"cache-control": self.settings.changing}, body=body)


class History:
    """One random history, and what a reader may see at its end."""

    def __init__(self, seed: int, settings: Settings, caches_in_a_row: int) -> None:
        self.random, self.now = Random(seed), 0.0
        self.origins = Origins(settings=settings)
        for key in TYPES:
            self.origins.write(key, "page", 0)
        policies = (settings.site, settings.api)
        self.edge = Distribution(
            self.origins.site,
            self.origins.api,
            clock=lambda: self.now,
            policies=policies,
            caches_in_a_row=caches_in_a_row,
        )
        self.past = [(0.0, deepcopy(self.origins))]

    def first_stale_answer(self) -> str | None:
        for version in range(1, STEPS):
            self.now += self.random.choice((0, 0.5, 4, 5, 6, 19, 20, 21, 25, 61))
            if self.random.random() < 0.25:
                self._change(version)
            request = self.random.choice(REQUESTS)
            if not self._may_be(request, seen := shown(self.edge.respond(request))):
                return f"at {self.now} {request} got {seen[:2]}"
        return None

    def _change(self, version: int) -> None:
        origins, random = self.origins, self.random
        key, address = random.choice(list(TYPES)), random.choice(API_ADDRESSES)
        match random.randrange(6):
            case 0:
                origins.fail = not origins.fail
            case 1:
                origins.answers[address] = b"%d" % version
            case 2:
                origins.answers.pop(address, None)
            case 3 if key != "404.html":
                origins.objects.pop(key, None)
            case _:
                kind = "page" if key == "404.html" else random.choice(list(KINDS))
                origins.write(key, kind, version)
        self.past.append((self.now, deepcopy(origins)))

    def _may_be(self, request: Request, seen: tuple[int, str, bytes]) -> bool:
        ends = [begin for begin, _ in self.past[1:]] + [self.now]
        recent = [
            Distribution(then.site, then.api, caches_in_a_row=0)
            for (_, then), end in zip(self.past, ends, strict=True)
            if end >= self.now - BOUND_SECONDS
        ]
        could = [shown(each.respond(request)) for each in recent]
        # A page may have been missing at one moment, and the page that says so be from another.
        pages = {shown(each.respond(replace(request, uri="/404.html", headers={})))[2] for each in recent}
        could += [(status, to, page) for status, to, _ in could if status == 404 for page in pages]
        return seen in could


def shown(given: Answer) -> tuple[int, str, bytes]:
    body = gzip.decompress(given.body) if "content-encoding" in given.headers else given.body
    return given.status, given.headers.get("location", ""), body


def first_stale_answer(settings: Settings, caches_in_a_row: int = CACHES_IN_A_ROW) -> str | None:
    found = (History(seed, settings, caches_in_a_row).first_stale_answer() for seed in range(HISTORIES))
    return next(filter(None, found), None)


@pytest.mark.parametrize("caches_in_a_row", [1, CACHES_IN_A_ROW])
def test_nothing_is_served_that_is_older_than_the_bound(caches_in_a_row: int) -> None:
    assert first_stale_answer(Settings(), caches_in_a_row) is None


OLD_ERRORS = ERRORS | {403: 300}
KEEPS_LONG = replace(SITE_POLICY, max_seconds=31_536_000)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Settings(changing=f"{CHANGING}, stale-while-revalidate=600"), id="the old page first"),
        pytest.param(Settings(changing="max-age=20"), id="an old page for as long as the origin fails"),
        pytest.param(Settings(changing="max-age=300, stale-if-error=5", site=KEEPS_LONG), id="assets for five minutes"),
        pytest.param(Settings(site=replace(SITE_POLICY, min_seconds=60)), id="a least time in the policy"),
        pytest.param(Settings(changing="", site=replace(KEEPS_LONG, default_seconds=300)), id="no header"),
        pytest.param(Settings(site=replace(SITE_POLICY, error_seconds=OLD_ERRORS)), id="missing pages stay missing"),
        pytest.param(
            Settings(missing="max-age=600", api=replace(API_POLICY, max_seconds=86_400)),
            id="missing posts stay missing",
        ),
        pytest.param(
            Settings(api=replace(API_POLICY, error_seconds=ERRORS | {503: 120})), id="a failure outlives the cause"
        ),
    ],
)
def test_a_planted_fault_is_found(fault: Settings) -> None:
    assert first_stale_answer(fault)


def test_a_lone_reader_is_not_one_visit_behind() -> None:
    history = History(0, Settings(), CACHES_IN_A_ROW)
    history.edge.respond(Request(uri="/x/"))
    history.origins.write("x/index.html", "tombstone", 1)

    history.now = BOUND_SECONDS

    assert history.edge.respond(Request(uri="/x/")).status == 410


def test_what_is_purged_is_new_at_once_in_every_cache() -> None:
    history = History(0, Settings(), CACHES_IN_A_ROW)
    before = history.edge.respond(Request(uri="/x/")).status
    history.origins.write("x/index.html", "tombstone", 1)
    still = history.edge.respond(Request(uri="/x/")).status

    history.edge.purge(["/x/index.*"])

    assert (before, still, history.edge.respond(Request(uri="/x/")).status) == (200, 200, 410)


def test_every_object_and_every_answer_of_the_api_has_a_lifetime_of_the_table() -> None:
    world = sample_world()
    stored = [world.site.head(key) for key, _ in world.site.list_keys("", 10_000)]
    client = client_of(world)

    assert {each.cache_control for each in stored if each and "style." not in each.key} == {CHANGING}
    assert {each.cache_control for each in stored if each and "style." in each.key} == {IMMUTABLE}
    asked = [
        *((path, "") for path in ("/v1/posts", "/v1/posts/p1", "/v1/posts/p2", "/v1/changes", "/v1/docs", "/search/")),
        *(("/v1/search", "q=post"), ("/v1/search", "q=nothinglikeit"), ("/search/", "q=post")),
    ]
    given = {each: client.get(*each) for each in asked}
    assert {each for each, got in given.items() if "search" in each[0] and got.status != 200} == set()
    assert {got.headers["cache-control"] for got in given.values()} == {CHANGING}
    assert {client.get(path).headers["cache-control"] for path in ("/v1/posts/none", "/v1/nothing")} == {MISSING}
    assert client.get("/v1/search", "limit=no").headers["cache-control"] == CHANGING
    assert client.send("OPTIONS", "/v1/posts").headers["cache-control"] == FIXED
