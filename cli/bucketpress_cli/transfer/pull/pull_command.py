"""`bucketpress pull`: a folder becomes equal to the content bucket, but for what was edited in it."""

import json
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer
from rich.console import Console

from bucketpress.content.source_keys import composed
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import INTERRUPTED, UNSETTLED, command_line, fail, name_next, this_command
from bucketpress_cli.operator_commands import StackOption
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.pull.pull_plan import PullEffect, PullPlan
from bucketpress_cli.transfer.pull.pull_session import PullSession
from bucketpress_cli.transfer.target_bucket import BucketOption, target_bucket
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
    theirs: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Settle a conflict: the bucket wins. May be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    bucket: BucketOption = "",
    stack: StackOption = "",
) -> None:
    """Bring to a folder what is new, changed or deleted in the content bucket. Nothing edited here is written over.

    What was changed on both sides is a conflict; with --theirs the bucket's version comes, and yours stays beside it
    as KEY.orig, which is never published.

    Examples: bucketpress pull my-blog; bucketpress pull --theirs posts/a.md

    Exit codes: 0 when all is here, 1 when something is refused or in conflict, 2 when it failed, 130 when it was
    stopped.
    """
    try:
        with explained():
            session = PullSession.begin(
                folder, target_bucket(bucket, stack), delete=delete, theirs=frozenset(map(composed, theirs or ()))
            )
            out = Console(highlight=False, quiet=as_json)
            _show(session.plan, out)
            outcome = Outcome() if dry_run else session.carry_out()
            if as_json:
                typer.echo(
                    json.dumps(
                        outcome.document(session.bucket.name, _plan_document(session.plan)),
                        ensure_ascii=False,
                        indent=2,
                    )
                )
            code = _told(session.plan, outcome, folder)
    except KeyboardInterrupt:
        fail("Stopped. Nothing is lost: run again, it goes on.", then=this_command(), code=INTERRUPTED)
    raise typer.Exit(code)


def _show(plan: PullPlan, out: Console) -> None:
    for line in plan.lines[:LINES_SHOWN]:
        note = f"  {line.note}" if line.note else ""
        print_line(out, (f"{line.effect:{WIDTH}}", COLOURS.get(line.effect, "")), "  ", (line.key, "bold"), note)
        if line.effect is PullEffect.CONFLICT:
            key = quote(line.key)
            print_line(out, f"{'':{WIDTH}}  bucketpress diff {key}; then pull --theirs {key} or push --mine {key}")
    if len(plan.lines) > LINES_SHOWN:
        print_line(out, f"… and {len(plan.lines) - LINES_SHOWN:,} more")
    if not plan.lines:
        print_line(out, "The folder equals the bucket.")


def _told(plan: PullPlan, outcome: Outcome, folder: Path) -> int:
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
    if outcome.edited_here or outcome.edited_there:
        name_next(this_command())
        return UNSETTLED
    if plan.is_whole:
        return 0
    conflict = next((line.key for line in plan.lines if line.effect is PullEffect.CONFLICT), None)
    diff = command_line("diff", conflict or "", "--folder", folder)
    name_next(diff if conflict else this_command("--dry-run"))
    return UNSETTLED


def _plan_document(plan: PullPlan) -> list[dict[str, Any]]:
    """Return a plan as JSON members: these names are kept."""
    return [{"key": line.key, "effect": str(line.effect), "note": line.note} for line in plan.lines]
