"""An index in memory that counts what it is asked for."""

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.content.post import Entry


class CountedIndex(MemoryPostIndex):
    """An index that counts how many rows each request gave, in `gave`, which a test begins anew."""

    gave: list[int]

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        found = super().entries(listing, start=start, end=end, limit=limit, newest_first=newest_first)
        self.gave.append(len(found))
        return found
