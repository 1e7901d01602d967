"""`bucketpress build` and `check`: for authors, on a folder of their own machine."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bucketpress import bootstrap
from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind
from bucketpress.errors import BucketpressError
from bucketpress.services.build import Build, Built
from bucketpress_cli.receipt_text import (
    UNPUBLISHED,
    print_heading,
    print_left_out,
    print_problems,
    print_understood,
    report,
)
from bucketpress_cli.terminal import print_line

console = Console(stderr=True)

DEFAULT_URL = "http://localhost"


def build(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Argument(help="The folder to write the site to.", file_okay=False)],
    *,
    url: Annotated[str, typer.Option(help="The site's address where site.yaml names none.")] = DEFAULT_URL,
    theme: Annotated[
        Path | None, typer.Option(help="A folder of templates and styles of your own.", exists=True, file_okay=False)
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Delete what OUT holds first.")] = False,
) -> None:
    """Build the site of a content folder: exactly what the cloud would serve.

    Sources that cannot be published are left out and reported; the command then ends with exit code 1.
    """
    _make_room(folder, out, replace=replace)
    try:
        site = bootstrap.build(folder, out, default_url=url.rstrip("/"), theme=theme)
        built = build_with_bar(site, console)
    except BucketpressError as error:
        print_line(console, ("The site could not be built:", "red"), f" {error}")
        raise typer.Exit(2) from error
    failed = report(console, built.records)
    print_left_out(console, site.left_out)
    print_line(console, f"{built.artifacts} files in {out}")
    raise typer.Exit(1 if failed else 0)


def check(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
) -> None:
    """Show what is understood of every source of a content folder, and what is wrong with it. Writes nothing.

    Ends with exit code 1 if something cannot be published.
    """
    found = bootstrap.build(folder, None, default_url=DEFAULT_URL).read()
    records = [record for record in found if record.state is not State.REMOVED]
    out = Console(highlight=False)
    for record in records:
        if record.kind is not SourceKind.ASSET or (record.receipt and record.receipt.problems):
            print_heading(out, record)
            print_understood(out, record, None)
            print_problems(out, record)
    states = Counter[State](record.state for record in records)
    out.print(", ".join(f"{states[state]:,} {state}" for state in State if states[state]) or "Nothing to publish.")
    raise typer.Exit(1 if states.keys() & UNPUBLISHED else 0)


def _make_room(folder: Path, out: Path, *, replace: bool) -> None:
    """Create the output folder, or empty it with `replace`. Raises typer.Exit where it holds files."""
    inside, outside = folder.resolve(), out.resolve()
    if inside == outside or inside in outside.parents or outside in inside.parents:
        console.print("[red]FOLDER and OUT must not lie in one another.[/red] Choose another OUT.")
        raise typer.Exit(2)
    if out.exists() and any(out.iterdir()):
        if not replace:
            print_line(console, (f"{out} is not empty.", "red"), " Choose a new folder, or add --replace.")
            raise typer.Exit(2)
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def build_with_bar(site: Build, console: Console) -> Built:
    """Build a whole site and show how far it has come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks = {step: progress.add_task(step, total=None) for step in ("Reading", "Writing")}
        return site.run(lambda step, done, total: progress.update(tasks[step], completed=done, total=total))
