"""`bucketpress push`: the content bucket becomes equal to a folder."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.services.queries.status import SourceStatus
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import INTERRUPTED, UNSETTLED, command_line, fail, name_next, this_command
from bucketpress_cli.operator_commands import StackOption
from bucketpress_cli.status_json import source_document
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.deletion_ceiling import ask_before_deleting
from bucketpress_cli.transfer.differing_lines import differing_lines
from bucketpress_cli.transfer.push.plan_text import counts, plan_document, print_changes, print_plan
from bucketpress_cli.transfer.push.push_plan import Choices, Effect
from bucketpress_cli.transfer.push.push_session import PushSession
from bucketpress_cli.transfer.push.receipt_watch import refused_keys, watch_receipts
from bucketpress_cli.transfer.target_bucket import BucketOption, Target, emptied, settling, target_bucket
from bucketpress_cli.transfer.transfers import Outcome, files

CONFLICTS_SHOWN = 5
DIFF_LINES = 20


def push(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)] = Path(),
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and change nothing.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Delete there what was deleted here.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before many deletions.")] = False,
    mine: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Settle a conflict: my file wins. May be repeated.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="The folder wins everywhere; for a checkout that knows best.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Follow each text until readers have it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    bucket: BucketOption = "",
    stack: StackOption = "",
) -> None:
    """Bring the content bucket to what the folder holds: compared by content, never by time, and nobody's edit is lost.

    Shows first what readers will see. What `check` finds wrong stays here; what was changed in the bucket since this
    folder last saw it is a conflict. Deletes only with --delete, or what --mine names, and nothing while a file is
    refused or in conflict. Stopped at any moment, it goes on when run again.

    Examples: bucketpress push --dry-run; bucketpress push my-blog --delete --wait

    Exit codes: 0 when the bucket has what the folder has, 1 when something is refused, in conflict or not deleted,
    2 when it failed, 130 when it was stopped.
    """
    choices = Choices(delete=delete, overwrite=overwrite, mine=frozenset(mine or ()))
    target = Target(bucket=bucket, stack=stack)
    try:
        with explained():
            session = PushSession.begin(folder, target_bucket(bucket, stack), choices, target)
            out = Console(highlight=False, quiet=as_json)
            _show(session, target, out)
            outcome, receipts = Outcome(), list[SourceStatus]()
            if not dry_run:
                ask_before_deleting(session.plan.losses, session.there, place="bucket", yes=yes)
                outcome = session.carry_out(wait=wait)
            try:
                code = _told(session, outcome, target)
                if wait and not dry_run and outcome.may_go_on:
                    code = max(code, _followed(session, outcome, target, out, receipts))
            finally:
                if as_json:
                    document = outcome.document(session.bucket.name, plan_document(session.plan.lines))
                    document["receipts"] = [source_document(each) for each in receipts]
                    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    except KeyboardInterrupt:
        fail("Stopped. Nothing is lost: run again, it goes on.", then=this_command(), code=INTERRUPTED)
    raise typer.Exit(code)


def _show(session: PushSession, target: Target, out: Console) -> None:
    lines = session.plan.lines
    print_plan(out, lines)
    _show_conflicts(session, target, out)
    is_equal = all(line.effect is Effect.KEPT for line in lines)
    print_line(out, "The bucket equals the folder." if is_equal else counts(lines))


def _show_conflicts(session: PushSession, target: Target, out: Console) -> None:
    """Print what differs in the first few conflicts, and the commands that settle each."""
    conflicts = [line for line in session.plan.lines if line.effect is Effect.CONFLICT]
    for line in conflicts[:CONFLICTS_SHOWN]:
        key = line.key
        out.print()
        print_line(out, (key, "bold"), f" was {line.note}:")
        changes = differing_lines(session.there_to_compare(key), session.here_to_compare(key))
        print_changes(out, changes[:DIFF_LINES])
        if len(changes) > DIFF_LINES:
            print_line(out, f"… and {len(changes) - DIFF_LINES} more lines")
        sides = {"here": key in session.local.files, "there": key in session.there}
        for who, command in settling(key, session.folder, target, **sides):
            print_line(out, f"{who:16}", command)
    if len(conflicts) > CONFLICTS_SHOWN:
        print_line(out, f"… and {len(conflicts) - CONFLICTS_SHOWN:,} more conflicts: see --json")


def _followed(
    session: PushSession, outcome: Outcome, target: Target, out: Console, receipts: list[SourceStatus]
) -> int:
    """Follow what was sent to its receipts; return the exit code."""
    awaited = session.awaited(outcome)
    waiting = watch_receipts(awaited, target.stack, out, receipts)
    session.await_no_more_than({key: awaited[key] for key in waiting})
    if unsettled := waiting or refused_keys(receipts):
        name_next(target.stack_command("status", unsettled[0]))
    return UNSETTLED if unsettled else 0


def _told(session: PushSession, outcome: Outcome, target: Target) -> int:
    """Print what did not go as planned; return the exit code. Raises what made a transfer fail."""
    if outcome.failure is not None:
        raise outcome.failure
    for key in sorted(outcome.edited_there):
        print_line(errors, (f"✗ {key} was changed in the bucket meanwhile, and was left alone.", "red"))
    for key in sorted(outcome.edited_here):
        print_line(errors, (f"✗ {key} was changed in the folder meanwhile, and was not sent.", "red"))
    if outcome.interrupted:
        left = len(session.plan.writes) + len(session.plan.deletions) - len(outcome.done)
        errors.print(f"Stopped with {files(left)} to go: run again, it goes on.")
        name_next(this_command())
        return INTERRUPTED
    if outcome.done:
        print_line(errors, f"{files(len(outcome.done))} brought to {session.bucket.name}.")
    if outcome.edited_there or outcome.edited_here:
        name_next(this_command())
        return UNSETTLED
    if session.plan.is_whole and not session.is_to_another_bucket:
        if any(line.effect is Effect.NEWER_THERE for line in session.plan.lines):
            name_next(target.command("pull", session.folder))
        return 0
    if session.is_to_another_bucket and not session.plan.writes:
        print_line(errors, (emptied(session.bucket.name), "red"))
    name_next(_next(session, target))
    return UNSETTLED


def _next(session: PushSession, target: Target) -> str:
    """Return the command that settles what is not."""
    first = {line.effect: line.key for line in reversed(session.plan.lines)}
    if Effect.REFUSED in first:
        return command_line("check", session.folder)
    if Effect.CONFLICT in first:
        return target.command("diff", first[Effect.CONFLICT], "--folder", session.folder)
    if session.is_to_another_bucket:
        return target.command("push", session.folder, "--overwrite")
    if Effect.NEWER_THERE in first:
        return target.command("pull", session.folder)
    if first[Effect.NOT_DELETED] == SETTINGS_KEY:
        return target.command("pull", session.folder, "--theirs", SETTINGS_KEY)
    return this_command("--delete")
