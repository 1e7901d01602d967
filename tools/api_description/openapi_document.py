"""Writes the OpenAPI 3.1 document from the routes. Done beforehand: no request ever waits for it."""

import json
import re
from http import HTTPStatus
from typing import Any

from bucketpress import __version__
from bucketpress.api.http import CSS, FEED, HTML, JSON, PROBLEM
from bucketpress.api.parameters import Parameter
from bucketpress.api.problems import PROBLEM_TYPES, ProblemType
from bucketpress.api.routes import ROUTES, Route
from tools.api_description.schemas import POST_EXAMPLE, reference, schemas

Document = dict[str, Any]

INTRODUCTION = (
    "Published posts of one site, read only. Every address answers GET, HEAD and OPTIONS. Answers carry an ETag: send "
    "it back as `If-None-Match`, and what has not changed costs 304 and no body. Errors are problem documents. A "
    "parameter the API does not know, or that is out of range, is an error and never ignored. Expect new members in "
    "objects."
)
SUMMARIES = {
    "listPosts": (
        "List posts",
        "Of one listing (all, a tag or an author), in a stretch of time; or one by path or id.",
    ),
    "getPost": ("Get a post", "By its slug, with HTML and Markdown. Of several posts with one slug the newest."),
    "listTags": ("List tags", "By slug, with how many posts each has."),
    "listAuthors": ("List authors", "By slug, with how many posts each has."),
    "getArchive": ("Get the archive", "Years and months, with how many posts each has."),
    "getSite": ("Get the site", "Title, address, language, feeds."),
    "listChanges": (
        "List changes",
        "What became of posts, for keeping a copy. A cursor never skips a change; the last minutes come again.",
    ),
    "getOpenApi": ("Get this document", "OpenAPI 3.1."),
    "getDocumentation": ("Get the documentation", "A page for people."),
    "getStylesheet": ("Get the documentation's stylesheet", "CSS."),
}
SCHEMAS = {
    "listPosts": "PostPage",
    "getPost": "Post",
    "listTags": "TagPage",
    "listAuthors": "AuthorPage",
    "getArchive": "Archive",
    "getSite": "Site",
    "listChanges": "ChangePage",
}
ONE_POST = {"listPosts", "getPost"}
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
        "paths": {route.path.replace("<slug>", "{slug}"): {"get": _operation(route)} for route in ROUTES},
        "components": {"schemas": schemas(), "headers": _headers(), "parameters": {"IfNoneMatch": _if_none_match()}},
    }


def openapi_json() -> str:
    """Return the document as it is served."""
    return json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n"


def _operation(route: Route) -> Document:
    summary, description = SUMMARIES[route.name]
    parameters = [_slug()] if "<slug>" in route.path else []
    parameters += [_parameter(parameter) for parameter in route.parameters]
    parameters.append({"$ref": "#/components/parameters/IfNoneMatch"})
    return {
        "operationId": route.name,
        "summary": summary,
        "description": description,
        "tags": ["listings" if route.reads_index else "description"],
        "parameters": parameters,
        "responses": _responses(route),
    }


def _parameter(parameter: Parameter) -> Document:
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": parameter.schema,
        "example": parameter.example,
    }


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


def _responses(route: Route) -> Document:
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
    if route.name in ONE_POST:
        moved = {"description": "The post is elsewhere now.", "headers": _header_references("Location")}
        responses["308"] = moved
        statuses += [HTTPStatus.NOT_FOUND, HTTPStatus.GONE]
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


def _content(route: Route) -> Document:
    if not route.reads_index:
        kind = {"getOpenApi": JSON, "getDocumentation": HTML, "getStylesheet": CSS}[route.name]
        return {kind: {"schema": {"type": "object" if kind == JSON else "string"}}}
    content: Document = {JSON: {"schema": reference(SCHEMAS[route.name]), "example": EXAMPLES[route.name]}}
    if route.name == "listPosts":
        content[FEED] = {"schema": reference("Feed")}
    return content


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


_CURSOR = "AWvZ0m3nU8u1b8qQnYkq4hYyMDEwLTAzLTAx"
_TAG = {"slug": "voip", "label": "VoIP", "count": 12, "url": "https://blog.example.com/tags/voip/"}
_AUTHOR = {"slug": "jane-doe", "name": "Jane Doe", "count": 7, "url": "https://blog.example.com/authors/jane-doe/"}
_MONTH = {"month": 3, "count": 2, "url": "https://blog.example.com/2010/03/"}
_YEAR = {"year": 2010, "count": 2, "url": "https://blog.example.com/2010/", "months": [_MONTH]}
EXAMPLES: Document = {
    "listPosts": {"items": [POST_EXAMPLE], "next_cursor": _CURSOR},
    "getPost": {**POST_EXAMPLE, "html": "<p>The ministry …</p>", "markdown": "The ministry …\n"},
    "listTags": {"items": [_TAG], "next_cursor": None},
    "listAuthors": {"items": [_AUTHOR], "next_cursor": None},
    "getArchive": {"years": [_YEAR]},
    "getSite": {
        "title": "A blog",
        "description": "About telephony.",
        "url": "https://blog.example.com",
        "language": "en",
        "timezone": "Asia/Shanghai",
        "feeds": {
            "rss": "https://blog.example.com/feed.xml",
            "atom": "https://blog.example.com/atom.xml",
            "json": "https://blog.example.com/feed.json",
        },
    },
    "listChanges": {
        "items": [
            {
                "source": "03470533609dea02c3fb27bbf0cc328c",
                "change": "updated",
                "revision": 3,
                "at": "2011-01-10T12:00:00.250000Z",
                **{name: POST_EXAMPLE[name] for name in ("id", "slug", "path", "url")},
            }
        ],
        "next_cursor": _CURSOR,
        "more": False,
    },
}
