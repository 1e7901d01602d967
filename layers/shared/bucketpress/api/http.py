"""A request as the API sees it, and what it is answered with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

JSON = "application/json"
FEED = "application/feed+json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"

# A cache may serve what it has while it looks for news.
LISTED = "public, max-age=60, stale-while-revalidate=600"
POLLED = "public, max-age=10, stale-while-revalidate=30"
FIXED = "public, max-age=300, stale-while-revalidate=86400"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `query` is the raw query string; header names are lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A body, and the address of the page after it, where there is one."""

    data: bytes
    next_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an operation found, before anything is rendered: `basis` tells whether a client has it already.

    Two replies with one basis render to the same bytes.
    """

    basis: str
    render: Callable[[], Rendered]
    content_type: str = JSON
    cache_control: str = LISTED
    negotiated: bool = False
