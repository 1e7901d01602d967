"""A folder cannot hold a file and, below its very name, another: one is left out and told, the rest is written."""

from pathlib import Path

import pytest

from bucketpress import bootstrap
from bucketpress.services.build import Built


@pytest.fixture
def out(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    out.mkdir()
    return out


def built(tmp_path: Path, out: Path, files: dict[str, str]) -> Built:
    folder = tmp_path / "content"
    for key, text in {"site.yaml": "url: https://blog.example\n", **files}.items():
        file = folder / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return bootstrap.build(folder, out, default_url="https://blog.example").run()


def at(url: str, more: str = "") -> str:
    return f"---\ntitle: A\ndate: 2020-01-02\nurl: {url}\n{more}---\nText.\n"


def complaints(found: Built) -> dict[str, list[str]]:
    return {
        record.key: [problem.message for problem in record.receipt.problems]
        for record in found.records
        if record.receipt and record.receipt.problems
    }


@pytest.mark.parametrize(
    ("file", "below"),
    [
        (("posts/c.md", at("/c.html")), ("posts/d.md", at("/c.html/d/"))),
        (("posts/d.md", at("/c.html")), ("posts/c.md", at("/c.html/d/"))),
        (("static/x.png", "png"), ("posts/a.md", at("/x.png/y/"))),
        (("static/.well-known/security", "x"), ("posts/a.md", at("/.well-known/security/y/"))),
        (("posts/a.md", at("/a/")), ("posts/b.md", at("/a/index.md/b/"))),
    ],
)
def test_what_would_lie_below_a_file_is_left_out_and_told(
    tmp_path: Path, out: Path, file: tuple[str, str], below: tuple[str, str]
) -> None:
    (key, text), (loser, lost) = file, below

    found = built(tmp_path, out, {key: text, loser: lost, "posts/e.md": at("/e/")})

    assert (out / "e" / "index.html").is_file()
    assert (out / "feed.xml").is_file()
    assert [key for key, messages in complaints(found).items() if "left out" in messages[0]] == [loser]


def test_a_page_that_would_be_the_twin_of_another_is_left_out_and_told(tmp_path: Path, out: Path) -> None:
    found = built(tmp_path, out, {"posts/a.md": at("/a/"), "posts/b.md": at("/a/index.md"), "posts/e.md": at("/e/")})

    assert (out / "a" / "index.html").is_file()
    assert (out / "e" / "index.html").is_file()
    assert "twin" in complaints(found)["posts/b.md"][0]


@pytest.mark.parametrize("alias", ["/old.php", "/old.html", "/old.tar.gz"])
def test_what_only_leads_elsewhere_makes_room(tmp_path: Path, out: Path, alias: str) -> None:
    files = {"posts/a.md": at("/a/", f"aliases: [{alias}]\n"), "posts/b.md": at(f"{alias}/b/")}

    found = built(tmp_path, out, files)

    assert (out / f"{alias[1:]}/b/index.html").is_file()
    assert complaints(found) == {}


def test_a_page_whose_address_looks_like_a_file_is_in_a_folder_of_that_name(tmp_path: Path, out: Path) -> None:
    found = built(tmp_path, out, {"posts/a.md": at("/release-1.0"), "posts/b.md": at("/b/", "aliases: [/old.php]\n")})

    assert (out / "release-1.0" / "index.html").is_file()
    assert "url=/b/" in (out / "old.php" / "index.html").read_text()
    assert complaints(found) == {}


def test_posts_of_one_id_are_published_and_each_is_told_of_the_other(tmp_path: Path, out: Path) -> None:
    files = {f"posts/{name}.md": at(f"/{name}/", "id: one\n") for name in "ab"}

    found = built(tmp_path, out, {**files, "posts/c.md": at("/c/", "id: two\n"), "posts/d.md": at("/d/")})

    assert all((out / name / "index.html").is_file() for name in "abcd")
    told = complaints(found)
    assert sorted(told) == ["posts/a.md", "posts/b.md"]
    assert "posts/b.md" in told["posts/a.md"][0]
    assert "posts/a.md" in told["posts/b.md"][0]


def test_a_page_where_a_redirect_begins_is_told_with_the_settings(tmp_path: Path, out: Path) -> None:
    settings = "url: https://blog.example\nredirects: {/a: /b/, /old/: /b/}\n"

    found = built(tmp_path, out, {"site.yaml": settings, "posts/a.md": at("/a/"), "posts/b.md": at("/b/")})

    told = complaints(found)
    assert sorted(told) == ["site.yaml"]
    assert len(told["site.yaml"]) == 1
    assert "posts/a.md is published at /a" in told["site.yaml"][0]
