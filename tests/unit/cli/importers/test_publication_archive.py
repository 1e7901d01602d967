"""An exported publication, imported again, is the same folder and gives the same site."""

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bucketpress import bootstrap
from bucketpress_cli.importers.archives.archive_files import MAX_FILE_BYTES
from bucketpress_cli.importers.archives.publication_archive import PublicationArchive, write_archive
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.picture_files import Pictures
from bucketpress_cli.importers.publication import ImportedPost, ImportedSite, Loss, TooLargeError
from bucketpress_cli.importers.publication_import import PublicationImport
from bucketpress_cli.importers.target_folder import TargetFolder
from bucketpress_cli.main import app
from tests.support.desk import write
from tests.support.world import SITE_YAML, markdown

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


@pytest.mark.slow
def test_a_film_of_any_size_is_exported_and_imported(tmp_path: Path) -> None:
    folder = write(tmp_path / "blog", {"site.yaml": SITE_YAML, "posts/a.md": markdown("A"), "static/film.mp4": b""})
    os.truncate(folder / "static" / "film.mp4", MAX_FILE_BYTES + 1)

    run("export", folder, tmp_path / "blog.zip")
    run("import", tmp_path / "blog.zip", tmp_path / "again")

    assert (tmp_path / "again" / "static" / "film.mp4").stat().st_size == MAX_FILE_BYTES + 1


def test_a_name_that_no_archive_can_hold_is_left_out_and_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "blog", {"site.yaml": SITE_YAML, "posts/a.md": markdown("A"), "static/a b.txt": b"x"})
    (folder / "static" / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"x")

    result = CliRunner().invoke(app, ["export", str(folder), str(tmp_path / "blog.zip"), "--json"])
    run("import", tmp_path / "blog.zip", tmp_path / "again")

    assert result.exit_code == 0, result.exception
    assert json.loads(result.stdout)["left_out"] == ["static/caf\udce9.txt"]
    assert "static/caf\\xe9.txt" in result.stderr
    with zipfile.ZipFile(tmp_path / "blog.zip") as archive:
        assert json.loads(archive.read("bucketpress-export.json"))["left_out"] == ["static/caf\udce9.txt"]
    assert (tmp_path / "again" / "static" / "a b.txt").read_bytes() == b"x"


def test_an_archive_that_is_damaged_is_an_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "blog.zip", "w") as archive:
        archive.writestr("bucketpress-export.json", '{"form": 1}')
        archive.writestr("content/posts/a.md", "xxxxxxxxxx")
    data = (tmp_path / "blog.zip").read_bytes()
    (tmp_path / "blog.zip").write_bytes(data.replace(b"xxxxxxxxxx", b"xxxxyxxxxx"))

    result = CliRunner().invoke(app, ["import", str(tmp_path / "blog.zip"), str(tmp_path / "blog")])

    assert result.exit_code == 2
    assert "content/posts/a.md" in result.stderr


class OneFilm:
    """An export whose one picture is larger than what is held in memory."""

    def site(self) -> ImportedSite:
        return ImportedSite(title="A", url="https://blog.example")

    def posts(self) -> Iterator[ImportedPost]:
        yield ImportedPost(title="A", html='<p><a href="/film.mp4">film</a></p>', path="/a/", published=NOW)

    def losses(self) -> Iterator[Loss]:
        return iter(())

    def picture(self, path: str) -> bytes | None:
        raise TooLargeError(path)


def test_a_picture_that_is_too_large_stops_no_import(tmp_path: Path) -> None:
    report = ImportReport()

    PublicationImport(OneFilm(), TargetFolder(tmp_path, report), Pictures(OneFilm(), None), report, NOW).run()

    assert report.counts["posts"] == 1
    assert report.categories["Files of the export that are too large to be copied"].places == ["static/film.mp4"]


def test_it_is_told_how_far_an_export_and_an_import_have_come(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    folder = write(tmp_path / "blog", {"site.yaml": SITE_YAML, "posts/a.md": markdown("A")})

    write_archive(folder, tmp_path / "blog.zip", lambda *step: steps.append(step))
    report = ImportReport()
    target = TargetFolder(tmp_path / "again", report, progress=lambda *step: steps.append(step))
    PublicationArchive(tmp_path / "blog.zip", target, report).run()

    assert {step for step, _, _ in steps} == {"Reading", "Writing", "Packing", "Importing"}
    assert ("Packing", 2, 2) in steps
    assert steps[-1] == ("Importing", 2, 0)
