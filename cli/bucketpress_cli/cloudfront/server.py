"""A stand-in for CloudFront on this machine: a server that answers from a distribution."""

import threading
from collections.abc import Callable
from http import HTTPMethod, HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from bucketpress_cli.cloudfront.edge_cache import Request
from bucketpress_cli.cloudfront.functions import Answer

# How long stopping the server may take.
POLL_SECONDS = 0.05
WITHOUT_BODY = frozenset({HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT})

Respond = Callable[[Request], Answer]


class LocalCloudFront:
    """Serves a distribution on loopback; listens from the start, answers once `open` is called."""

    def __init__(self, port: int = 0) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="cloudfront", daemon=True
        )

    @property
    def url(self) -> str:
        """Return the site's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def open(self, respond: Respond) -> None:
        """Start answering."""
        self._server.RequestHandlerClass = type("Handler", (_Handler,), {"respond": staticmethod(respond)})
        self._thread.start()

    def close(self) -> None:
        """Stop answering and listening."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Handler(BaseHTTPRequestHandler):
    """One reader's connection."""

    protocol_version = "HTTP/1.1"
    respond: Respond

    def do_GET(self) -> None:
        """Answer a request of any method."""
        uri, _, query = self.path.partition("?")
        # Nobody here takes a body, but the next request of the connection comes after it.
        self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        self._send(self.respond(Request(method=self.command, uri=uri, query=query, headers=headers)))

    do_HEAD = do_GET  # noqa: N815 - the names http.server calls
    do_OPTIONS = do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815

    def _send(self, given: Answer) -> None:
        self.send_response_only(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        if given.status not in WITHOUT_BODY:
            self.send_header("content-length", str(len(given.body)))
        self.end_headers()
        if self.command != HTTPMethod.HEAD and given.status not in WITHOUT_BODY:
            self.wfile.write(given.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of http.server
        """Write no access log: the terminal belongs to the command that serves."""
