"""A cache of CloudFront: what it keeps and when it asks the origin, with the clock as an argument."""

import gzip
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPMethod, HTTPStatus

from bucketpress.records.type_at_rest import is_compressed
from bucketpress_cli.cloudfront.cache_rules import (
    CachePolicy,
    seconds_behind_a_revalidation,
    seconds_instead_of_an_error,
    seconds_kept,
)
from bucketpress_cli.cloudfront.functions import Answer

COMPRESSIBLE_BYTES = range(1_000, 10_000_001)
COMPRESSIBLE_STATUSES = frozenset({HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request; `uri` and `query` are percent-encoded, header names are lower-case."""

    uri: str
    method: str = HTTPMethod.GET
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)


Origin = Callable[[Request], Answer]
Key = tuple[str, ...]


def as_it_is(_request: Request, answer: Answer) -> Answer:
    """Return the answer."""
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """An answer, the origin's ETag of it, when it was asked for, and until when it is served unasked."""

    answer: Answer
    etag: str | None
    asked: float
    until: float


class EdgeCache:
    """Answers from what it has, as CloudFront would, else from the origin, which may be another cache.

    A cache does not know how old an answer is that it gets from another. When the origin confirms an answer with 304,
    the headers it came with stay: whether CloudFront takes those of the 304 is not documented. `finish` makes of the
    origin's answer what is kept and given to readers.
    """

    def __init__(
        self,
        origin: Origin,
        policy: CachePolicy,
        clock: Callable[[], float],
        finish: Callable[[Request, Answer], Answer] = as_it_is,
    ) -> None:
        self._origin, self._policy, self._clock, self._finish = origin, policy, clock, finish
        self._kept: dict[Key, _Kept] = {}
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer:
        """Answer a GET or HEAD request; one with If-None-Match may get 304."""
        key = self._key(request)
        kept, now = self._kept.get(key), self._clock()
        if kept is None or now >= kept.until:
            kept = self._ask(key, request, kept, now)
        known = request.headers.get("if-none-match")
        if known is not None and known == kept.etag and kept.answer.status == HTTPStatus.OK:
            return Answer(status=HTTPStatus.NOT_MODIFIED, headers=kept.answer.headers)
        return kept.answer

    def purge(self, patterns: Sequence[str]) -> None:
        """Forget what addresses match, with `*` for anything at a pattern's end."""
        with self._lock:
            gone = [key for key in self._kept if any(_matches(key[1], pattern) for pattern in patterns)]
            for key in gone:
                del self._kept[key]

    def _ask(self, key: Key, request: Request, kept: _Kept | None, now: float) -> _Kept:
        """Return what the origin has, or what was kept in its stead, and keep it."""
        made = self._fetched(request, kept, now)
        with self._lock:
            newest = self._kept.get(key)
            # Of two requests at once the one that was asked first may end last.
            if newest is None or newest.asked <= made.asked:
                self._kept[key] = made
        if kept is not None and now < kept.until + seconds_behind_a_revalidation(_cache_control(kept.answer)):
            return kept
        return made

    def _fetched(self, request: Request, kept: _Kept | None, now: float) -> _Kept:
        etag = kept.etag if kept and kept.answer.status < HTTPStatus.BAD_REQUEST else None
        own = ("accept-encoding", "if-none-match")
        headers = {name: value for name, value in request.headers.items() if name not in own}
        encoding = encoding_of(request)
        headers |= {"accept-encoding": encoding} if encoding else {}
        headers |= {"if-none-match": etag} if etag else {}
        answer = self._origin(replace(request, headers=headers))
        if kept is not None and answer.status == HTTPStatus.NOT_MODIFIED:
            seconds = seconds_kept(kept.answer.status, _cache_control(kept.answer), self._policy)
            return replace(kept, asked=now, until=now + seconds)
        seconds = seconds_kept(answer.status, _cache_control(answer), self._policy)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and kept is not None and self._may_stand_in(kept, now):
            return replace(kept, until=now + seconds)
        return _Kept(
            answer=self._finish(request, answer),
            etag=answer.headers.get("etag"),
            asked=now,
            until=now + seconds,
        )

    def _may_stand_in(self, kept: _Kept, now: float) -> bool:
        if kept.answer.status >= HTTPStatus.BAD_REQUEST:
            return False
        ended = kept.asked + seconds_kept(kept.answer.status, _cache_control(kept.answer), self._policy)
        return now < ended + seconds_instead_of_an_error(_cache_control(kept.answer))

    def _key(self, request: Request) -> Key:
        query = request.query if self._policy.has_query else ""
        headers = (request.headers.get(name, "") for name in self._policy.headers)
        return (request.method, request.uri, query, encoding_of(request), *headers)


def encoding_of(request: Request) -> str:
    """Return `gzip` where a reader accepts it. CloudFront keeps one copy for each encoding; brotli is left out here."""
    for part in request.headers.get("accept-encoding", "").lower().replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if name == "gzip" and (not weight or weight.strip("0.")):
            return name
    return ""


def compressed(request: Request, answer: Answer) -> Answer:
    """Return an answer compressed, where the reader accepts that and CloudFront compresses its type and size."""
    if not encoding_of(request):
        return answer
    headers = dict(answer.headers)
    small = len(answer.body) not in COMPRESSIBLE_BYTES
    if small or answer.status not in COMPRESSIBLE_STATUSES or "content-encoding" in headers:
        return answer
    if not is_compressed(headers.get("content-type", "")):
        return answer
    headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    if headers.get("etag", "").startswith('"'):
        headers["etag"] = f"W/{headers['etag']}"
    return replace(answer, headers=headers, body=gzip.compress(answer.body, 6, mtime=0))


def _cache_control(answer: Answer) -> str:
    return answer.headers.get("cache-control", "")


def _matches(uri: str, pattern: str) -> bool:
    return uri.startswith(pattern[:-1]) if pattern.endswith("*") else uri == pattern
