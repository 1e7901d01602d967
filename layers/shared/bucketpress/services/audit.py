"""Audit: compares both buckets with the index, and sends what differs to be looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bucketpress.content.keys import SETTINGS_KEY, classify, is_source
from bucketpress.ports import ContentStore, PostIndex, Queue, SiteStore
from bucketpress.records import AUDIT, Checkpoint, Record
from bucketpress.services.checkpoints import advance, at_rest
from bucketpress.services.claims import contradictions
from bucketpress.services.facts import read_facts
from bucketpress.services.sending import send_sections
from bucketpress.site.sections import section_of_artifact

EVERY = timedelta(hours=1)
STEP_NAMES = 1000
STEP_RECORDS = 200  # each takes requests of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Goes through the content bucket, the records, the sections and the site bucket, a part at each tick."""

    index: PostIndex
    content: ContentStore
    site: SiteStore
    source_queue: Queue
    page_queue: Queue

    def go_on(self, generation: str, moment: datetime) -> tuple[str, ...]:
        """Take the next step, or begin anew when an hour has passed; name the sources and sections that differ."""
        checkpoint = self.index.checkpoint(AUDIT)
        if checkpoint.phase in {"", "done"}:
            if checkpoint.began is not None and moment - checkpoint.began < EVERY:
                return ()
            self.source_queue.send([SETTINGS_KEY])  # A new default address comes with a deployment, not with an event.
            checkpoint = replace(checkpoint, phase="content", cursor="", began=moment, sent=0)
        keys, sections, following = self._step(checkpoint, generation)
        if keys:
            self.source_queue.send(sorted(keys))
        send_sections(self.page_queue, sections)
        advance(self.index, following, len(keys) + len(sections))
        return (*sorted(keys), *sorted(sections))

    def _step(self, checkpoint: Checkpoint, generation: str) -> tuple[set[str], set[str], Checkpoint]:
        """Say which sources and sections differ in the next part, and where the part after it begins."""
        if checkpoint.phase == "content":
            page = self.content.list_keys(checkpoint.cursor, STEP_NAMES)
            missed = self._missed({version.key: version.etag for version in page if is_source(version.key)}, generation)
            if len(page) < STEP_NAMES:
                return missed, set(), replace(checkpoint, phase="records", cursor="")
            return missed, set(), replace(checkpoint, cursor=page[-1].key)
        if checkpoint.phase == "records":
            records, cursor = self.index.list_records(checkpoint.cursor, STEP_RECORDS)
            wrong = {record.key for record in records if self._differs(record)}
            return wrong, set(), replace(checkpoint, phase="records" if cursor else "sections", cursor=cursor)
        if checkpoint.phase == "sections":
            stale, cursor = self._stale(checkpoint.cursor, generation)
            return set(), stale, replace(checkpoint, phase="sections" if cursor else "site", cursor=cursor)
        objects = self.site.list_keys(checkpoint.cursor, STEP_NAMES)
        if len(objects) < STEP_NAMES:
            return set(), self._altered(objects), replace(checkpoint, phase="done", cursor="")
        return set(), self._altered(objects), replace(checkpoint, cursor=objects[-1][0])

    def _missed(self, etags: dict[str, str], generation: str) -> set[str]:
        """Name the sources whose record is of other bytes, or of an older generation that no rebuild brings on."""
        forward = at_rest(self.index, generation)
        records = self.index.records(etags)
        return {
            key
            for key, record in records.items()
            if record.etag != etags[key] or (forward and record.generation != generation)
        }

    def _differs(self, record: Record) -> bool:
        """Tell whether a record has something left to tell, or what it was made from is not so any more."""
        if record.outbox or (record.etag is not None and self.content.head(record.key) is None):
            return True
        if record.path and record.key in contradictions(self.index.claims(record.path)):
            return True
        facts = read_facts(self.index, self.content, classify(record.key), record.facts) if record.facts else {}
        return facts != record.facts

    def _stale(self, cursor: str, generation: str) -> tuple[set[str], str]:
        """Name the sections that have something left to tell, are of an older generation or have lost an artifact."""
        sections, following = self.index.list_sections(cursor, STEP_NAMES)
        forward, present = at_rest(self.index, generation), self._present()
        stale = {
            section.name
            for section in sections
            if section.outbox
            or (forward and section.generation != generation)
            or any(present.get(key) != etag for key, etag in section.artifacts.items())
        }
        return stale, following

    def _present(self) -> dict[str, str]:
        """List the whole site bucket, keys with ETags: what is missing from it no part of a listing can tell."""
        found: dict[str, str] = {}
        after = ""
        while page := self.site.list_keys(after, STEP_NAMES):
            found.update(page)
            after = page[-1][0]
        return found

    def _altered(self, objects: Sequence[tuple[str, str]]) -> set[str]:
        """Name the sections of which an object in the site bucket is not what was written last, or has no business."""
        owners = {key: section_of_artifact(key) for key, _ in objects}
        sections = self.index.sections(owners.values())
        known = {key: sections[name].artifacts.get(key) for key, name in owners.items()}
        return {owners[key] for key, etag in objects if known[key] != etag}
