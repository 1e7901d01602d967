"""An exported publication, imported again, is the same folder and gives the same site."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from bucketpress import bootstrap
from bucketpress_cli.main import app

SAMPLE = Path(__file__).parents[4] / "samples" / "packnet-blog"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    return result.output


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def site_of(folder: Path, out: Path) -> dict[str, bytes]:
    out.mkdir()
    bootstrap.build(folder, out, default_url="http://localhost", clock=lambda: NOW).run()
    return files_of(out)


def test_an_imported_export_gives_the_same_site(tmp_path: Path) -> None:
    run("export", SAMPLE, tmp_path / "blog.zip")

    run("import", tmp_path / "blog.zip", tmp_path / "blog")

    assert site_of(tmp_path / "blog", tmp_path / "one") == site_of(SAMPLE, tmp_path / "two")


def test_an_export_holds_feeds_sitemaps_and_redirects(tmp_path: Path) -> None:
    run("export", SAMPLE, tmp_path / "blog.zip")

    with zipfile.ZipFile(tmp_path / "blog.zip") as archive:
        names = set(archive.namelist())
        redirects = json.loads(archive.read("redirects.json"))
    assert {"site/feed.xml", "site/atom.xml", "site/feed.json", "site/sitemap.xml", "content/site.yaml"} <= names
    assert redirects["feed/index.html"] == "/feed.xml"


def test_the_same_folder_gives_the_same_archive(tmp_path: Path) -> None:
    run("export", SAMPLE, tmp_path / "one.zip")
    run("export", SAMPLE, tmp_path / "two.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("bucketpress-export.json", '{"form": 1}')
        archive.writestr("content/../../outside.md", "x")

    result = CliRunner().invoke(app, ["import", str(tmp_path / "evil.zip"), str(tmp_path / "blog" / "inner")])

    assert result.exit_code == 2
    assert not list(tmp_path.rglob("outside.md"))


def test_an_archive_of_a_later_form_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "later.zip", "w") as archive:
        archive.writestr("bucketpress-export.json", '{"form": 2}')

    result = CliRunner().invoke(app, ["import", str(tmp_path / "later.zip"), str(tmp_path / "blog")])

    assert result.exit_code == 2
    assert "Take a newer bucketpress" in result.output
