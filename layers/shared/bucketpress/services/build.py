"""The clean build: what the site must be, made from nothing but the content."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bucketpress.content.problem import Problem
from bucketpress.content.source_keys import SETTINGS_KEY, is_source
from bucketpress.ports import ContentStore, Queue
from bucketpress.records.record import Record
from bucketpress.services.clashes import told_of_clashes
from bucketpress.services.publish.publisher import Publisher
from bucketpress.services.refresh.refresher import Refresher
from bucketpress.site.layout import rank

PAGE_KEYS = 1000


class Progress(Protocol):
    """A callback that is given the name of a step, how much of it is done and how much there is."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Report progress."""
        ...


class DrainableQueue(Queue, Protocol):
    """A queue that gives its messages back."""

    def take_all(self) -> tuple[str, ...]:
        """Remove and return every message."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made: the last record of every source, and how many artifacts there are."""

    records: tuple[Record, ...]
    artifacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Publishes every source of a content store, then refreshes every section touched, with the production services.

    `left_out` says what is wrong with files that are not read at all.
    """

    content: ContentStore
    publisher: Publisher
    refresher: Refresher
    sources: DrainableQueue
    pages: DrainableQueue
    left_out: Mapping[str, Problem] = field(default_factory=dict)

    def run(self, progress: Progress | None = None) -> Built:
        """Build the whole site. Raises what the services raise."""
        records = self.read(progress)
        return Built(records=records, artifacts=self.write(progress))

    def read(self, progress: Progress | None = None, keys: Iterable[str] | None = None) -> tuple[Record, ...]:
        """Publish every source, or those of `keys`, and whatever depends on them; return their records."""
        watch = progress or _unwatched
        records: dict[str, Record] = {}
        waiting = self._keys() if keys is None else tuple(keys)
        done, total = 0, len(waiting)
        while waiting:
            for key in waiting:
                record = self.publisher.publish(key)
                if record is not None:
                    records[key] = record
                done += 1
                watch("Reading", done, total)
            waiting = self.sources.take_all()
            total += len(waiting)
        found = tuple(records[key] for key in sorted(records))
        return told_of_clashes(found) if keys is None else found

    def _keys(self) -> tuple[str, ...]:
        """List every source, the settings first: what is read under them need not be read again."""
        keys: list[str] = [SETTINGS_KEY]
        after = ""
        while page := self.content.list_keys(after, PAGE_KEYS):
            after = page[-1].key
            keys += [version.key for version in page if version.key != SETTINGS_KEY and is_source(version.key)]
        return tuple(keys)

    def write(self, progress: Progress | None = None) -> int:
        """Refresh every section touched; return how many artifacts these have.

        Children come before their parents, so that each section is worked on once.
        """
        watch = progress or _unwatched
        artifacts: dict[str, int] = {}
        waiting: list[tuple[int, str]] = []
        queued: set[str] = set()
        done = 0
        while True:
            for name in self.pages.take_all():
                if name not in queued:
                    queued.add(name)
                    heapq.heappush(waiting, (rank(name), name))
            if not waiting:
                return sum(artifacts.values())
            _, name = heapq.heappop(waiting)
            queued.discard(name)
            artifacts[name] = self.refresher.refresh(name).artifacts
            done += 1
            watch("Writing", done, done + len(waiting))


def _unwatched(step: str, done: int, total: int) -> None:
    """Watch nothing."""
    del step, done, total
