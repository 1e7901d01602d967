"""What is read of a folder: never what lies outside of it, nothing twice, nothing that is not a file."""

import os
import socket
from pathlib import Path

import pytest

from bucketpress.adapters.files.folder import FolderContentStore
from bucketpress.adapters.files.folder_listing import list_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = tmp_path / "content"
    (content / "posts" / "x").mkdir(parents=True)
    (content / "posts" / "x" / "index.md").write_text("x")
    (content / "static").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("secret")
    return content


def _message(folder: Path, key: str) -> str:
    listing = list_folder(folder)
    assert key not in listing.keys
    return listing.left_out[key].message


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder / "posts" / "out").symlink_to(folder.parent / "outside")
    (folder / "posts" / "out.md").symlink_to("../../outside/secret.md")
    (folder / "posts" / "far.md").symlink_to("/etc/passwd")

    assert "out of the folder" in _message(folder, "posts/out")
    assert "out of the folder" in _message(folder, "posts/out.md")
    assert "out of the folder" in _message(folder, "posts/far.md")
    assert list_folder(folder).keys == ("posts/x/index.md",)


def test_a_link_by_way_of_another_link_is_judged_by_where_it_ends(folder: Path) -> None:
    (folder / "static" / "hop").symlink_to(folder.parent / "outside")
    (folder / "static" / "a.md").symlink_to("hop/secret.md")

    assert "out of the folder" in _message(folder, "static/a.md")


def test_links_in_a_ring_end(folder: Path) -> None:
    (folder / "posts" / "x" / "up").symlink_to("..")
    (folder / "posts" / "all").symlink_to("..")
    (folder / "posts" / "a").symlink_to("b")
    (folder / "posts" / "b").symlink_to("a")

    assert "leads to posts, which is read once" in _message(folder, "posts/x/up")
    assert "leads to the folder itself" in _message(folder, "posts/all")
    assert "leads nowhere" in _message(folder, "posts/a")
    assert list_folder(folder).keys == ("posts/x/index.md",)


def test_each_folder_is_read_once_under_its_own_name(folder: Path) -> None:
    (folder / "posts" / "a-link").symlink_to("x")

    assert list_folder(folder).keys == ("posts/x/index.md",)
    assert "leads to posts/x, which is read once" in _message(folder, "posts/a-link")


def test_a_link_to_a_file_within_the_folder_is_that_file(folder: Path) -> None:
    (folder / "posts" / "y.md").symlink_to("x/index.md")

    content = FolderContentStore(folder)

    version = content.head("posts/y.md")
    assert version is not None
    assert content.read(version) == b"x"


def test_a_link_does_not_publish_what_is_hidden(folder: Path) -> None:
    (folder / ".env").write_text("password")
    (folder / "static" / "a.txt").symlink_to("../.env")

    assert "never published" in _message(folder, "static/a.txt")


def test_a_folder_that_is_itself_a_link_is_read(folder: Path) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)

    assert list_folder(link).keys == ("posts/x/index.md",)


def test_pipes_and_sockets_are_not_read(folder: Path) -> None:
    os.mkfifo(folder / "posts" / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(folder / "posts")  # the name of a socket has at most 108 bytes
        server.bind("socket.md")
        os.chdir(here)
    (folder / "posts" / "null.md").symlink_to("/dev/null")

    assert "neither a file nor a folder" in _message(folder, "posts/pipe.md")
    assert "neither a file nor a folder" in _message(folder, "posts/socket.md")
    assert "out of the folder" in _message(folder, "posts/null.md")


def test_nothing_is_read_that_was_not_listed(folder: Path) -> None:
    content = FolderContentStore(folder)
    (folder / "posts" / "late.md").write_text("late")

    assert content.head("posts/late.md") is None
    assert content.head("../outside/secret.md") is None
    assert content.head("posts/../../outside/secret.md") is None


def test_what_is_left_out_is_told_only_of_what_could_be_published(folder: Path) -> None:
    (folder / ".cache").symlink_to("/tmp")

    assert list_folder(folder).left_out == {}
