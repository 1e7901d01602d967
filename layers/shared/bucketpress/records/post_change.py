"""The last change of a post that readers saw, for clients that keep a copy of the site."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to a post, as clients that mirror the site see it."""

    PUBLISHED = "published"
    UPDATED = "updated"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostChange:
    """The last thing that happened to what readers see of a post; a source has one or none.

    `revision` is that of the record it was committed with, `at` the time of that attempt to commit. `id`, `slug` and
    `path` are the post's, of a removed one those it had.
    """

    key: str
    kind: ChangeKind
    at: datetime
    revision: int
    id: str
    slug: str
    path: str

    @property
    def position(self) -> str:
        """Return its position among all changes."""
        return change_position(self.key, self.at)


def change_position(key: str, at: datetime) -> str:
    """Return the position of a source's change: in the order of time, then of the keys' digests."""
    return f"{change_instant(at)}#{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def change_instant(at: datetime) -> str:
    """Return an aware datetime as UTC text with microseconds, which sorts as time does."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
