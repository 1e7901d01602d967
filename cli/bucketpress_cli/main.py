"""The `bucketpress` command."""

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bucketpress import __version__, bootstrap
from bucketpress.content.post import State
from bucketpress.content.problem import Severity
from bucketpress.errors import BucketpressError
from bucketpress.records import Record
from bucketpress.services.build import Built
from bucketpress_cli.cloud import app as cloud

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(cloud, name="cloud", help="Run the whole cloud on this machine.")
console = Console(stderr=True)

DEFAULT_URL = "http://localhost"


@app.callback()
def main() -> None:
    """Markdown in a bucket becomes a site, its feeds and an HTTP API."""


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Argument(help="The folder to write the site to.", file_okay=False)],
    *,
    url: Annotated[str, typer.Option(help="The site's address where site.yaml names none.")] = DEFAULT_URL,
    replace: Annotated[bool, typer.Option("--replace", help="Delete what OUT holds first.")] = False,
) -> None:
    """Build the site of a content folder: exactly what the cloud would serve.

    Sources that cannot be published are left out and reported; the command then ends with exit code 1.
    """
    _make_room(folder, out, replace=replace)
    try:
        built = _build_with_bar(folder, out, url.rstrip("/"))
    except BucketpressError as error:
        console.print(f"[red]The site could not be built:[/red] {escape(str(error))}")
        raise typer.Exit(2) from error
    failed = _report(built)
    console.print(f"{built.artifacts} files in {escape(str(out))}")
    raise typer.Exit(1 if failed else 0)


def _make_room(folder: Path, out: Path, *, replace: bool) -> None:
    """See that the output folder is there and empty."""
    inside, outside = folder.resolve(), out.resolve()
    if inside == outside or inside in outside.parents or outside in inside.parents:
        console.print("[red]FOLDER and OUT must not lie in one another.[/red] Choose another OUT.")
        raise typer.Exit(2)
    if out.exists() and any(out.iterdir()):
        if not replace:
            console.print(f"[red]{escape(str(out))} is not empty.[/red] Choose a new folder, or add --replace.")
            raise typer.Exit(2)
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _build_with_bar(folder: Path, out: Path, url: str) -> Built:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks = {step: progress.add_task(step, total=None) for step in ("Reading", "Writing")}
        site = bootstrap.build(folder, out, default_url=url)
        return site.run(lambda step, done, total: progress.update(tasks[step], completed=done, total=total))


def _report(built: Built) -> int:
    """Print what the author should know; return how many sources could not be published."""
    failed = 0
    for record in built.records:
        bad = record.state in {State.INVALID, State.SHADOWED}
        failed += bad
        if record.receipt and (bad or record.receipt.problems):
            _print_receipt(record)
    return failed


def _print_receipt(record: Record) -> None:
    console.print(f"[bold]{escape(record.key)}[/bold]: {record.state}")
    for problem in record.receipt.problems if record.receipt else ():
        colour = "red" if problem.severity is Severity.ERROR else "yellow"
        console.print(f"  [{colour}]{problem.severity}[/{colour}] {escape(str(problem))}", soft_wrap=True)


if __name__ == "__main__":
    app()
