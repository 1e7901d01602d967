"""`bucketpress verify`: which old addresses and feed ids a folder keeps, redirects or loses."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress.errors import BucketpressError
from bucketpress_cli.failure import command_line, fail, help_of_this_command, name_next
from bucketpress_cli.old_site.old_entries import read_old_entries
from bucketpress_cli.old_site.verification import Fate, Verified, verify_folder
from bucketpress_cli.progress_bar import with_bar
from bucketpress_cli.terminal import print_line

SHOWN = 20
PERCENT = 100

console = Console(stderr=True, highlight=False)


def verify(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    old: Annotated[
        list[Path],
        typer.Argument(help="Files of the old site: its sitemap, its feeds, lists of addresses.", exists=True),
    ],
    *,
    threshold: Annotated[
        float, typer.Option(help="How many percent of addresses and ids may be lost.", min=0, max=PERCENT)
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare a folder with the addresses and feed ids of the old site: each is the same, redirected or lost.

    Builds the folder and asks for each address as a reader would. Ends with exit code 1 if more than the threshold of
    the addresses is lost or of the ids changed, and with 2 if a file names no address.

    Example: bucketpress verify my-blog old-sitemap.xml old-feed.xml
    """
    verified = compare(folder, old)
    if as_json:
        typer.echo(json.dumps(document_of(verified), indent=2))
    else:
        print_verified(verified)
    if is_past(verified, threshold):
        name_next(command_line("check", folder, "--old-addresses", old[0]))
        raise typer.Exit(1)


def compare(folder: Path, old: Sequence[Path]) -> tuple[Verified, ...]:
    """Return what became of the addresses in files of the old site. Raises typer.Exit after telling why it cannot."""
    try:
        entries = dict.fromkeys(entry for file in old for entry in read_old_entries(file))
    except (BucketpressError, OSError) as error:
        fail(str(error), then=help_of_this_command())
    try:
        return with_bar(lambda progress: verify_folder(folder, tuple(entries), progress), console)
    except (BucketpressError, OSError) as error:
        fail(f"The folder could not be verified: {error}", then=command_line("check", folder))


def is_past(verified: Sequence[Verified], threshold: float) -> bool:
    """Return whether more of the addresses are lost, or more of the ids changed, than so many percent."""
    fates = [each.fate for each in verified if each.fate is not None]
    ids = [each.id_kept for each in verified if each.id_kept is not None]
    return any(
        lost * PERCENT > threshold * total
        for lost, total in ((fates.count(Fate.LOST), len(fates)), (ids.count(False), len(ids)))
    )


def document_of(verified: Sequence[Verified]) -> dict[str, object]:
    """Return what became of old addresses and ids, for programs."""
    return {
        "addresses": dict(sorted(Counter(str(each.fate) for each in verified if each.fate).items())),
        "ids_kept": sum(each.id_kept is True for each in verified),
        "ids_changed": [each.entry.id for each in verified if each.id_kept is False],
        "lost": [each.entry.address for each in verified if each.fate is Fate.LOST],
        "redirected": {each.entry.address: each.now for each in verified if each.fate is Fate.REDIRECTED},
    }


def print_verified(verified: Sequence[Verified]) -> None:
    """Print what became of old addresses and ids, for people."""
    out = Console(highlight=False)
    changed = sum(each.id_kept is False for each in verified)
    counts = Counter(each.fate for each in verified)
    print_line(out, ", ".join(f"{counts[fate]:,} {fate}" for fate in Fate))
    with_id = sum(each.id_kept is not None for each in verified)
    if with_id:
        print_line(out, f"feed ids: {with_id - changed:,} kept, {changed:,} changed")
    for fate, fix in ((Fate.LOST, "lost"), (Fate.REDIRECTED, "redirected")):
        found = [each for each in verified if each.fate is fate]
        for each in found[:SHOWN]:
            print_line(
                out, (fix, "red" if fate is Fate.LOST else "yellow"), f": {each.entry.address}", _arrow(each.now)
            )
        if len(found) > SHOWN:
            print_line(out, f"  … and {len(found) - SHOWN:,} more {fix}")
    for each in [each for each in verified if each.id_kept is False][:SHOWN]:
        print_line(out, ("changed id", "red"), f": {each.entry.id}")
    if counts[Fate.LOST]:
        print_line(out, "Add `redirects` to site.yaml or `aliases` to posts; check may suggest a pattern of addresses.")


def _arrow(now: str) -> str:
    return f" → {now}" if now else ""
