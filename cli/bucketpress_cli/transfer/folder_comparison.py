"""What differs between a folder and the bucket, and on which side it was changed: decided by content, never by time."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum


class Difference(StrEnum):
    """Where a file was changed since the folder and the bucket last agreed on it."""

    SAME = "same"
    NEW_HERE = "new-here"
    CHANGED_HERE = "changed-here"
    DELETED_HERE = "deleted-here"
    NEW_THERE = "new-there"
    CHANGED_THERE = "changed-there"
    DELETED_THERE = "deleted-there"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference:
    """One file: its digests here and there, None where it is not, and what that means."""

    key: str
    difference: Difference
    here: str | None
    there: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a folder knows of the bucket: the digests it last `seen`, and those it set out to send since.

    A push that was killed may or may not have sent what it set out to: either digest in the bucket is then our own.
    `awaited` are digests of texts that somebody waits for the receipts of.
    """

    seen: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    awaited: Mapping[str, str] = field(default_factory=dict)

    def is_own(self, key: str, digest: str) -> bool:
        """Return whether the bucket holds of a file what this folder has seen there or sent."""
        return digest == self.seen.get(key) or digest in self.sent.get(key, ())


def compare(
    here: Mapping[str, str], there: Mapping[str, str], known: Known, *, unread: AbstractSet[str] = frozenset()
) -> tuple[FileDifference, ...]:
    """Compare the digests of all files here and there, by key; of `unread` files and folders nothing is said.

    A file that differs and of which the folder knows nothing was changed by both: nobody can tell which is newer.
    """
    keys = sorted(key for key in {*here, *there} if unread.isdisjoint(with_folders(key)))
    return tuple(
        FileDifference(
            key=key,
            difference=_difference(key, here.get(key), there.get(key), known),
            here=here.get(key),
            there=there.get(key),
        )
        for key in keys
    )


def with_folders(key: str) -> list[str]:
    """Return the names of a file and of all folders that it lies in; "" is that of everything."""
    return ["", *(key[:end] for end, sign in enumerate(key) if sign == "/"), key]


def is_another_bucket(there: Collection[str], known: Known) -> bool:
    """Return whether nothing that was seen in a bucket is there any more: it was emptied, or made again."""
    return bool(known.seen) and known.seen.keys().isdisjoint(there)


def _difference(key: str, here: str | None, there: str | None, known: Known) -> Difference:
    if here is None:
        return _only_there(key, there or "", known)
    if there is None:
        return _only_here(key, here, known)
    if here == there:
        return Difference.SAME
    if known.is_own(key, there):
        return Difference.CHANGED_HERE
    # What was set out to be sent and may not have arrived is an edit of our own: only what was seen there is none.
    return Difference.CHANGED_THERE if here == known.seen.get(key) else Difference.BOTH


def _only_here(key: str, here: str, known: Known) -> Difference:
    if key not in known.seen:
        return Difference.NEW_HERE
    return Difference.DELETED_THERE if here == known.seen[key] else Difference.BOTH


def _only_there(key: str, there: str, known: Known) -> Difference:
    if known.is_own(key, there):
        return Difference.DELETED_HERE
    return Difference.BOTH if key in known.seen or key in known.sent else Difference.NEW_THERE
