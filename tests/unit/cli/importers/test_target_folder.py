"""A second import keeps to what its author has made of the first."""

import json
from pathlib import Path

import pytest

from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.target_folder import MANIFEST, TargetFolder
from tests.unit.cli.importers.runs import imported
from tests.unit.cli.importers.wordpress_sample import export, item

DRAFT = {"status": "draft", "link": "https://blog.example/?p=7", "date_gmt": "0000-00-00 00:00:00"}
MOVED = "posts/2012-08-08-post-7.md"


def wxr(path: Path, *items: str) -> Path:
    path.write_bytes(b"".join(export([item(1), *items])))
    return path


def texts(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))


def run(folder: Path, *files: tuple[str, bytes, str]) -> ImportReport:
    report = ImportReport()
    target = TargetFolder(folder, report)
    for key, data, identity in files:
        target.write(key, data, identity)
    target.remember()
    target.report_gone()
    return report


def test_a_deleted_post_is_not_imported_again(tmp_path: Path) -> None:
    export_file, folder = wxr(tmp_path / "export.xml", item(7)), tmp_path / "blog"
    imported(export_file, folder)
    (folder / MOVED).unlink()

    reports = [imported(export_file, folder) for _ in range(2)]

    assert not (folder / MOVED).exists()
    assert [(report.written, report.deleted) for report in reports] == [(0, [MOVED])] * 2


def test_a_renamed_post_is_not_imported_again(tmp_path: Path) -> None:
    export_file, folder = wxr(tmp_path / "export.xml", item(7)), tmp_path / "blog"
    imported(export_file, folder)
    (folder / MOVED).rename(folder / "posts" / "mine.md")

    imported(export_file, folder)

    assert MOVED not in texts(folder)


def test_a_draft_that_was_published_since_leaves_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    imported(wxr(tmp_path / "before.xml", item(7, **DRAFT)), folder)

    report = imported(wxr(tmp_path / "after.xml", item(7)), folder)

    assert texts(folder) == ["posts/2012-02-02-post-1.md", MOVED]
    assert report.written == 1


def test_a_post_that_was_withdrawn_since_leaves_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    imported(wxr(tmp_path / "before.xml", item(7)), folder)

    imported(wxr(tmp_path / "after.xml", item(7, **DRAFT)), folder)

    assert texts(folder) == ["drafts/post-7.md", "posts/2012-02-02-post-1.md"]


def test_a_draft_that_was_edited_is_left_and_nothing_written_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    imported(wxr(tmp_path / "before.xml", item(7, **DRAFT)), folder)
    (folder / "drafts" / "post-7.md").write_text("---\ntitle: Mine\n---\n")

    report = imported(wxr(tmp_path / "after.xml", item(7)), folder)

    assert texts(folder) == ["drafts/post-7.md", "posts/2012-02-02-post-1.md"]
    assert report.edited == ["drafts/post-7.md"]


def test_a_draft_that_was_deleted_does_not_come_back_as_a_post(tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    imported(wxr(tmp_path / "before.xml", item(7, **DRAFT)), folder)
    (folder / "drafts" / "post-7.md").unlink()

    report = imported(wxr(tmp_path / "after.xml", item(7)), folder)

    assert texts(folder) == ["posts/2012-02-02-post-1.md"]
    assert report.deleted == ["drafts/post-7.md"]


def test_a_move_takes_the_place_of_no_file_that_is_somebodys_own(tmp_path: Path) -> None:
    run(tmp_path, ("drafts/a.md", b"one", "A"))
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text("mine")

    report = run(tmp_path, ("posts/a.md", b"one", "A"))

    assert report.edited == ["posts/a.md"]
    assert ((tmp_path / "posts" / "a.md").read_text(), (tmp_path / "drafts" / "a.md").read_text()) == ("mine", "one")


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A")])
def test_posts_that_change_places_are_all_there(order: tuple[str, str], tmp_path: Path) -> None:
    run(tmp_path, ("posts/a.md", b"A", "A"), ("posts/a-2.md", b"B", "B"))

    for _ in range(2):
        run(tmp_path, *zip(("posts/a.md", "posts/a-2.md"), (each.encode() for each in order), order, strict=True))
        found = {path.name: path.read_text() for path in (tmp_path / "posts").iterdir()}
        assert found == {"a.md": order[0], "a-2.md": order[1]}


def test_what_the_export_holds_no_more_stays_and_is_told(tmp_path: Path) -> None:
    run(tmp_path, ("posts/a.md", b"A", "A"), ("posts/b.md", b"B", ""))

    report = run(tmp_path, ("posts/a.md", b"A", "A"))

    assert texts(tmp_path) == ["posts/a.md", "posts/b.md"]
    assert [lost.places for lost in report.categories.values()] == [["posts/b.md"]]


def test_what_an_earlier_version_remembered_is_known(tmp_path: Path) -> None:
    run(tmp_path, ("posts/a.md", b"A", "A"), ("posts/b.md", b"B", "B"))
    manifest = tmp_path / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text())["files"]))
    (tmp_path / "posts" / "a.md").unlink()

    report = run(tmp_path, ("posts/a.md", b"A", "A"), ("posts/b.md", b"new", "B"))

    assert (report.deleted, report.written) == (["posts/a.md"], 1)


def test_a_trial_run_moves_nothing(tmp_path: Path) -> None:
    run(tmp_path, ("drafts/a.md", b"A", "A"))

    TargetFolder(tmp_path, ImportReport(), dry_run=True).write("posts/a.md", b"A", "A")

    assert texts(tmp_path) == ["drafts/a.md"]
