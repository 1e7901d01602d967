"""`bucketpress push`: nothing is deleted that has no heir, and nothing it says leads elsewhere."""

import json
import re
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bucketpress import bootstrap
from bucketpress_cli.transfer.transfer_state import read_state, state_file
from tests.support.desk import write
from tests.support.memory_s3 import MemoryS3, run
from tests.support.world import SITE_YAML, markdown

SITE = {"site.yaml": SITE_YAML}
POSTS = {f"posts/{name}.md": markdown(name) for name in "abcde"}
WRONG = markdown("B", "03/04/2010")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> MemoryS3:
    s3 = MemoryS3()
    monkeypatch.setattr(bootstrap, "object_client", lambda _connections: s3)
    return s3


@pytest.fixture
def folder(s3: MemoryS3, tmp_path: Path) -> Path:
    """A folder that equals the bucket."""
    s3.write(**SITE, **POSTS)
    assert run("pull", tmp_path / "blog").exit_code == 0
    return tmp_path / "blog"


@pytest.mark.parametrize(
    "heir", [WRONG, markdown("A", id="a").replace(b"---\n", b"--- x\n", 1), markdown("A", slug="b")]
)
def test_what_was_renamed_stays_while_its_heir_is_refused(s3: MemoryS3, folder: Path, heir: bytes) -> None:
    (folder / "posts/a.md").unlink()
    write(folder, {"posts/new-a.md": heir})

    result = run("push", folder, "--delete")

    refused = "posts/new-a.md" not in s3.objects
    assert ("posts/a.md" in s3.objects, result.exit_code) == (refused, 1 if refused else 0), result.output
    assert not refused or "waits until" in result.stdout


def test_what_was_renamed_stays_while_its_heir_is_being_edited(
    s3: MemoryS3, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "posts/a.md").rename(folder / "posts/new-a.md")
    s3_put: Any = s3.put_object

    def put(**request: Any) -> None:
        s3.write(**{request["Key"]: b"by somebody else"})
        s3_put(**request)

    monkeypatch.setattr(s3, "put_object", put)

    result = run("push", folder, "--delete")

    assert "posts/a.md" in s3.objects
    assert result.exit_code == 1


def test_a_file_that_is_back_when_its_turn_comes_is_not_deleted(
    s3: MemoryS3, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "posts/a.md").unlink()
    write(folder, {"static/x.txt": b"x"})
    s3_put: Any = s3.put_object

    def put(**request: Any) -> None:
        write(folder, {"posts/a.md": b"saved again"})
        s3_put(**request)

    monkeypatch.setattr(s3, "put_object", put)

    run("push", folder, "--delete")

    assert "posts/a.md" in s3.objects


def test_a_folder_that_is_not_read_deletes_nothing(s3: MemoryS3, folder: Path) -> None:
    (folder / "posts").rename(folder.parent / "away")
    (folder / "posts").symlink_to(folder.parent / "away")

    run("push", folder, "--delete", "--yes")

    assert s3.objects == SITE | POSTS


@pytest.mark.usefixtures("folder")
def test_a_folder_without_settings_is_not_taken_for_the_site(s3: MemoryS3, tmp_path: Path) -> None:
    (tmp_path / "wrong").mkdir()

    result = run("push", tmp_path / "wrong", "--overwrite", "--delete", "--yes")

    assert result.exit_code == 2
    assert s3.objects == SITE | POSTS
    assert "no site.yaml" in result.stderr
    assert f"pull {tmp_path / 'wrong'} --theirs site.yaml" in result.stderr


@pytest.mark.parametrize(("deleted", "asked"), [("ab", False), ("abc", True), ("abcde", True)])
def test_more_than_half_of_the_texts_are_asked_for(s3: MemoryS3, folder: Path, deleted: str, asked: bool) -> None:
    for name in deleted:
        (folder / f"posts/{name}.md").unlink()

    result = run("push", folder, "--delete")

    assert result.exit_code == (2 if asked else 0)
    assert len(s3.objects) == len(SITE | POSTS) - (0 if asked else len(deleted))


def test_renaming_everything_loses_nothing(s3: MemoryS3, folder: Path) -> None:
    for name in "abcde":
        write(folder, {f"posts/{name}.md": markdown(name, id=name)})
    run("push", folder)
    (folder / "posts").rename(folder / "_posts")
    for file in (folder / "_posts").iterdir():
        file.rename(file.with_name(f"2010-03-01-{file.name}"))

    result = run("push", folder, "--delete")

    assert result.exit_code == 0, result.output
    assert len(s3.objects) == len(SITE | POSTS)


def test_a_conflict_about_a_deletion_is_settled_by_what_the_command_names(s3: MemoryS3, folder: Path) -> None:
    (folder / "posts/a.md").unlink()
    (folder / "posts/b.md").unlink()
    s3.write(**{"posts/a.md": markdown("By somebody else"), "posts/b.md": markdown("B, by somebody else")})

    conflict = run("push", folder)
    difference = run("diff", "posts/a.md", "--folder", folder)
    settled = [run("push", folder, "--mine", key) for key in ("posts/a.md", "posts/b.md")]

    assert conflict.exit_code == 1
    assert f"bucketpress push {folder} --mine posts/a.md --bucket b" in conflict.stdout
    assert conflict.stderr.splitlines()[-1] == f"Next: bucketpress diff posts/a.md --folder {folder} --bucket b"
    assert (difference.exit_code, "-title: By somebody else" in difference.stdout) == (1, True)
    assert settled[1].exit_code == 0, settled[1].output
    assert sorted(s3.objects) == ["posts/c.md", "posts/d.md", "posts/e.md", "site.yaml"]


@pytest.mark.parametrize("key", ["posts/nope.md", "posts/theirs.md"])
def test_a_key_that_the_folder_never_had_is_told(s3: MemoryS3, folder: Path, key: str) -> None:
    s3.write(**{"posts/theirs.md": markdown("Theirs")})

    result = run("push", folder, "--mine", key, "--delete")

    assert result.exit_code == 2
    assert key in result.stderr
    assert "posts/theirs.md" in s3.objects


def test_a_key_is_named_however_its_letters_are_spelled(s3: MemoryS3, folder: Path) -> None:
    s3.write(**{"posts/e\u0301.md": markdown("Theirs")})
    write(folder, {"posts/\xe9.md": markdown("Mine")})

    run("push", folder, "--mine", "posts/\xe9.md")

    assert s3.objects["posts/e\u0301.md"] == markdown("Mine")


def test_what_is_kept_back_is_no_fault(s3: MemoryS3, folder: Path) -> None:
    write(folder, {"posts/README.md": b"About these.", "posts/_index.md": b"x", "posts/e (1).md": b"x"})
    write(folder, {"posts/f.md": markdown("F")})

    result, again = run("push", folder), run("push", folder)

    assert (result.exit_code, again.exit_code) == (0, 0), result.output
    assert result.stdout.count("kept here ") == 3
    assert "warning" in result.stdout
    assert "posts/f.md" in s3.objects
    assert again.stdout.endswith("The bucket equals the folder.\n")


@pytest.mark.parametrize("newer", ["changed", "deleted", "new"])
def test_what_others_have_brought_since_is_named_and_no_fault(s3: MemoryS3, folder: Path, newer: str) -> None:
    if newer == "deleted":
        s3.delete("posts/a.md")
    else:
        s3.write(**{"posts/a.md" if newer == "changed" else "posts/new.md": markdown("Theirs")})

    result = run("push", folder)

    assert result.exit_code == 0
    assert "newer in the bucket" in result.stdout
    assert result.stderr.splitlines()[-1] == f"Next: bucketpress pull {folder} --bucket b"


def test_what_is_too_large_is_refused_without_a_text_beside_it(
    s3: MemoryS3, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bucketpress.services.publish.source_reader.MAX_ASSET_BYTES", 10)
    write(folder, {"static/film.mp4": b"x" * 11})

    result = run("push", folder)

    assert result.exit_code == 1
    assert "static/film.mp4" not in s3.objects


def test_no_suggestion_acts_on_another_folder_or_bucket(s3: MemoryS3, folder: Path) -> None:
    s3.write(**{"posts/a.md": markdown("Theirs"), "posts/n.md": markdown("N"), "posts/b.md": markdown("Theirs")})
    s3.delete("posts/c.md")
    s3.delete("site.yaml")
    write(folder, {"posts/a.md": markdown("Mine")})
    write(folder, {"site.yaml": SITE_YAML + b"tagline: x\n"})
    (folder / "posts/b.md").unlink()
    runs = [
        ("push", folder),
        ("pull", folder),
        ("push", folder, "--dry-run"),
        ("pull", folder, "--dry-run", "--delete"),
        ("push", folder, "--mine", "posts/nope.md"),
        ("pull", folder, "--theirs", "posts/nope.md"),
        ("history", "posts/a.md"),
        ("diff", "posts/a.md"),
    ]

    said = "\n".join(run(*arguments).output for arguments in runs)

    commands = [each for line in said.splitlines() for each in re.findall(r"bucketpress [a-z][^;]*", line)]
    assert len(commands) > 10
    for command in commands:
        words = shlex.split(command)
        if words[1] != "check":
            assert words[words.index("--bucket") + 1] == "b", command
        if words[1] in {"push", "pull", "check"}:
            assert words[2] == str(folder), command
        if words[1] == "diff" and "--folder" in words:
            assert words[words.index("--folder") + 1] == str(folder), command
    assert "pull --theirs" not in said


class Receipts:
    """A status service that is asked until somebody presses Ctrl-C, and from then on knows everything."""

    stopped = False

    def of_source(self, key: str) -> Any:
        if not self.stopped:
            self.stopped = True
            raise KeyboardInterrupt
        state = read_state(state_file(self.folder, "b"))
        record = SimpleNamespace(key=key, etag=state.awaited[key], state="published", receipt=None)
        return SimpleNamespace(
            record=record, waiting=False, url=f"https://x.example/{key}", seconds=1.0, page_seconds=2.0
        )

    def __init__(self, folder: Path) -> None:
        self.folder = folder


def test_what_was_waited_for_is_waited_for_again(s3: MemoryS3, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Receipts(folder)
    monkeypatch.setattr(bootstrap, "status", lambda _stack: service)
    monkeypatch.setattr(
        "bucketpress_cli.transfer.push.push_command.source_document",
        lambda each: {"key": each.record.key, "url": each.url},
    )
    write(folder, {"posts/new.md": markdown("New"), "static/x.txt": b"x"})

    stopped = run("push", folder, "--wait")
    again = run("push", folder, "--wait", "--json")
    last = run("push", folder, "--wait")

    assert stopped.exit_code == 130
    assert "posts/new.md" in s3.objects
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["receipts"] == [{"key": "posts/new.md", "url": "https://x.example/posts/new.md"}]
    assert last.stdout == "The bucket equals the folder.\n"
