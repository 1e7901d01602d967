"""`bucketpress history` and `diff`: the versions of a file, and how two of them differ."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress.content.source_keys import spellings
from bucketpress_cli.aws_errors import explained
from bucketpress_cli.failure import name_next
from bucketpress_cli.operator_commands import StackOption
from bucketpress_cli.receipt_text import moment
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.differing_lines import Compared, compared_file, differing_lines
from bucketpress_cli.transfer.push.plan_text import print_changes
from bucketpress_cli.transfer.target_bucket import BucketOption, Target
from bucketpress_cli.versions.version_choice import KeyArgument, chosen, history_of, versioned_bucket
from bucketpress_cli.versions.version_history import KeptVersion, version_before
from bucketpress_cli.versions.versioned_bucket import VersionedBucket

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def history(
    key: KeyArgument, *, as_json: JsonOption = False, bucket: BucketOption = "", stack: StackOption = ""
) -> None:
    """List the versions of a file in the content bucket, the newest first; none is ever lost.

    Example: bucketpress history posts/a-post.md

    Exit codes: 0, or 2 when nothing was ever uploaded under the key.
    """
    target = Target(bucket=bucket, stack=stack)
    with explained():
        versions = history_of(versioned_bucket(target), key, target)
    if as_json:
        typer.echo(json.dumps({"key": key, "versions": [_document(each) for each in versions]}, indent=2))
        return
    out = Console(highlight=False)
    for version in versions:
        what = f"{version.size:>12,} bytes" if version.digest else f"{'deleted':>18}"
        print_line(out, moment(version.written), f"{what}  ", (version.version, "dim"), "  now" * version.latest)
    name_next("; ".join((target.command("diff", key), target.command("restore", key, "--version", "VERSION"))))


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
    target = Target(bucket=bucket, stack=stack)
    with explained():
        store = versioned_bucket(target)
        versions = history_of(store, key, target)
        newest = versions[0]
        old = chosen(versions, version, target) if version else newest if folder else version_before(versions)
        before = _compared(store, old, f"{key} {old.version if old else 'nothing'}")
        after = _file(folder, key, before) if folder is not None else _compared(store, newest, "newest")
        lines = differing_lines(before, after)
    print_changes(Console(highlight=False), lines)
    raise typer.Exit(1 if lines else 0)


def _compared(store: VersionedBucket, version: KeptVersion | None, name: str) -> Compared:
    """Return a version to be compared: an empty one where there was none, or it was deleted."""
    if version is None or version.digest is None:
        return Compared(name=name)
    return Compared(name=name, size=version.size, digest=version.digest, read=lambda: store.read(version))


def _file(folder: Path, key: str, before: Compared) -> Compared:
    """Return the file of a folder to be compared, an empty one where there is none. Raises OSError."""
    path = next((path for name in spellings(key) if (path := folder / name).exists()), None)
    return compared_file(str(path), path, before.digest) if path else Compared(name=str(folder / key))


def _document(version: KeptVersion) -> dict[str, object]:
    return {
        "version": version.version,
        "written": version.written.isoformat(),
        "deleted": version.digest is None,
        "size": version.size,
        "etag": version.digest,
        "latest": version.latest,
    }
