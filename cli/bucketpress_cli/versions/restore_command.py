"""`bucketpress restore`: an older version of a file, or of the whole bucket, becomes the newest again."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from bucketpress.content.source_keys import SETTINGS_KEY, SourceKind, classify, is_source
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import INTERRUPTED, UNSETTLED, end_unless_agreed, fail, name_next, this_command
from bucketpress_cli.operator_commands import StackOption
from bucketpress_cli.receipt_text import moment
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.target_bucket import BucketOption, Target
from bucketpress_cli.transfer.transfers import Outcome, Transfer, files, transfer_all
from bucketpress_cli.versions.version_choice import chosen, history_of, moment_of, versioned_bucket
from bucketpress_cli.versions.version_history import Restoration, restorations, version_at, version_before
from bucketpress_cli.versions.versioned_bucket import VersionedBucket

LINES_SHOWN = 100


def restore(
    key: Annotated[str, typer.Argument(help="A key of the content bucket.", show_default=False)] = "",
    *,
    version: Annotated[str, typer.Option(help="The version, as `history` lists it.", show_default=False)] = "",
    at: Annotated[str, typer.Option(metavar="TIME", help="As it was then.", show_default=False)] = "",
    everything: Annotated[bool, typer.Option("--all", help="The whole bucket, with --at.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before restoring everything, or deleting.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    bucket: BucketOption = "",
    stack: StackOption = "",
) -> None:
    """Bring back what a file, or the whole bucket, was: as a new version, so that this can be undone as well.

    Without --version and --at it is the last version that differs; so a deleted post comes back. TIME is like
    2026-03-05, "2026-03-05 09:30" or "2026-03-05 09:30:07 UTC", in this machine's time zone unless it says. What was
    not there then is deleted, which is asked first. The site follows by itself.

    Examples: bucketpress restore posts/a-post.md; bucketpress restore --all --at "2026-03-05 09:30" --dry-run

    Exit codes: 0 when it is as it was, 1 when somebody has changed it meanwhile, 2 when it failed, 130 when it was
    stopped; then the same command goes on.
    """
    _check_arguments(key, version, at, everything=everything)
    target = Target(bucket=bucket, stack=stack)
    try:
        with explained():
            store = versioned_bucket(target)
            changes = _everything(store, at) if everything else _one(store, key, version, at, target)
            _show(changes, errors if as_json else Console(highlight=False))
            outcome = Outcome()
            if changes and not dry_run:
                if everything or any(each.wanted is None for each in changes):
                    _ask(changes, yes=yes)
                outcome = _carry_out(store, changes)
            if as_json:
                typer.echo(json.dumps(outcome.document(store.name, list(map(_document, changes))), indent=2))
            if changes and not dry_run:
                raise typer.Exit(_told(outcome, target))
    except KeyboardInterrupt:
        fail("Stopped. What is done is done; run again, it goes on.", then=this_command(), code=INTERRUPTED)


def _check_arguments(key: str, version: str, at: str, *, everything: bool) -> None:
    if bool(key) == everything:
        hint = "Name a KEY, or everything with --all --at TIME."
        fail("Say what to restore.", hint, then="bucketpress restore --help")
    if (everything and not at) or (version and at):
        hint = "Add --at TIME, or for one file --version VERSION."
        fail("Say which version.", hint, then="bucketpress restore --help")


def _everything(store: VersionedBucket, at: str) -> tuple[Restoration, ...]:
    when = moment_of(at)
    with errors.status("listing versions"):
        histories = {key: versions for key, versions in store.histories().items() if is_source(key)}
    return restorations(histories, when)


def _one(store: VersionedBucket, key: str, version: str, at: str, target: Target) -> tuple[Restoration, ...]:
    versions = history_of(store, key, target)
    if at:
        wanted = version_at(versions, moment_of(at))
    else:
        wanted = chosen(versions, version, target) if version else version_before(versions)
        if wanted is None:
            fail(f"{key} has no other version.", then=target.command("history", key))
    current = versions[0].digest
    same = (wanted.digest if wanted else None) == current
    return () if same else (Restoration(key=key, wanted=wanted, current=current),)


def _document(each: Restoration) -> dict[str, object]:
    return {
        "key": each.key,
        "change": "restore" if each.wanted else "delete",
        "version": each.wanted.version if each.wanted else None,
        "written": each.wanted.written.isoformat() if each.wanted else None,
    }


def _show(changes: Sequence[Restoration], out: Console) -> None:
    for each in changes[:LINES_SHOWN]:
        what = f"as of {moment(each.wanted.written)}" if each.wanted else "deleted, as it was not there"
        print_line(out, (each.key, "bold"), f"  {what}")
    if len(changes) > LINES_SHOWN:
        print_line(out, f"… and {len(changes) - LINES_SHOWN:,} more")
    if not changes:
        print_line(out, "It is already as it was.")


def _ask(changes: Sequence[Restoration], *, yes: bool) -> None:
    if yes:
        return
    deleted = sum(each.wanted is None for each in changes)
    more = f", {deleted:,} of them deleted" if deleted else ""
    count = files(len(changes))
    question = f"Change {count} of the bucket{more}?"
    end_unless_agreed(f"{count} would change{more}.", question, look="what is listed")


def _carry_out(store: VersionedBucket, changes: Sequence[Restoration]) -> Outcome:
    groups: list[list[tuple[str, Transfer]]] = [[], [], [], []]
    for each in changes:
        groups[_rank(each)].append((each.key, partial(store.bring_back, each)))
    return transfer_all(groups, sum(each.wanted.size for each in changes if each.wanted), errors)


def _rank(each: Restoration) -> int:
    """Return when a change comes: the settings, files before the texts that show them, and deletions last."""
    if each.wanted is None:
        return 3
    return 0 if each.key == SETTINGS_KEY else 1 if classify(each.key).kind is SourceKind.ASSET else 2


def _told(outcome: Outcome, target: Target) -> int:
    if outcome.failure is not None:
        raise outcome.failure
    for key in sorted(outcome.edited_there):
        print_line(errors, (f"✗ {key} was changed meanwhile, and was left alone.", "red"))
    if outcome.interrupted:
        errors.print("Stopped. What is done is done; run again, it goes on.")
        name_next(this_command())
        return INTERRUPTED
    print_line(errors, f"As it was: {files(len(outcome.done))}.")
    name_next(this_command() if outcome.edited_there else target.stack_command("status"))
    return UNSETTLED if outcome.edited_there else 0
