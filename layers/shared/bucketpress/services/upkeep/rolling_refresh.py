"""Rolling refresh: sends every section again in the course of days, for what no comparison can see.

A page message lost for good, from a purged queue or an expired dead letter, leaves the site as it was before a change,
and the index without a trace of it. So every section that the index knows is rendered once more now and then, and then
those that it does not know, but that follow from its records.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from bucketpress.ports import PostIndex, Queue
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.page_queue import send_sections
from bucketpress.services.parts import PART_LIMITS, PartLimits, PartReader
from bucketpress.services.search_sections import sections_of_search
from bucketpress.services.upkeep.checkpoints import advance
from bucketpress.services.upkeep.standing_sections import standing_sections
from bucketpress.site.impact import search_spots, sections_showing
from bucketpress.site.layout import parent_section, path_section

WITHIN = timedelta(days=7)
AT_FIRST = 20  # names in one tick, before it is known how many there are
MAX_NAMES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingRefresh:
    """Goes through the sections and then the records, evenly over the time given: each section is sent once."""

    index: PostIndex
    page_queue: Queue
    within: timedelta = WITHIN
    part_limits: PartLimits = PART_LIMITS

    def go_on(self, moment: datetime) -> int:
        """Send what is due by now; return how many sections were sent."""
        checkpoint = begun(self.index.checkpoint(CheckpointName.ROLLING), moment, self.within)
        limit = names_due(checkpoint, moment, self.within)
        if not limit:
            return 0
        names, looked_at, following = self._step(checkpoint, limit)
        send_sections(self.page_queue, names)
        advance(self.index, following, sent=len(names), looked_at=looked_at)
        return len(names)

    def _step(self, checkpoint: Checkpoint, limit: int) -> tuple[set[str], int, Checkpoint]:
        """Return the next sections, how many names were read, and where the next step begins."""
        if checkpoint.phase is Phase.SECTIONS:
            sections, cursor = self.index.list_sections(checkpoint.cursor, limit)
            names = {section.name for section in sections}
            names |= never_made(self.index, {part for section in sections for part in self._parts(section)})
            names |= set() if cursor else never_made(self.index, standing_sections(self.index))
            following = replace(checkpoint, phase=Phase.SECTIONS if cursor else Phase.RECORDS, cursor=cursor)
            return names, len(sections), following
        records, cursor = self.index.list_records(checkpoint.cursor, limit)
        # The others have had their turn, or were made in this pass.
        names = {name for record in records for name in sections_derived_from(record)}
        spots = {spot for record in records for spot in search_spots(record.shown, None)}
        names = never_made(self.index, names | sections_of_search(self.index, spots))
        return names, len(records), replace(checkpoint, phase=Phase.RECORDS if cursor else Phase.DONE, cursor=cursor)

    def _parts(self, section: SectionRecord) -> Iterator[str]:
        """Yield the parts of a section, and what counts them: no record tells of these."""
        reader = PartReader(index=self.index, whole=section.name, limits=self.part_limits)
        for part in reader.between("", section.parts_until) if section.parts_until else ():
            yield part
            yield parent_section(part) or part


def never_made(index: PostIndex, names: Iterable[str]) -> set[str]:
    """Return those of some sections that no run has ever made."""
    return {name for name, section in index.sections(names).items() if not section.revision}


def begun(checkpoint: Checkpoint, moment: datetime, within: timedelta) -> Checkpoint:
    """Return the checkpoint to continue from; once a pass is done and its time is over, the next one begins."""
    if checkpoint.began is None or (checkpoint.phase is Phase.DONE and moment - checkpoint.began >= within):
        return replace(checkpoint, phase=Phase.SECTIONS, cursor="", began=moment, sent=0, done=0)
    return checkpoint


def names_due(checkpoint: Checkpoint, moment: datetime, within: timedelta) -> int:
    """Return how many names to read now, so that every section is refreshed in time."""
    if checkpoint.phase is Phase.DONE or checkpoint.began is None:
        return 0
    if not checkpoint.total:
        return AT_FIRST
    # One step ahead of the clock, so that a site that has grown is finished in time as well.
    passed = (moment - checkpoint.began) / within
    return min(max(ceil(passed * checkpoint.total) + 1 - checkpoint.done, 0), MAX_NAMES)


def sections_derived_from(record: Record) -> Iterator[str]:
    """Derive the sections that show a source, or answer at a path it once had."""
    yield from map(path_section, {*record.live_paths, *([record.path] if record.path else [])})
    for section in sections_showing(record.shown) if record.shown else ():
        name: str | None = section
        while name is not None:
            yield name
            name = parent_section(name)
