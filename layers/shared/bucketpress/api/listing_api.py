"""Answers requests: finds the operation, reads its query, minds HTTP's manners."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote

from bucketpress.api.call import Call, MovedPostError
from bucketpress.api.cursors import Cursors
from bucketpress.api.http import Answer, Rendered, Reply, Request
from bucketpress.api.negotiation import compressed, etag_of, is_known
from bucketpress.api.parameters import pairs_of, read_query
from bucketpress.api.problems import (
    GONE,
    METHOD_NOT_ALLOWED,
    NO_SUCH_ADDRESS,
    NO_SUCH_POST,
    UNAVAILABLE,
    ProblemError,
)
from bucketpress.api.routes import ROUTES, Route
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.ports import PostIndex, TransientError
from bucketpress.services.queries.lookup import GoneError, NeverPublishedError, UnsettledError

ALLOWED = "GET, HEAD, OPTIONS"
ATTEMPTS = 3
RETRY_AFTER_SECONDS = 2
REDIRECT_CACHE = "public, max-age=300"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingApi:
    """The API over an index. `clock` returns the current time, aware; `software` names the version of this code."""

    index: PostIndex
    clock: Callable[[], datetime]
    secret: bytes
    software: str

    def answer(self, request: Request, route: Route, slug: str = "") -> Answer:
        """Answer a request to a route; `slug` is what its path has in the place of `<slug>`, as it came.

        Bugs propagate; everything a client can do wrong is answered.
        """
        if request.method == "OPTIONS":
            return Answer(status=HTTPStatus.NO_CONTENT, headers={"Allow": ALLOWED, "Cache-Control": REDIRECT_CACHE})
        try:
            given = self._given(request, route, slug)
        except ProblemError as problem:
            given = problem.answer()
        except MovedPostError as moved:
            headers = {"Location": moved.location, "Cache-Control": REDIRECT_CACHE}
            given = Answer(status=HTTPStatus.PERMANENT_REDIRECT, headers=headers)
        return replace(given, body=b"") if request.method == "HEAD" else given

    def answer_any(self, request: Request) -> Answer:
        """Answer a request that nobody has found a route for: there may be one, for another method or odd letters."""
        for route in ROUTES:
            slug = route.slug_in(request.path)
            if slug is not None:
                return self.answer(request, route, slug)
        given = ProblemError(NO_SUCH_ADDRESS, "The API has nothing at this address; see /v1/docs.").answer()
        return replace(given, body=b"") if request.method == "HEAD" else given

    def _given(self, request: Request, route: Route, slug: str) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            allow = {"Allow": ALLOWED}
            raise ProblemError(METHOD_NOT_ALLOWED, f"{request.method} is not allowed here.", headers=allow)
        pairs = pairs_of(request.query)
        values = read_query(route.parameters, pairs)
        try:
            for _ in range(ATTEMPTS):
                with suppress(UnsettledError):
                    return self._replied(request, route, pairs, values, slug)
        except TransientError as error:
            raise _unavailable() from error
        except GoneError as error:
            raise ProblemError(GONE, "The post was published here and is no more.") from error
        except NeverPublishedError as error:
            raise ProblemError(NO_SUCH_POST, "No post was ever published here.") from error
        raise _unavailable()

    def _replied(
        self, request: Request, route: Route, pairs: Mapping[str, str], values: Mapping[str, object], slug: str
    ) -> Answer:
        now, stored = self.clock(), self.index.settings() if route.reads_index else None
        call = Call(
            index=self.index,
            cursors=Cursors(secret=self.secret),
            settings=stored.settings if stored else SiteSettings(url=""),
            now=now,
            path=route.path,
            pairs=pairs,
            values=values,
            accept=request.headers.get("accept"),
            # API Gateway decodes a path but for the percent sign itself.
            slug=unquote(slug),
        )
        reply = route.operation(call)
        generation = stored.generation(self.software) if stored else self.software
        etag = etag_of(generation, reply.content_type, reply.basis)
        vary = "Accept, Accept-Encoding" if reply.negotiated else "Accept-Encoding"
        headers = {"ETag": etag, "Cache-Control": reply.cache_control, "Vary": vary}
        # Before anything is rendered: a client that has it already costs a few rows.
        if is_known(etag, request.headers.get("if-none-match")):
            return Answer(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return _sent(request, reply, reply.render(), headers)


def _unavailable() -> ProblemError:
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return ProblemError(UNAVAILABLE, "The index is busy.", headers=retry)


def _sent(request: Request, reply: Reply, rendered: Rendered, headers: dict[str, str]) -> Answer:
    headers["Content-Type"] = reply.content_type
    if rendered.next_page:
        headers["Link"] = f'<{rendered.next_page}>; rel="next"'
    packed = compressed(rendered.data, request.headers.get("accept-encoding"))
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    return Answer(status=HTTPStatus.OK, headers=headers, body=rendered.data if packed is None else packed)
