"""What a preview adds: pages that load again, drafts with a mark, problems in the page; and nothing else."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bucketpress_cli.cloudfront.edge_cache import Request
from bucketpress_cli.cloudfront.functions import Answer
from bucketpress_cli.cloudfront.origins import KEPT_BACK
from bucketpress_cli.local_site import live_page
from bucketpress_cli.local_site.build_cache import BuildCache
from bucketpress_cli.local_site.cached_build import CachedBuild, Options
from bucketpress_cli.local_site.folder_lock import locked
from bucketpress_cli.local_site.previewed_site import PreviewedSite
from tests.support.world import SITE_YAML, markdown

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
URL = "http://127.0.0.1:8000"


class Desk:
    """A content folder and what previews of it share."""

    def __init__(self, root: Path) -> None:
        self.root, self.content, self.out = root, root / "content", root / "out"
        self.save("site.yaml", SITE_YAML)
        self.save("posts/a.md", markdown("First", "2025-01-01", tags="[x]"))
        self.save("posts/b.md", markdown("Second", "2025-02-01", text="[a](a.md)"))

    def save(self, key: str, data: bytes) -> None:
        path = self.content / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def preview(self, *, shows_early: bool = False, theme: Path | None = None) -> PreviewedSite:
        cache = BuildCache(self.root / "cache")
        return PreviewedSite(
            self.content, self.out, URL, lambda: NOW, shows_early=shows_early, theme=theme, cache=cache
        )

    @property
    def site(self) -> Path:
        return self.out / "site"

    def built(self) -> dict[str, bytes]:
        out = self.root / "clean"
        CachedBuild(folder=self.content, out=out, options=Options(default_url=URL), clock=lambda: NOW).run()
        files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        shutil.rmtree(out)
        return files


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    return Desk(tmp_path)


def get(site: PreviewedSite, path: str) -> Answer:
    return site.respond(Request(uri=path))


def known(page: Answer) -> dict[str, object]:
    """Return what a page was given for its script."""
    found = re.search(r'id="bucketpress-preview">(.*?)</script>', page.body.decode())
    assert found
    return json.loads(found[1])


def test_but_for_what_is_added_before_its_end_a_page_is_what_build_writes(desk: Desk) -> None:
    site = desk.preview()

    for key, data in desk.built().items():
        if key.startswith(KEPT_BACK):
            continue
        served = get(site, f"/{key.removesuffix('index.html')}").body
        before, end, after = data.rpartition(b"</body>")
        assert served == data or (served.startswith(before) and served.endswith(end + after))


def test_after_edits_everything_that_build_writes_is_there_with_the_same_bytes(desk: Desk) -> None:
    site = desk.preview()
    desk.save("posts/a.md", markdown("Another title", "2025-03-01", slug="moved", tags="[y]"))
    desk.save("posts/c.md", markdown("Third", "2025-04-01"))
    site.look()
    desk.save("posts/b.md", markdown("Second", "2025-02-01", text="Edited."))
    site.look(["posts/b.md"])

    built = desk.built()
    assert {key: (desk.site / key).read_bytes() for key in built} == built


def test_a_preview_that_starts_again_goes_on_from_the_last(desk: Desk) -> None:
    first = desk.preview()
    desk.save("posts/a.md", markdown("First", "2025-01-01", slug="moved"))
    first.look()
    first.keep()
    stamps = {path: path.stat().st_mtime_ns for path in desk.site.rglob("*")}

    desk.preview()

    files = {
        path.relative_to(desk.site).as_posix(): path.read_bytes() for path in desk.site.rglob("*") if path.is_file()
    }
    assert {path: path.stat().st_mtime_ns for path in desk.site.rglob("*")} == stamps
    assert files == desk.built()


def test_after_changed_settings_a_preview_goes_on_too(desk: Desk) -> None:
    first = desk.preview()
    desk.save("site.yaml", SITE_YAML + b"posts_per_page: 1\n")
    first.look()
    first.keep()
    stamps = {path: path.stat().st_mtime_ns for path in desk.site.rglob("*")}

    desk.preview()

    assert {path: path.stat().st_mtime_ns for path in desk.site.rglob("*")} == stamps
    assert {key: (desk.site / key).read_bytes() for key in desk.built()} == desk.built()


def test_a_page_waits_for_the_next_change_and_is_told_at_once(desk: Desk) -> None:
    site = desk.preview()
    events = str(known(get(site, "/"))["events"])
    told: list[Answer] = []
    path, _, query = events.partition("?")
    reader = threading.Thread(target=lambda: told.append(site.respond(Request(uri=path, query=query))))
    reader.start()
    desk.save("posts/a.md", markdown("Edited", "2025-01-01"))

    site.look(["posts/a.md"])
    reader.join(timeout=20)

    assert told[0].headers["content-type"] == "text/event-stream"
    assert b"data: changed" in told[0].body
    assert b"Edited" in get(site, "/2025/01/a/").body


def test_who_has_seen_an_older_site_is_told_without_waiting() -> None:
    state = live_page.LiveState(began="now")
    state.change()

    answer = live_page.events(state, Request(uri=live_page.EVENTS_PATH, query="seen=now-0"))
    again = live_page.events(state, Request(uri="", headers={"last-event-id": "now-1"}), seconds=0)

    assert b"id: now-1\ndata: changed\n\n" in answer.body
    assert b"data:" not in again.body


def test_only_the_scripts_of_the_preview_may_run(desk: Desk) -> None:
    policy = get(desk.preview(), "/").headers["content-security-policy"]

    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]+'", policy)
    assert "script-src 'unsafe" not in policy


def test_what_is_wrong_stands_in_every_page_with_file_line_and_fix(desk: Desk) -> None:
    site = desk.preview()
    desk.save("posts/a.md", b"---\ntitle: </script><script>alert(1)\ndate: 03/04/2010\n---\n")
    site.look()
    page = get(site, "/")
    desk.save("posts/a.md", markdown("First", "2025-01-01"))
    site.look()

    (problem,) = known(page)["problems"]  # type: ignore[misc]
    assert problem["where"] == "posts/a.md:3:7"
    assert "2010-03-05" in problem["what"] or "Write" in problem["what"]
    assert b"<script>alert" not in page.body
    assert known(get(site, "/"))["problems"] == []


@pytest.mark.parametrize(
    ("key", "data", "path", "note"),
    [
        ("posts/d.md", markdown("Later", "2025-05-01", draft="true"), "/2025/05/d/", b"Draft"),
        ("drafts/d.md", b"---\ntitle: No date\n---\nText.\n", None, b"Draft"),
        ("posts/d.md", markdown("Future", "2027-05-01"), "/2027/05/d/", b"Goes live 2027-05-01 00:00"),
    ],
)
def test_what_is_not_public_yet_is_shown_with_a_mark_and_only_when_asked_for(
    desk: Desk, key: str, data: bytes, path: str | None, note: bytes
) -> None:
    desk.save(key, data)

    early = desk.preview(shows_early=True)
    address = path or next(iter(early.state.notes))
    shown, home = get(early, address), get(early, "/")
    hidden = get(desk.preview(), address)

    assert shown.status == 200
    assert note + b": only this preview shows it." in shown.body
    assert f'a[href="{address}"]::after'.encode() in home.body
    assert hidden.status == 404


def test_of_other_pages_none_is_marked(desk: Desk) -> None:
    desk.save("posts/d.md", markdown("Later", "2025-05-01", draft="true"))

    assert b"only this preview" not in get(desk.preview(shows_early=True), "/2025/01/a/").body


def test_a_changed_theme_is_seen_and_a_broken_one_is_told(desk: Desk, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "post.html.j2").write_text("<body>one</body>")
    site = desk.preview(theme=theme)
    before = get(site, "/2025/01/a/").body
    (theme / "post.html.j2").write_text("<body>two {{ post.card.title }}</body>")

    site.build_again()

    assert b"one" in before
    assert b"two First" in get(site, "/2025/01/a/").body
    (theme / "post.html.j2").write_text("<body>{% if %}</body>")
    site.build_again()
    assert b"two First" in get(site, "/2025/01/a/").body
    (problem,) = known(get(site, "/"))["problems"]  # type: ignore[misc]
    assert "post.html.j2" in problem["what"]


def test_of_two_processes_one_has_the_folder(tmp_path: Path) -> None:
    with locked(tmp_path / "shared") as first, locked(tmp_path / "shared") as second:
        pass
    with locked(tmp_path / "shared") as third:
        pass

    assert (first, second, third) == (True, False, True)
