"""`bucketpress pull`: whatever it replaces or removes is kept, and nothing it says leads elsewhere."""

from pathlib import Path

import pytest

from bucketpress import bootstrap
from tests.support.desk import write
from tests.support.memory_s3 import MemoryS3, files, kept, run

A, B, C = b"a\n", b"b\n", b"c\n"
KEY = "static/a.txt"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> MemoryS3:
    s3 = MemoryS3()
    monkeypatch.setattr(bootstrap, "object_client", lambda _connections: s3)
    return s3


def test_what_the_bucket_replaces_is_kept_every_time(s3: MemoryS3, tmp_path: Path) -> None:
    s3.write(**{KEY: A})
    run("pull", tmp_path)
    for mine, theirs in ((B, C), (b"d", b"e")):
        write(tmp_path, {KEY: mine})
        s3.write(**{KEY: theirs})
        result = run("pull", tmp_path, "--theirs", KEY)
        assert result.exit_code == 0, result.output
        assert files(tmp_path) == {KEY: theirs}

    assert kept(tmp_path) == [B, b"d"]
    assert ".bucketpress/kept" in result.stderr
    assert run("push", tmp_path).stdout == "The bucket equals the folder.\n"


@pytest.mark.parametrize("theirs", [A, C, None])
def test_an_edit_given_up_for_theirs_is_kept(s3: MemoryS3, tmp_path: Path, theirs: bytes | None) -> None:
    s3.write(**{KEY: A})
    run("pull", tmp_path)
    write(tmp_path, {KEY: B})
    if theirs is None:
        s3.delete(KEY)
    else:
        s3.write(**{KEY: theirs})

    run("pull", tmp_path, "--theirs", KEY)

    assert files(tmp_path) == ({KEY: theirs} if theirs else {})
    assert kept(tmp_path) == [B]


def test_theirs_does_not_delete_what_the_bucket_never_had(s3: MemoryS3, tmp_path: Path) -> None:
    s3.write(**{"static/b.txt": B})
    write(tmp_path, {KEY: A})

    result = run("pull", tmp_path, "--theirs", KEY)

    assert result.exit_code == 2
    assert files(tmp_path) == {KEY: A}


def test_a_dry_run_makes_no_folder(s3: MemoryS3, tmp_path: Path) -> None:
    s3.write(**{KEY: A})

    result = run("pull", tmp_path / "new", "--dry-run")

    assert (result.exit_code, list(tmp_path.iterdir())) == (0, [])
    assert KEY in result.stdout


@pytest.mark.parametrize(
    ("before", "after"), [("static/talk.d", "static/talk.d/x/a.txt"), ("static/talk.d/x/a.txt", "static/talk.d")]
)
def test_a_file_becomes_a_folder_and_a_folder_a_file(s3: MemoryS3, tmp_path: Path, before: str, after: str) -> None:
    s3.write(**{before: A, "static/b.txt": B, "static/c.txt": C})
    run("pull", tmp_path)
    s3.delete(before)
    s3.write(**{after: A})

    blocked = run("pull", tmp_path)
    result = run("pull", tmp_path, "--delete")

    assert blocked.exit_code == 1
    assert "refused" in blocked.stdout
    assert result.exit_code == 0, result.output
    assert files(tmp_path) == {after: A, "static/b.txt": B, "static/c.txt": C}


def test_an_edited_file_that_became_a_folder_there_stays(s3: MemoryS3, tmp_path: Path) -> None:
    s3.write(**{"static/talk.d": A})
    run("pull", tmp_path)
    write(tmp_path, {"static/talk.d": B})
    s3.delete("static/talk.d")
    s3.write(**{"static/talk.d/a.txt": A})

    result = run("pull", tmp_path, "--delete")

    assert result.exit_code == 1
    assert files(tmp_path) == {"static/talk.d": B}


def test_settings_are_never_deleted(s3: MemoryS3, tmp_path: Path) -> None:
    s3.write(**{"site.yaml": b"title: x\n", KEY: A})
    run("pull", tmp_path)
    s3.delete("site.yaml")

    for options in (["--delete"], ["--theirs", "site.yaml"]):
        run("pull", tmp_path, *options)
        assert "site.yaml" in files(tmp_path)


def test_many_deletions_are_asked_for(s3: MemoryS3, tmp_path: Path) -> None:
    posts = {f"posts/{name}.md": b"# Text\n" for name in "abc"}
    s3.write(**posts)
    run("pull", tmp_path)
    for key in list(posts)[:2]:
        s3.delete(key)

    asked = run("pull", tmp_path, "--delete")
    unchanged = files(tmp_path)
    said = run("pull", tmp_path, "--delete", "--yes")

    assert (asked.exit_code, unchanged) == (2, posts)
    assert "2 of its 3 posts and pages" in asked.stderr
    assert said.exit_code == 0
    assert len(files(tmp_path)) == 1


def test_a_bucket_made_anew_is_told_and_filled_again(s3: MemoryS3, tmp_path: Path) -> None:
    mine = {"site.yaml": b"title: x\ntimezone: UTC\n", KEY: A, "static/b.txt": B}
    s3.write(**mine)
    run("pull", tmp_path)
    s3.versions.clear()

    pulled = run("pull", tmp_path)
    pushed = run("push", tmp_path)
    run("pull", tmp_path, "--delete", "--yes")

    for result in (pulled, pushed):
        assert result.exit_code == 1
        assert "emptied, or made again" in result.stderr
        assert result.stderr.splitlines()[-1] == f"Next: bucketpress push {tmp_path} --overwrite --bucket b"
    assert "site.yaml" in files(tmp_path)
    assert kept(tmp_path) == [A, B]


def test_what_lies_in_a_folder_that_is_not_read_is_told(s3: MemoryS3, tmp_path: Path) -> None:
    s3.write(**{KEY: A, "posts/a.md": B})
    (tmp_path / "away").mkdir()
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "posts").symlink_to(tmp_path / "away")

    result = run("pull", tmp_path / "blog")

    assert result.exit_code == 1
    assert "posts/a.md  This symbolic link leads" in result.stdout
    assert files(tmp_path / "blog") == {KEY: A}


def test_a_file_kept_back_in_the_bucket_is_no_fault(s3: MemoryS3, tmp_path: Path) -> None:
    s3.write(**{"posts/README.md": A})

    pulled, pushed = run("pull", tmp_path), run("push", tmp_path)

    assert (pulled.exit_code, pushed.exit_code) == (0, 0)
    assert "kept there" in pulled.stdout
