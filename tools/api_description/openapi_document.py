"""Makes the OpenAPI 3.1 document from the routes. The API serves it as a file: no request waits for it."""

import json
import re
from http import HTTPStatus
from typing import Any

from bucketpress import __version__
from bucketpress.api.http import JSON, PROBLEM
from bucketpress.api.parameters import Parameter
from bucketpress.api.problems import PROBLEM_TYPES, ProblemType
from bucketpress.api.routes import ADDRESSES, SEARCH, Address
from tools.api_description.json_schema import reference
from tools.api_description.schemas import POST_EXAMPLE, schemas

Document = dict[str, Any]

INTRODUCTION = (
    "Published posts of one site, read only. Every address answers GET, HEAD and OPTIONS. Answers carry an ETag: send "
    "it back as `If-None-Match`, and what has not changed costs 304 and no body. Errors are problem documents. A "
    "parameter the API does not know, or that is out of range, is an error and never ignored. Expect new members in "
    "objects."
)
SCHEMAS = schemas()
_ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_ACCEPTABLE)


def openapi_document() -> Document:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bucketpress listings",
            "version": __version__,
            "description": INTRODUCTION,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": "listings"}, {"name": "description"}],
        "paths": {route.path.replace("<slug>", "{slug}"): {"get": _operation(route)} for route in ADDRESSES},
        "components": {"schemas": SCHEMAS, "headers": _headers(), "parameters": {"IfNoneMatch": _if_none_match()}},
    }


def openapi_json() -> str:
    """Return the document as the API serves it."""
    return json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n"


def _operation(route: Address) -> Document:
    parameters = [_slug()] if "<slug>" in route.path else []
    parameters += [_parameter(each, is_required=each.name in route.required) for each in route.parameters]
    parameters.append({"$ref": "#/components/parameters/IfNoneMatch"})
    return {
        "operationId": route.name,
        "summary": route.summary,
        "description": route.description,
        "tags": ["listings" if route.reads_index else "description"],
        "parameters": parameters,
        "responses": _responses(route),
    }


def _parameter(parameter: Parameter, *, is_required: bool) -> Document:
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": parameter.schema,
        "example": parameter.example,
    } | ({"required": True} if is_required else {})


def _slug() -> Document:
    return {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": "The post's slug.",
        "schema": {"type": "string", "minLength": 1},
        "example": POST_EXAMPLE["slug"],
    }


def _if_none_match() -> Document:
    description = "The ETag of an answer you have. If it is still right, the answer is 304."
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": description,
        "schema": {"type": "string"},
        "example": 'W/"4ae1b39e9521495bd3fca462bac065f5"',
    }


def _headers() -> Document:
    texts = {
        "ETag": "A weak validator of this state of the answer.",
        "CacheControl": "How long the answer may be kept.",
        "Vary": "Which request headers the answer depends on.",
        "Link": 'The next page, as `<…>; rel="next"`; absent on the last.',
        "Location": "Where the post is now, in this API.",
        "Allow": "The methods there are.",
        "RetryAfter": "After how many seconds to ask again.",
    }
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in texts.items()}


def _header_references(*names: str) -> Document:
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name): {"$ref": f"#/components/headers/{name}"} for name in names}


def _responses(route: Address) -> Document:
    caching = ("ETag", "CacheControl", "Vary")
    paged = ("Link",) if any(parameter.name == "cursor" for parameter in route.parameters) else ()
    responses: Document = {
        "200": {
            "description": "Found.",
            "headers": _header_references(*caching, *paged),
            "content": _content(route),
        },
        "304": {"description": "You have it already.", "headers": _header_references(*caching)},
    }
    statuses = [*_ALWAYS]
    if route.one_post:
        moved = {"description": "The post is elsewhere now.", "headers": _header_references("Location")}
        responses["308"] = moved
        statuses += [HTTPStatus.NOT_FOUND, HTTPStatus.GONE]
    if route is SEARCH:
        statuses.append(HTTPStatus.NOT_FOUND)
    if route.parameters:
        statuses.append(HTTPStatus.UNPROCESSABLE_ENTITY)
    if route.reads_index:
        statuses.append(HTTPStatus.SERVICE_UNAVAILABLE)
    for status in sorted(statuses):
        responses[str(int(status))] = _problem_response(status)
    responses["429"] = {
        "description": "Too many requests at once. API Gateway says so itself, without a problem document.",
        "content": {JSON: {"schema": reference("Throttled"), "example": {"message": "Too Many Requests"}}},
    }
    return responses


def _content(route: Address) -> Document:
    return {media_type: _representation(name) for media_type, name in route.schemas.items()}


def _representation(schema: str) -> Document:
    """Return the schema of a representation, with its example where it has one; `schema` is as in a route."""
    if schema not in SCHEMAS:
        return {"schema": {"type": schema}}
    examples = SCHEMAS[schema].get("examples")
    return {"schema": reference(schema)} | ({"example": examples[0]} if examples else {})


def _problem_response(status: HTTPStatus) -> Document:
    kinds = [kind for kind in PROBLEM_TYPES if kind.status == status]
    response: Document = {
        "description": " ".join(f"`{kind.name}`: {kind.description}" for kind in kinds),
        "content": {
            PROBLEM: {"schema": reference("Problem"), "examples": {each.name: _example(each) for each in kinds}}
        },
    }
    headers = {HTTPStatus.METHOD_NOT_ALLOWED: ("Allow",), HTTPStatus.SERVICE_UNAVAILABLE: ("RetryAfter",)}
    return {**response, "headers": _header_references(*headers[status])} if status in headers else response


def _example(kind: ProblemType) -> Document:
    value: Document = {"type": kind.uri, "title": kind.title, "status": int(kind.status), "detail": kind.description}
    return {"value": value}
