"""Finds the posts next to a place in the order of all posts."""

from bucketpress.content.post import Entry
from bucketpress.ports import PostIndex
from bucketpress.site.layout import ALL


def neighbours(index: PostIndex, position: str) -> tuple[Entry | None, Entry | None]:
    """Return the post after a position and the one before it, None where there is none."""
    newer = index.entries(ALL, start=position, limit=1, newest_first=False)
    older = index.entries(ALL, end=position, limit=1)
    return next(iter(newer), None), next(iter(older), None)
