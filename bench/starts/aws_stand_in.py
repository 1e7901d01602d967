"""AWS as functions see it, on this machine: the table, both buckets and SQS over HTTPS, for what a function measures.

A process that looks up every name of AWS at 127.0.0.1 and trusts `certificate` talks to it as it would to AWS. It runs
in a process or thread of its own, so that nothing it loads or computes counts for who is measured.
"""

import hashlib
import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase, BytesIO
from pathlib import Path
from re import sub
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.certificates import write_certificate
from tests.support.counted_cloud import CountedCloud

REGION = "eu-west-1"
CONTENT, SITE, TABLE = "content", "site", "table"
Headers = Mapping[str, str]
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class StandIn:
    """A cloud behind HTTPS: what functions write is kept, and seen by those that come after."""

    cloud: CountedCloud
    port: int = 0
    certificate: Path = field(default_factory=Path)
    written: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, host: str, path: str, headers: Headers, body: bytes) -> Answer:
        """Answer one request."""
        with self._alone:
            if target := headers.get("X-Amz-Target"):
                service, _, operation = target.partition(".")
                sent = json.loads(body)
                return self._queue(sent) if service == "AmazonSQS" else self._table(operation, sent)
            key = unquote(urlsplit(path).path).removeprefix("/")
            return self._content(key) if host.startswith(CONTENT) else self._site(method, key, headers, body)

    def _table(self, operation: str, sent: Any) -> Answer:  # noqa: ANN401 - JSON
        method = sub("(?<!^)([A-Z])", r"_\1", operation).lower()
        try:
            return _json(getattr(self.cloud.table, method)(**sent))
        except ClientError as error:
            told = error.response["Error"]
            refused = {"__type": f"#{told['Code']}", "message": told["Message"]}
            return _json(refused | {"CancellationReasons": error.response.get("CancellationReasons", [])}, 400)

    def _queue(self, sent: Any) -> Answer:  # noqa: ANN401 - JSON
        accepted = [
            {"Id": entry["Id"], "MessageId": entry["Id"], "MD5OfMessageBody": _md5(entry["MessageBody"].encode())}
            for entry in sent["Entries"]
        ]
        return _json({"Successful": accepted, "Failed": []})

    def _content(self, key: str) -> Answer:
        found = self.cloud.content.read_newest(key, 1_000_000)
        version, data = found or (None, None)
        if version is None or data is None:
            return HTTPStatus.NOT_FOUND, {}, b""
        return HTTPStatus.OK, _headers(version.etag) | {"x-amz-version-id": version.version}, data

    def _site(self, method: str, key: str, headers: Headers, body: bytes) -> Answer:
        known = self.written.get(key) or self._from_cloud(key)
        etag = known[0] if known else ""
        if method == "PUT":
            wanted = headers.get("If-Match", "").strip('"')
            if wanted != etag or (known and "If-None-Match" in headers):
                return HTTPStatus.PRECONDITION_FAILED, {}, b"<Error><Code>PreconditionFailed</Code></Error>"
            data = _unwrapped(headers, body)
            self.written[key] = _md5(data), data
            return HTTPStatus.OK, _headers(_md5(data)), b""
        if known is None:
            return HTTPStatus.NOT_FOUND, {}, b"" if method == "HEAD" else b"<Error><Code>NoSuchKey</Code></Error>"
        if headers.get("If-None-Match", "").strip('"') == etag:
            return HTTPStatus.NOT_MODIFIED, _headers(etag), b""
        return HTTPStatus.OK, _headers(etag), known[1]

    def _from_cloud(self, key: str) -> tuple[str, bytes] | None:
        stored = self.cloud.site.head(key)
        return (stored.etag, self.cloud.site.data(key)) if stored else None


@contextmanager
def served(cloud: CountedCloud, folder: Path) -> Iterator[StandIn]:
    """Serve a cloud until the block ends; a certificate for the names of AWS is written into a folder."""
    stand_in = StandIn(cloud)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _respond(self) -> None:
            headers = dict(self.headers)
            is_chunked = headers.get("Transfer-Encoding") == "chunked"
            body = _chunks(self.rfile) if is_chunked else self.rfile.read(int(headers.get("Content-Length", "0")))
            status, answered, data = stand_in.answer(self.command, headers["Host"], self.path, headers, body)
            self.send_response(status)
            for name, value in answered.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD" and status != HTTPStatus.NOT_MODIFIED:
                self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_HEAD = _respond  # noqa: N815 - named by http.server

        def log_message(self, *_: object) -> None:
            """Write no line for a request."""

    names = [x509.DNSName(f"*.{REGION}.amazonaws.com"), x509.DNSName(f"*.s3.{REGION}.amazonaws.com")]
    secret = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    stand_in.certificate, key = write_certificate(folder, secret, names)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(stand_in.certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    stand_in.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()


def _json(value: object, status: int = HTTPStatus.OK) -> Answer:
    data = json.dumps(value, default=lambda held: b64encode(held).decode()).encode()
    return status, {"Content-Type": "application/x-amz-json-1.0"}, data


def _headers(etag: str) -> dict[str, str]:
    return {"ETag": f'"{etag}"', "Last-Modified": "Fri, 05 Mar 2010 09:00:00 GMT"}


def _unwrapped(headers: Headers, body: bytes) -> bytes:
    """Return the data of a PUT, which the SDK sends in chunks of its own with a checksum behind them."""
    return _chunks(BytesIO(body)) if "aws-chunked" in headers.get("Content-Encoding", "") else body


def _chunks(stream: BufferedIOBase) -> bytes:
    """Read what is sent in chunks, up to the blank line behind the last and what is noted there."""
    data = b""
    while length := int(stream.readline().partition(b";")[0], 16):
        data += stream.read(length)
        stream.readline()
    while stream.readline().strip():
        pass
    return data


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
