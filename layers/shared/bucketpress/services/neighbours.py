"""Finds the posts next to places in the order of all posts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from bucketpress.content.post import Entry
from bucketpress.ports import Parallel, PostIndex
from bucketpress.site.layout import ALL

# What one new post touches lies side by side: itself, the post before it and the one after it.
MOST_SIDE_BY_SIDE = 3
# The post after a place and the one before it, None where there is none.
Neighbours: TypeAlias = tuple[Entry | None, Entry | None]


def neighbours(index: PostIndex, parallel: Parallel, position: str) -> Neighbours:
    """Return the post after a position and the one before it, None where there is none."""
    newer, older = parallel.run([partial(newer_neighbour, index, position), partial(older_neighbour, index, position)])
    return newer, older


def newer_neighbour(index: PostIndex, position: str) -> Entry | None:
    """Return the post after a position, None where there is none."""
    return next(iter(index.entries(ALL, start=position, limit=1, newest_first=False)), None)


def older_neighbour(index: PostIndex, position: str) -> Entry | None:
    """Return the post before a position, None where there is none."""
    return next(iter(index.entries(ALL, end=position, limit=1)), None)


@dataclass(frozen=True, slots=True)
class Group:
    """Positions, the lowest first, whose neighbours are found together with two lookups that may be made at once.

    Where other posts lie between them, those of the highest position are found, and perhaps not those of the others.
    """

    positions: tuple[str, ...]

    def at_and_below(self, index: PostIndex) -> tuple[Entry, ...]:
        """Return posts from the highest position on downwards: so many that there is one below the lowest."""
        return index.entries(ALL, end=f"{self.positions[-1]}\0", limit=len(self.positions) + 1)

    def above(self, index: PostIndex) -> tuple[Entry, ...]:
        """Return the post above the highest position, if there is one."""
        return index.entries(ALL, start=self.positions[-1], limit=1, newest_first=False)

    def neighbours(self, at_and_below: Sequence[Entry], above: Sequence[Entry]) -> dict[str, Neighbours]:
        """Return what the two lookups tell: the neighbours of positions; one whose neighbours they miss is left out."""
        rows = [*reversed(at_and_below), *above]
        is_all = len(at_and_below) <= len(self.positions)
        found: dict[str, Neighbours] = {}
        for position in self.positions:
            older = [row for row in rows if row.position < position]
            newer = [row for row in rows if row.position > position]
            if older or is_all:
                found[position] = next(iter(newer), None), next(reversed(older), None)
        return found


def grouped(positions: Iterable[str]) -> list[Group]:
    """Return positions in groups: a few together, for these lie side by side as a rule, and each of many by itself."""
    ordered = tuple(sorted(set(positions)))
    if not ordered:
        return []
    return [Group(ordered)] if len(ordered) <= MOST_SIDE_BY_SIDE else [Group((position,)) for position in ordered]
