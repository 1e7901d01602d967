"""How much may be deleted without asking: a wrong folder, or a bucket made again, must not cost a site."""

from collections.abc import Collection

from bucketpress.content.source_keys import SourceKind, classify
from bucketpress_cli.failure import end_unless_agreed
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
    refused = "Without --delete nothing is deleted."
    end_unless_agreed(f"This would delete {what}.", f"Delete {what}?", look="them", refused=refused)
