"""What one call reads of the index, in as few reads as that takes: the settings come along with the first record."""

from collections.abc import Iterable, Mapping, Sequence

from bucketpress.content.post import Body, Entry
from bucketpress.ports import PostIndex
from bucketpress.records.claim import Claim
from bucketpress.records.record import Record
from bucketpress.records.stored_settings import StoredSettings


class CallReads:
    """The reads of one call; with `bodies` that of a single post is wanted as well.

    Nothing is read before it is asked for, and the settings once.
    """

    def __init__(self, index: PostIndex, *, bodies: bool) -> None:
        """Begin with nothing read."""
        self.index = index
        self._with_bodies = bodies
        self._settings: list[StoredSettings | None] = []
        self._bodies: dict[str, Body] = {}

    def settings(self) -> StoredSettings | None:
        """Return the settings."""
        if not self._settings:
            self._settings.append(self.index.settings())
        return self._settings[0]

    def record(self, key: str) -> Record:
        """Return the record of the post that the call is about."""
        if not self._with_bodies:
            return self.records([key])[key]
        record, body, stored = self.index.published_and_settings(key)
        self._settings = self._settings or [stored]
        self._bodies |= {key: body} if body else {}
        return record

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        """Return the records of several sources."""
        if self._settings:
            return self.index.records(keys)
        records, stored = self.index.records_and_settings(keys)
        self._settings = [stored]
        return records

    def bodies(self, keys: Sequence[str]) -> Mapping[str, Body]:
        """Return the bodies of those of the sources that are published."""
        missing = [key for key in keys if key not in self._bodies]
        found = {key: self._bodies[key] for key in keys if key in self._bodies}
        return {**found, **(self.index.bodies(missing) if missing else {})}

    def claims(self, path: str) -> tuple[Claim, ...]:
        """Return every claim on a path, smallest source key first."""
        return self.index.claims(path)

    def named(self, name: str, limit: int) -> tuple[str, ...]:
        """Return the keys of sources that are or were published under a name, the smallest first."""
        return self.index.named(name, limit)

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        """Return the rows of a listing whose position is between two bounds."""
        return self.index.entries(listing, start=start, end=end, limit=limit, newest_first=newest_first)
