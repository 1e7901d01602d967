"""Answers requests: reads the query, calls the route's operation and writes the HTTP response."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote

from bucketpress.api.answers import (
    ALLOWED,
    TURNED_AWAY,
    conditional,
    is_through_distribution,
    packed,
    unavailable,
)
from bucketpress.api.call import Call, MovedPostError
from bucketpress.api.call_reads import CallReads
from bucketpress.api.cursors import Cursors
from bucketpress.api.http import Representation, Request, Response
from bucketpress.api.negotiation import preferred_media_type
from bucketpress.api.parameters import pairs_of, read_query
from bucketpress.api.problems import (
    GONE,
    METHOD_NOT_ALLOWED,
    NO_SUCH_ADDRESS,
    NO_SUCH_POST,
    ProblemError,
)
from bucketpress.api.routes import ROUTES, Route
from bucketpress.cache_lifetimes import CHANGING, FIXED
from bucketpress.ports import PostIndex, TransientError
from bucketpress.services.queries.lookup import GoneError, NeverPublishedError, UnsettledError
from bucketpress.site.layout import SITE_MAP, SiteMap

ATTEMPTS = 3
RECOVERY_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingApi:
    """The API over an index. `clock` returns the current time, aware; `software` names the version of this code.

    `origin_secret` is what the distribution sends along, in the header `x-origin-secret`; none where there is none.
    """

    index: PostIndex
    clock: Callable[[], datetime]
    secret: bytes
    software: str
    site_map: SiteMap = SITE_MAP
    origin_secret: bytes = b""

    def respond(self, request: Request, route: Route, slug: str = "") -> Response:
        """Answer a request to a route; `slug` is the part of its path that stands for `<slug>`, as received.

        Every mistake of a client becomes a problem document; bugs propagate.
        """
        if not is_through_distribution(request, self.origin_secret):
            return TURNED_AWAY
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ALLOWED, "Cache-Control": FIXED})
        try:
            response = self._response(request, route, slug)
        except ProblemError as problem:
            response = packed(problem.response(), request)
        except MovedPostError as moved:
            headers = {"Location": moved.location, "Cache-Control": CHANGING}
            response = Response(status=HTTPStatus.PERMANENT_REDIRECT, headers=headers)
        return replace(response, body=b"") if request.method == "HEAD" else response

    def respond_unrouted(self, request: Request) -> Response:
        """Answer a request that Powertools has found no route for; unusual characters in a slug may be the reason."""
        if not is_through_distribution(request, self.origin_secret):
            return TURNED_AWAY
        for route in ROUTES:
            slug = route.slug_in(request.path)
            if slug is not None:
                return self.respond(request, route, slug)
        problem = ProblemError(NO_SUCH_ADDRESS, "The API has nothing at this address; see /v1/docs.")
        response = packed(problem.response(), request)
        return replace(response, body=b"") if request.method == "HEAD" else response

    def _response(self, request: Request, route: Route, slug: str) -> Response:
        if request.method not in {"GET", "HEAD"}:
            allow = {"Allow": ALLOWED}
            raise ProblemError(METHOD_NOT_ALLOWED, f"{request.method} is not allowed here.", headers=allow)
        pairs = pairs_of(request.query)
        values = read_query(route.parameters, pairs)
        media_type = preferred_media_type(request.headers.get("accept"), tuple(route.schemas))
        try:
            for _ in range(ATTEMPTS):
                with suppress(UnsettledError):
                    bodies = "if-none-match" not in request.headers and _wants_body(route, values)
                    call = self._call(route, media_type, pairs, values, slug, bodies=bodies)
                    found = self._found(route, call)
                    return conditional(request, route, call, found, self._generation(route, call))
        except TransientError as error:
            raise unavailable() from error
        except GoneError as error:
            raise ProblemError(GONE, "The post was published here and is no more.") from error
        except NeverPublishedError as error:
            raise ProblemError(NO_SUCH_POST, "No post was ever published here.") from error
        raise unavailable()

    def _call(
        self,
        route: Route,
        media_type: str,
        pairs: Mapping[str, str],
        values: Mapping[str, object],
        slug: str,
        *,
        bodies: bool,
    ) -> Call:
        """Return the call of the route's operation."""
        return Call(
            reads=CallReads(self.index, bodies=bodies),
            site_map=self.site_map,
            cursors=Cursors(secret=self.secret),
            now=self.clock(),
            path=route.path,
            media_type=media_type,
            pairs=pairs,
            values=values,
            # API Gateway decodes every escape in a path but that of the percent sign itself.
            slug=unquote(slug),
        )

    def _found(self, route: Route, call: Call) -> Representation:
        """Return what the operation finds, or raise what it raises; neither while the index is being recovered."""
        try:
            return route.operation(call)
        finally:
            stored = call.reads.settings() if route.reads_index else None
            if stored and stored.recovering:
                # Half a list would tell a client that keeps a copy to delete the other half.
                raise unavailable("The index is being recovered.", RECOVERY_SECONDS)

    def _generation(self, route: Route, call: Call) -> str:
        """Return the generation of what is answered."""
        stored = call.reads.settings() if route.reads_index else None
        return stored.generation(self.software) if stored else self.software


def _wants_body(route: Route, values: Mapping[str, object]) -> bool:
    """Return whether the answer about a single post has its body."""
    return "include" in values or (route.name == "getPost" and "fields" not in values)
