"""`bucketpress verify`: what cannot be read never passes for a site that has lost nothing."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bucketpress_cli.main import app
from bucketpress_cli.old_site.old_entries import OldEntry, read_old_entries
from tests.support.desk import write
from tests.support.world import SITE_YAML, markdown

RSS = "<rss version='2.0'><channel>{}</channel></rss>"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "80", "TERM": "dumb"})


def read(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    (tmp_path / "old").write_text(text)
    return [(entry.address, entry.id) for entry in read_old_entries(tmp_path / "old")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "blog", {"site.yaml": SITE_YAML, "posts/a.md": markdown("A")})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n# nothing yet\n",
        '{"version": "https://jsonfeed.org/version/1.1", "items": [',
        '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
        '[{"url": "https://blog.example/a/"}]',
        "<urlset></urlset>",
        "<urlset><url><loc></loc></url></urlset>",
        "<urlset><url><loc>https://blog.example/a/</loc>",
        "<html><body>Log in</body></html>",
        "<!DOCTYPE html><p>Not found",
        RSS.format(""),
        "Page,Clicks\nhttps://blog.example/a/,3\n",
    ],
)
@pytest.mark.parametrize("command", ["verify", "check"])
def test_a_file_that_names_no_address_is_an_error(text: str, command: str, folder: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text(text)

    result = run(command, folder, *(["--old-addresses"] if command == "check" else []), old)

    assert result.exit_code == 2, result.output
    assert str(old) in result.stderr.replace("\n", "")
    assert result.stderr.splitlines()[-1] == f"Next: bucketpress {command} --help"


@pytest.mark.parametrize(
    "text",
    [
        "<urlset><url><loc>https://blog.example/a%20b/</loc></url></urlset>",
        "<urlset><url><loc> <![CDATA[https://blog.example/a%20b/]]> </loc></url></urlset>",
        "<?xml version='1.0'?><!-- long --><s:urlset xmlns:s='x'><s:url><s:loc>/a b/</s:loc></s:url></s:urlset>",
        f"<?xml version='1.0'?><!--{'x' * 5000}--><urlset><url><loc>/a%20b/</loc></url></urlset>",
        "# the old ones\nhttps://blog.example/a%20b/ 200\n",
        "\ufeff/a%20b/?utm_source=rss&utm_medium=rss\n",
    ],
)
def test_an_address_is_read_however_it_is_written(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == [("/a b/", "")]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        (RSS.format("<item><link>https://b.example/a/</link><guid>x</guid></item>"), [("/a/", "x")]),
        (RSS.format("<item><guid>https://b.example/a/</guid></item>"), [("/a/", "https://b.example/a/")]),
        (
            RSS.format("<item><guid isPermaLink='false'>https://b.example/1</guid></item>"),
            [("", "https://b.example/1")],
        ),
        ("<a:feed xmlns:a='x'><a:entry><a:link href='/a/'/><a:id>x</a:id></a:entry></a:feed>", [("/a/", "x")]),
        ("<feed><entry><id>x</id></entry></feed>", [("", "x")]),
        (
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:link href='/a/'/></a:entry></a:feed>",
            [("/a/", "")],
        ),
        (
            "<rss xmlns:a='http://www.w3.org/2005/Atom'><item><a:link href='/feed/'/><link>/a/</link></item></rss>",
            [("/a/", "/a/")],
        ),
        ('<rdf:RDF xmlns:rdf="x"><item><link>/a/</link></item></rdf:RDF>', [("/a/", "/a/")]),
        ('{"items": [{"id": 7, "url": "https://b.example/a/"}, {"id": "x"}]}', [("/a/", "7"), ("", "x")]),
    ],
)
def test_an_entry_of_a_feed_has_the_address_and_the_id_that_it_says(
    text: str, entries: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert read(tmp_path, text) == entries


def test_an_address_that_only_its_query_tells_is_lost(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("/?p=12\n/\n")

    result = run("verify", folder, tmp_path / "old", "--json")

    assert json.loads(result.stdout)["lost"] == ["/?p=12"]
    assert OldEntry(address="/?p=12") in read_old_entries(tmp_path / "old")


def test_ids_are_compared_with_the_number_of_ids(tmp_path: Path) -> None:
    folder = write(tmp_path / "blog", {f"posts/p{number}.md": markdown("A") for number in range(30)})
    (tmp_path / "map").write_text("".join(f"/2010/03/p{number}/\n" for number in range(30)))
    items = "".join(f"<item><link>/2010/03/p{number}/</link><guid>x{number}</guid></item>" for number in range(3))
    (tmp_path / "feed").write_text(RSS.format(items))

    result = run("verify", folder, tmp_path / "map", tmp_path / "feed", "--threshold", "10")

    assert ("0 lost" in result.stdout, "0 kept, 3 changed" in result.stdout) == (True, True)
    assert result.exit_code == 1, result.output


def test_an_entry_without_an_address_counts_by_its_id_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "feed").write_text("<feed><entry><id>x</id></entry></feed>")

    document = json.loads(run("verify", folder, tmp_path / "feed", "--json").stdout)

    assert (document["addresses"], document["ids_changed"]) == ({}, ["x"])
