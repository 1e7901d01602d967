"""Publish: a changed source becomes the index's new state.

Read the record's revision, then the source, then compare-and-set. An event only says that a key may have changed;
its payload is never trusted for state. Every run commits, also when nothing changed: otherwise a stalled run that read
an edit since reverted would still win.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.post import State
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SETTINGS_KEY, SourceKey, SourceKind, classify, spellings
from bucketpress.ports import ContentStore, PostIndex, Queue, RevisionConflictError, SiteListing, TransientError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.record import Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.namesakes import removed
from bucketpress.services.neighbours import neighbours
from bucketpress.services.page_queue import send_sections
from bucketpress.services.publish.decision import Gathered, decide
from bucketpress.services.publish.dependencies import depends_on_what_changed, read_dependencies
from bucketpress.services.publish.path_conflicts import contradictions
from bucketpress.services.publish.source_reader import SourceReading, read_source, wanted_path, without_domain_proof
from bucketpress.site.impact import sections_of_neighbour
from bucketpress.site.layout import path_section

ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Brings the index up to date with one source at a time.

    `clock` returns the current time, aware. `default_url` is the site's origin where `site.yaml` names none.
    `domain_proofs` allows files with which certificate authorities check a domain. `read` reads and understands a
    source under the given settings. Of `site` it only asks, with the first settings of an index, whether there is
    anything.
    """

    index: PostIndex
    content: ContentStore
    site: SiteListing
    source_queue: Queue
    page_queue: Queue
    clock: Callable[[], datetime]
    default_url: str
    software: str
    domain_proofs: bool = False
    read: Callable[[ContentStore, SourceKey, SiteSettings], SourceReading] = read_source

    def publish(self, key: str, *, asked_at: datetime | None = None) -> Record | None:
        """Update the index from a source and send every section it touches; return the record written.

        `asked_at` is when the message was sent; only the receipt uses it. A key that names nothing to publish is
        ignored and gives None. Raises TransientError when others keep committing in between.
        """
        source = classify(key)
        if source.kind is SourceKind.IGNORED:
            return None
        for _ in range(ATTEMPTS):
            record = self.index.record(key)
            stored = self._settings(source)
            now = self.clock()
            reading = self.read(self.content, source, self._reading_settings(source, stored))
            if not self.domain_proofs:
                reading = without_domain_proof(source, reading)
            gathered = self._gather(source, reading, record, stored, now=now, asked_at=asked_at)
            change = decide(gathered)
            keys_added = change.record.dependencies.keys() - record.dependencies.keys()
            added = {name for each in keys_added for name in spellings(each)}
            if added:
                # Before the commit: a source that changes after it must find us among its dependents.
                self.index.add_dependent(key, sorted(added))
            try:
                self.index.commit(change)
            except RevisionConflictError:
                continue
            self._empty_outbox(change.record)
            self._check_dependencies(change.record)
            if change.unfinished:
                self.source_queue.send([key])
            return change.record
        message = f"{key} is being published by too many at once"
        raise TransientError(message)

    def _settings(self, source: SourceKey) -> StoredSettings | None:
        """Return the site's settings, publishing them first where no run has done so."""
        stored = self.index.settings()
        if source.kind is SourceKind.SETTINGS or stored is not None:
            return stored
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
        )

    def _empty_outbox(self, record: Record) -> None:
        """Send every section and source the commit touches, then clear the outbox; after a crash a later run does."""
        outbox = record.outbox
        if not outbox:
            return
        sections = set(outbox.sections)
        for spot in outbox.spots:
            for neighbour in neighbours(self.index, spot.position):
                if neighbour is not None:
                    sections |= sections_of_neighbour(neighbour, spot.month)
        keys = {key for path in outbox.paths for key in contradictions(self.index.claims(path))}
        if outbox.dependents or outbox.files:
            # Not the source itself, and no cycle of posts that link to one another: each would publish the next again.
            dependents = set(self.index.dependents(record.key)) - {record.key}
            keys |= dependents if outbox.dependents else set(filter(_is_asset, dependents))
        keys |= self._concerned(record)
        for name in outbox.names:
            sections |= {path_section(path) for bearer in removed(self.index, name) for path in bearer.live_paths}
        send_sections(self.page_queue, sections)
        if keys:
            self.source_queue.send(sorted(keys))
        self.index.clear_outbox(record)

    def _concerned(self, record: Record) -> set[str]:
        """Return the files that may have to be published or held back now that a post shows them, or does no more.

        One that is public stays so while a public post shows it. One that nobody has uploaded will ask itself.
        """
        names = {name for key in record.outbox.pictures for name in spellings(key)}
        known = self.index.records(sorted(names)) if names else {}
        settled = State.PUBLISHED if record.published_path is not None else State.REMOVED
        return {key for key, file in known.items() if file.revision and file.state not in {settled, State.REMOVED}}

    def _is_there(self, key: str) -> bool:
        return self.content.head(key) is not None

    def _check_dependencies(self, record: Record) -> None:
        """Send the source again where what it read of others changed before its commit."""
        if depends_on_what_changed(self.index, self._is_there, record):
            self.source_queue.send([record.key])


def _is_asset(key: str) -> bool:
    return classify(key).kind is SourceKind.ASSET
