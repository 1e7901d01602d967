"""`bucketpress history` and `diff`: the versions of a file, and how two of them differ."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress_cli.aws_errors import explained
from bucketpress_cli.failure import command_line, fail, help_of_this_command, name_next
from bucketpress_cli.operator_commands import StackOption
from bucketpress_cli.receipt_text import moment
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.push.plan_text import diff_lines
from bucketpress_cli.transfer.target_bucket import BucketOption
from bucketpress_cli.versions.version_choice import KeyArgument, chosen, history_of, versioned_bucket
from bucketpress_cli.versions.version_history import KeptVersion, version_before

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def history(
    key: KeyArgument, *, as_json: JsonOption = False, bucket: BucketOption = "", stack: StackOption = ""
) -> None:
    """List the versions of a file in the content bucket, the newest first; none is ever lost.

    Example: bucketpress history posts/a-post.md

    Exit codes: 0, or 2 when nothing was ever uploaded under the key.
    """
    with explained():
        versions = history_of(versioned_bucket(bucket, stack), key)
    if as_json:
        typer.echo(json.dumps({"key": key, "versions": [_document(each) for each in versions]}, indent=2))
        return
    out = Console(highlight=False)
    for version in versions:
        what = f"{version.size:>12,} bytes" if version.digest else f"{'deleted':>18}"
        print_line(out, moment(version.written), f"{what}  ", (version.version, "dim"), "  now" * version.latest)
    name_next("; ".join((command_line("diff", key), command_line("restore", key, "--version", "VERSION"))))


def diff(
    key: KeyArgument,
    *,
    version: Annotated[str, typer.Option(help="The older version; else the one before.", show_default=False)] = "",
    folder: Annotated[
        Path | None, typer.Option(help="Compare with the file of this folder.", exists=True, file_okay=False)
    ] = None,
    bucket: BucketOption = "",
    stack: StackOption = "",
) -> None:
    """Show what the newest version of a file changed, or how a folder's file differs from the bucket's.

    Examples: bucketpress diff posts/a-post.md; bucketpress diff posts/a-post.md --folder my-blog

    Exit codes: 0 when they are equal, 1 when they differ, 2 when there is nothing to compare.
    """
    with explained():
        store = versioned_bucket(bucket, stack)
        versions = history_of(store, key)
        newest = versions[0]
        old = chosen(versions, version) if version else newest if folder else version_before(versions)
        before = store.read(old) if old and old.digest else b""
        if folder is not None:
            after, name = _file(folder / key), f"{folder / key}"
        else:
            after, name = (store.read(newest) if newest.digest else b""), "newest"
    lines = diff_lines(before, after, f"{key} {old.version if old else 'nothing'}", name)
    out = Console(highlight=False)
    for line in lines:
        print_line(out, (line, "green" if line.startswith("+") else "red" if line.startswith("-") else ""))
    raise typer.Exit(1 if lines else 0)


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "Name the content folder with --folder."
        fail(f"{path} cannot be read: {error.strerror}.", hint, then=help_of_this_command())


def _document(version: KeptVersion) -> dict[str, object]:
    return {
        "version": version.version,
        "written": version.written.isoformat(),
        "deleted": version.digest is None,
        "size": version.size,
        "etag": version.digest,
        "latest": version.latest,
    }
