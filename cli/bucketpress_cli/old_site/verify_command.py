"""`bucketpress verify`: which old addresses and feed ids a folder keeps, redirects or loses."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress.errors import BucketpressError
from bucketpress_cli.old_site.verification import Fate, Verified, read_old_entries, verify_folder
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

    Builds the folder and asks for each address as a reader would. Ends with exit code 1 if more than the threshold is
    lost.

    Example: bucketpress verify my-blog old-sitemap.xml old-feed.xml
    """
    raise typer.Exit(1 if print_verification(folder, old, threshold, as_json=as_json) else 0)


def print_verification(folder: Path, old: Sequence[Path], threshold: float, *, as_json: bool) -> bool:
    """Print what became of old addresses; return whether more is lost than the threshold. Raises typer.Exit."""
    try:
        entries = dict.fromkeys(entry for file in old for entry in read_old_entries(file))
        verified = verify_folder(folder, tuple(entries))
    except (BucketpressError, OSError) as error:
        print_line(console, ("The folder could not be verified:", "red"), f" {error}")
        raise typer.Exit(2) from error
    lost = sum(each.fate is Fate.LOST for each in verified)
    changed = sum(each.id_kept is False for each in verified)
    if as_json:
        typer.echo(json.dumps(_document(verified), indent=2))
    else:
        _print(verified, lost, changed)
    return max(lost, changed) * PERCENT > threshold * len(verified)


def _document(verified: Sequence[Verified]) -> dict[str, object]:
    return {
        "addresses": dict(sorted(Counter(str(each.fate) for each in verified).items())),
        "ids_kept": sum(each.id_kept is True for each in verified),
        "ids_changed": [each.entry.id for each in verified if each.id_kept is False],
        "lost": [each.entry.address for each in verified if each.fate is Fate.LOST],
        "redirected": {each.entry.address: each.now for each in verified if each.fate is Fate.REDIRECTED},
    }


def _print(verified: Sequence[Verified], lost: int, changed: int) -> None:
    out = Console(highlight=False)
    counts = Counter(each.fate for each in verified)
    print_line(out, ", ".join(f"{counts[fate]:,} {fate}" for fate in Fate) if verified else "No address to look for.")
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
    if lost:
        print_line(out, "Add `redirects` to site.yaml or `aliases` to posts, or run check with --old-addresses.")


def _arrow(now: str) -> str:
    return f" → {now}" if now else ""
