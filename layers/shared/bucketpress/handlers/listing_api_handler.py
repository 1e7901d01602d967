"""The index over HTTP, read only."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.api.http import Request
from bucketpress.api.http import Response as ApiResponse
from bucketpress.api.listing_api import ListingApi
from bucketpress.api.routes import ROUTES, Route
from bucketpress.bootstrap import listing_api, prepare_listing_api
from bucketpress.trouble import Trouble, reported

LONG_BYTES = 100_000
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]

logger = Logger()


def resolver(api: Callable[[], ListingApi]) -> APIGatewayHttpResolver:
    """Return a resolver of every route of the API."""
    http = APIGatewayHttpResolver(serializer=_as_it_is)

    def responder(route: Route) -> Callable[..., Response[Any]]:
        def respond(slug: str = "") -> Response[Any]:
            return _response(api().respond(_request(http), route, slug))

        return respond

    for route in ROUTES:
        http.route(route.path, method=METHODS)(responder(route))
    http.not_found(lambda _error: _response(api().respond_unrouted(_request(http))))
    return http


def _as_it_is(body: Any) -> Any:  # noqa: ANN401 - what the resolver calls with a body that is bytes
    return body


def _request(http: APIGatewayHttpResolver) -> Request:
    event = http.current_event
    return Request(
        method=event.http_method,
        path=event.path,
        query=event.get("rawQueryString") or "",
        headers={name.lower(): value for name, value in event.headers.items()},
    )


def _response(given: ApiResponse) -> Response[Any]:
    # As text, where it is one: bytes travel a third larger. Quotation marks of a long text would cost as much.
    as_text = "Content-Encoding" not in given.headers and len(given.body) <= LONG_BYTES
    body = given.body.decode() if as_text else given.body
    return Response(status_code=int(given.status), headers=dict(given.headers), body=body)


app = resolver(listing_api)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request."""
    with reported(Trouble.API_FAILURE):
        return app.resolve(event, context)


prepare_listing_api()
