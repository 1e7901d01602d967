"""`bucketpress export`: a content folder as one archive."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress.errors import BucketpressError
from bucketpress_cli.failure import command_line, fail, this_command
from bucketpress_cli.importers.archives.publication_archive import write_archive
from bucketpress_cli.progress_bar import with_bar
from bucketpress_cli.terminal import print_line

console = Console(stderr=True, highlight=False)


def export_publication(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    archive: Annotated[Path, typer.Argument(help="The archive to write, such as blog.zip.", dir_okay=False)],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Write over an archive that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write the whole publication as one archive: sources, pictures, settings, redirects, feeds and sitemaps.

    `bucketpress import ARCHIVE FOLDER` makes the same folder of it, and so the same site. Drafts are in it too: keep it
    to yourself.

    Example: bucketpress export my-blog my-blog.zip
    """
    if archive.exists() and not replace:
        hint = "Choose another name, or let it be written over."
        fail(f"{archive} is there already.", hint, then=this_command("--replace"))
    if archive.resolve().is_relative_to(folder.resolve()):
        beside = folder.resolve().with_suffix(".zip")
        then = command_line("export", folder, beside)
        fail(f"{archive} would lie in {folder} and be part of it.", "Choose another place.", then=then)
    try:
        written = with_bar(lambda progress: write_archive(folder, archive, progress), console)
    except BucketpressError as error:
        fail(f"Not exported: {error}", then=command_line("check", folder))
    for name in written.without_name:
        print_line(console, ("left out", "yellow"), f": {name}. Its name is not UTF-8: rename it, and export again.")
    if as_json:
        document = {"archive": str(archive), "sources": written.sources, "left_out": list(written.left_out)}
        typer.echo(json.dumps(document, indent=2))
        return
    print_line(console, f"{written.sources:,} sources in {archive}")
    print_line(console, f"To have them back: bucketpress import {archive} FOLDER")
