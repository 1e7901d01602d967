"""Audit: compares both buckets with the index and sends what differs to be published or refreshed again."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bucketpress.content.source_keys import SETTINGS_KEY, classify
from bucketpress.ports import ContentStore, PostIndex, Queue, SiteStore
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.record import Record
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.page_queue import send_sections
from bucketpress.services.publish.dependencies import depends_on_what_changed
from bucketpress.services.publish.path_conflicts import contradictions
from bucketpress.services.upkeep.checkpoints import TickLimits, advance, never
from bucketpress.services.upkeep.comparison import (
    Found,
    altered_sections,
    differs,
    found_sections,
    in_flight,
    is_stale,
    side_by_side,
)
from bucketpress.services.upkeep.presence import etags_listed
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

    def go_on(self, generation: str, moment: datetime, time_is_up: Callable[[], bool] = never) -> tuple[str, ...]:
        """Take the next steps, or start again when it is time; return the sources and sections that differ.

        Once `time_is_up` says so, what was compared is sent and written down, and the next tick continues from there.
        """
        divergences: set[str] = set()
        for _ in range(self.limits.audit_steps):
            checkpoint = None if time_is_up() else self._current(moment)
            if checkpoint is None:
                break
            found, following = self._step(checkpoint, generation, moment, time_is_up)
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

    def _step(
        self, checkpoint: Checkpoint, generation: str, moment: datetime, time_is_up: Callable[[], bool]
    ) -> tuple[Found, Checkpoint]:
        """Return what the next part holds that differs, and the checkpoint after it."""
        if checkpoint.phase is Phase.SOURCES:
            found, cursor = self._sources(checkpoint.cursor, generation, moment, time_is_up)
            return found, replace(checkpoint, phase=Phase.SOURCES if cursor else Phase.SECTIONS, cursor=cursor)
        if checkpoint.phase is Phase.SECTIONS:
            found, cursor = self._sections(checkpoint.cursor, generation, moment)
            return found, replace(checkpoint, phase=Phase.SECTIONS if cursor else Phase.SITE, cursor=cursor)
        found, cursor = self._objects(checkpoint.cursor, moment)
        if cursor:
            return found, replace(checkpoint, phase=Phase.SITE, cursor=cursor)
        return found, replace(checkpoint, phase=Phase.DONE, cursor="", finished=moment)

    def _sources(
        self, cursor: str, generation: str, moment: datetime, time_is_up: Callable[[], bool]
    ) -> tuple[Found, str]:
        """Compare sources with records. Both come in key order, so each is listed once, whatever their number."""
        limit = self.limits.audit_sources
        versions = self.content.list_keys(cursor, limit)
        records, after = self.index.list_records(cursor, limit)
        stretch = side_by_side(versions, records, after_records=after, limit=limit)
        there, known = stretch.sources, stretch.records
        present = self._posts_of_bundles(known.values())
        required = generation if self._is_rebuilt(generation) else None
        wrong: set[str] = set()
        compared = 0
        for key in stretch.keys:
            # Each takes requests of its own, so a stretch can end early. One is always compared: a tick moves on.
            if compared and time_is_up():
                break
            if self._differs(there.get(key), known.get(key), present, required):
                wrong.add(key)
            compared += 1
        settled = {key for key in wrong if not in_flight(there.get(key), known.get(key), moment)}
        found = Found(keys=frozenset(wrong), divergences=frozenset(settled), looked_at=compared)
        return found, stretch.end_after(compared)

    def _posts_of_bundles(self, records: Iterable[Record]) -> Mapping[str, str]:
        """Return ETags by key in which there are those of the posts that files of bundles may belong to."""
        bundles = {bundle for record in records for bundle in classify(record.key).bundles}
        return etags_listed(bundles, self._listed_sources, self.limits.audit_names)

    def _listed_sources(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        return [(version.key, version.etag) for version in self.content.list_keys(after, limit)]

    def _differs(
        self, version: SourceVersion | None, record: Record | None, present: Container[str], required: str | None
    ) -> bool:
        """Return whether a record is older than its source, has a full outbox, or depends on what has changed.

        `present` are the posts of bundles that are there, `required` is the generation a record has to be of.
        """
        if record is None or differs(version, record):
            return True
        if record.path and record.key in contradictions(self.index.claims(record.path)):
            return True
        if depends_on_what_changed(self.index, present.__contains__, record):
            return True
        return required is not None and version is not None and record.generation != required

    def _sections(self, cursor: str, generation: str, moment: datetime) -> tuple[Found, str]:
        """Find the sections that have a full outbox, are of an older generation or have lost an artifact."""
        sections, following = self.index.list_sections(cursor, self.limits.audit_names)
        required = generation if self._is_rebuilt(generation) else None
        artifacts = [key for section in sections for key in section.artifacts]
        present = etags_listed(artifacts, self.site.list_keys, self.limits.audit_names)
        stale = [section for section in sections if is_stale(section, present, generation=required)]
        return found_sections(stale, len(sections), moment), following

    def _objects(self, cursor: str, moment: datetime) -> tuple[Found, str]:
        """Find the objects that differ from what was written last, or belong to no section."""
        objects = self.site.list_keys(cursor, self.limits.audit_names)
        owners = {key: name for key, _ in objects if (name := section_of_artifact(key)) is not None}
        sections = self.index.sections(owners.values())
        found = found_sections(altered_sections(objects, owners, sections), len(objects), moment)
        return found, objects[-1][0] if len(objects) == self.limits.audit_names else ""
