"""`bucketpress push`: the content bucket becomes equal to a folder."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress.content.source_keys import composed
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import INTERRUPTED, UNSETTLED, command_line, fail, name_next, this_command
from bucketpress_cli.operator_commands import StackOption
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.push.plan_text import counts, plan_document, print_conflicts, print_plan
from bucketpress_cli.transfer.push.push_plan import Choices, Effect
from bucketpress_cli.transfer.push.push_session import PushSession
from bucketpress_cli.transfer.push.receipt_watch import watch_receipts
from bucketpress_cli.transfer.target_bucket import BucketOption, target_bucket
from bucketpress_cli.transfer.transfers import Outcome, files

DELETIONS_UNASKED = 10


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
    folder last saw it is a conflict. Deletes only with --delete. Stopped at any moment, it goes on when run again.

    Examples: bucketpress push --dry-run; bucketpress push my-blog --delete --wait

    Exit codes: 0 when the bucket equals the folder, 1 when something is refused or in conflict, 2 when it failed, 130
    when it was stopped.
    """
    choices = Choices(delete=delete, overwrite=overwrite, mine=frozenset(map(composed, mine or ())))
    try:
        with explained():
            session = PushSession.begin(folder, target_bucket(bucket, stack), choices)
            out = Console(highlight=False, quiet=as_json)
            _show(session, out)
            outcome = Outcome()
            if not dry_run:
                _ask_before_deleting(len(session.plan.deletions), yes=yes)
                outcome = session.carry_out()
            if as_json:
                typer.echo(
                    json.dumps(
                        outcome.document(session.bucket.name, plan_document(session.plan.lines)),
                        ensure_ascii=False,
                        indent=2,
                    )
                )
            code = _told(session, outcome)
            if wait and not dry_run and outcome.may_go_on:
                code = max(code, watch_receipts(session.texts_sent(outcome), stack, out))
    except KeyboardInterrupt:
        fail("Stopped. Nothing is lost: run again, it goes on.", then=this_command(), code=INTERRUPTED)
    raise typer.Exit(code)


def _show(session: PushSession, out: Console) -> None:
    lines = session.plan.lines
    print_plan(out, lines)
    conflicts = [line for line in lines if line.effect is Effect.CONFLICT]
    print_conflicts(out, conflicts, session.here, session.there, session.folder)
    print_line(out, counts(lines) or "The bucket equals the folder.")


def _ask_before_deleting(count: int, *, yes: bool) -> None:
    """End the command where many deletions are not wanted, or nobody can be asked."""
    if count <= DELETIONS_UNASKED or yes:
        return
    if not sys.stdin.isatty():
        hint = "Look at them, then add --yes in place of --dry-run."
        fail(f"{count:,} files would be deleted.", hint, then=this_command("--dry-run"))
    if not typer.confirm(f"Delete {count:,} files of the bucket?", default=False, err=True):
        fail("Nothing was changed.", "Without --delete it only uploads.", then=this_command("--dry-run"))


def _told(session: PushSession, outcome: Outcome) -> int:
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
    effects = {line.effect for line in session.plan.lines}
    folder = str(session.folder)
    if Effect.REFUSED in effects:
        name_next(command_line("check", folder))
    elif conflicts := [line.key for line in session.plan.lines if line.effect is Effect.CONFLICT]:
        name_next(command_line("diff", conflicts[0], "--folder", folder))
    elif Effect.NEWER_THERE in effects:
        name_next(command_line("pull", folder))
    return 0 if session.plan.is_whole else UNSETTLED
