"""`bucketpress pull` over HTTP: what is newer in the bucket comes to the folder, and no edit is lost."""

from pathlib import Path

from tests.support.desk import FILES, Desk, write
from tests.support.memory_s3 import files, kept
from tests.support.world import markdown


def test_an_empty_folder_becomes_the_bucket_and_has_nothing_to_push(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path / "a", FILES))

    result = desk.run("pull", tmp_path / "b")

    assert result.exit_code == 0, result.output
    assert files(tmp_path / "b") == FILES
    assert desk.push(tmp_path / "b").stdout == "The bucket equals the folder.\n"
    assert desk.run("pull", tmp_path / "b").stdout == "The folder equals the bucket.\n"


def test_two_authors_take_turns(desk: Desk, tmp_path: Path) -> None:
    mine, theirs = write(tmp_path / "mine", FILES), tmp_path / "theirs"
    desk.push(mine)
    desk.run("pull", theirs)
    write(theirs, {"posts/a.md": markdown("A", text="Theirs."), "posts/b.md": markdown("B")})
    (theirs / "pages/about.md").unlink()
    desk.push(theirs, "--delete")

    kept = desk.run("pull", mine)
    assert "not deleted" in kept.stdout
    assert (mine / "pages/about.md").exists()
    desk.run("pull", mine, "--delete")

    assert files(mine) == files(theirs)
    write(mine, {"posts/a.md": markdown("A", text="Mine.")})
    assert desk.push(mine).exit_code == 0


def test_nothing_edited_here_is_written_over(desk: Desk, tmp_path: Path) -> None:
    mine, theirs = write(tmp_path / "mine", FILES), tmp_path / "theirs"
    desk.push(mine)
    desk.run("pull", theirs)
    write(theirs, {"posts/a.md": markdown("A", text="Theirs."), "pages/about.md": b"# Theirs\n"})
    desk.push(theirs)
    write(mine, {"posts/a.md": markdown("A", text="Mine."), "posts/new.md": markdown("New")})

    result = desk.run("pull", mine)

    assert result.exit_code == 1
    assert (mine / "posts/a.md").read_bytes() == markdown("A", text="Mine.")
    assert (mine / "pages/about.md").read_bytes() == b"# Theirs\n"
    assert f"bucketpress diff posts/a.md --folder {mine} --bucket {desk.bucket}" in result.stdout

    settled = desk.run("pull", mine, "--theirs", "posts/a.md")
    assert settled.exit_code == 0, settled.output
    assert (mine / "posts/a.md").read_bytes() == markdown("A", text="Theirs.")
    assert markdown("A", text="Mine.") in kept(mine)
    assert (mine / "posts/new.md").exists()


def test_a_dry_run_fetches_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path / "a", FILES))

    desk.run("pull", tmp_path / "b", "--dry-run")

    assert files(tmp_path / "b") == {}


def test_no_key_leads_out_of_the_folder(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    folder = write(tmp_path / "in", FILES)
    (folder / "static" / "away").symlink_to(tmp_path / "out")
    for key in ("static/away/x.txt", "posts/../../x.md"):
        desk.s3.put_object(Bucket=desk.bucket, Key=key, Body=b"x")

    result = desk.run("pull", folder)

    assert result.exit_code == 1
    assert list((tmp_path / "out").iterdir()) == []
    assert not (tmp_path / "x.md").exists()
