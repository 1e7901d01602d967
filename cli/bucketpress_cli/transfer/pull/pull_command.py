"""`bucketpress pull`: a folder becomes equal to the content bucket, but for what was edited in it."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import INTERRUPTED, UNSETTLED, fail, name_next, this_command
from bucketpress_cli.operator_commands import StackOption
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.deletion_ceiling import ask_before_deleting
from bucketpress_cli.transfer.pull.pull_plan import PullEffect, PullPlan
from bucketpress_cli.transfer.pull.pull_session import PullSession
from bucketpress_cli.transfer.target_bucket import BucketOption, Target, emptied, settling, target_bucket
from bucketpress_cli.transfer.transfers import Outcome, files

WIDTH = max(len(effect) for effect in PullEffect)
COLOURS = {PullEffect.NEW: "green", PullEffect.CHANGED: "green", PullEffect.REMOVED: "yellow"}
LINES_SHOWN = 100


def pull(
    folder: Annotated[
        Path, typer.Argument(help="A content folder; made if it is not there.", file_okay=False)
    ] = Path(),
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and change nothing.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Delete here what was deleted there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before many deletions.")] = False,
    theirs: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Settle a conflict: the bucket wins. May be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    bucket: BucketOption = "",
    stack: StackOption = "",
) -> None:
    """Bring to a folder what is new, changed or deleted in the content bucket. Nothing edited here is written over.

    What was changed on both sides is a conflict; with --theirs the bucket's version comes. Whatever a pull replaces or
    deletes stays in the folder's .bucketpress/kept, which is never published.

    Examples: bucketpress pull my-blog; bucketpress pull --theirs posts/a.md

    Exit codes: 0 when all is here, 1 when something is refused or in conflict or the bucket was emptied, 2 when it
    failed, 130 when it was stopped.
    """
    target = Target(bucket=bucket, stack=stack)
    try:
        with explained():
            look = target.command("pull", folder, "--dry-run")
            session = PullSession.begin(
                folder, target_bucket(bucket, stack), delete=delete, theirs=theirs or (), then=look
            )
            out = Console(highlight=False, quiet=as_json)
            _show(session, target, out)
            outcome = Outcome()
            if not dry_run:
                ask_before_deleting(session.plan.deletions, session.local.files, place="folder", yes=yes)
                outcome = session.carry_out()
            if as_json:
                typer.echo(
                    json.dumps(
                        outcome.document(session.bucket.name, _plan_document(session.plan)),
                        ensure_ascii=False,
                        indent=2,
                    )
                )
            code = _told(session, outcome, target)
    except KeyboardInterrupt:
        fail("Stopped. Nothing is lost: run again, it goes on.", then=this_command(), code=INTERRUPTED)
    raise typer.Exit(code)


def _show(session: PullSession, target: Target, out: Console) -> None:
    plan = session.plan
    for line in plan.lines[:LINES_SHOWN]:
        note = f"  {line.note}" if line.note else ""
        print_line(out, (f"{line.effect:{WIDTH}}", COLOURS.get(line.effect, "")), "  ", (line.key, "bold"), note)
        if line.effect is PullEffect.CONFLICT:
            sides = {"here": line.key in session.local.files, "there": line.key in session.sizes}
            print_line(out, f"{'':{WIDTH}}  {target.command('diff', line.key, '--folder', session.folder)}")
            for _, command in settling(line.key, session.folder, target, **sides):
                print_line(out, f"{'':{WIDTH}}  {command}")
    if len(plan.lines) > LINES_SHOWN:
        print_line(out, f"… and {len(plan.lines) - LINES_SHOWN:,} more")
    if not plan.lines:
        print_line(out, "The folder equals the bucket.")


def _told(session: PullSession, outcome: Outcome, target: Target) -> int:
    if outcome.failure is not None:
        raise outcome.failure
    for key in sorted(outcome.edited_here):
        print_line(errors, (f"✗ {key} was changed in the folder meanwhile, and was left alone.", "red"))
    for key in sorted(outcome.edited_there):
        print_line(errors, (f"✗ {key} was deleted in the bucket meanwhile.", "red"))
    if outcome.interrupted:
        errors.print("Stopped: run again, it goes on.")
        name_next(this_command())
        return INTERRUPTED
    if outcome.done:
        print_line(errors, f"{files(len(outcome.done))} brought up to date.")
    if session.kept.exists():
        print_line(errors, f"What it replaced or deleted is kept in {session.kept}.")
    if outcome.edited_here or outcome.edited_there:
        name_next(this_command())
        return UNSETTLED
    if session.is_of_another_bucket:
        print_line(errors, (emptied(session.bucket.name), "red"))
        name_next(target.command("push", session.folder, "--overwrite"))
        return UNSETTLED
    if session.plan.is_whole:
        return 0
    conflict = next((line.key for line in session.plan.lines if line.effect is PullEffect.CONFLICT), None)
    diff = target.command("diff", conflict, "--folder", session.folder)
    name_next(diff if conflict else this_command("--dry-run"))
    return UNSETTLED


def _plan_document(plan: PullPlan) -> list[dict[str, Any]]:
    """Return a plan as JSON members: these names are kept."""
    return [{"key": line.key, "effect": str(line.effect), "note": line.note} for line in plan.lines]
