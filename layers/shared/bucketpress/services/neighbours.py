"""Finds the posts next to a place in the order of all posts."""

from functools import partial

from bucketpress.content.post import Entry
from bucketpress.ports import Parallel, PostIndex
from bucketpress.site.layout import ALL


def neighbours(index: PostIndex, parallel: Parallel, position: str) -> tuple[Entry | None, Entry | None]:
    """Return the post after a position and the one before it, None where there is none."""
    newer, older = parallel.run([partial(newer_neighbour, index, position), partial(older_neighbour, index, position)])
    return newer, older


def newer_neighbour(index: PostIndex, position: str) -> Entry | None:
    """Return the post after a position, None where there is none."""
    return next(iter(index.entries(ALL, start=position, limit=1, newest_first=False)), None)


def older_neighbour(index: PostIndex, position: str) -> Entry | None:
    """Return the post before a position, None where there is none."""
    return next(iter(index.entries(ALL, end=position, limit=1)), None)
