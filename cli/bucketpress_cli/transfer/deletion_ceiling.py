"""How much may be deleted without asking: a wrong folder, or a bucket made again, must not cost a site."""

import sys
from collections.abc import Collection

import typer

from bucketpress.content.source_keys import SourceKind, classify
from bucketpress_cli.failure import fail, this_command
from bucketpress_cli.transfer.transfers import files

DELETIONS_UNASKED = 10
TEXTS = frozenset({SourceKind.POST, SourceKind.PAGE})


def _many(deleted: Collection[str], of: Collection[str], place: str) -> str:
    """Return how many files would be deleted, in words; "" where nobody has to be asked.

    Asked is for more than ten files, and for more than half of the posts and pages.
    """
    lost, texts = (sum(classify(key).kind in TEXTS for key in keys) for keys in (deleted, of))
    if len(deleted) <= DELETIONS_UNASKED and 2 * lost <= texts:
        return ""
    return f"{files(len(deleted))} of the {place}" + (f", {lost:,} of its {texts:,} posts and pages" if lost else "")


def ask_before_deleting(deleted: Collection[str], of: Collection[str], *, place: str, yes: bool) -> None:
    """End the command where many deletions `of` the files of a place are not wanted, or nobody can be asked."""
    what = _many(deleted, of, place)
    if yes or not what:
        return
    if not sys.stdin.isatty():
        hint = "Look at them, then add --yes in place of --dry-run."
        fail(f"This would delete {what}.", hint, then=this_command("--dry-run"))
    if not typer.confirm(f"Delete {what}?", default=False, err=True):
        fail("Nothing was changed.", "Without --delete nothing is deleted.", then=this_command("--dry-run"))
