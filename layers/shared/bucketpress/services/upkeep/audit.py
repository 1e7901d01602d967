"""Audit: compares both buckets with the index and sends what differs to be published or refreshed again."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    LAST,
    Found,
    altered_sections,
    differs,
    found_sections,
    in_flight,
    is_stale,
    side_by_side,
)
from bucketpress.services.upkeep.listing_digest import digest_of_nothing, digest_with_objects, digest_with_sources
from bucketpress.services.upkeep.presence import etags_listed
from bucketpress.site.layout import section_of_artifact

EVERY = timedelta(hours=1)
FULL_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Goes through sources and records side by side, then the sections, then the site bucket, a part at each tick.

    Where a full audit within `full_every` found all in order, it first lists both buckets, and is at its end if nothing
    in them has changed since. An audit asked for by hand is always a full one.
    """

    index: PostIndex
    content: ContentStore
    site: SiteStore
    source_queue: Queue
    page_queue: Queue
    every: timedelta = EVERY
    full_every: timedelta = FULL_EVERY
    limits: TickLimits

    def go_on(self, generation: str, moment: datetime, time_is_up: Callable[[], bool] = never) -> tuple[str, ...]:
        """Take the next steps, or start again when it is time; return the sources and sections that differ.

        Once `time_is_up` says so, what was compared is sent and written down, and the next tick continues from there.
        """
        divergences: set[str] = set()
        for _ in range(self.limits.audit_steps):
            checkpoint = None if time_is_up() else self._current(generation, moment)
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

    def _current(self, generation: str, moment: datetime) -> Checkpoint | None:
        """Return the checkpoint to continue from, None when there is nothing to do yet."""
        checkpoint = self.index.checkpoint(CheckpointName.AUDIT)
        if checkpoint.is_under_way:
            return checkpoint
        if checkpoint.began is not None and moment - checkpoint.began < self.every:
            return None
        self.source_queue.send([SETTINGS_KEY])  # A new default address comes with a deployment, not with an event.
        begun = replace(_in_full(checkpoint, generation, moment), began=moment, sent=0, done=0)
        if self._may_compare_listings(checkpoint, moment):
            return replace(begun, phase=Phase.LISTED_SOURCES, full_began=checkpoint.full_began)
        return begun

    def _may_compare_listings(self, checkpoint: Checkpoint, moment: datetime) -> bool:
        """Return whether the last full audit found all in order, not long ago, and nobody asks for another."""
        if checkpoint.began is None or checkpoint.full_began is None:
            return False
        return bool(checkpoint.in_order) and moment - checkpoint.full_began < self.full_every

    def _step(
        self, checkpoint: Checkpoint, generation: str, moment: datetime, time_is_up: Callable[[], bool]
    ) -> tuple[Found, Checkpoint]:
        """Return what the next part holds that differs, and the checkpoint after it."""
        if checkpoint.phase in {Phase.LISTED_SOURCES, Phase.LISTED_SITE}:
            return Found(), self._listed(checkpoint, generation, moment)
        if checkpoint.phase is Phase.SOURCES:
            return self._sources(checkpoint, generation, moment, time_is_up)
        if checkpoint.phase is Phase.SECTIONS:
            found, cursor = self._sections(checkpoint.cursor, generation, moment)
            return found, replace(checkpoint, phase=Phase.SECTIONS if cursor else Phase.SITE, cursor=cursor)
        return self._objects(checkpoint, generation, moment)

    def _listed(self, checkpoint: Checkpoint, generation: str, moment: datetime) -> Checkpoint:
        """List the next part of a bucket; at the end of both begin a full audit, unless all is as it was."""
        limit = self.limits.audit_names
        if checkpoint.phase is Phase.LISTED_SOURCES:
            versions = self.content.list_keys(checkpoint.cursor, limit)
            listed = digest_with_sources(checkpoint.listed, versions)
            if len(versions) == limit:
                return replace(checkpoint, cursor=versions[-1].key, listed=listed)
            return replace(checkpoint, phase=Phase.LISTED_SITE, cursor="", listed=listed)
        objects = self.site.list_keys(checkpoint.cursor, limit)
        listed = digest_with_objects(checkpoint.listed, objects)
        if len(objects) == limit:
            return replace(checkpoint, cursor=objects[-1][0], listed=listed)
        if listed == checkpoint.in_order:
            return replace(checkpoint, phase=Phase.DONE, cursor="", finished=moment)
        return _in_full(checkpoint, generation, moment)

    def _sources(
        self, checkpoint: Checkpoint, generation: str, moment: datetime, time_is_up: Callable[[], bool]
    ) -> tuple[Found, Checkpoint]:
        """Compare sources with records. Both come in key order, so each is listed once, whatever their number."""
        limit, cursor = self.limits.audit_sources, checkpoint.cursor
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
        end = stretch.end_after(compared)
        listed = digest_with_sources(checkpoint.listed, (each for each in versions if each.key <= (end or LAST)))
        return found, replace(checkpoint, phase=Phase.SOURCES if end else Phase.SECTIONS, cursor=end, listed=listed)

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

    def _objects(self, checkpoint: Checkpoint, generation: str, moment: datetime) -> tuple[Found, Checkpoint]:
        """Find the objects that differ from what was written last, or belong to no section."""
        objects = self.site.list_keys(checkpoint.cursor, self.limits.audit_names)
        owners = {key: name for key, _ in objects if (name := section_of_artifact(key)) is not None}
        sections = self.index.sections(owners.values())
        found = found_sections(altered_sections(objects, owners, sections), len(objects), moment)
        listed = digest_with_objects(checkpoint.listed, objects)
        if len(objects) == self.limits.audit_names:
            return found, replace(checkpoint, cursor=objects[-1][0], listed=listed)
        # While a rebuild is under way records may be of an older generation, and nobody has looked at them.
        is_in_order = not checkpoint.sent and not found.sections and self._is_rebuilt(generation)
        in_order = listed if is_in_order else ""
        return found, replace(checkpoint, phase=Phase.DONE, cursor="", finished=moment, in_order=in_order)


def _in_full(checkpoint: Checkpoint, generation: str, moment: datetime) -> Checkpoint:
    """Return the beginning of an audit that compares everything."""
    listed = digest_of_nothing(generation)
    return replace(checkpoint, phase=Phase.SOURCES, cursor="", listed=listed, full_began=moment)
