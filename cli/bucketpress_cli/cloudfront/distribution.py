"""The template's distribution: which requests go where, what is kept, and what is done to answers on their way out.

The constants below repeat `Distribution` and its policies in template.yaml; a test compares them.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPMethod, HTTPStatus

from bucketpress.cache_lifetimes import ERROR_SECONDS, FIXED, SHARED_SECONDS
from bucketpress_cli.cloudfront.cache_rules import CachePolicy
from bucketpress_cli.cloudfront.edge_cache import EdgeCache, Origin, Request, as_it_is, compressed
from bucketpress_cli.cloudfront.functions import SECURITY_HEADERS, Answer, address, answer, without_noise

API_PREFIX, SEARCH_PAGE = "/v1/", "/search/"
CORS_HEADERS = {"access-control-allow-origin": "*", "access-control-expose-headers": "etag,link"}
READS = frozenset({HTTPMethod.GET, HTTPMethod.HEAD})
ERROR_PAGE = "/404.html"
ERRORS = {403: ERROR_SECONDS, 404: ERROR_SECONDS, 500: 0, 502: 0, 503: 0, 504: 0}
SITE_POLICY = CachePolicy(default_seconds=SHARED_SECONDS, max_seconds=SHARED_SECONDS, error_seconds=ERRORS)
API_POLICY = CachePolicy(
    default_seconds=0, max_seconds=SHARED_SECONDS, headers=("accept",), has_query=True, error_seconds=ERRORS
)


class Distribution:
    """Answers requests as the distribution does, from the site's objects and from the API, where there is one.

    `clock` counts seconds. `policies` are those of the site and of the API. `caches_in_a_row` is 2 where a regional
    cache stands behind the edge, as on AWS, and 0 where nothing is kept at all.
    """

    def __init__(
        self,
        site: Origin,
        api: Origin | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        policies: tuple[CachePolicy, CachePolicy] = (SITE_POLICY, API_POLICY),
        caches_in_a_row: int = 1,
    ) -> None:
        self._api_origin = api
        self._caches: list[EdgeCache] = []

        self._clock, self._caches_in_a_row = clock, caches_in_a_row
        site_policy, api_policy = policies
        self._site = self._cached(site, site_policy)
        self._api = self._cached(api, api_policy) if api else None

    def respond(self, request: Request) -> Answer:
        """Answer a reader's request, as it came; `If-None-Match` may get 304."""
        if self._api and self._api_origin and request.uri.startswith(API_PREFIX):
            given = (self._api if request.method in READS else self._api_origin)(_unconditional(request))
            cors = CORS_HEADERS if "origin" in request.headers else {}
            given = replace(given, headers=without_noise(given.headers) | SECURITY_HEADERS | cors)
        elif self._api and request.uri == SEARCH_PAGE and request.method in READS:
            given = self._api(_unconditional(request))
            given = replace(given, headers=without_noise(given.headers) | SECURITY_HEADERS)
        elif request.method in READS:
            given = self._page(request)
        else:
            headers = {"content-type": "text/plain"}
            return Answer(status=HTTPStatus.FORBIDDEN, headers=headers, body=b"Not allowed here.\n")
        if given.status == HTTPStatus.OK and _is_known(given.headers.get("etag"), request):
            return Answer(status=HTTPStatus.NOT_MODIFIED, headers=given.headers)
        return given

    def purge(self, patterns: Sequence[str]) -> None:
        """Forget what is kept of the addresses that match, in every cache."""
        # From the origin outwards: an edge must not be filled again from a cache that is still to be purged.
        for cache in self._caches:
            cache.purge(patterns)

    def _cached(self, origin: Origin, policy: CachePolicy) -> Origin:
        """Return an origin behind its caches."""
        if not self._caches_in_a_row:
            return lambda request: self._finish(request, origin(request))
        for number in range(1, self._caches_in_a_row + 1):
            is_last = number == self._caches_in_a_row
            origin = EdgeCache(origin, policy, self._clock, self._finish if is_last else as_it_is)
            self._caches.append(origin)
        return origin

    def _page(self, request: Request) -> Answer:
        wanted = address(request.uri, request.query, request.headers.get("accept", ""))
        if wanted.location is not None:
            headers = {"location": wanted.location, "cache-control": FIXED}
            return Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers=headers)
        kept = self._site(replace(_unconditional(request), uri=wanted.uri, query=""))
        headers = {**SECURITY_HEADERS, **kept.headers}
        # CloudFront calls no function for an error.
        if kept.status >= HTTPStatus.BAD_REQUEST:
            return replace(kept, headers=without_noise(headers))
        return answer(wanted.uri, replace(kept, headers=headers))

    def _finish(self, request: Request, given: Answer) -> Answer:
        """Put the error page in the place of what S3 says of a missing object, and compress."""
        if given.status == HTTPStatus.FORBIDDEN and request.uri != ERROR_PAGE:
            page = self._site(replace(_unconditional(request), uri=ERROR_PAGE, method=HTTPMethod.GET))
            return replace(page, status=HTTPStatus.NOT_FOUND) if page.status == HTTPStatus.OK else given
        return compressed(request, given)


def _unconditional(request: Request) -> Request:
    headers = {name: value for name, value in request.headers.items() if name != "if-none-match"}
    return replace(request, headers=headers)


def _is_known(etag: str | None, request: Request) -> bool:
    """Return whether If-None-Match names an ETag, compared weakly (RFC 9110, section 13.1.2)."""
    asked = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return etag is not None and (etag.removeprefix("W/") in asked or "*" in asked)
