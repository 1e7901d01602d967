"""What search knows, kept in memory and as fresh as the manifest: only segments that have changed are read again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from bucketpress.errors import BucketpressError
from bucketpress.ports import Parallel, SearchObjects
from bucketpress.records.site_object import ReadObject
from bucketpress.site.layout import SEARCH_MANIFEST, SEARCH_PAGE, segment_key
from bucketpress.site.search.cells import cells_at, cells_below, is_below
from bucketpress.site.search.manifest import ListedSegment, Manifest, read_manifest
from bucketpress.site.search.ranking import Index
from bucketpress.site.search.segment import Segment


class NoSearchError(BucketpressError):
    """The site has no search, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What search knew at one moment. `etag` is the manifest's."""

    etag: str
    manifest: Manifest
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A segment in memory: what a manifest gave of its ETag, and the one it came with, which may be newer."""

    listed: str
    etag: str
    segment: Segment | None


@dataclass(slots=True, kw_only=True)
class SearchLibrary:
    """Reads what search needs. Not for several threads at once, except that each of them gets a whole edition."""

    objects: SearchObjects
    parallel: Parallel
    _edition: Edition | None = field(default=None, init=False)
    _segments: Mapping[str, _Kept] = field(default_factory=dict, init=False)
    _page: ReadObject | None = field(default=None, init=False)

    def edition(self) -> Edition:
        """Return what search knows now. Raises NoSearchError."""
        known = self._edition
        read = self.objects.read(SEARCH_MANIFEST, known.etag if known else "")
        if read is not None and read.data is None and known is not None:
            return known
        manifest = _manifest_in(read)
        if read is None or manifest is None:
            self._edition, self._segments = None, {}
            raise NoSearchError
        kept = self._segments
        stale = [listed for listed in manifest.segments if not _is_fresh(kept.get(listed.key), listed)]
        calls: list[Callable[[], _Kept]] = [partial(self._read, listed) for listed in stale]
        fresh = dict(zip((listed.key for listed in stale), self.parallel.run(calls), strict=True))
        # In the order of the manifest, and without those that it does not list any more.
        found = {listed.key: (fresh if listed.key in fresh else kept)[listed.key] for listed in manifest.segments}
        self._segments = self._completed(manifest, found)
        segments = (one.segment for one in self._segments.values() if one.segment is not None)
        self._edition = Edition(etag=read.etag, manifest=manifest, index=Index(segments=tuple(segments)))
        return self._edition

    def page(self) -> bytes:
        """Return the page that results are put into, as the theme has made it. Raises NoSearchError."""
        known = self._page
        read = self.objects.read(SEARCH_PAGE, known.etag if known else "")
        if read is None:
            raise NoSearchError
        if read.data is not None:
            self._page = known = read
        if known is None or known.data is None:
            raise NoSearchError
        return known.data

    def _completed(self, manifest: Manifest, found: Mapping[str, _Kept]) -> Mapping[str, _Kept]:
        """Return the segments with others in the place of those that went after the manifest was written.

        Where a cell was split its posts are in those below, which are made before it goes; where cells became one they
        are in that above, and then those beside are left out, whose posts it has as well.
        """
        gone = [listed.cell for listed in manifest.segments if found[listed.key].segment is None and listed.cell]
        nearby = {near for cell in gone for near in (*cells_below(cell), *cells_at(cell))} - set(gone)
        calls = [partial(self._read, ListedSegment(key=segment_key(near), etag="", count=0)) for near in sorted(nearby)]
        read = dict(zip(sorted(nearby), self.parallel.run(calls), strict=True)) if calls else {}
        there = {near: kept for near, kept in read.items() if kept.segment is not None}
        wider = frozenset(near for near in there if any(is_below(cell, frozenset({near})) for cell in gone))
        left = {
            listed.key: found[listed.key]
            for listed in manifest.segments
            if not (listed.cell and is_below(listed.cell, wider))
        }
        return left | {segment_key(near): kept for near, kept in there.items() if not is_below(near, wider)}

    def _read(self, listed: ListedSegment) -> _Kept:
        read = self.objects.read(listed.key)
        segment = None
        if read is not None and read.data is not None:
            try:
                segment = Segment(read.data)
            except ValueError:  # withdrawn since the manifest was written, which is about to be written again
                segment = None
        return _Kept(listed=listed.etag, etag=read.etag if read else "", segment=segment)


def _is_fresh(kept: _Kept | None, listed: ListedSegment) -> bool:
    return kept is not None and (listed.etag == kept.listed or kept.etag.startswith(listed.etag))


def _manifest_in(read: ReadObject | None) -> Manifest | None:
    if read is None or read.data is None:
        return None
    try:
        return read_manifest(read.data)
    except ValueError:
        return None
