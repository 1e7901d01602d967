"""A stand-in for CloudFront on this machine: a server that applies the template's rules to a site and its API."""

import http.client
import threading
from collections.abc import Callable
from http import HTTPMethod, HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from bucketpress.cache_lifetimes import FIXED
from bucketpress_cli.cloudfront.functions import (
    SECURITY_HEADERS,
    Answer,
    address,
    answer,
    without_noise,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CORS_HEADERS = {"access-control-allow-origin": "*", "access-control-expose-headers": "etag,link"}
API_PREFIX = "/v1/"
# How long stopping the server may take.
POLL_SECONDS = 0.05
ERROR_PAGE = "/404.html"
# Of the connection, or of MiniStack; ranges are not served here.
NOT_PASSED_ON = frozenset(
    {"accept-ranges", "apigw-requestid", "connection", "content-length", "date", "keep-alive", "transfer-encoding"}
    | {"x-amzn-requestid"}
)

Origin = Callable[[str], tuple[dict[str, str], bytes] | None]


class BucketOrigin:
    """Reads objects of a site bucket by key: headers, without those of the transport, and bytes."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def __call__(self, key: str) -> tuple[dict[str, str], bytes] | None:
        """Return the headers and bytes of one object, None for a missing one."""
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise
        headers: dict[str, str] = {
            name.lower(): value for name, value in found["ResponseMetadata"]["HTTPHeaders"].items()
        }
        return {name: value for name, value in headers.items() if name not in NOT_PASSED_ON}, found["Body"].read()


class LocalCloudFront:
    """Serves a site and its API on loopback; listens from the start, answers once `open` is called."""

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

    def open(self, origin: Origin, api: str | None = None) -> None:
        """Start answering from the origin and, below /v1/, from the API at `api` (an address without the /v1)."""
        self._server.RequestHandlerClass = type("Handler", (_Handler,), {"origin": staticmethod(origin), "api": api})
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
    origin: Origin
    api: str | None

    def do_GET(self) -> None:
        """Answer a page or an API request."""
        if self.api is not None and self.path.startswith(API_PREFIX):
            self._pass_to_api(self.api)
        else:
            self._serve()

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def do_OPTIONS(self) -> None:
        """Pass requests of other methods to the API, and refuse them for pages."""
        if self.api is not None and self.path.startswith(API_PREFIX):
            self._pass_to_api(self.api)
        else:
            self._refuse()

    def _refuse(self) -> None:
        self._send(Answer(status=HTTPStatus.FORBIDDEN, headers={"content-type": "text/plain"}), b"Not allowed here.\n")

    do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS  # noqa: N815 - the names http.server calls

    def _serve(self) -> None:
        parts = urlsplit(self.path if not self.path.startswith("//") else f"http://{self.headers['host']}{self.path}")
        wanted = address(parts.path, parts.query, ", ".join(self.headers.get_all("accept", [])))
        if wanted.location is not None:
            headers = {"location": wanted.location, "cache-control": FIXED}
            self._send(Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers=headers), b"")
            return
        found = self._object(wanted.uri)
        if found is None:
            page = self._object(ERROR_PAGE)
            headers, body = page or ({"content-type": "text/plain"}, b"Not found.\n")
            self._send(Answer(status=HTTPStatus.NOT_FOUND, headers=SECURITY_HEADERS | without_noise(headers)), body)
            return
        headers, body = found
        given = answer(wanted.uri, Answer(status=HTTPStatus.OK, headers=SECURITY_HEADERS | headers))
        if self._already_has(given.headers.get("etag")):
            given, body = Answer(status=HTTPStatus.NOT_MODIFIED, headers=given.headers), b""
        self._send(given, body)

    def _object(self, uri: str) -> tuple[dict[str, str], bytes] | None:
        """Return the headers and bytes of the object at an address, None for a missing one."""
        return self.origin(unquote(uri).removeprefix("/"))

    def _already_has(self, etag: str | None) -> bool:
        """Return whether If-None-Match names an ETag, compared weakly (RFC 9110, section 13.1.2)."""
        asked = [each.strip().removeprefix("W/") for each in self.headers.get("if-none-match", "").split(",")]
        return etag is not None and (etag.removeprefix("W/") in asked or "*" in asked)

    def _pass_to_api(self, api: str) -> None:
        origin = urlsplit(api)
        connection = http.client.HTTPConnection(origin.hostname or "", origin.port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        try:
            connection.request(self.command, origin.path + self.path, headers=headers)
            response = connection.getresponse()
            body = response.read()
        except OSError:
            self._send(Answer(status=HTTPStatus.BAD_GATEWAY, headers={"content-type": "text/plain"}), b"No answer.\n")
            return
        finally:
            connection.close()
        kept = without_noise({name.lower(): value for name, value in response.getheaders()})
        kept = {name: value for name, value in kept.items() if name not in NOT_PASSED_ON}
        cors = CORS_HEADERS if "origin" in self.headers else {}
        self._send(Answer(status=response.status, headers=kept | SECURITY_HEADERS | cors), body)

    def _send(self, given: Answer, body: bytes) -> None:
        self.send_response_only(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        if given.status not in {HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT}:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != HTTPMethod.HEAD and given.status not in {HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT}:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of http.server
        """Write no access log: the terminal belongs to the command that serves."""
