"""CloudFormation's DescribeStacks over HTTP, for commands that look a stack up.

moto has one as well, which needs a dozen more packages.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

REFUSALS = ("AccessDenied", "ExpiredToken", "SomethingElse")
NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


@contextmanager
def serve_stacks(stacks: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Answer for some stacks and their outputs; give the address. A stack named after a refusal is refused so."""
    handler = type("Handler", (_Handler,), {"stacks": stacks})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    stacks: Mapping[str, Mapping[str, str]]

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        name = form.get("StackName", [""])[0]
        if name in REFUSALS:
            self._answer(403, _error(name, "Not allowed, says CloudFormation."))
            return
        if name and name not in self.stacks:
            self._answer(400, _error("ValidationError", f"Stack with id {name} does not exist"))
            return
        chosen = {name: self.stacks[name]} if name else self.stacks
        members = "".join(_stack(each, outputs) for each, outputs in chosen.items())
        self._answer(200, f"<DescribeStacksResult><Stacks>{members}</Stacks></DescribeStacksResult>")

    def _answer(self, status: int, inner: str) -> None:
        root = "DescribeStacksResponse" if status == 200 else "ErrorResponse"
        body = f'<{root} xmlns="{NAMESPACE}">{inner}<RequestId>r</RequestId></{root}>'.encode()
        self.send_response(status)
        self.send_header("content-type", "text/xml")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Keep the test's output clean."""


def _stack(name: str, outputs: Mapping[str, str]) -> str:
    members = "".join(
        f"<member><OutputKey>{key}</OutputKey><OutputValue>{escape(value)}</OutputValue></member>"
        for key, value in outputs.items()
    )
    return (
        f"<member><StackName>{name}</StackName><CreationTime>2026-11-24T09:00:00Z</CreationTime>"
        f"<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>{members}</Outputs></member>"
    )


def _error(code: str, message: str) -> str:
    return f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
