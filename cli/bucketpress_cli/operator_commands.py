"""`bucketpress status`, `audit`, `rebuild` and `recover`: for operators of a stack, with their own credentials."""

import json
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bucketpress import bootstrap
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.queries.status import SourceStatus, Status, UnknownSourceError
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import command_line, fail, this_command
from bucketpress_cli.status_json import site_document, source_document
from bucketpress_cli.status_text import print_site, print_source, progress

STACK = "bucketpress"
POLL_SECONDS = 2.0
STALLED_POLLS = 90  # three minutes; a tick comes every minute

StackOption = Annotated[
    str, typer.Option(help="The stack's name; samconfig.toml in this folder may name another.", show_default=False)
]
DetachOption = Annotated[bool, typer.Option("--detach", help="Start it, and do not follow.")]


def status(
    key: Annotated[str, typer.Argument(help="A key of the content bucket.", show_default=False)] = "",
    *,
    stack: StackOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the state of every source, or the receipt of the one at KEY.

    Without KEY: sources with problems, counts, queues, and how far a rebuild or an audit has come.
    """
    console = Console(highlight=False)
    with explained():
        service = bootstrap.status(stack or configured_stack())
        if key:
            source = _source(service, key)
            if as_json:
                typer.echo(json.dumps(source_document(source), ensure_ascii=False, indent=2))
            else:
                print_source(console, source)
            return
        with errors.status("reading the index"):
            site = service.of_site()
        if as_json:
            typer.echo(json.dumps(site_document(site), ensure_ascii=False, indent=2))
        else:
            print_site(console, site)


def audit(*, stack: StackOption = "", detach: DetachOption = False) -> None:
    """Compare the content bucket, the index and the site now, have the differences fixed, and follow it.

    Ctrl-C stops the following, not the audit.
    """
    with explained():
        repairs = bootstrap.repairs(stack or configured_stack())
        started = repairs.start_audit()
        _announce(CheckpointName.AUDIT, started=started)
        if not detach:
            follow_to_the_end(CheckpointName.AUDIT, lambda: repairs.progress(CheckpointName.AUDIT))


def rebuild(*, stack: StackOption = "", detach: DetachOption = False) -> None:
    """Read every source again, render every page again, and follow it.

    A change of site.yaml or of the software starts this by itself. Ctrl-C stops the following, not the rebuild.
    """
    with explained():
        repairs = bootstrap.repairs(stack or configured_stack())
        started = repairs.start_rebuild()
        _announce(CheckpointName.REBUILD, started=started)
        if not detach:
            follow_to_the_end(CheckpointName.REBUILD, lambda: repairs.progress(CheckpointName.REBUILD))


def recover(
    *,
    stack: StackOption = "",
    table: Annotated[
        str, typer.Option(help="A restored table that no stack uses yet, instead of a stack's.", show_default=False)
    ] = "",
    detach: DetachOption = False,
) -> None:
    """Bring an index that is older than the site up to date with both buckets, old addresses included, and follow it.

    An empty index starts this by itself. Ctrl-C stops the following, not the recovery.
    """
    with explained():
        repairs = bootstrap.repairs_of_table(table) if table else bootstrap.repairs(stack or configured_stack())
        started = repairs.start_recovery()
        if table:
            errors.print(f"The recovery of {table} begins with the first tick of the stack that uses it.")
            return
        _announce(CheckpointName.RECOVERY, started=started)
        if not detach:
            follow_to_the_end(CheckpointName.RECOVERY, lambda: repairs.progress(CheckpointName.RECOVERY))


def configured_stack(folder: Path = Path()) -> str:
    """Return the name of the stack that `make deploy` in this folder deploys, else `bucketpress`."""
    file = folder / "samconfig.toml"
    try:
        settings = tomllib.loads(file.read_text("utf-8"))
        return str(settings["default"]["deploy"]["parameters"]["stack_name"])
    except (FileNotFoundError, KeyError, TypeError, tomllib.TOMLDecodeError):
        return STACK


def follow(
    read: Callable[[], Checkpoint], console: Console, pause: Callable[[], None], stalled_polls: int = STALLED_POLLS
) -> Checkpoint:
    """Show an audit, a rebuild or a recovery with a bar until it is done; `pause` waits before the next read."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("waiting for the next tick", total=None)
        revision, unchanged = -1, 0
        while (checkpoint := read()).phase is not Phase.DONE:
            unchanged = unchanged + 1 if checkpoint.revision == revision else 0
            revision = checkpoint.revision
            if unchanged == stalled_polls:
                bar.console.print(
                    "No step was taken for some time. Is upkeep running? See its log and ClockAlarm. Sections "
                    "among the dead letters hold a rebuild up as well: `bucketpress status` counts them.",
                    style="yellow",
                )
            if checkpoint.began is not None:
                total = checkpoint.total or None
                bar.update(task, description=checkpoint.phase, completed=checkpoint.done, total=total)
            pause()
    return checkpoint


def follow_to_the_end(name: CheckpointName, read: Callable[[], Checkpoint]) -> None:
    """Follow an audit, a rebuild or a recovery and print its result; Ctrl-C stops only the following."""
    try:
        done = follow(read, errors, lambda: time.sleep(POLL_SECONDS))
    except KeyboardInterrupt:
        errors.print(f"The {name} goes on; `bucketpress status` shows how far it is.")
        return
    Console(highlight=False).print(f"{name}: {progress(done)}", soft_wrap=True)


def _announce(name: CheckpointName, *, started: bool) -> None:
    if started:
        errors.print(f"The {name} begins with the next tick, within a minute.")
    else:
        errors.print(f"{'An' if name is CheckpointName.AUDIT else 'A'} {name} is under way already.")


def _source(service: Status, key: str) -> SourceStatus:
    try:
        return service.of_source(key)
    except UnknownSourceError as error:
        near = "\n  ".join(("Did you mean one of these?", *error.near)) if error.near else ""
        then = command_line("status", *error.near[:1])
        fail(_unknown(key, error), near, then=this_command() if error.uploaded else then, code=1)


def _unknown(key: str, error: UnknownSourceError) -> str:
    if error.reason:
        return f"Nothing is published from {key}. {error.reason}"
    if error.uploaded:
        return f"{key} is in the content bucket and has not been published yet: it waits in the queue."
    return f"Nothing was ever uploaded as {key}."
