"""Serves a built site on loopback as CloudFront does: its rules, its headers, its statuses."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from bucketpress.adapters.memory_stores import MemorySearchObjects, MemorySiteStore
from bucketpress.api.http import Request
from bucketpress.bootstrap import previewed_search
from bucketpress.records.site_object import StoredArtifact
from bucketpress_cli.cloudfront.distribution import SEARCH_PAGE
from bucketpress_cli.cloudfront.functions import SECURITY_HEADERS, Answer, address, answer


class SiteServer:
    """A site store behind the rules of CloudFront. `picture_delay_seconds` delays every picture."""

    def __init__(self, site: MemorySiteStore) -> None:
        self.picture_delay_seconds = 0.0
        self.search = previewed_search(MemorySearchObjects(site))
        handler = type("Handler", (_Handler,), {"site": site, "owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: MemorySiteStore
    owner: SiteServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == SEARCH_PAGE:
            found = self.owner.search.respond(Request(method="GET", path=parts.path, query=parts.query))
            headers = {name.lower(): value for name, value in found.headers.items()} | SECURITY_HEADERS
            self._send(Answer(status=found.status, headers=headers), found.body)
            return
        wanted = address(parts.path, parts.query, ", ".join(self.headers.get_all("accept", [])))
        if wanted.location is not None:
            self._send(Answer(status=301, headers={"location": wanted.location}), b"")
            return
        key = unquote(wanted.uri).removeprefix("/")
        stored = self.site.head(key)
        if stored is None:
            missing = self.site.head("404.html")
            headers = _headers(missing) if missing else {}
            self._send(Answer(status=404, headers=headers), self.site.data("404.html") if missing else b"")
            return
        if stored.content_type.startswith("image/"):
            time.sleep(self.owner.picture_delay_seconds)
        self._send(answer(wanted.uri, Answer(status=200, headers=_headers(stored))), self.site.data(key))

    def _send(self, given: Answer, body: bytes) -> None:
        self.send_response_only(given.status)
        # Upgrading to TLS is for a real host.
        kept = {name: value for name, value in given.headers.items() if name != "strict-transport-security"}
        for name, value in {**kept, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of http.server
        pass


def _headers(stored: StoredArtifact) -> dict[str, str]:
    headers = {**SECURITY_HEADERS, "content-type": stored.content_type, "cache-control": stored.cache_control}
    if stored.redirect_to is not None:
        headers["x-amz-website-redirect-location"] = stored.redirect_to
    if stored.status is not None:
        headers["x-amz-meta-status"] = str(stored.status)
    return headers
