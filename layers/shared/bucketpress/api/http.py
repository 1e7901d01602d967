"""HTTP requests and responses as the API sees them, and the representations that responses are made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

JSON = "application/json"
FEED = "application/feed+json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `query` is the raw query string; header names are lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The bytes of a representation, and the address of the next page, where there is one."""

    data: bytes
    next_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """What an operation found, before it is rendered.

    Two representations of one media type with equal validators render to the same bytes, so the ETag is made from it.
    """

    validator: str
    render: Callable[[], Payload]
