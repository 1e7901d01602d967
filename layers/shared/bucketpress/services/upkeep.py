"""Upkeep: time and repair. It only enqueues."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bucketpress.content.keys import SETTINGS_KEY, SourceKind, classify
from bucketpress.content.post import instant
from bucketpress.ports import ContentStore, PostIndex, Queue, RevisionConflictError, SiteStore
from bucketpress.records import AUDIT, REBUILD, Checkpoint, Record
from bucketpress.services.claims import contradictions
from bucketpress.services.facts import read_facts
from bucketpress.services.sending import send_sections
from bucketpress.site.sections import SITE, SITE_WIDE, section_of_artifact

OVERDUE_AFTER = timedelta(minutes=3)
AUDIT_EVERY = timedelta(hours=1)
DUE_KEYS = 1000
REBUILD_STEPS = 3
STEP_KEYS = 1000
AUDIT_STEP_OBJECTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What one tick found and sent.

    `overdue` counts sources whose time came more than three minutes ago, `rebuilt` the messages a rebuild sent.
    `divergences` names the sources and sections that the audit found wrong.
    """

    due: int
    overdue: int
    rebuilt: int
    divergences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Does what no event does: publishes when time comes, brings old generations forward, looks for divergences."""

    index: PostIndex
    content: ContentStore
    site: SiteStore
    source_queue: Queue
    page_queue: Queue
    clock: Callable[[], datetime]
    software: str

    def tick(self) -> Tick:
        """Take the next steps of everything that goes on by itself. Safe to miss, to repeat, to run twice at once."""
        moment = self.clock()
        due = self.index.due(instant(moment), DUE_KEYS)
        if due:
            self.source_queue.send(sorted(set(due)))
        return Tick(
            due=len(due),
            overdue=len(self.index.due(instant(moment - OVERDUE_AFTER), DUE_KEYS)),
            rebuilt=self._rebuild(moment),
            divergences=self._audit(moment),
        )

    def _generation(self) -> str | None:
        stored = self.index.settings()
        return stored.generation(self.software) if stored else None

    def _rebuild(self, moment: datetime) -> int:
        """Bring everything made under other settings or other software forward, some thousand sources a tick."""
        generation, sent = self._generation(), 0
        for _ in range(REBUILD_STEPS):
            checkpoint = self.index.checkpoint(REBUILD)
            if generation is None:
                return sent
            if checkpoint.generation != generation:
                checkpoint = replace(
                    checkpoint, generation=generation, phase="sources", cursor="", began=moment, sent=0
                )
            if checkpoint.phase == "done":
                return sent
            count, following = self._rebuild_step(checkpoint)
            if following == checkpoint:
                return sent
            sent += count
            if not self._advance(replace(following, began=following.began or moment), count):
                return sent
            if following.phase == "done":
                # Only now does no page name the old stylesheet any more, so only now may it go.
                send_sections(self.page_queue, [SITE])
        return sent

    def _rebuild_step(self, checkpoint: Checkpoint) -> tuple[int, Checkpoint]:
        """Send the next part of the sources, then of the sections of older generations; then wait for these."""
        if checkpoint.phase == "sources":
            page = self.content.list_keys(checkpoint.cursor, STEP_KEYS)
            keys = [version.key for version in page if _counts(version.key)]
            self.source_queue.send(keys)
            if len(page) < STEP_KEYS:
                return len(keys), replace(checkpoint, phase="sections", cursor="")
            return len(keys), replace(checkpoint, cursor=page[-1].key)
        sections, cursor = self.index.list_sections(checkpoint.cursor, STEP_KEYS)
        older = {section.name for section in sections if section.generation != checkpoint.generation}
        if checkpoint.phase == "settling":
            if older:
                return 0, checkpoint
            return 0, replace(checkpoint, phase="settling" if cursor else "done", cursor=cursor)
        names = older if cursor else older | set(SITE_WIDE)
        send_sections(self.page_queue, names)
        return len(names), replace(checkpoint, phase="sections" if cursor else "settling", cursor=cursor)

    def _advance(self, checkpoint: Checkpoint, sent: int) -> bool:
        """Write a checkpoint. False when another tick has taken the same step; what both sent does no harm."""
        try:
            self.index.put_checkpoint(
                replace(checkpoint, revision=checkpoint.revision + 1, sent=checkpoint.sent + sent)
            )
        except RevisionConflictError:
            return False
        return True

    def _audit(self, moment: datetime) -> tuple[str, ...]:
        """Take one step of comparing the buckets with the index, and begin anew every hour."""
        generation, checkpoint = self._generation(), self.index.checkpoint(AUDIT)
        if generation is None:
            self.source_queue.send([SETTINGS_KEY])  # The settings are what makes a new site begin at all.
            return ()
        if checkpoint.phase in {"", "done"}:
            if checkpoint.began is not None and moment - checkpoint.began < AUDIT_EVERY:
                return ()
            self.source_queue.send([SETTINGS_KEY])  # A new default address comes with a deployment, not with an event.
            checkpoint = replace(checkpoint, phase="content", cursor="", began=moment, sent=0)
        keys, sections, following = self._audit_step(checkpoint, generation)
        if keys:
            self.source_queue.send(sorted(keys))
        send_sections(self.page_queue, sections)
        self._advance(following, len(keys) + len(sections))
        return (*sorted(keys), *sorted(sections))

    def _audit_step(self, checkpoint: Checkpoint, generation: str) -> tuple[set[str], set[str], Checkpoint]:
        """Say which sources and sections differ in the next part, and where the part after it begins."""
        if checkpoint.phase == "content":
            page = self.content.list_keys(checkpoint.cursor, STEP_KEYS)
            known = self.index.records(version.key for version in page if _counts(version.key))
            etags, forward = {version.key: version.etag for version in page}, self._rebuild_done(generation)
            missed = {
                key
                for key, record in known.items()
                if record.etag != etags[key] or (forward and record.generation != generation)
            }
            if len(page) < STEP_KEYS:
                return missed, set(), replace(checkpoint, phase="records", cursor="")
            return missed, set(), replace(checkpoint, cursor=page[-1].key)
        if checkpoint.phase == "records":
            records, cursor = self.index.list_records(checkpoint.cursor, AUDIT_STEP_OBJECTS)
            wrong = {record.key for record in records if self._record_differs(record)}
            return wrong, set(), replace(checkpoint, phase="records" if cursor else "sections", cursor=cursor)
        if checkpoint.phase == "sections":
            sections, cursor = self.index.list_sections(checkpoint.cursor, STEP_KEYS)
            forward, present = self._rebuild_done(generation), self._present()
            stale = {
                section.name
                for section in sections
                if section.outbox
                or (forward and section.generation != generation)
                or any(present.get(key) != etag for key, etag in section.artifacts.items())
            }
            return set(), stale, replace(checkpoint, phase="sections" if cursor else "site", cursor=cursor)
        objects = self.site.list_keys(checkpoint.cursor, STEP_KEYS)
        if len(objects) < STEP_KEYS:
            return set(), self._altered(objects), replace(checkpoint, phase="done", cursor="")
        return set(), self._altered(objects), replace(checkpoint, cursor=objects[-1][0])

    def _record_differs(self, record: Record) -> bool:
        """Tell whether a record has something left to tell, or what it was made from is not so any more."""
        if record.outbox or (record.etag is not None and self.content.head(record.key) is None):
            return True
        if record.path and record.key in contradictions(self.index.claims(record.path)):
            return True
        facts = read_facts(self.index, self.content, classify(record.key), record.facts) if record.facts else {}
        return facts != record.facts

    def _present(self) -> dict[str, str]:
        """List the whole site bucket, keys with ETags: what is missing from it no part of a listing can tell."""
        found: dict[str, str] = {}
        after = ""
        while page := self.site.list_keys(after, STEP_KEYS):
            found.update(page)
            after = page[-1][0]
        return found

    def _altered(self, objects: Sequence[tuple[str, str]]) -> set[str]:
        """Name the sections of which an object in the site bucket is not what was written last, or has no business."""
        owners = {key: section_of_artifact(key) for key, _ in objects}
        sections = self.index.sections(owners.values())
        known = {key: sections[name].artifacts.get(key) for key, name in owners.items()}
        return {owners[key] for key, etag in objects if known[key] != etag}

    def _rebuild_done(self, generation: str) -> bool:
        checkpoint = self.index.checkpoint(REBUILD)
        return checkpoint.generation == generation and checkpoint.phase == "done"


def _counts(key: str) -> bool:
    return classify(key).kind is not SourceKind.IGNORED
