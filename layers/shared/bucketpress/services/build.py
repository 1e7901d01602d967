"""The clean build: what the site must be, made from nothing but the content."""

import heapq
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bucketpress.content.images import is_measurable
from bucketpress.content.post import State
from bucketpress.content.problem import Problem
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SETTINGS_KEY, SourceKind, classify, is_beside_posts, is_source
from bucketpress.ports import ContentStore, PostIndex, Queue
from bucketpress.records.record import Record
from bucketpress.records.site_object import AssetCopy, StoredArtifact
from bucketpress.services.clashes import told_of_clashes
from bucketpress.services.former_state import ForgetfulSite, forget_former_paths, forget_gone
from bucketpress.services.picture_faults import told_of_faults
from bucketpress.services.publish.publisher import Publisher
from bucketpress.services.read_ahead import ReadAhead
from bucketpress.services.refresh.refresher import Refresher
from bucketpress.site.layout import VARIANTS, is_variants, rank

PAGE_KEYS = 1000
MAX_DEPTH = 500  # of links followed before the source they begin at is published


class Progress(Protocol):
    """A callback that is given the name of a step, how much of it is done and how much there is."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Report progress."""
        ...


class EncodeAhead(Protocol):
    """A callback that makes versions of pictures which will be asked for, and tells how many are done."""

    def __call__(self, copies: Sequence[AssetCopy], watch: Callable[[int], None]) -> None:
        """Make them."""
        ...


class SourceFolder(ContentStore, Protocol):
    """A content folder read as if it were a bucket. `left_out` says what is wrong with files that are not read."""

    left_out: Mapping[str, Problem]

    def look_again(self, keys: Iterable[str]) -> None:
        """Forget what is known of files that were written to."""
        ...


class DrainableQueue(Queue, Protocol):
    """A queue that gives its messages back."""

    def take_all(self) -> tuple[str, ...]:
        """Remove and return every message."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildState:
    """What a build leaves behind, from which another can go on: the index, and what is in the site's folder."""

    index: PostIndex
    objects: Mapping[str, StoredArtifact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made: the last record of every source, and how many artifacts there are."""

    records: tuple[Record, ...]
    artifacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Publishes every source of a content store, then refreshes every section touched, with the production services.

    `left_out` says what is wrong with files that are not read at all. `processes` is how many read at a time.
    `encode_ahead` is told which versions of pictures will be asked for, so that it can make several at a time.
    """

    content: SourceFolder
    publisher: Publisher
    refresher: Refresher
    sources: DrainableQueue
    pages: DrainableQueue
    site: ForgetfulSite
    left_out: Mapping[str, Problem] = field(default_factory=dict)
    processes: int = 1
    encode_ahead: EncodeAhead | None = None

    def run(self, progress: Progress | None = None) -> Built:
        """Build the whole site. Raises what the services raise."""
        records = self.read(progress)
        artifacts = self.write(progress)
        return Built(records=told_of_faults(self.publisher.index, records), artifacts=artifacts)

    def update(self, keys: Iterable[str], progress: Progress | None = None) -> Built:
        """Bring a finished build up to date with changed sources: the site becomes what a clean build would make.

        A clean build has no memory. What these sources were before, and where they were, leaves no trace.
        """
        self.read(progress, keys, forgets=True)
        self.write(progress)
        forget_gone(self.publisher.index, self.site)
        records, _ = self.publisher.index.list_records("", sys.maxsize)
        there = (record for record in records if record.state is not State.REMOVED)
        told = told_of_faults(self.publisher.index, self._told(there))
        return Built(records=told, artifacts=len(self.site.objects))

    @property
    def state(self) -> BuildState:
        """Return what another build can go on from."""
        return BuildState(index=self.publisher.index, objects=self.site.objects)

    def read(
        self, progress: Progress | None = None, keys: Iterable[str] | None = None, *, forgets: bool = False
    ) -> tuple[Record, ...]:
        """Publish every source, or those of `keys`, and whatever depends on them; return their records.

        With `forgets` the addresses they had before are forgotten.
        """
        watch = progress or _unwatched
        records: dict[str, Record] = {}
        done = 0
        for waiting in self._rounds(keys):
            total = done + len(waiting)
            for record in self._published(waiting, forgets=forgets):
                if record is not None:
                    records[record.key] = record
                done += 1
                watch("Reading", done, total)
        found = tuple(records[key] for key in sorted(records))
        return self._told(found) if keys is None else found

    def _told(self, records: Iterable[Record]) -> tuple[Record, ...]:
        stored = self.publisher.index.settings()
        return told_of_clashes(records, stored.settings if stored else SiteSettings(url=""))

    def _rounds(self, keys: Iterable[str] | None) -> Iterator[list[str]]:
        """Yield what to publish: the settings, what is read under them, then what depends on what was published."""
        if keys is None:
            yield [SETTINGS_KEY]
            yield self._keys()
        else:
            yield list(dict.fromkeys(keys))
        while waiting := list(dict.fromkeys(self.sources.take_all())):
            yield waiting

    def _keys(self) -> list[str]:
        """List every source but the settings: pictures, whose sizes texts give, texts, and what waits for these."""
        keys: list[str] = []
        after = ""
        while page := self.content.list_keys(after, PAGE_KEYS):
            after = page[-1].key
            keys += [version.key for version in page if version.key != SETTINGS_KEY and is_source(version.key)]
        return sorted(keys, key=_turn)

    def _published(self, keys: Sequence[str], *, forgets: bool) -> Iterator[Record | None]:
        stored = self.publisher.index.settings()
        ahead = ReadAhead(self.content, keys, stored.settings if stored else SiteSettings(url=""), self.publisher.read)
        publisher = replace(self.publisher, read=ahead.read)
        with ahead.processes(self.processes):
            for key in _in_order(keys, ahead):
                if forgets:
                    forget_former_paths(self.publisher.index, key)
                yield publisher.publish(key)

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
            new = [name for name in self.pages.take_all() if name not in queued]
            self._encode_ahead([name for name in new if is_variants(name)], watch)
            queued.update(new)
            for name in dict.fromkeys(new):
                heapq.heappush(waiting, (rank(name), name))
            # Pictures whose variants are finished come first, so that no page that offers them is made twice.
            if self._are_variants_made(waiting) and self.read(keys=()):
                continue
            if not waiting:
                return sum(artifacts.values())
            _, name = heapq.heappop(waiting)
            queued.discard(name)
            artifacts[name] = self.refresher.refresh(name).artifacts
            done += 1
            watch("Writing", done, done + len(waiting))

    def _encode_ahead(self, names: Sequence[str], watch: Progress) -> None:
        stored = self.publisher.index.settings()
        if self.encode_ahead is None or stored is None or not names:
            return
        made = (self.refresher.rendering(name, stored).artifacts for name in names)
        copies = [copy for artifacts in made for copy in artifacts if isinstance(copy, AssetCopy) and copy.shape]
        if copies:
            self.encode_ahead(copies, lambda done: watch("Encoding", done, len(copies)))

    def _are_variants_made(self, waiting: Sequence[tuple[int, str]]) -> bool:
        return self.publisher.variants and (not waiting or waiting[0][0] > VARIANTS.rank)


def _in_order(keys: Sequence[str], ahead: ReadAhead) -> Iterator[str]:
    """Yield keys, each after those it links to, so that few sources have to be published again."""
    waiting = set(keys)
    for key in keys:
        begun = {key}
        stack = [(key, iter(ahead.linked(key)))] if key in waiting else []
        while stack:
            current, linked = stack[-1]
            first = next((other for other in linked if other in waiting and other not in begun), None)
            if first is not None and len(stack) < MAX_DEPTH:
                begun.add(first)
                stack.append((first, iter(ahead.linked(first))))
            else:
                stack.pop()
                waiting.discard(current)
                yield current


def _turn(key: str) -> int:
    """Return when a source is published, among all others."""
    source = classify(key)
    if source.kind is not SourceKind.ASSET:
        return 1
    return 2 if is_beside_posts(source) and not is_measurable(key) else 0


def _unwatched(step: str, done: int, total: int) -> None:
    """Watch nothing."""
    del step, done, total
