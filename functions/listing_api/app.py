"""The index over HTTP, read only."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.bootstrap import listings
from bucketpress.content.keys import href
from bucketpress.content.post import Entry
from bucketpress.services.listings import InvalidCursorError, NotPublishedError
from bucketpress.site.feeds import entry_id

logger = Logger()
app = APIGatewayHttpResolver()

DEFAULT_LIMIT, MOST = 20, 100
PARAMETERS = {"tag", "author", "limit", "cursor"}
CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=600"


class BadRequestError(Exception):
    """The request asks for something that is not there to be asked for."""


@app.route("/v1/posts", method=["GET", "HEAD"])
def list_posts() -> Response[Any]:
    """List published posts, newest first."""
    query = app.current_event.query_string_parameters or {}
    unknown = sorted(query.keys() - PARAMETERS)
    if unknown:
        message = f"unknown parameter {unknown[0]!r}; there are {', '.join(sorted(PARAMETERS))}"
        raise BadRequestError(message)
    page = listings().page(
        tag=query.get("tag"), author=query.get("author"), limit=_limit(query.get("limit")), cursor=query.get("cursor")
    )
    url = listings().site_url()
    return _json({"items": [_item(entry, url) for entry in page.entries], "next_cursor": page.next_cursor})


@app.route("/v1/posts/<slug>", method=["GET", "HEAD"])
def get_post(slug: str) -> Response[Any]:
    """Give one published post with its HTML and its Markdown."""
    entry, body = listings().post(unquote(slug))
    return _json({**_item(entry, listings().site_url()), "html": body.html, "markdown": body.markdown})


@app.exception_handler([BadRequestError, InvalidCursorError])  # type: ignore[untyped-decorator]
def bad_request(error: Exception) -> Response[Any]:
    """Answer 400 with what is wrong."""
    detail = str(error) if isinstance(error, BadRequestError) else "the cursor is not one this listing gave"
    return _problem(HTTPStatus.BAD_REQUEST, detail)


@app.exception_handler(NotPublishedError)  # type: ignore[untyped-decorator]
def not_published(error: NotPublishedError) -> Response[Any]:
    """Answer 404."""
    return _problem(HTTPStatus.NOT_FOUND, f"no published post has the slug {str(error)!r}")


@app.not_found
def no_route(_error: Exception) -> Response[Any]:
    """Answer 404 for a path that is no resource."""
    return _problem(HTTPStatus.NOT_FOUND, "there is nothing at this path; try /v1/posts")


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        message = f"limit must be a whole number from 1 to {MOST}"
        raise BadRequestError(message)
    return int(text)


def _item(entry: Entry, url: str) -> dict[str, Any]:
    return {
        "id": entry_id(entry),
        "slug": entry.slug,
        "path": entry.path,
        "url": url + href(entry.path),
        "title": entry.title,
        "summary": entry.summary,
        "published": entry.published.isoformat() if entry.published else None,
        "updated": entry.updated.isoformat() if entry.updated else None,
        "tags": [{"slug": tag.slug, "label": tag.label} for tag in entry.tags],
        "authors": [{"slug": author.slug, "name": author.name} for author in entry.authors],
        "image": entry.image,
        "lang": entry.lang,
    }


def _json(body: dict[str, Any]) -> Response[Any]:
    return Response(
        status_code=HTTPStatus.OK,
        content_type=content_types.APPLICATION_JSON,
        body=json.dumps(body, ensure_ascii=False),
        headers={"Cache-Control": CACHE_CONTROL},
    )


def _problem(status: HTTPStatus, detail: str) -> Response[Any]:
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return Response(status_code=status, content_type="application/problem+json", body=json.dumps(body))


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request."""
    return app.resolve(event, context)
