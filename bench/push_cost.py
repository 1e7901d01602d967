"""What `bucketpress push` takes for ten thousand files that are unchanged but for their times.

Beside it, in the same run, a Python that only reads these files and hashes them: `python -m bench push_cost`
prints the seconds of both, and how many times the one takes what the other does.
"""

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

from tests.support.object_server import environment
from tests.support.world import markdown

ROOT = Path(__file__).parents[1]
COUNT = 10_000
PAGE = 1_000
ROUNDS = 3
_HASH = "import hashlib, pathlib, sys; [hashlib.md5(p.read_bytes()) for p in pathlib.Path(sys.argv[1]).rglob('*.md')]"


def main() -> None:
    """Push and hash in turns, and print the medians."""
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as name:
        folder = Path(name)
        objects = write_posts(folder, COUNT)
        with serve_listing(objects) as (address, calls):
            pairs = [
                (_spent(push(folder, address)), _spent([sys.executable, "-c", _HASH, name])) for _ in range(ROUNDS)
            ]
    pushed, hashed = (median(seconds) for seconds in zip(*pairs, strict=True))
    ratio = median(one / other for one, other in pairs)
    print(
        f"{COUNT:,} unchanged files: {len(calls) // ROUNDS} calls, {pushed:.2f} s of CPU, {ratio:.1f} times what "
        f"hashing them takes ({hashed:.2f} s)"
    )


def write_posts(folder: Path, count: int) -> Mapping[str, tuple[str, int]]:
    """Write posts whose times are those of nothing in the bucket; return the digest and the size of each key."""
    (folder / "posts").mkdir()
    objects = {}
    for number in range(count):
        data = markdown(f"P {number}", text="Some words of a post. " * 150)
        file = folder / "posts" / f"p{number}.md"
        file.write_bytes(data)
        os.utime(file, (number, number))
        objects[f"posts/p{number}.md"] = (hashlib.md5(data).hexdigest(), len(data))
    return objects


def push(folder: Path, address: str) -> list[str]:
    """Return the command that pushes a folder."""
    program = "from bucketpress_cli.main import app; app()"
    return [
        *("env", "-i", *(f"{name}={value}" for name, value in environment(address).items())),
        f"PYTHONPATH={ROOT}/layers/shared:{ROOT}/cli",
        *(sys.executable, "-c", program, "push", str(folder), "--bucket", "b"),
    ]


def _spent(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def serve_listing(objects: Mapping[str, tuple[str, int]]) -> Iterator[tuple[str, list[str]]]:
    """Answer as a bucket that holds these objects and takes nothing; yield the address and the calls so far."""
    keys, calls = sorted(objects), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            calls.append("LIST" if "list-type" in query else "GET")
            begin = int(query.get("continuation-token", ["0"])[0])
            page, more = keys[begin : begin + PAGE], begin + PAGE < len(keys)
            items = "".join(
                f"<Contents><Key>{key}</Key><LastModified>2026-11-25T10:00:00.000Z</LastModified>"
                f"<ETag>&quot;{objects[key][0]}&quot;</ETag><Size>{objects[key][1]}</Size>"
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
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", calls
        server.shutdown()


if __name__ == "__main__":
    main()
