"""The real handler of the API over any index: called as API Gateway would, or served on loopback."""

import base64
import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bucketpress.adapters.memory_stores import MemorySearchObjects
from bucketpress.adapters.parallel import OneByOne
from bucketpress.api.listing_api import ListingApi
from bucketpress.api.routes import SEARCH
from bucketpress.api.search_api import SearchApi
from bucketpress.handlers import listing_api_handler, search_handler
from bucketpress.ports import PostIndex, SearchObjects
from bucketpress.services.queries.search_library import SearchLibrary
from bucketpress.site.layout import SEARCH_PAGE
from tests.support.world import World

ROOT = Path(__file__).parents[2]
EVENT = json.loads((ROOT / "events" / "listing-api-posts.json").read_text())
SECRET = b"a secret of the tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What a client got; header names are lower-case, the body is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The last part of a problem's type."""
        assert self.headers["content-type"] == "application/problem+json"
        return str(self.json["type"]).rpartition("#")[2]


class ApiClient:
    """Calls the API as API Gateway calls the functions; that of search only where there is something to search."""

    def __init__(
        self,
        index: PostIndex,
        clock: Callable[[], datetime],
        secret: bytes = SECRET,
        search_objects: SearchObjects | None = None,
    ) -> None:
        library = SearchLibrary(objects=search_objects, parallel=OneByOne()) if search_objects else None
        self._search = SearchApi(library=library, secret=secret, software="test") if library else None
        api = ListingApi(index=index, clock=clock, secret=secret, software="test")
        self._resolver = listing_api_handler.resolver(lambda: api)
        # The resolver keeps the event it works on; a Lambda function has one at a time.
        self._alone = threading.Lock()

    def call(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """Resolve one event; `path` is percent-encoded."""
        event = json.loads(json.dumps(EVENT))
        event["rawPath"] = event["requestContext"]["http"]["path"] = decoded_as_api_gateway_does(path)
        event["rawQueryString"] = query
        event["requestContext"]["http"]["method"] = method
        event["headers"] = {name.lower(): value for name, value in headers.items()}
        with self._alone:
            if self._search and event["rawPath"] in {SEARCH.path, f"/{SEARCH_PAGE.removesuffix('index.html')}"}:
                found: dict[str, Any] = search_handler.answer(event, self._search)
                return found
            answer: dict[str, Any] = self._resolver.resolve(event, None)
        return answer

    def send(
        self, method: str, path: str, query: Mapping[str, object] | str = "", headers: Mapping[str, str] | None = None
    ) -> Got:
        """Send a request; `path` is plain text, `query` raw or a mapping."""
        raw = query if isinstance(query, str) else urlencode(query)
        answer = self.call(method, quote(path), raw, headers or {})
        body = answer["body"] or ""
        data = base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
        given = {name.lower(): value for name, value in answer["headers"].items()}
        if given.get("content-encoding") == "gzip" and data:
            data = gzip.decompress(data)
        return Got(status=answer["statusCode"], headers=given, body=data)

    def get(self, path: str, query: Mapping[str, object] | str = "", headers: Mapping[str, str] | None = None) -> Got:
        return self.send("GET", path, query, headers)

    def follow(self, path: str, query: Mapping[str, object]) -> Iterator[Got]:
        """Walk from page to page by cursor."""
        cursor: dict[str, object] = {}
        while True:
            page = self.get(path, {**query, **cursor})
            assert page.status == 200, page.body
            yield page
            if page.json["next_cursor"] is None:
                return
            cursor = {"cursor": page.json["next_cursor"]}


def client_of(world: World) -> ApiClient:
    return ApiClient(world.index, lambda: world.now, search_objects=MemorySearchObjects(world.site))


def decoded_as_api_gateway_does(path: str) -> str:
    """Decode every escape but that of the percent sign, as the `rawPath` of an HTTP API is."""

    def plain(match: re.Match[str]) -> str:
        parts = re.split("(?i)(%25)", match[0])
        return "".join(
            part if part == "%25" else bytes.fromhex(part.replace("%", "")).decode("utf-8", "replace") for part in parts
        )

    return re.sub("(?:%[0-9A-Fa-f]{2})+", plain, path)


@contextmanager
def served(client: ApiClient) -> Iterator[tuple[str, list[str]]]:
    """Serve the API on loopback; give its address, and the statuses of all that was answered."""
    statuses: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: the second would wait for the first to be acknowledged

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            path, _, query = self.path.partition("?")
            given = client.call(self.command, path, query, dict(self.headers.items()))
            body = given["body"] or ""
            data = base64.b64decode(body) if given["isBase64Encoded"] else body.encode()
            statuses.append(f"{self.command} {given['statusCode']}")
            self.send_response_only(given["statusCode"])
            for name, value in given["headers"].items():
                self.send_header(name, value)
            if given["statusCode"] not in {204, 304}:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", statuses
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
