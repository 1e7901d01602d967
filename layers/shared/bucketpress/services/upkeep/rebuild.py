"""Rebuild: makes everything again that other settings or other software made."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bucketpress.content.source_keys import is_source
from bucketpress.ports import ContentStore, PostIndex, Queue
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.page_queue import send_sections
from bucketpress.services.upkeep.checkpoints import TickLimits, advance
from bucketpress.services.upkeep.rolling_refresh import never_made, sections_derived_from
from bucketpress.services.upkeep.standing_sections import standing_sections
from bucketpress.site.layout import SITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """Sends every source again, then every section of an older generation, again until none is left.

    At last it looks through the records: for sources that other software has published since, and for sections that
    follow from them and were never made, as those of a new kind.
    """

    index: PostIndex
    content: ContentStore
    source_queue: Queue
    page_queue: Queue
    limits: TickLimits = field(default_factory=TickLimits)

    def go_on(self, generation: str, moment: datetime) -> int:
        """Take the next steps of a rebuild towards a generation; return how many messages were sent."""
        sent = 0
        for _ in range(self.limits.rebuild_steps):
            checkpoint = begun(self.index.checkpoint(CheckpointName.REBUILD), generation, moment)
            if checkpoint.phase is Phase.DONE:
                return sent
            count, looked_at, following = self._step(checkpoint)
            if following == checkpoint:
                return sent
            sent += count
            if not advance(self.index, following, sent=count, looked_at=looked_at):
                return sent
        return sent

    def _step(self, checkpoint: Checkpoint) -> tuple[int, int, Checkpoint]:
        """Take one step of a phase; return how many messages it sent and names it read, and the next checkpoint."""
        if checkpoint.phase is Phase.SOURCES:
            page = self.content.list_keys(checkpoint.cursor, self.limits.rebuild_names)
            keys = [version.key for version in page if is_source(version.key)]
            self.source_queue.send(keys)
            return len(keys), len(page), after_sources(checkpoint, page, self.limits.rebuild_names)
        if checkpoint.phase is Phase.RECORDS:
            return self._look_through_records(checkpoint)
        if checkpoint.phase is Phase.LAST:
            # No page names the old stylesheet any more, so it can be deleted.
            send_sections(self.page_queue, [SITE])
            return 1, 0, replace(checkpoint, phase=Phase.DONE)
        sections, cursor = self.index.list_sections(checkpoint.cursor, self.limits.rebuild_names)
        older = {section.name for section in sections if is_older(section, checkpoint)}
        following = after_sections(checkpoint, cursor, settled=not older)
        settling = checkpoint.phase is Phase.SETTLING
        # Those still older once all were sent are sent again: the software before this one may have had the messages.
        names = older if cursor or settling else older | standing_sections(self.index)
        send_sections(self.page_queue, names)
        return len(names), 0 if settling else len(sections), following

    def _look_through_records(self, checkpoint: Checkpoint) -> tuple[int, int, Checkpoint]:
        records, cursor = self.index.list_records(checkpoint.cursor, self.limits.rebuild_names)
        derived = {name for record in records if record.shown for name in sections_derived_from(record)}
        new = never_made(self.index, derived)
        older = [record.key for record in records if record.version and record.generation != checkpoint.generation]
        self.source_queue.send(older)
        send_sections(self.page_queue, new)
        return len(older) + len(new), 0, after_records(checkpoint, cursor, settled=not older)


def begun(checkpoint: Checkpoint, generation: str, moment: datetime) -> Checkpoint:
    """Return the checkpoint to continue from towards a generation; under another one a rebuild starts again."""
    if checkpoint.generation != generation:
        checkpoint = replace(checkpoint, generation=generation, phase=Phase.SOURCES, cursor="", began=None)
    if checkpoint.began is None:
        checkpoint = replace(checkpoint, began=moment, sent=0, done=0, total=checkpoint.done)
    return checkpoint


def after_sources(checkpoint: Checkpoint, page: Sequence[SourceVersion], limit: int) -> Checkpoint:
    """Return the checkpoint after a page of up to `limit` sources was sent."""
    if len(page) < limit:
        return replace(checkpoint, phase=Phase.SECTIONS, cursor="")
    return replace(checkpoint, cursor=page[-1].key)


def after_sections(checkpoint: Checkpoint, cursor: str, *, settled: bool) -> Checkpoint:
    """Return the checkpoint after some sections; `cursor` is "" after the last, `settled` that none was older."""
    if checkpoint.phase is not Phase.SETTLING:
        return replace(checkpoint, phase=Phase.SECTIONS if cursor else Phase.SETTLING, cursor=cursor)
    if not settled:
        return checkpoint
    return replace(checkpoint, phase=Phase.SETTLING if cursor else Phase.RECORDS, cursor=cursor)


def after_records(checkpoint: Checkpoint, cursor: str, *, settled: bool) -> Checkpoint:
    """Return the checkpoint after some records; `cursor` is "" after the last, `settled` that none was older."""
    if not settled:
        return checkpoint
    return replace(checkpoint, phase=Phase.RECORDS if cursor else Phase.LAST, cursor=cursor)


def is_older(section: SectionRecord, checkpoint: Checkpoint) -> bool:
    """Return whether a section still has to be rebuilt."""
    if section.generation != checkpoint.generation:
        return True
    since, refreshed_at = checkpoint.began, section.refreshed_at
    return checkpoint.everything and since is not None and (refreshed_at is None or refreshed_at < since)
