"""`bucketpress import`: what another system exports becomes a content folder."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress import bootstrap
from bucketpress.errors import BucketpressError
from bucketpress.services.build import Progress
from bucketpress_cli.failure import command_line, fail, help_of_this_command, name_next
from bucketpress_cli.importers.archives.archive_files import holds
from bucketpress_cli.importers.archives.publication_archive import MANIFEST, PublicationArchive
from bucketpress_cli.importers.export_formats import FORMAT_NAMES, OWN_FORMAT, find_generator, open_export
from bucketpress_cli.importers.generators.folder_import import FolderImport
from bucketpress_cli.importers.kept_ids import addresses_of, ids_of_feeds
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.picture_files import Pictures
from bucketpress_cli.importers.publication_import import PublicationImport
from bucketpress_cli.importers.target_folder import TargetFolder
from bucketpress_cli.old_site.verify_command import compare, document_of, is_past, print_verified
from bucketpress_cli.progress_bar import with_bar

console = Console(stderr=True, highlight=False)


def import_publication(
    export: Annotated[Path, typer.Argument(help="The export: a file, an archive or a folder.", exists=True)],
    folder: Annotated[Path, typer.Argument(help="The content folder to write; it may exist.", file_okay=False)],
    *,
    source: Annotated[
        str | None, typer.Option("--from", help=f"The format, where it cannot be told: {', '.join(FORMAT_NAMES)}.")
    ] = None,
    url: Annotated[
        str, typer.Option(help="Where the old site was, for exports that do not say it: https://blog.example.")
    ] = "",
    media: Annotated[
        Path | None, typer.Option(help="A folder with a copy of the old site's uploads.", exists=True, file_okay=False)
    ] = None,
    fetch_pictures: Annotated[
        bool, typer.Option("--fetch-pictures", help="Fetch the pictures that are nowhere else from the old site.")
    ] = False,
    verify: Annotated[
        list[Path] | None,
        typer.Option(
            help="A sitemap or feed of the old site: feeds' ids are kept, and all is compared.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; only report.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON document.")] = False,
) -> None:
    """Make a content folder of what another system exports: posts, pages, pictures, settings, redirects.

    Addresses and feed ids stay. Drafts, private and password-protected posts are held back. A second run writes nothing
    but what is new in the export, and leaves alone what you have edited or deleted. What cannot be taken along is
    reported.

    Example: bucketpress import wordpress.xml my-blog --media uploads
    """
    report = ImportReport()

    def run(progress: Progress) -> None:
        target = TargetFolder(folder, report, dry_run=dry_run, progress=progress)
        ids = ids_of_feeds(verify or ())
        try:
            if generator := find_generator(export, source):
                FolderImport(export, generator, target, report, url, ids, addresses_of(verify or ())).run()
            elif source == OWN_FORMAT or (source is None and holds(export, MANIFEST)):
                PublicationArchive(export, target, report).run()
            else:
                _, opened = open_export(export, source, url)
                pictures = Pictures(opened, media, fetch=fetch_pictures and not dry_run)
                PublicationImport(opened, target, pictures, report, bootstrap.now(), ids).run()
        except KeyboardInterrupt:
            target.remember()  # What is written is the import's own, also for the run that goes on.
            raise
        target.report_gone()

    try:
        with_bar(run, console, ["Importing"])
    except (BucketpressError, OSError) as error:
        fail(f"Not imported: {error}", then=help_of_this_command())
    verified = compare(folder, verify) if verify and not dry_run else ()
    if as_json:
        compared = {"verification": document_of(verified)} if verified else {}
        typer.echo(json.dumps(report.document() | compared, indent=2))
    else:
        report.print(console)
        if verified:
            print_verified(verified)
        name_next(command_line("check", folder))
    if is_past(verified, 0.0):
        raise typer.Exit(1)
