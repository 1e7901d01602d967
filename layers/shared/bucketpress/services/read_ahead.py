"""Reads the posts and pages of a whole build: each once, and in several processes where that pays."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeAlias

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, SourceKind, classify
from bucketpress.ports import ContentStore
from bucketpress.services.publish.source_reader import SourceReading, read_source

# Below this another process is not worth its start, which takes as long as reading some 200 posts.
WORTH_PROCESSES = 2000
# Publishing what was read takes a third of the time that reading takes: more would wait for this process.
_MOST_OTHERS = 4
_CHUNK_KEYS = 32
_CHUNKS_AHEAD = 4
Read: TypeAlias = Callable[[ContentStore, SourceKey, SiteSettings], SourceReading]
_TEXTS = frozenset({SourceKind.POST, SourceKind.PAGE})


class ReadAhead:
    """Reads sources under the same settings; `read` is what a publisher reads with, and takes each reading once.

    Readings that wait to be taken are few, however many sources there are.
    """

    def __init__(
        self, content: ContentStore, keys: Sequence[str], settings: SiteSettings, read: Read = read_source
    ) -> None:
        """Begin with nothing read. `keys` is everything that will be asked for, roughly in this order.

        `read` reads and understands one source; other processes need to be able to import it.
        """
        self._content = content
        self._settings = settings
        self._read = read
        texts = [key for key in keys if classify(key).kind in _TEXTS]
        self._chunks = deque(texts[first : first + _CHUNK_KEYS] for first in range(0, len(texts), _CHUNK_KEYS))
        self._pool: ProcessPoolExecutor | None = None
        self._most_ahead = 0
        self._coming: dict[str, Future[dict[str, SourceReading]]] = {}
        self._ready: dict[str, SourceReading] = {}
        self._unwanted: set[str] = set()  # ready, and nobody has asked for it yet
        self._taken: set[str] = set()

    @contextmanager
    def processes(self, number: int) -> Iterator[None]:
        """Have others of so many processes read meanwhile; with one, or few sources, only this one works."""
        others = min(number - 1, _MOST_OTHERS)
        if others < 1 or len(self._chunks) * _CHUNK_KEYS < WORTH_PROCESSES:
            yield
            return
        # Not forked: this process may have threads.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(others, context, _begin, (self._content, self._settings, self._read)) as pool:
            self._pool, self._most_ahead = pool, others * _CHUNKS_AHEAD
            try:
                yield
            finally:
                self._pool = None
                pool.shutdown(cancel_futures=True)

    def linked(self, key: str) -> tuple[str, ...]:
        """Return the sources that a post or page links to or shows, without taking its reading."""
        source = classify(key)
        if source.kind not in _TEXTS:
            return ()
        reading = self._ready[key] = self._found(source)
        return (*reading.post.links, *reading.post.images) if reading.post else ()

    def read(self, content: ContentStore, source: SourceKey, settings: SiteSettings) -> SourceReading:
        """Return the reading of a source, from what was read ahead if that was under these settings."""
        if settings is not self._settings or source.kind not in _TEXTS or source.key in self._taken:
            return self._read(content, source, settings)
        reading = self._found(source)
        self._taken.add(source.key)
        self._ready.pop(source.key, None)
        return reading

    def _found(self, source: SourceKey) -> SourceReading:
        self._ask()
        self._unwanted.discard(source.key)
        if source.key not in self._ready and source.key in self._coming:
            coming = self._coming[source.key]
            self._read_meanwhile(coming)
            read = coming.result()
            for key in read:
                del self._coming[key]
            self._ready |= {key: reading for key, reading in read.items() if key not in self._taken}
        if source.key in self._ready:
            return self._ready[source.key]
        return self._read(self._content, source, self._settings)

    def _read_meanwhile(self, coming: Future[dict[str, SourceReading]]) -> None:
        """Read what no process was asked for yet, while one is still at what is wanted now."""
        most = self._most_ahead * _CHUNK_KEYS
        while self._chunks and len(self._unwanted) < most and not coming.done():
            for key in self._chunks.popleft():
                if key not in self._ready and key not in self._taken:
                    self._ready[key] = self._read(self._content, classify(key), self._settings)
                    self._unwanted.add(key)

    def _ask(self) -> None:
        """Have the next sources read in other processes."""
        while self._pool and self._chunks and len(self._coming) < self._most_ahead * _CHUNK_KEYS:
            keys = self._chunks.popleft()
            asked = self._pool.submit(_read_chunk, keys)
            self._coming |= dict.fromkeys(keys, asked)


_begun: list[tuple[ContentStore, SiteSettings, Read]] = []


def _begin(content: ContentStore, settings: SiteSettings, read: Read) -> None:
    """Keep what this process will read, under which settings and with what."""
    _begun[:] = [(content, settings, read)]


def _read_chunk(keys: Sequence[str]) -> dict[str, SourceReading]:
    content, settings, read = _begun[0]
    return {key: read(content, classify(key), settings) for key in keys}
