"""`bucketpress build` and `check`: for authors, on a folder of their own machine."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress import bootstrap
from bucketpress.content.post_reader import MAX_POST_BYTES
from bucketpress.content.source_keys import SourceKind
from bucketpress.errors import BucketpressError
from bucketpress.records.record import Record
from bucketpress.services.build import Build
from bucketpress.services.queries.folder_report import reports_of
from bucketpress.services.queries.suggestions import (
    Suggestion,
    moved_posts,
    suggest_dialect,
    suggest_permalink,
    suggest_slugs,
    suggest_timezone,
)
from bucketpress_cli.check_report import (
    Format,
    counts_of,
    document_of,
    github_commands,
    print_suggestions,
    print_text,
    write_json,
)
from bucketpress_cli.checks.external_links import ExternalLinks
from bucketpress_cli.checks.page_check import with_page_faults
from bucketpress_cli.failure import command_line, fail, help_of_this_command, name_next, this_command
from bucketpress_cli.local_site.build_cache import BuildCache
from bucketpress_cli.local_site.cached_build import CachedBuild, OccupiedError, Options
from bucketpress_cli.old_site.old_entries import read_old_addresses
from bucketpress_cli.progress_bar import with_bar
from bucketpress_cli.terminal import print_line

console = Console(stderr=True)

DEFAULT_URL = "http://localhost"
CACHE_ENDING = ".bucketpress-cache"
HEAD_CHARACTERS = 8 * 1024


def build(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Argument(help="The folder to write the site to.", file_okay=False)],
    *,
    url: Annotated[str, typer.Option(help="The site's address where site.yaml names none.")] = DEFAULT_URL,
    theme: Annotated[
        Path | None, typer.Option(help="A folder of templates and styles of your own.", exists=True, file_okay=False)
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Delete whatever else OUT holds.")] = False,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Go on from the last build, kept beside OUT.")
    ] = True,
    jobs: Annotated[
        int,
        typer.Option("--jobs", "-j", help="How many processes, or pictures at a time; 0 is one a processor.", min=0),
    ] = 0,
    domain_proofs: Annotated[
        bool, typer.Option("--domain-proofs", help="Publish files with which certificate authorities check a domain.")
    ] = False,
    variants: Annotated[
        bool,
        typer.Option("--variants/--no-variants", help="Make smaller versions of pictures, as a stack does."),
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Build the site of a content folder: exactly what the cloud would serve.

    Sources that cannot be published are left out and reported; the command then ends with exit code 1.
    """
    _refuse_nested(folder, out)
    options = Options(default_url=url.rstrip("/"), theme=theme, domain_proofs=domain_proofs, variants=variants)
    kept = BuildCache(out.parent / f".{out.name}{CACHE_ENDING}") if cache else None
    made = CachedBuild(folder=folder, out=out, options=options, cache=kept, processes=jobs or processors())
    try:
        outcome = with_bar(lambda progress: made.run(progress, replaces=replace), console)
    except OccupiedError:
        hint = "Choose a new folder, or let what it holds be deleted."
        fail(f"{out} is not empty.", hint, then=this_command("--replace"))
    except (BucketpressError, OSError) as error:
        fail(f"The site could not be built: {error}", then=_check(folder))
    if as_json:
        typer.echo(json.dumps({"out": str(out), "files": outcome.artifacts, **document_of(outcome.reports)}, indent=2))
    else:
        print_text(console, outcome.reports, quiet=True)
        print_line(console, f"{outcome.artifacts} files in {out}")
    if any(report.is_wrong for report in outcome.reports):
        name_next(_check(folder))
        raise typer.Exit(1)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    *,
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document: --format json.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")] = False,
    old_addresses: Annotated[
        Path | None,
        typer.Option(help="A sitemap or a list of the addresses the site had before.", exists=True, dir_okay=False),
    ] = None,
    external: Annotated[
        bool, typer.Option("--external", help="Ask other sites whether what is linked to is there: slow.")
    ] = False,
) -> None:
    """Show what is understood of every source of a content folder, and what is wrong with it. Writes nothing.

    What many files have in common is told once. Ends with exit code 1 if something cannot be published.
    """
    try:
        addresses = read_old_addresses(old_addresses) if old_addresses else ()
    except (BucketpressError, OSError) as error:
        fail(str(error), then=help_of_this_command())
    try:
        site = bootstrap.build(folder, None, default_url=DEFAULT_URL, processes=processors())
        records = site.read()
        links = ExternalLinks(folder, bootstrap.now()) if external else None
        reports = with_page_faults(site, records, reports_of(records, site.left_out), links)
        suggestions = _suggestions(site, records, addresses)
    except (BucketpressError, OSError) as error:
        fail(f"The folder could not be read: {error}", then=help_of_this_command())
    if as_json or output is Format.JSON:
        typer.echo(write_json(reports, suggestions))
    elif output is Format.GITHUB:
        for command in github_commands(reports, folder):
            typer.echo(command)
    else:
        out = Console(highlight=False)
        print_text(out, reports)
        print_suggestions(out, suggestions)
        print_line(out, counts_of(reports) or "Nothing to publish.")
    wrong = any(report.is_wrong or (strict and report.problems) for report in reports)
    if wrong:
        name_next(command_line("preview", folder))  # It shows what is wrong in its place.
        raise typer.Exit(1)


def _check(folder: Path) -> str:
    return command_line("check", folder)


def _suggestions(site: Build, records: Iterable[Record], old_addresses: Sequence[str]) -> tuple[Suggestion, ...]:
    stored = site.publisher.index.settings()
    if stored is None:
        return ()
    shown = [record for record in records if record.shown is not None and record.kind is SourceKind.POST]
    texts = {
        record.key: site.content.read_range(record.version, 0, MAX_POST_BYTES).decode("utf-8", "replace")
        for record in shown
        if record.version is not None
    }
    moved = moved_posts(shown, old_addresses)
    found = (
        suggest_permalink(moved, stored.settings),
        suggest_slugs(moved, stored.settings),
        suggest_timezone((text[:HEAD_CHARACTERS] for text in texts.values()), stored.settings),
        suggest_dialect(texts, stored.settings),
    )
    return tuple(suggestion for suggestion in found if suggestion is not None)


def _refuse_nested(folder: Path, out: Path) -> None:
    inside, outside = folder.resolve(), out.resolve()
    if inside == outside or inside in outside.parents or outside in inside.parents:
        then = command_line("build", folder, str(inside.with_name(f"{inside.name}-site")))
        fail("FOLDER and OUT must not lie in one another.", "Choose another OUT.", then=then)
