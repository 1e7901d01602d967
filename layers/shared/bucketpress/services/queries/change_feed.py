"""Reads what became of posts, for those who keep a copy of the site: nothing is ever skipped.

Commits race: a change may appear with a stamp that is older than others already read. No publishing run lives longer
than its function's timeout, so no stamp appears later than that; a reader's place therefore stays behind the clock by
several times as much, and what lies after it is read again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bucketpress.ports import PostIndex
from bucketpress.records.post_change import PostChange, change_instant

# Five times the publish function's timeout, for clocks that disagree and a commit still under way when it is stopped.
SAFETY_LAG = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a reader has come. Everything up to `settled` has been read for good, up to `position` once."""

    position: str = ""
    settled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """Some changes, the oldest first. `more` says that others are there already; they come after `following`."""

    changes: tuple[PostChange, ...]
    following: Place
    more: bool


def place_at(since: datetime, now: datetime) -> Place:
    """Return the place of someone who knows everything up to a moment."""
    position = change_instant(since)
    return Place(position=position, settled=min(position, change_instant(now - SAFETY_LAG)))


def read_changes(index: PostIndex, place: Place, *, limit: int, now: datetime) -> ChangePage:
    """Read what comes after a place; `now` is the clock before the reading."""
    found = index.changes(place.position, limit + 1)
    more, found = len(found) > limit, found[:limit]
    # By now everything stamped before this is there to be read. The place is a row's, not the clock's: who asks again
    # while nothing happens gets the same answer, and the same ETag.
    horizon = change_instant(now - SAFETY_LAG)
    settled = place.settled
    if place.position <= place.settled:
        settled = max([settled, *(each.position for each in found if each.position <= horizon)])
    following = Place(position=found[-1].position if more else settled, settled=settled)
    return ChangePage(changes=found, following=following, more=more)
