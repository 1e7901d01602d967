"""Upkeep: time and repair. It only enqueues."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bucketpress.content.post import instant
from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.ports import ContentStore, PostIndex, Queue, QueueDepth, SiteStore
from bucketpress.records.checkpoint import CheckpointName
from bucketpress.services.parts import PART_LIMITS, PartLimits
from bucketpress.services.upkeep.audit import EVERY, FULL_EVERY, Audit
from bucketpress.services.upkeep.checkpoints import TickLimits, never
from bucketpress.services.upkeep.rebuild import Rebuild
from bucketpress.services.upkeep.recovery import Recovery
from bucketpress.services.upkeep.rolling_refresh import WITHIN, RollingRefresh

OVERDUE_AFTER = timedelta(minutes=3)
DUE_KEYS = 1000
AUDITS_MISSED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What one tick found and sent.

    `overdue` counts sources whose time came more than three minutes ago, `rebuilt` the messages a rebuild sent.
    `divergences` names the sources and sections that the audit found wrong, `audit_age` is how long ago an audit last
    came to its end, `is_audit_late` whether that is longer than three audits take to come round. `dead_letters` counts
    those of both queues.
    """

    due: int
    overdue: int
    rebuilt: int
    divergences: tuple[str, ...]
    audit_age: timedelta
    is_audit_late: bool = False
    dead_letters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Does what no event starts: publishes what is due, rebuilds older generations, looks for divergences.

    An audit starts every `audit_every`, a full one at least every `full_audit_every`, and every section is refreshed at
    least once within `refresh_within`.
    """

    index: PostIndex
    content: ContentStore
    site: SiteStore
    source_queue: Queue
    page_queue: Queue
    clock: Callable[[], datetime]
    software: str
    audit_every: timedelta = EVERY
    full_audit_every: timedelta = FULL_EVERY
    refresh_within: timedelta = WITHIN
    dead_letters: Sequence[QueueDepth] = ()
    limits: TickLimits = field(default_factory=TickLimits)
    part_limits: PartLimits = PART_LIMITS

    def tick(self, time_is_up: Callable[[], bool] = never) -> Tick:
        """Take the next steps of upkeep. It is safe to miss a tick, to repeat it, and to run two at once.

        Once `time_is_up` says so, the audit or a recovery leaves the rest to the next tick.
        """
        moment = self.clock()
        due = self.index.due(instant(moment), DUE_KEYS)
        if due:
            self.source_queue.send(sorted(set(due)))
        rebuilt, divergences = self._go_on(moment, time_is_up)
        age = self.index.checkpoint(CheckpointName.AUDIT).age(moment)
        return Tick(
            due=len(due),
            overdue=len(self.index.due(instant(moment - OVERDUE_AFTER), DUE_KEYS)),
            rebuilt=rebuilt,
            divergences=divergences,
            audit_age=age,
            is_audit_late=age > AUDITS_MISSED * self.audit_every,
            dead_letters=sum(queue.depth() for queue in self.dead_letters),
        )

    def _go_on(self, moment: datetime, time_is_up: Callable[[], bool]) -> tuple[int, tuple[str, ...]]:
        stored = self.index.settings()
        if stored is None:
            self.source_queue.send([SETTINGS_KEY])  # Publishing the settings starts a new site.
            return 0, ()
        recovery = Recovery(
            index=self.index,
            content=self.content,
            site=self.site,
            source_queue=self.source_queue,
            page_queue=self.page_queue,
            limits=self.limits,
        )
        if recovery.go_on(moment, time_is_up):
            return 0, ()  # What the index does not know yet is nothing to compare with, and no divergence.
        generation = stored.generation(self.software)
        rebuild = Rebuild(
            index=self.index,
            content=self.content,
            source_queue=self.source_queue,
            page_queue=self.page_queue,
            limits=self.limits,
        )
        audit = Audit(
            index=self.index,
            content=self.content,
            site=self.site,
            source_queue=self.source_queue,
            page_queue=self.page_queue,
            every=self.audit_every,
            full_every=self.full_audit_every,
            limits=self.limits,
        )
        rolling = RollingRefresh(
            index=self.index,
            page_queue=self.page_queue,
            within=self.refresh_within,
            part_limits=self.part_limits,
        )
        rolling.go_on(moment)
        return rebuild.go_on(generation, moment), audit.go_on(generation, moment, time_is_up)
