"""What a push of ten thousand unchanged files costs: calls and processor time."""

import hashlib
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.object_server import environment
from tests.support.world import markdown

ROOT = Path(__file__).parents[3]
COUNT = 10_000
PAGE = 1_000
SECONDS = 3.0
COMMAND = (sys.executable, "-c", "from bucketpress_cli.main import app; app()")

pytestmark = pytest.mark.slow


@contextmanager
def serve_listing(digests: dict[str, str], sizes: dict[str, int]) -> Iterator[tuple[str, list[str]]]:
    """Answer as a bucket that holds these objects and takes nothing; yield the address and the calls so far."""
    keys, calls = sorted(digests), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            calls.append("LIST" if "list-type" in query else "GET")
            begin = int(query.get("continuation-token", ["0"])[0])
            page, more = keys[begin : begin + PAGE], begin + PAGE < len(keys)
            items = "".join(
                f"<Contents><Key>{key}</Key><LastModified>2026-11-25T10:00:00.000Z</LastModified>"
                f"<ETag>&quot;{digests[key]}&quot;</ETag><Size>{sizes[key]}</Size>"
                "<StorageClass>STANDARD</StorageClass></Contents>"
                for key in page
            )
            token = f"<NextContinuationToken>{begin + PAGE}</NextContinuationToken>" if more else ""
            body = (
                '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{items}</ListBucketResult>"
            ).encode()
            self.send_response(200)
            self.send_header("content-type", "application/xml")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_PUT(self) -> None:
            calls.append("PUT")
            self.send_error(403)

        def log_message(self, *_arguments: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", calls
        server.shutdown()


def test_ten_thousand_unchanged_files_cost_ten_calls_and_little_time(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    digests, sizes = {}, {}
    for number in range(COUNT):
        data = markdown(f"P {number}", text="Some words of a post. " * 150)
        file = tmp_path / "posts" / f"p{number}.md"
        file.write_bytes(data)
        os.utime(file, (number, number))
        digests[f"posts/p{number}.md"], sizes[f"posts/p{number}.md"] = hashlib.md5(data).hexdigest(), len(data)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    with serve_listing(digests, sizes) as (address, calls):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from bucketpress_cli.main import app; app()",
                "push",
                str(tmp_path),
                "--bucket",
                "b",
            ],
            env=environment(address) | {"PYTHONPATH": f"{ROOT}/layers/shared:{ROOT}/cli"},
            capture_output=True,
            text=True,
            check=False,
        )

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert (done.returncode, done.stdout) == (0, "The bucket equals the folder.\n"), done.stderr
    assert calls == ["LIST"] * (COUNT // PAGE)
    assert seconds < SECONDS, f"{seconds:.2f} s of processor time"
    print(f"{seconds:.2f} s of processor time")  # noqa: T201 - the figure is what is asked for
