"""Audit: compares both buckets with the index and sends what differs to be published or refreshed again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.ports import ContentStore, PostIndex, Queue, SiteStore
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.record import Record
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.page_queue import send_sections
from bucketpress.services.publish.dependencies import depends_on_what_changed
from bucketpress.services.publish.path_conflicts import contradictions
from bucketpress.services.upkeep.checkpoints import TickLimits, advance
from bucketpress.services.upkeep.comparison import (
    LAST,
    Found,
    altered_sections,
    differs,
    found_sections,
    in_flight,
    is_stale,
    side_by_side,
)
from bucketpress.site.layout import section_of_artifact

EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Goes through sources and records side by side, then the sections, then the site bucket, a part at each tick."""

    index: PostIndex
    content: ContentStore
    site: SiteStore
    source_queue: Queue
    page_queue: Queue
    every: timedelta = EVERY
    limits: TickLimits = field(default_factory=TickLimits)

    def go_on(self, generation: str, moment: datetime) -> tuple[str, ...]:
        """Take the next steps, or start again when it is time; return the sources and sections that differ."""
        divergences: set[str] = set()
        for _ in range(self.limits.audit_steps):
            checkpoint = self._current(moment)
            if checkpoint is None:
                break
            found, following = self._step(checkpoint, generation, moment)
            if found.keys:
                self.source_queue.send(sorted(found.keys))
            send_sections(self.page_queue, found.sections)
            divergences |= found.divergences
            sent = len(found.keys) + len(found.sections)
            if not advance(self.index, following, sent=sent, looked_at=found.looked_at):
                break
        return tuple(sorted(divergences))

    def _is_rebuilt(self, generation: str) -> bool:
        """Return whether no rebuild towards a generation is needed or running."""
        return self.index.checkpoint(CheckpointName.REBUILD).has_reached(generation)

    def _current(self, moment: datetime) -> Checkpoint | None:
        """Return the checkpoint to continue from, None when there is nothing to do yet."""
        checkpoint = self.index.checkpoint(CheckpointName.AUDIT)
        if checkpoint.is_under_way:
            return checkpoint
        if checkpoint.began is not None and moment - checkpoint.began < self.every:
            return None
        self.source_queue.send([SETTINGS_KEY])  # A new default address comes with a deployment, not with an event.
        return replace(checkpoint, phase=Phase.SOURCES, cursor="", began=moment, sent=0, done=0)

    def _step(self, checkpoint: Checkpoint, generation: str, moment: datetime) -> tuple[Found, Checkpoint]:
        """Return what the next part holds that differs, and the checkpoint after it."""
        if checkpoint.phase is Phase.SOURCES:
            found, cursor = self._sources(checkpoint.cursor, generation, moment)
            return found, replace(checkpoint, phase=Phase.SOURCES if cursor else Phase.SECTIONS, cursor=cursor)
        if checkpoint.phase is Phase.SECTIONS:
            found, cursor = self._sections(checkpoint.cursor, generation, moment)
            return found, replace(checkpoint, phase=Phase.SECTIONS if cursor else Phase.SITE, cursor=cursor)
        found, cursor = self._objects(checkpoint.cursor, moment)
        if cursor:
            return found, replace(checkpoint, phase=Phase.SITE, cursor=cursor)
        return found, replace(checkpoint, phase=Phase.DONE, cursor="", finished=moment)

    def _sources(self, cursor: str, generation: str, moment: datetime) -> tuple[Found, str]:
        """Compare sources with records. Both come in key order, so each is listed once, whatever their number."""
        limit = self.limits.audit_sources
        versions = self.content.list_keys(cursor, limit)
        records, after = self.index.list_records(cursor, limit)
        stretch = side_by_side(versions, records, after_records=after, limit=limit)
        there, known = stretch.sources, stretch.records
        forward = self._is_rebuilt(generation)
        wrong = {
            key
            for key in stretch.keys
            if self._differs(there.get(key), known.get(key))
            or (forward and key in there and key in known and known[key].generation != generation)
        }
        settled = {key for key in wrong if not in_flight(there.get(key), known.get(key), moment)}
        found = Found(keys=frozenset(wrong), divergences=frozenset(settled), looked_at=len(stretch.keys))
        return found, stretch.end

    def _differs(self, version: SourceVersion | None, record: Record | None) -> bool:
        """Return whether a record is older than its source, has a full outbox, or depends on what has changed."""
        if record is None or differs(version, record):
            return True
        if record.path and record.key in contradictions(self.index.claims(record.path)):
            return True
        return depends_on_what_changed(self.index, self.content, record)

    def _sections(self, cursor: str, generation: str, moment: datetime) -> tuple[Found, str]:
        """Find the sections that have a full outbox, are of an older generation or have lost an artifact."""
        sections, following = self.index.list_sections(cursor, self.limits.audit_names)
        required = generation if self._is_rebuilt(generation) else None
        present = self._etags(key for section in sections for key in section.artifacts)
        stale = [section for section in sections if is_stale(section, present, generation=required)]
        return found_sections(stale, len(sections), moment), following

    def _etags(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Return ETags by listing the bucket: sections come by name, so their artifacts lie close together."""
        found: dict[str, str] = {}
        end = ""
        for key in sorted(keys):
            if key > end:
                page = self.site.list_keys(key[:-1], self.limits.audit_names)  # from right before the key itself
                found.update(page)
                end = page[-1][0] if len(page) == self.limits.audit_names else LAST
        return found

    def _objects(self, cursor: str, moment: datetime) -> tuple[Found, str]:
        """Find the objects that differ from what was written last, or belong to no section."""
        objects = self.site.list_keys(cursor, self.limits.audit_names)
        owners = {key: name for key, _ in objects if (name := section_of_artifact(key)) is not None}
        sections = self.index.sections(owners.values())
        found = found_sections(altered_sections(objects, owners, sections), len(objects), moment)
        return found, objects[-1][0] if len(objects) == self.limits.audit_names else ""
