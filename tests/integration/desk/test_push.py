"""`bucketpress push` over HTTP: the bucket equals the folder, and nobody's edit is lost."""

import hashlib
import json
import os
import re
import unicodedata
from pathlib import Path

import pytest
from typer.testing import Result

from bucketpress_cli.transfer.push.push_plan import Effect
from tests.support.desk import FILES, Desk, write
from tests.support.world import SITE_YAML, markdown

LEFT = {
    ".git/config": b"x",
    "posts/.DS_Store": b"x",
    "posts/a.md~": b"x",
    "README.md": b"About this folder.",
}


def effects(result: Result) -> dict[str, str]:
    """Return what the plan printed says of each file."""
    pattern = rf"^({'|'.join(Effect)}) +(\S+)"
    return {key: effect for effect, key in re.findall(pattern, result.stdout, re.MULTILINE)}


def test_the_bucket_becomes_the_folder_without_what_a_site_ignores(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path, FILES | LEFT)

    first = desk.push(tmp_path)
    again = desk.push(tmp_path)

    assert first.exit_code == 0, first.output
    assert desk.objects() == FILES
    assert effects(first) == {
        "pages/about.md": "new",
        "posts/a.md": "new",
        "posts/later.md": "will go live",
        "posts/pic.png": "new",
        "site.yaml": "new",
        "static/humans.txt": "new",
        "drafts/idea.md": "draft",
    }
    assert "posts/later.md  2090-01-01 00:00 UTC" in first.stdout
    assert again.stdout == "The bucket equals the folder.\n"
    assert desk.writes() == len(FILES)


def test_times_alone_send_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path, FILES))
    for name in FILES:
        os.utime(tmp_path / name, (1, 1))

    result = desk.push(tmp_path)

    assert (result.exit_code, desk.writes()) == (0, len(FILES))


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path, FILES)

    dry = desk.push(tmp_path, "--dry-run")

    assert desk.objects() == {}
    assert not (tmp_path / ".bucketpress").exists()
    assert dry.stdout == desk.push(tmp_path).stdout


def test_the_plan_says_what_readers_will_see(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path, FILES | {"posts/b.md": markdown("B", id="b"), "posts/c.md": markdown("C")}))
    write(tmp_path, {"posts/a.md": markdown("A", slug="z"), "posts/new-b.md": markdown("B", slug="nb", id="b")})
    write(tmp_path, {"posts/d.md": markdown("D")})
    for name in ("posts/b.md", "posts/c.md"):
        (tmp_path / name).unlink()

    kept = desk.push(tmp_path, "--dry-run")
    result = desk.push(tmp_path, "--delete")

    assert effects(kept)["posts/c.md"] == "not deleted"
    assert effects(result) == {
        "posts/d.md": "new",
        "posts/new-b.md": "new",
        "posts/a.md": "moved",
        "posts/b.md": "moved",
        "posts/c.md": "will vanish",
    }
    assert "posts/a.md  /2010/03/a/ redirects to /2010/03/z/" in result.stdout
    assert "posts/b.md  /2010/03/b/ redirects to /2010/03/nb/, renamed to posts/new-b.md" in result.stdout
    assert "posts/c.md  /2010/03/c/ answers 410" in result.stdout
    assert sorted(desk.objects()) == sorted({*FILES, "posts/d.md", "posts/new-b.md"})


def test_a_post_made_a_draft_is_said_to_vanish(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path, FILES))
    write(tmp_path, {"posts/a.md": markdown("A", draft="true")})

    result = desk.push(tmp_path)

    assert effects(result) == {"posts/a.md": "will vanish"}


def test_new_settings_are_said_to_move_posts_that_stay_as_they_are(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path, FILES))
    write(tmp_path, {"site.yaml": SITE_YAML + b"permalink: /:slug/\n"})

    result = desk.push(tmp_path)

    assert effects(result) == {"site.yaml": "changed", "posts/a.md": "moved"}
    assert "/2010/03/a/ redirects to /a/" in result.stdout


def test_what_a_check_finds_wrong_stays_here_and_the_rest_is_sent(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path, FILES | {"posts/b.md": markdown("B", "03/04/2010"), "posts/x.md.txt": b"x"})

    result = desk.push(tmp_path)

    assert result.exit_code == 1
    assert desk.objects() == FILES
    assert effects(result)["posts/b.md"] == "refused"
    assert effects(result)["posts/x.md.txt"] == "kept here"
    assert "line 3, column 7" in result.stdout


def test_a_refused_file_leaves_its_last_version_there(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path, FILES))
    write(tmp_path, {"posts/a.md": markdown("A", "03/04/2010")})

    desk.push(tmp_path, "--delete")

    assert desk.objects() == FILES


def test_nothing_is_sent_under_settings_that_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    result = desk.push(write(tmp_path, FILES | {"site.yaml": b"timezone: Nowhere/At-all\n"}))

    assert result.exit_code == 2
    assert desk.objects() == {}
    assert "bucketpress check" in result.stderr


def test_many_deletions_are_asked_for(desk: Desk, tmp_path: Path) -> None:
    many = {f"static/{number}.txt": b"x" for number in range(11)}
    desk.push(write(tmp_path, FILES | many))
    for name in many:
        (tmp_path / name).unlink()

    asked = desk.push(tmp_path, "--delete")
    before = len(desk.objects())
    said = desk.push(tmp_path, "--delete", "--yes")

    assert (asked.exit_code, before) == (2, len(FILES) + 11)
    assert "add --yes" in asked.stderr
    assert said.exit_code == 0
    assert desk.objects() == FILES


def test_nobodys_newer_edit_is_written_over(desk: Desk, tmp_path: Path) -> None:
    mine, theirs = write(tmp_path / "mine", FILES), write(tmp_path / "theirs", FILES)
    desk.push(mine)
    desk.push(theirs)
    write(theirs, {"posts/a.md": markdown("A", text="Theirs.")})
    desk.push(theirs)
    write(mine, {"posts/a.md": markdown("A", text="Mine."), "pages/about.md": b"# About us\n"})

    result = desk.push(mine)
    settled = desk.push(mine, "--mine", "posts/a.md")

    assert result.exit_code == 1
    assert effects(result) == {"posts/a.md": "conflict", "pages/about.md": "changed"}
    assert "-Theirs.\n+Mine." in result.stdout
    assert f"bucketpress push {mine} --mine posts/a.md" in result.stdout
    assert settled.exit_code == 0
    assert desk.objects()["posts/a.md"] == markdown("A", text="Mine.")


def test_a_file_that_somebody_else_deleted_or_added_is_neither_sent_again_nor_deleted(
    desk: Desk, tmp_path: Path
) -> None:
    desk.push(write(tmp_path, FILES))
    desk.s3.delete_object(Bucket=desk.bucket, Key="posts/a.md")
    desk.s3.put_object(Bucket=desk.bucket, Key="posts/theirs.md", Body=markdown("Theirs"))

    result = desk.push(tmp_path, "--delete")

    assert effects(result) == {"posts/a.md": "newer in the bucket", "posts/theirs.md": "newer in the bucket"}
    assert "posts/a.md" not in desk.objects()
    assert "posts/theirs.md" in desk.objects()


def test_a_checkout_that_knows_best_wins_everywhere(desk: Desk, tmp_path: Path) -> None:
    desk.s3.put_object(Bucket=desk.bucket, Key="posts/old.md", Body=markdown("Old"))
    desk.s3.put_object(Bucket=desk.bucket, Key="posts/a.md", Body=markdown("Old a"))
    write(tmp_path, FILES)

    careful = desk.push(tmp_path)
    result = desk.push(tmp_path, "--overwrite", "--delete")

    assert effects(careful)["posts/a.md"] == "conflict"
    assert result.exit_code == 0, result.output
    assert desk.objects() == FILES


def test_a_file_put_in_parts_by_another_tool_is_not_sent_again(desk: Desk, tmp_path: Path) -> None:
    data = os.urandom(9 * 1024 * 1024)
    upload = desk.s3.create_multipart_upload(Bucket=desk.bucket, Key="static/film.mp4")["UploadId"]
    at = {"Bucket": desk.bucket, "Key": "static/film.mp4", "UploadId": upload}
    parts = [
        {"PartNumber": number, "ETag": desk.s3.upload_part(**at, PartNumber=number, Body=part)["ETag"]}
        for number, part in ((1, data[: 8 * 1024 * 1024]), (2, data[8 * 1024 * 1024 :]))
    ]
    desk.s3.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})
    write(tmp_path, {"static/film.mp4": data})

    assert desk.push(tmp_path).stdout == "The bucket equals the folder.\n"


def test_a_large_file_is_sent_in_one_part(desk: Desk, tmp_path: Path) -> None:
    data = os.urandom(9 * 1024 * 1024)

    desk.push(write(tmp_path, {"static/film.mp4": data}))

    etag = desk.s3.head_object(Bucket=desk.bucket, Key="static/film.mp4")["ETag"]
    assert etag.strip('"') == hashlib.md5(data).hexdigest()


@pytest.mark.parametrize("there", ["NFC", "NFD"])
def test_a_name_is_the_same_however_a_machine_spells_it(desk: Desk, tmp_path: Path, there: str) -> None:
    key = unicodedata.normalize(there, "posts/é.md")
    desk.s3.put_object(Bucket=desk.bucket, Key=key, Body=markdown("E"))
    write(tmp_path, {unicodedata.normalize("NFD", "posts/é.md"): markdown("E")})

    result = desk.push(tmp_path)

    assert result.stdout == "The bucket equals the folder.\n"
    assert list(desk.objects()) == [key]


def test_no_link_leads_a_push_out_of_the_folder(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_bytes(markdown("Secret"))
    folder = write(tmp_path / "in", FILES)
    (folder / "posts" / "secret.md").symlink_to(tmp_path / "secret.md")

    result = desk.push(folder)

    assert effects(result)["posts/secret.md"] == "kept here"
    assert desk.objects() == FILES


def test_a_program_is_told_the_same(desk: Desk, tmp_path: Path) -> None:
    result = desk.push(write(tmp_path, FILES), "--json")

    document = json.loads(result.stdout)
    assert document["bucket"] == desk.bucket
    assert {each["key"]: each["effect"] for each in document["files"]}["posts/later.md"] == "will go live"
    assert document["done"] == sorted(FILES)
