"""A previewed folder: addresses answer as in production, and what changes is updated."""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bucketpress_cli.cloudfront.server import LocalCloudFront
from bucketpress_cli.local_site.previewed_site import PreviewedSite
from tests.support.world import SITE_YAML, markdown

pytestmark = pytest.mark.slow  # each waits for a server


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    """Gives a redirect back instead of following it."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


OPEN = urllib.request.build_opener(KeepRedirects, urllib.request.ProxyHandler({})).open


class Preview:
    """A content folder, its preview, and a reader."""

    def __init__(self, folder: Path, out: Path, server: LocalCloudFront, *, shows_early: bool = False) -> None:
        self.folder, self.url = folder, server.url
        self.now = datetime(2011, 1, 10, 12, tzinfo=UTC)
        self.site = PreviewedSite(folder, out, server.url, clock=lambda: self.now, shows_early=shows_early)
        server.open(self.site.respond)
        self.saved = 0

    def save(self, key: str, data: bytes) -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.saved += 1
        os.utime(path, (self.saved, self.saved))  # however coarse the file system's clock

    def get(self, path: str) -> tuple[int, str, str]:
        """Give the status, the text and the redirect's target."""
        try:
            with OPEN(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode(), ""
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers.get("location", "")


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    folder, out = tmp_path / "content", tmp_path / "out"
    (folder / "posts").mkdir(parents=True)
    out.mkdir()
    (folder / "site.yaml").write_bytes(SITE_YAML)
    (folder / "posts" / "a.md").write_bytes(markdown("First title", tags="[x]"))
    with LocalCloudFront() as server:
        yield Preview(folder, out, server)


def test_pages_and_missing_pages_answer_as_in_production(preview: Preview) -> None:
    page, missing, without_slash = (preview.get(path) for path in ("/2010/03/a/", "/no/such/", "/tags"))

    assert page[0] == 200
    assert "First title" in page[1]
    assert (missing[0], missing[1]) == (404, preview.get("/404.html")[1])
    assert (without_slash[0], without_slash[2]) == (301, "/tags/")
    assert preview.get("/v1/posts/")[0] == 404


def test_a_changed_post_is_made_anew_and_its_old_address_leads_to_the_new_one(preview: Preview) -> None:
    preview.save("posts/a.md", markdown("Second title", slug="b"))

    preview.site.look()

    assert "Second title" in preview.get("/2010/03/b/")[1]
    assert "Second title" in preview.get("/")[1]
    assert preview.get("/2010/03/a/")[::2] == (301, "/2010/03/b/")
    assert preview.get("/tags/x/")[0] == 410


def test_a_new_file_and_a_deleted_one_are_noticed(preview: Preview) -> None:
    preview.save("posts/new/index.md", markdown("New", text="![p](p.png)"))
    preview.save("posts/new/p.png", b"image")
    (preview.folder / "posts" / "a.md").unlink()

    preview.site.look()

    assert preview.get("/2010/03/new/")[0] == 200
    assert preview.get("/_bucketpress/media/posts/new/p.png")[1] == "image"
    assert preview.get("/2010/03/a/")[0] == 410


def test_changed_settings_make_every_page_anew(preview: Preview) -> None:
    preview.save("site.yaml", SITE_YAML.replace(b"Packnet Blog", b"Another name"))

    preview.site.look()

    assert "Another name" in preview.get("/2010/03/a/")[1]


def test_what_is_wrong_with_a_file_is_told_and_the_preview_goes_on(
    preview: Preview, capsys: pytest.CaptureFixture[str]
) -> None:
    preview.save("posts/bad.md", b"---\ntitle: Bad\ndate: 03/04/2010\n---\n")
    preview.site.look()
    told = capsys.readouterr().err
    preview.save("posts/bad.md", markdown("Mended", slug="fixed"))

    preview.site.look()

    assert "posts/bad.md: invalid" in told
    assert preview.get("/2010/03/fixed/")[0] == 200


def test_nothing_is_made_anew_while_nothing_changes(preview: Preview, capsys: pytest.CaptureFixture[str]) -> None:
    preview.save("posts/.a.md.swp", b"an editor's own")

    preview.site.look()

    assert "updated" not in capsys.readouterr().err


def test_a_scheduled_post_appears_when_its_time_comes(preview: Preview) -> None:
    preview.save("posts/later.md", markdown("Later", "2011-01-10T12:10:00Z"))
    preview.site.look()
    before = preview.get("/2011/01/later/")[0]

    preview.now += timedelta(minutes=10)
    preview.site.look()

    assert before == 404
    assert preview.get("/2011/01/later/")[0] == 200
