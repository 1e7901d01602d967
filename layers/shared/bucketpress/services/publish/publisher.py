"""Publish: a changed source becomes the index's new state.

Read the record's revision, then the source, then compare-and-set. An event only says that a key may have changed;
its payload is never trusted for state. Every run commits, also when nothing changed: otherwise a stalled run that read
an edit since reverted would still win.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.pictures.variants import PictureVariants, variants_wanted
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SETTINGS_KEY, SourceKey, SourceKind, classify
from bucketpress.ports import (
    ContentStore,
    Parallel,
    PostIndex,
    Queue,
    RevisionConflictError,
    SiteListing,
    TransientError,
)
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.record import Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.parts import PART_LIMITS, PartLimits
from bucketpress.services.publish.decision import Gathered, decide
from bucketpress.services.publish.dependencies import (
    depends_on_what_changed,
    finished_variants,
    names_looked_up,
    read_dependencies,
)
from bucketpress.services.publish.outbox_sender import OutboxSender
from bucketpress.services.publish.publish_request import is_same, may_repeat, repetition
from bucketpress.services.publish.source_reader import (
    NewestVersion,
    SourceReading,
    as_it_is,
    find_newest,
    read_source,
    wanted_path,
    without_domain_proof,
)
from bucketpress.site.impact import ShownAsset

ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What an attempt to publish a source begins with: its record, and the settings as they were read after it."""

    record: Record
    stored: StoredSettings | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Brings the index up to date with one source at a time.

    `clock` returns the current time, aware. `default_url` is the site's origin where `site.yaml` names none.
    `domain_proofs` allows files with which certificate authorities check a domain, `variants` has smaller versions made
    of pictures, `part_limits` say when a month or year is in parts. `read` reads and understands a source under the
    given settings, and `view` says as what it counts. Of `site` it only asks, with the first settings of an index,
    whether there is anything.
    """

    index: PostIndex
    content: ContentStore
    site: SiteListing
    source_queue: Queue
    page_queue: Queue
    clock: Callable[[], datetime]
    default_url: str
    software: str
    parallel: Parallel
    domain_proofs: bool = False
    variants: bool = False
    part_limits: PartLimits = PART_LIMITS
    read: Callable[[ContentStore, SourceKey, SiteSettings], SourceReading] = read_source
    view: Callable[[SourceKey, SourceReading], tuple[SourceKey, SourceReading]] = as_it_is

    def begin(self, keys: Iterable[str]) -> dict[str, Begun] | None:
        """Return what to begin with for each of some sources, None while there are no settings."""
        records, stored = self._read_first(keys)
        return {key: Begun(record=record, stored=stored) for key, record in records.items()} if stored else None

    def _read_first(self, keys: Iterable[str]) -> tuple[Mapping[str, Record], StoredSettings | None]:
        """Return records and settings no older than those under which any of the records was made.

        They come together, so the settings may be of a moment before; then the records say so. Where these are of the
        same settings or of earlier ones, whoever publishes under later ones commits after them, and this run is late.
        """
        records, stored = self.index.records_and_settings(keys)
        if stored is not None and any(stored.are_older_than(record.generation) for record in records.values()):
            stored = self.index.settings()
        return records, stored

    def publish(
        self, key: str, *, asked_at: datetime | None = None, object_only: bool = False, begun: Begun | None = None
    ) -> Record | None:
        """Update the index from a source and send every section it touches; return the record written.

        `asked_at` is when the message was sent; only the receipt uses it. `object_only` is as in PublishRequest. A key
        that names nothing to publish is ignored and gives None. Raises TransientError when others keep committing in
        between.
        """
        source = classify(key)
        if source.kind is SourceKind.IGNORED:
            return None
        for _ in range(ATTEMPTS):
            record, stored = self._started(source, begun)
            begun = None
            now = self.clock()
            repeats = object_only and may_repeat(source, record, stored, self.software, now)
            found = find_newest(self.content, source) if repeats else None
            if found is not None and is_same(found.version, record):
                change = repetition(record, found.version, now=now, asked_at=asked_at)
            else:
                reading = self._read(source, stored, found)
                seen_as, reading = self.view(source, reading)
                change = decide(self._gather(seen_as, reading, record, stored, now=now, asked_at=asked_at))
            added = names_looked_up(change.record) - names_looked_up(record)
            if added:
                # Before the commit: a source that changes after it must find us among its dependents.
                self.index.add_dependent(key, sorted(added))
            try:
                self.index.commit(change)
            except RevisionConflictError:
                continue
            self._outboxes.empty(change.record)
            self._check_dependencies(change.record)
            if change.unfinished:
                self.source_queue.send([key])
            return change.record
        message = f"{key} is being published by too many at once"
        raise TransientError(message)

    def _started(self, source: SourceKey, begun: Begun | None) -> tuple[Record, StoredSettings | None]:
        """Return the record and the settings: no run may win with settings older than the record."""
        if begun is not None:
            return begun.record, begun.stored
        if source.kind is SourceKind.SETTINGS:
            # In this order: what a recovery changes of them no generation tells.
            record = self.index.record(source.key)
            return record, self.index.settings()
        records, stored = self._read_first([source.key])
        return records[source.key], stored or self._first_settings()

    def _read(self, source: SourceKey, stored: StoredSettings | None, found: NewestVersion | None) -> SourceReading:
        settings = self._reading_settings(source, stored)
        reading = (
            read_source(self.content, source, settings, found) if found else self.read(self.content, source, settings)
        )
        return reading if self.domain_proofs else without_domain_proof(source, reading)

    @property
    def _outboxes(self) -> OutboxSender:
        return OutboxSender(
            index=self.index,
            source_queue=self.source_queue,
            page_queue=self.page_queue,
            parallel=self.parallel,
            part_limits=self.part_limits,
        )

    def _first_settings(self) -> StoredSettings | None:
        """Publish the site's settings, which no run has done, and return them."""
        self.publish(SETTINGS_KEY)
        return self.index.settings()

    def _reading_settings(self, source: SourceKey, stored: StoredSettings | None) -> SiteSettings:
        if stored is None or source.kind is SourceKind.SETTINGS:
            return SiteSettings(url=self.default_url)
        return stored.settings

    def _gather(
        self,
        source: SourceKey,
        reading: SourceReading,
        record: Record,
        stored: StoredSettings | None,
        *,
        now: datetime,
        asked_at: datetime | None,
    ) -> Gathered:
        path = wanted_path(source, reading)
        is_first = stored is None and source.kind is SourceKind.SETTINGS
        links = (*reading.post.links, *reading.post.images) if reading.post else ()
        wanted = self._variants_wanted(reading)
        return Gathered(
            source=source,
            record=record,
            reading=reading,
            stored=stored,
            default_url=self.default_url,
            software=self.software,
            claims=self.index.claims(path) if path else (),
            dependencies=read_dependencies(self.index, self._is_there, source, links) if reading.used else {},
            rebuild=self.index.checkpoint(CheckpointName.REBUILD)
            if source.kind is SourceKind.SETTINGS
            else Checkpoint(name=CheckpointName.REBUILD),
            now=now,
            asked_at=asked_at,
            # Nothing is refreshed before there are settings: what is there now is of an index that was lost.
            finds_site=is_first and bool(self.site.list_keys("", 1)),
            variants_wanted=wanted,
            variants=finished_variants(self.index, ShownAsset(path=path or "", etag="", variants=wanted)),
        )

    def _variants_wanted(self, reading: SourceReading) -> PictureVariants | None:
        if not self.variants or reading.used is None:
            return None
        return variants_wanted(reading.kind, reading.used.etag, reading.image)

    def _is_there(self, key: str) -> bool:
        return self.content.head(key) is not None

    def _check_dependencies(self, record: Record) -> None:
        """Send the source again where what it read of others changed before its commit."""
        if depends_on_what_changed(self.index, self._is_there, record):
            self.source_queue.send([record.key])
