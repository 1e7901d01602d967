"""What every answer of the API has in common: who may ask, conditional requests, compression."""

import hmac
from dataclasses import replace
from http import HTTPStatus

from bucketpress.api.call import QueryCall
from bucketpress.api.http import Representation, Request, Response
from bucketpress.api.negotiation import compressed, etag_of, is_known
from bucketpress.api.problems import UNAVAILABLE, ProblemError
from bucketpress.api.routes import Address
from bucketpress.cache_lifetimes import CHANGING, NEVER

ALLOWED = "GET, HEAD, OPTIONS"
RETRY_AFTER_SECONDS = 2
ORIGIN_SECRET = "x-origin-secret"  # noqa: S105 - a header's name
# For whoever calls API Gateway itself, past the cache: the addresses are those of the site.
TURNED_AWAY = Response(
    status=HTTPStatus.FORBIDDEN,
    headers={"Content-Type": "text/plain; charset=utf-8", "Cache-Control": NEVER},
    body=b"The API answers at the site's own address, below /v1/.\n",
)


def is_through_distribution(request: Request, origin_secret: bytes) -> bool:
    """Return whether a request brings what the distribution sends along; any does where there is no such secret."""
    sent = request.headers.get(ORIGIN_SECRET, "").encode()
    return not origin_secret or hmac.compare_digest(sent, origin_secret)


def conditional(
    request: Request, address: Address, call: QueryCall, found: Representation, generation: str
) -> Response:
    """Render what an operation found, unless the client has it (RFC 9110, section 13)."""
    etag = etag_of(generation, call.media_type, found.validator)
    vary = "Accept, Accept-Encoding" if len(address.schemas) > 1 else "Accept-Encoding"
    headers = {"ETag": etag, "Cache-Control": CHANGING, "Vary": vary}
    # Before anything is rendered: a client that has it already costs a few rows.
    if is_known(etag, request.headers.get("if-none-match")):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    payload = found.render()
    headers["Content-Type"] = call.media_type
    if payload.next_page:
        headers["Link"] = f'<{payload.next_page}>; rel="next"'
    return packed(Response(status=HTTPStatus.OK, headers=headers, body=payload.data), request)


def packed(response: Response, request: Request) -> Response:
    """Return the response compressed, if the client accepts that and it is worth it.

    CloudFront would compress neither a JSON Feed nor a problem document.
    """
    smaller = compressed(response.body, request.headers.get("accept-encoding"))
    if smaller is None:
        return response
    return replace(response, body=smaller, headers={**response.headers, "Content-Encoding": "gzip"})


def unavailable(detail: str = "The index is busy.", seconds: int = RETRY_AFTER_SECONDS) -> ProblemError:
    """Return the problem of what cannot be answered at the moment."""
    return ProblemError(UNAVAILABLE, detail, headers={"Retry-After": str(seconds)})
