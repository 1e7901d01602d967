"""`bucketpress history`, `diff` and `restore` over HTTP: what was, comes back."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bucketpress import bootstrap
from bucketpress_cli.main import app
from tests.support.desk import FILES, Desk, write
from tests.support.object_server import environment
from tests.support.world import markdown

KEY = "posts/a.md"


def run(desk: Desk, *arguments: str) -> Result:
    bootstrap.forget()
    return CliRunner().invoke(app, [*arguments, "--bucket", desk.bucket], env=environment(desk.address))


def put(desk: Desk, key: str, data: bytes) -> str:
    return str(desk.s3.put_object(Bucket=desk.bucket, Key=key, Body=data)["VersionId"])


def test_a_history_lists_versions_and_deletions(desk: Desk) -> None:
    first = put(desk, KEY, markdown("A"))
    desk.s3.delete_object(Bucket=desk.bucket, Key=KEY)
    put(desk, f"{KEY}.md", b"another")

    document = json.loads(run(desk, "history", KEY, "--json").stdout)
    text = run(desk, "history", KEY).stdout

    assert [each["deleted"] for each in document["versions"]] == [True, False]
    assert document["versions"][1]["version"] == first
    assert first in text
    assert "deleted" in text


def test_a_diff_shows_what_the_newest_version_changed(desk: Desk, tmp_path: Path) -> None:
    first = put(desk, KEY, b"one\ntwo\n")
    put(desk, KEY, b"one\nthree\n")
    put(desk, KEY, b"one\nfour\n")
    write(tmp_path, {KEY: b"one\nfour\n"})

    before = run(desk, "diff", KEY)
    older = run(desk, "diff", KEY, "--version", first)
    local = run(desk, "diff", KEY, "--folder", str(tmp_path))

    assert (before.exit_code, "-three\n+four" in before.stdout) == (1, True)
    assert "-two\n+four" in older.stdout
    assert (local.exit_code, local.stdout) == (0, "")


@pytest.mark.parametrize("command", ["history", "diff", "restore"])
def test_what_is_suggested_is_for_the_same_bucket_and_stack(desk: Desk, command: str) -> None:
    put(desk, KEY, markdown("A"))

    unknown = run(desk, command, "posts/none.md", "--stack", "mine")
    version = run(desk, command, KEY, *(["--version", "none"] if command != "history" else []), "--stack", "mine")

    assert unknown.stderr.splitlines()[-1] == "Next: bucketpress status --stack mine"
    assert version.stderr.splitlines()[-1].endswith(f"--bucket {desk.bucket} --stack mine")


def test_a_deleted_post_comes_back(desk: Desk) -> None:
    put(desk, KEY, markdown("A"))
    desk.s3.delete_object(Bucket=desk.bucket, Key=KEY)

    result = run(desk, "restore", KEY)

    assert result.exit_code == 0, result.output
    assert desk.objects() == {KEY: markdown("A")}


def test_an_older_version_comes_back_as_a_new_one(desk: Desk) -> None:
    first = put(desk, KEY, b"one")
    put(desk, KEY, b"two")

    run(desk, "restore", KEY, "--version", first)

    assert desk.objects() == {KEY: b"one"}
    assert desk.writes() == 3
    assert run(desk, "restore", KEY, "--version", first).stdout == "It is already as it was.\n"


def test_everything_is_restored_to_a_moment(desk: Desk, tmp_path: Path) -> None:
    desk.push(write(tmp_path, FILES))
    time.sleep(1.1)  # S3 tells seconds
    moment = datetime.now(UTC).isoformat()
    time.sleep(1.1)
    put(desk, KEY, b"spoilt")
    put(desk, "posts/new.md", markdown("New"))
    desk.s3.delete_object(Bucket=desk.bucket, Key="site.yaml")

    asked = run(desk, "restore", "--all", "--at", moment)
    dry = run(desk, "restore", "--all", "--at", moment, "--dry-run")
    unchanged = desk.objects()
    result = run(desk, "restore", "--all", "--at", moment, "--yes")

    assert asked.exit_code == 2
    assert unchanged[KEY] == b"spoilt"
    assert "posts/new.md  deleted, as it was not there" in dry.stdout
    assert result.exit_code == 0, result.output
    assert desk.objects() == FILES


def test_a_restore_says_what_is_missing_to_it(desk: Desk) -> None:
    put(desk, KEY, b"one")

    wrong = [
        run(desk, "restore"),
        run(desk, "restore", KEY, "--all", "--at", "2026-03-05"),
        run(desk, "restore", "--all"),
        run(desk, "restore", KEY, "--at", "last week"),
        run(desk, "restore", KEY, "--version", "none"),
        run(desk, "restore", KEY),
        run(desk, "restore", "posts/never.md"),
    ]

    assert [result.exit_code for result in wrong] == [2] * len(wrong)
    assert "Write it like 2026-03-05" in wrong[3].stderr
    assert f"bucketpress history {KEY}" in wrong[4].stderr


def test_what_a_history_prints_is_a_time_to_restore_to(desk: Desk) -> None:
    put(desk, KEY, b"one")
    time.sleep(1.1)
    put(desk, KEY, b"two")
    printed = run(desk, "history", KEY).stdout.splitlines()[1].partition("  ")[0]

    result = run(desk, "restore", KEY, "--at", printed)

    assert result.exit_code == 0, result.output
    assert desk.objects() == {KEY: b"one"}


def test_a_restore_deletes_nothing_unasked(desk: Desk) -> None:
    put(desk, KEY, b"one")

    asked = run(desk, "restore", KEY, "--at", "2020-01-01")
    unchanged = desk.objects()
    result = run(desk, "restore", KEY, "--at", "2020-01-01", "--yes", "--json")

    assert (asked.exit_code, unchanged) == (2, {KEY: b"one"})
    assert "1 file would change, 1 of them deleted" in asked.stderr
    assert (result.exit_code, desk.objects()) == (0, {})
    document = json.loads(result.stdout)
    assert (document["files"][0]["change"], document["done"]) == ("delete", [KEY])


def put_in_parts(desk: Desk, key: str, parts: list[bytes]) -> str:
    target = {"Bucket": desk.bucket, "Key": key}
    upload = desk.s3.create_multipart_upload(**target, ContentType="video/mp4")["UploadId"]
    made = [
        desk.s3.upload_part(**target, UploadId=upload, PartNumber=number, Body=part)
        for number, part in enumerate(parts, 1)
    ]
    listed = {"Parts": [{"PartNumber": number, "ETag": part["ETag"]} for number, part in enumerate(made, 1)]}
    return str(desk.s3.complete_multipart_upload(**target, UploadId=upload, MultipartUpload=listed)["VersionId"])


@pytest.mark.parametrize("sizes", [(5 * 1024**2, 1024), (1024,)])
def test_what_was_put_in_parts_is_restored_once(desk: Desk, sizes: tuple[int, ...]) -> None:
    parts = [b"%d" % number * size for number, size in enumerate(sizes)]
    first = put_in_parts(desk, "static/film.mp4", parts)
    put(desk, "static/film.mp4", b"spoilt")

    results = [run(desk, "restore", "static/film.mp4", "--version", first) for _ in range(2)]

    assert [result.exit_code for result in results] == [0, 0], results[0].output
    assert results[1].stdout == "It is already as it was.\n"
    assert desk.writes() == 3
    assert desk.objects() == {"static/film.mp4": b"".join(parts)}
    assert desk.s3.head_object(Bucket=desk.bucket, Key="static/film.mp4")["ContentType"] == "video/mp4"
