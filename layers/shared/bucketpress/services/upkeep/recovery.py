"""Recovery: makes an index that was lost, or is older than the site, again from both buckets.

Until the index knows what the site bucket knows, nothing is refreshed, and readers see the site as it was. First every
source is published. Then the redirects of the site bucket are read, because only they and the index remember where
posts once were. Only then is everything refreshed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.ports import ContentStore, PostIndex, Queue, RevisionConflictError, SiteStore, TransientError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.services.page_queue import send_sections
from bucketpress.services.upkeep.checkpoints import TickLimits, advance
from bucketpress.services.upkeep.comparison import Stretch, differs, side_by_side
from bucketpress.services.upkeep.former_addresses import is_known, path_of, take_over
from bucketpress.services.upkeep.rolling_refresh import sections_derived_from
from bucketpress.services.upkeep.standing_sections import standing_sections
from bucketpress.site.layout import SITE, section_of_artifact

ATTEMPTS = 8
# A message may be lost, or be a dead letter that was never sent again.
AGAIN_AFTER = timedelta(hours=1)
_HOLDING = frozenset({Phase.SOURCES, Phase.RECORDS, Phase.ADDRESSES})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What one step did: how many messages it sent and names it read, and where the next one begins."""

    following: Checkpoint
    sent: int = 0
    looked_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Publishes every source, takes former addresses over from the site bucket, then refreshes everything."""

    index: PostIndex
    content: ContentStore
    site: SiteStore
    source_queue: Queue
    page_queue: Queue
    limits: TickLimits

    def go_on(self, moment: datetime, time_is_up: Callable[[], bool]) -> bool:
        """Take the next steps of a recovery; return whether one is under way."""
        for _ in range(self.limits.rebuild_steps):
            checkpoint = self._current(moment)
            if checkpoint is None:
                return False
            if time_is_up():
                return True
            step = self._step(checkpoint, moment, time_is_up)
            if step.following == checkpoint:
                return True
            if not advance(self.index, step.following, sent=step.sent, looked_at=step.looked_at):
                return True
        return True

    def _current(self, moment: datetime) -> Checkpoint | None:
        """Return the checkpoint to continue from, None where nothing has to be recovered."""
        # The checkpoint before the settings: what is past the holding phases has let the site go before.
        checkpoint = self.index.checkpoint(CheckpointName.RECOVERY)
        stored = self.index.settings()
        if stored is not None and stored.recovering and checkpoint.phase not in _HOLDING:
            return _begun(checkpoint, moment)
        return checkpoint if checkpoint.is_under_way else None

    def _step(self, checkpoint: Checkpoint, moment: datetime, time_is_up: Callable[[], bool]) -> _Step:
        match checkpoint.phase:
            case Phase.SOURCES:
                return self._send_sources(checkpoint)
            case Phase.RECORDS:
                return self._wait_for_records(checkpoint, moment)
            case Phase.ADDRESSES:
                return self._take_addresses_over(checkpoint, time_is_up)
            case Phase.SECTIONS:
                return self._send_sections(checkpoint)
            case Phase.SITE:
                return self._send_owners(checkpoint)
            case Phase.LAST:
                return self._send_site(checkpoint)
            case _:
                return self._wait_for_sections(checkpoint, moment)

    def _send_sources(self, checkpoint: Checkpoint) -> _Step:
        """Send every source there is or was to be published."""
        stretch = self._stretch(checkpoint)
        self.source_queue.send(sorted(stretch.keys))
        following = replace(checkpoint, phase=Phase.SOURCES if stretch.end else Phase.RECORDS, cursor=stretch.end)
        return _Step(following=following, sent=len(stretch.keys), looked_at=len(stretch.keys))

    def _wait_for_records(self, checkpoint: Checkpoint, moment: datetime) -> _Step:
        """Go on once the record of every source is that of its newest version."""
        stretch = self._stretch(checkpoint)
        records = (stretch.records.get(key) for key in stretch.keys)
        if any(record is None or differs(stretch.sources.get(record.key), record) for record in records):
            return _Step(following=checkpoint if _is_recent(checkpoint, moment) else _begun(checkpoint, moment))
        following = replace(checkpoint, phase=Phase.RECORDS if stretch.end else Phase.ADDRESSES, cursor=stretch.end)
        return _Step(following=following, looked_at=len(stretch.keys))

    def _take_addresses_over(self, checkpoint: Checkpoint, time_is_up: Callable[[], bool]) -> _Step:
        """Read the redirects at paths that the index does not know; at the end let the site be refreshed again."""
        objects = self.site.list_keys(checkpoint.cursor, self.limits.rebuild_names)
        stored = self.index.settings()
        redirects = stored.settings.redirects if stored else {}
        looked_at, read, cursor = 0, 0, ""
        for key, _ in objects:
            if read == self.limits.recovery_addresses or (read and time_is_up()):
                break
            looked_at, cursor = looked_at + 1, key
            path = path_of(key)
            if path is not None and path not in redirects and not is_known(self.index, path):
                read += 1
                take_over(self.index, self.site, path)
        if looked_at == self.limits.rebuild_names or looked_at < len(objects):
            return _Step(following=replace(checkpoint, cursor=cursor), looked_at=looked_at)
        mark_recovering(self.index, recovering=False)
        return _Step(following=replace(checkpoint, phase=Phase.SECTIONS, cursor=""), looked_at=looked_at)

    def _send_sections(self, checkpoint: Checkpoint) -> _Step:
        """Send the sections that records are shown in."""
        records, cursor = self.index.list_records(checkpoint.cursor, self.limits.rebuild_names)
        names = {name for record in records for name in sections_derived_from(record)}
        names |= frozenset() if cursor else standing_sections(self.index)
        send_sections(self.page_queue, names)
        following = replace(checkpoint, phase=Phase.SECTIONS if cursor else Phase.SITE, cursor=cursor)
        return _Step(following=following, sent=len(names), looked_at=len(records))

    def _send_owners(self, checkpoint: Checkpoint) -> _Step:
        """Send the sections of objects that no record accounts for: what is gone has to say so."""
        unknown, looked_at, cursor = self._unknown_owners(checkpoint)
        send_sections(self.page_queue, unknown)
        following = replace(checkpoint, phase=Phase.SITE if cursor else Phase.SETTLING, cursor=cursor)
        return _Step(following=following, sent=len(unknown), looked_at=looked_at)

    def _wait_for_sections(self, checkpoint: Checkpoint, moment: datetime) -> _Step:
        """Go on once every object belongs to a section that was refreshed."""
        unknown, looked_at, cursor = self._unknown_owners(checkpoint)
        if unknown and _is_recent(checkpoint, moment):
            return _Step(following=checkpoint)  # Whatever takes longer is for the audit, which waits for us.
        following = replace(checkpoint, phase=Phase.SETTLING if cursor else Phase.LAST, cursor=cursor)
        return _Step(following=following, looked_at=looked_at)

    def _send_site(self, checkpoint: Checkpoint) -> _Step:
        """Send what has an old stylesheet, which no page names any more, so that it can be deleted."""
        send_sections(self.page_queue, [SITE])
        return _Step(following=replace(checkpoint, phase=Phase.DONE), sent=1)

    def _stretch(self, checkpoint: Checkpoint) -> Stretch:
        limit = self.limits.rebuild_names
        versions = self.content.list_keys(checkpoint.cursor, limit)
        records, after = self.index.list_records(checkpoint.cursor, limit)
        return side_by_side(versions, records, after_records=after, limit=limit)

    def _unknown_owners(self, checkpoint: Checkpoint) -> tuple[list[str], int, str]:
        """Return the sections never refreshed that some objects belong to, how many objects, and the last if more."""
        objects = self.site.list_keys(checkpoint.cursor, self.limits.rebuild_names)
        owners = {name for key, _ in objects if (name := section_of_artifact(key)) is not None}
        unknown = [name for name, section in self.index.sections(owners).items() if not section.revision]
        return sorted(unknown), len(objects), objects[-1][0] if len(objects) == self.limits.rebuild_names else ""


def _begun(checkpoint: Checkpoint, moment: datetime) -> Checkpoint:
    return replace(checkpoint, phase=Phase.SOURCES, cursor="", began=moment, sent=0, done=0)


def _is_recent(checkpoint: Checkpoint, moment: datetime) -> bool:
    return checkpoint.began is not None and moment - checkpoint.began < AGAIN_AFTER


def mark_recovering(index: PostIndex, *, recovering: bool) -> bool:
    """Hold the site as it is, or let it be refreshed again; return whether that was not so already.

    An index without settings holds nothing: whoever publishes them looks at the site bucket. Raises TransientError.
    """
    for _ in range(ATTEMPTS):
        record, stored = index.record(SETTINGS_KEY), index.settings()
        if stored is None or stored.recovering is recovering:
            return False
        settings = replace(stored, recovering=recovering)
        try:
            index.commit(PublishTransaction(record=replace(record, revision=record.revision + 1), settings=settings))
        except RevisionConflictError:
            continue
        return True
    message = "the settings keep changing"
    raise TransientError(message)
