"""S3 in a process of its own, over HTTP: for commands that are killed, and for several at once."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws
from moto.core.models import botocore_stubber

from tests.support.aws import REGION

# So that whoever watches a push sees it before it is over, also where the machine is busy.
PUT_SECONDS = 0.004


class _Handler(BaseHTTPRequestHandler):
    """Hands each request to moto as if botocore were about to send it; moto's own server needs a dozen packages."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            # As S3: of a client that was killed while it sent an object, nothing is stored.
            self.close_connection = True
            return
        if self.command == "PUT":
            time.sleep(PUT_SECONDS)
        url = f"https://s3.amazonaws.com{self.path}"
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "expect"}}
        request = AWSPreparedRequest(self.command, url, headers, body, stream_output=False)
        answer = botocore_stubber("before-send.s3.Any", request)
        data = answer.content
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, str(value))
        self.send_header("content-length", answer.headers.get("content-length", "0") if not data else str(len(data)))
        self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
        self.close_connection = True

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815 - as http.server calls them

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output clean."""


class _Server(HTTPServer):
    """One request at a time: moto loses compare-and-sets between threads."""

    request_queue_size = 128

    def handle_error(self, *_arguments: object) -> None:
        """Take no notice of a client that was killed."""


@contextmanager
def object_server() -> Iterator[str]:
    """Serve S3 until the end; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "tests.support.object_server", str(port)])
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def environment(address: str) -> dict[str, str]:
    """Return the variables with which a command finds the server."""
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "COLUMNS": "100",
        "TERM": "dumb",
    }


def _await(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = "the server does not come up"
    raise AssertionError(message)


if __name__ == "__main__":
    with mock_aws():
        _Server(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
