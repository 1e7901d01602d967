"""`bucketpress init` and `new`: a folder that builds at once, and posts that say what they should."""

import os
import pty
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress_cli.main import app
from bucketpress_cli.preview import PORT
from bucketpress_cli.starter.local_timezone import local_timezone
from bucketpress_cli.starter.new_source import new_source
from bucketpress_cli.starter.starter_folder import starter_files, title_of

NOON = datetime(2026, 11, 25, 12, 0, 7, 5, tzinfo=UTC)
ISTANBUL = SiteSettings(url="", timezone="Europe/Istanbul")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "80", "TERM": "dumb"})


def test_a_new_folder_has_nothing_to_complain_of(tmp_path: Path) -> None:
    made = run("init", tmp_path / "my-blog")

    checked = run("check", tmp_path / "my-blog", "--strict")
    assert made.exit_code == 0
    assert "bucketpress preview" in made.stderr
    assert (checked.exit_code, checked.stdout.splitlines()[-1]) == (0, "3 published")
    assert "title     My blog" in checked.stdout


def test_a_new_folder_builds(tmp_path: Path) -> None:
    run("init", tmp_path / "my-blog", "--title", 'Tea: "and" cake')

    built = run("build", tmp_path / "my-blog", tmp_path / "out")

    assert built.exit_code == 0
    assert "Tea: “and” cake" in (tmp_path / "out" / "index.html").read_text() or "Tea: &#34;and&#34; cake" in (
        (tmp_path / "out" / "index.html").read_text()
    )
    assert (tmp_path / "out" / "about" / "index.html").is_file()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")

    result = run("init", tmp_path)

    assert result.exit_code == 2
    assert "is not empty" in result.stderr
    assert result.stderr.splitlines()[-1] == f"Next: bucketpress init {tmp_path}/my-blog"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_content_folder_that_is_there_is_shown_instead(tmp_path: Path) -> None:
    folder = tmp_path / "my blog"
    run("init", folder)

    result = run("init", folder)

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Next: bucketpress preview '{folder}'"


def test_what_push_remembers_is_kept_out_of_git() -> None:
    files = starter_files(title="T", timezone="UTC", now=NOON, identities=("a", "b"))

    assert "/.bucketpress/" in files[".gitignore"].splitlines()


@pytest.mark.parametrize(
    ("name", "title"), [("my-blog", "My blog"), ("My_Blog", "My Blog"), ("--", "My site"), ("汉字", "汉字")]
)
def test_a_folders_name_makes_a_title(name: str, title: str) -> None:
    assert title_of(name) == title


@given(st.text())
def test_settings_hold_whatever_title(title: str) -> None:
    title = " ".join(title.split())
    written = starter_files(title=title, timezone="UTC", now=NOON, identities=("a", "b"))["site.yaml"]

    settings, problems = read_site_settings(written.encode("utf-8", "replace"), default_url="http://localhost")

    if title.isprintable():
        assert settings is not None, problems
        assert settings.title == (title or "Untitled site")


@pytest.mark.parametrize(
    ("folders", "page", "draft", "key"),
    [
        ((), False, False, "posts/a-first-post.md"),
        (("posts", "_posts"), False, False, "posts/a-first-post.md"),
        (("_posts",), False, False, "_posts/2026-11-25-a-first-post.md"),
        (("_posts",), False, True, "_drafts/a-first-post.md"),
        (("content/post",), False, False, "content/post/a-first-post.md"),
        ((), False, True, "drafts/a-first-post.md"),
        ((), True, False, "pages/a-first-post.md"),
        (("drafts",), True, True, "pages/a-first-post.md"),
    ],
)
def test_a_new_file_lies_where_the_folder_keeps_its_kind(
    folders: tuple[str, ...], page: bool, draft: bool, key: str
) -> None:
    made = new_source(
        "A first post!", folders=folders, settings=ISTANBUL, now=NOON, identity="x", page=page, draft=draft
    )

    assert made.key == key


def test_a_new_post_has_the_date_with_the_sites_offset_and_its_id() -> None:
    made = new_source("A", folders=(), settings=ISTANBUL, now=NOON, identity="0b5e")

    assert made.text == '---\ntitle: "A"\ndate: 2026-11-25 15:00:07+03:00\nid: 0b5e\n---\n\n'


@given(
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=80),
    st.booleans(),
    st.sampled_from(["", "de"]),
)
def test_a_new_file_says_its_title_and_can_be_published(title: str, page: bool, language: str) -> None:
    settings = SiteSettings(url="https://a.example", language=language or "en")

    made = new_source(title, folders=(), settings=settings, now=NOON, identity="0b5e", page=page)
    post, problems = read_post(classify(made.key), (made.text + "Text.\n").encode(), settings)

    assert classify(made.key).kind is (SourceKind.PAGE if page else SourceKind.POST)
    assert post is not None, problems
    if title.strip():
        assert post.entry.title == " ".join(title.split())
    assert page or post.entry.published == NOON.replace(microsecond=0)


@pytest.mark.parametrize("page", [False, True])
def test_a_new_draft_is_held_back(page: bool) -> None:
    made = new_source("A", folders=(), settings=ISTANBUL, now=NOON, identity="x", page=page, draft=True)

    post, problems = read_post(classify(made.key), (made.text + "Text.\n").encode(), ISTANBUL)

    assert post is not None, problems
    assert post.draft


@pytest.mark.parametrize("title", ["README", "License", "Index", "_index", "Search", "tags", "Archive", "404", "Feed"])
@pytest.mark.parametrize(("page", "draft"), [(False, False), (False, True), (True, False), (True, True)])
@pytest.mark.parametrize("folders", [(), ("_posts",)])
def test_a_title_whose_name_would_mean_something_else_gets_another_name(
    title: str, page: bool, draft: bool, folders: tuple[str, ...]
) -> None:
    made = new_source(title, folders=folders, settings=ISTANBUL, now=NOON, identity="x", page=page, draft=draft)

    post, problems = read_post(classify(made.key), (made.text + "Text.\n").encode(), ISTANBUL)
    assert classify(made.key).kind is (SourceKind.PAGE if page else SourceKind.POST)
    assert post is not None, problems
    assert post.draft is draft


@pytest.mark.parametrize("title", ["Draft", "WIP: a", "[DRAFT] A post", "Unpublished"])
@pytest.mark.parametrize("page", [False, True])
def test_a_title_that_says_so_makes_a_draft(title: str, page: bool, tmp_path: Path) -> None:
    made = run("new", title, tmp_path, *(["--page"] if page else []))

    checked = run("check", tmp_path)
    assert "held back" in made.stderr
    assert (checked.exit_code, checked.stdout.splitlines()[-1]) == (0, "1 draft")


def test_new_never_writes_over_a_file(tmp_path: Path) -> None:
    first = run("new", "A post", tmp_path)
    (tmp_path / "posts" / "a-post.md").write_text("edited")

    second = run("new", "A  post", tmp_path)

    assert first.stdout == f"{tmp_path}/posts/a-post.md\n"
    assert second.exit_code == 2
    assert "exists already" in second.stderr
    assert (tmp_path / "posts" / "a-post.md").read_text() == "edited"


def test_the_time_zone_is_that_of_the_machine_where_it_can_be_known(tmp_path: Path) -> None:
    link, name, nothing = tmp_path / "localtime", tmp_path / "timezone", tmp_path / "nothing"
    link.symlink_to("/usr/share/zoneinfo/Europe/London")
    name.write_text("Asia/Tokyo\n")

    assert local_timezone("Europe/Berlin", link, name) == "Europe/Berlin"
    assert local_timezone(":Europe/Berlin", link, name) == "Europe/Berlin"
    assert local_timezone("CET-1CEST,M3.5.0", link, name) == "Europe/London"
    assert local_timezone(None, nothing, name) == "Asia/Tokyo"
    assert local_timezone(None, nothing, nothing) == "UTC"


@pytest.mark.slow
def test_init_shows_the_first_page_in_a_browser_also_where_the_usual_port_is_taken(tmp_path: Path) -> None:
    """The browser is a script that keeps what it reads; a terminal of its own makes `init` ask."""
    browser = tmp_path / "browser.py"
    browser.write_text(
        "import pathlib, sys, urllib.request\n"
        "page = urllib.request.urlopen(sys.argv[1], timeout=20).read()\n"
        f"pathlib.Path({str(tmp_path)!r}, 'page').write_bytes(page)\n"
    )
    ours, its = pty.openpty()
    with socket.socket() as taken:
        with suppress(OSError):  # then somebody else has taken it
            taken.bind(("127.0.0.1", PORT))
            taken.listen()
        process = subprocess.Popen(
            [sys.executable, "-c", "from bucketpress_cli.main import app; app()", "init", str(tmp_path / "my-blog")],
            env=os.environ | {"BROWSER": f"{sys.executable} {browser} %s", "HOME": str(tmp_path), "TERM": "dumb"},
            stdin=its,
            stdout=its,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        os.write(ours, b"y\n")
        while process.poll() is None and not (tmp_path / "page").exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()

    assert process.returncode == 0, told
    assert "A first post" in (tmp_path / "page").read_text(), told
