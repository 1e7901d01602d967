"""Search: what readers and programs look for, found in the search objects of the site."""

import base64
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.api.http import Request
from bucketpress.api.search_api import SearchApi
from bucketpress.bootstrap import prepare_search, search_api
from bucketpress.trouble import Trouble, reported

logger = Logger()


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request of API Gateway (payload format 2.0)."""
    del context
    return answer(event, search_api())


def answer(event: dict[str, Any], api: SearchApi) -> dict[str, Any]:
    """Answer the request of an event as API Gateway wants it."""
    request = Request(
        method=event["requestContext"]["http"]["method"],
        path=event["rawPath"],
        query=event.get("rawQueryString") or "",
        headers={name.lower(): value for name, value in event.get("headers", {}).items()},
    )
    with reported(Trouble.API_FAILURE):
        response = api.respond(request)
    is_packed = "Content-Encoding" in response.headers
    body = base64.b64encode(response.body).decode() if is_packed else response.body.decode()
    return {
        "statusCode": int(response.status),
        "headers": dict(response.headers),
        "body": body,
        "isBase64Encoded": is_packed,
    }


prepare_search()
