"""The paths that must keep answering once a source was published at them, and how many one transaction can change."""

from bucketpress.content.paths import path_fault
from bucketpress.content.post import Post
from bucketpress.content.source_keys import claim_path
from bucketpress.records.record import Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.site.impact import listings_of

FORMER_PATHS_KEPT = 50
TRANSACTION_ITEMS = 100
# All but listing rows and claims on former paths: the record, two of the body, two of the due time, two of the post
# change, two names, and claims on the new path and the old one.
OTHER_ITEMS = 11


def live_paths(old: Record, post: Post | None, path: str | None, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Return every path that must keep answering, the current one last; `aliases` are those a source asks for.

    What this transaction has no room for, aliases to add and the oldest paths to drop, goes with a later one.
    """
    room = _room(old, post)
    known = [former for former in old.live_paths if former != path]
    added = [alias for alias in aliases if alias not in known and alias != path][:room]
    known += added
    droppable = [former for former in known if former not in aliases]
    dropped = droppable[: min(max(len(known) - FORMER_PATHS_KEPT, 0), room - len(added))]
    return (*(former for former in known if former not in dropped), *([path] if path else []))


def aliases_of(post: Post | None, path: str | None, stored: StoredSettings | None) -> tuple[str, ...]:
    """Return the other addresses that lead to a source at a path, as sources claim them."""
    written = post.aliases if post else ()
    current = path or ""
    prefixes = stored.settings.redirect_prefixes if stored else ()
    below = [
        prefix.former + current.removeprefix(prefix.current)
        for prefix in prefixes
        if current.startswith(prefix.current)
    ]
    return tuple(dict.fromkeys(map(claim_path, (*written, *(former for former in below if not path_fault(former))))))


def _room(old: Record, post: Post | None) -> int:
    """Return how many claims on former paths fit into the transaction that brings a record up to date with a post."""
    rows = len(listings_of(old.shown_post.entry)) if old.shown_post else 0
    rows += len(listings_of(post.entry)) if post else 0
    return max(TRANSACTION_ITEMS - OTHER_ITEMS - rows, 0)
