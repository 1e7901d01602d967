"""Pictures are fetched only when that is asked for, only from the addresses of the export, and only once."""

import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bucketpress_cli.main import app
from tests.unit.cli.importers.wordpress_sample import HEAD, export, item


class OldSite(ThreadingHTTPServer):
    """A site that still serves its pictures, and notes what it was asked for."""

    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: OldSite

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/away.png":
            self.send_response(HTTPStatus.FOUND)
            self.send_header("location", "file:///etc/passwd")
            self.end_headers()
            return
        is_page = self.path == "/login.png"
        self.send_response(HTTPStatus.NOT_FOUND if self.path == "/gone.png" else HTTPStatus.OK)
        self.send_header("content-type", "text/html" if is_page else "image/png")
        self.end_headers()
        self.wfile.write(b"bytes of " + self.path.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def old_site() -> Iterator[OldSite]:
    with OldSite(("127.0.0.1", 0), _Handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def wxr(old_site: OldSite, tmp_path: Path) -> Path:
    address = f"http://127.0.0.1:{old_site.server_port}"
    names = ("a.png", "gone.png", "login.png", "away.png")
    pictures = "".join(f'<img src="{address}/{name}" alt="{name}">' for name in names)
    text = f'{pictures}<img src="http://127.0.0.1:1/other.png" alt="elsewhere">'
    post = item(1, text=text, link=f"{address}/2012/02/post-1/")
    file = tmp_path / "export.xml"
    file.write_bytes(
        b"".join(export([post])).replace(HEAD.encode(), HEAD.replace("https://blog.example", address).encode())
    )
    return file


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["import", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


def test_nothing_is_fetched_unless_that_is_asked_for(wxr: Path, old_site: OldSite, tmp_path: Path) -> None:
    output = run(wxr, tmp_path / "blog")

    assert old_site.asked == []
    assert "Pictures and files that are not in the export (4)" in output


def test_pictures_of_the_old_site_are_fetched_and_nothing_else(wxr: Path, old_site: OldSite, tmp_path: Path) -> None:
    run(wxr, tmp_path / "blog", "--fetch-pictures")

    assert sorted(old_site.asked) == ["/a.png", "/away.png", "/gone.png", "/login.png"]
    pictures = {path.name: path.read_bytes() for path in (tmp_path / "blog").rglob("*.png")}
    assert pictures == {"a.png": b"bytes of /a.png"}


def test_a_second_run_fetches_only_what_is_missing(wxr: Path, old_site: OldSite, tmp_path: Path) -> None:
    run(wxr, tmp_path / "blog", "--fetch-pictures")
    old_site.asked.clear()

    run(wxr, tmp_path / "blog", "--fetch-pictures")

    assert "/a.png" not in old_site.asked
