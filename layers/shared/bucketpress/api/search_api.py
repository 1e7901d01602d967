"""Answers requests for what search finds: for programs at /v1/search, for readers at /search/."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from bucketpress.api.answers import ALLOWED, TURNED_AWAY, conditional, is_through_distribution, packed, unavailable
from bucketpress.api.call import QueryCall
from bucketpress.api.cursors import Cursors
from bucketpress.api.endpoints.search_results import search
from bucketpress.api.http import Request, Response
from bucketpress.api.negotiation import etag_of, is_known, preferred_media_type
from bucketpress.api.parameters import pairs_of, read_query
from bucketpress.api.problems import METHOD_NOT_ALLOWED, NO_SUCH_ADDRESS, ProblemError, invalid
from bucketpress.api.routes import SEARCH
from bucketpress.api.search_page import PATH, asked_in, no_search, search_page
from bucketpress.cache_lifetimes import FIXED
from bucketpress.ports import TransientError
from bucketpress.services.queries.search_library import NoSearchError, SearchLibrary

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchApi:
    """Search over HTTP; the fields are those of `ListingApi` as far as it needs them."""

    library: SearchLibrary
    secret: bytes
    software: str
    origin_secret: bytes = b""

    def respond(self, request: Request) -> Response:
        """Answer a request. Every mistake of a client becomes a problem document, or a page that says so."""
        if not is_through_distribution(request, self.origin_secret):
            return TURNED_AWAY
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ALLOWED, "Cache-Control": FIXED})
        try:
            response = self._response(request)
        except ProblemError as problem:
            response = packed(problem.response(), request)
        return replace(response, body=b"") if request.method == "HEAD" else response

    def _response(self, request: Request) -> Response:
        if request.method not in READS:
            allow = {"Allow": ALLOWED}
            raise ProblemError(METHOD_NOT_ALLOWED, f"{request.method} is not allowed here.", headers=allow)
        try:
            if request.path == PATH:
                return self._page(request)
            if request.path == SEARCH.path:
                return self._document(request)
        except TransientError as error:
            raise unavailable("The search is busy.") from error
        raise ProblemError(NO_SUCH_ADDRESS, "There is nothing at this address; see /v1/docs.")

    def _document(self, request: Request) -> Response:
        pairs = pairs_of(request.query)
        values = read_query(SEARCH.parameters, pairs)
        media_type = preferred_media_type(request.headers.get("accept"), tuple(SEARCH.schemas))
        missing = sorted(SEARCH.required - pairs.keys())
        if missing:
            raise invalid(missing[0], f"{missing[0]} must be given.")
        call = QueryCall(
            cursors=Cursors(secret=self.secret), path=SEARCH.path, media_type=media_type, pairs=pairs, values=values
        )
        try:
            edition = self.library.edition()
        except NoSearchError as error:
            raise ProblemError(NO_SUCH_ADDRESS, "This site has no search.") from error
        return conditional(request, SEARCH, call, search(edition, call), self.software)

    def _page(self, request: Request) -> Response:
        asked = asked_in(request.query)
        try:
            page, edition = self.library.page(), self.library.edition()
        except NoSearchError:
            return no_search()
        etag = etag_of(self.software, edition.etag, repr(asked), page.decode("utf-8", "replace"))
        if is_known(etag, request.headers.get("if-none-match")):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
        made = search_page(edition, page, asked)
        return packed(replace(made, headers={**made.headers, "ETag": etag, "Vary": "Accept-Encoding"}), request)
