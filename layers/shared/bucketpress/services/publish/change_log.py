"""Records the last change of each post, for clients that mirror the site, and the names a post can be found by."""

from dataclasses import replace
from datetime import datetime, timedelta

from bucketpress.content.post import identical
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.post_change import ChangeKind, PostChange, change_position
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.site.entry_ids import entry_id, names_of
from bucketpress.site.impact import Shown

_NEXT = timedelta(microseconds=1)


def with_post_change(change: PublishTransaction, old: Record, now: datetime) -> PublishTransaction:
    """Add the post change, if readers see one; `now` is the clock of this attempt, read after the record.

    A source's change takes the place of its last one and stands after it, whatever the clocks say.
    """
    new = change.record
    if new.kind is not SourceKind.POST or not _differ(old, new):
        return change
    at = max(now, old.changed + _NEXT) if old.changed else now
    record = replace(new, changed=at)
    return replace(
        change,
        record=record,
        change_in=_post_change(old.shown_post, record, at),
        change_out=change_position(old.key, old.changed) if old.changed else None,
        names_in=_names(new.shown_post) - (_names(old.shown_post) if old.changed else frozenset()),
    )


def _differ(old: Record, new: Record) -> bool:
    # A post published before changes were kept has none yet: its next commit makes one.
    return not identical(old.shown, new.shown) or (new.shown is not None and old.changed is None)


def _post_change(before: Shown | None, record: Record, at: datetime) -> PostChange | None:
    view = record.shown_post or before
    if view is None:
        return None
    appeared = ChangeKind.UPDATED if before else ChangeKind.PUBLISHED
    return PostChange(
        key=record.key,
        kind=appeared if record.shown else ChangeKind.REMOVED,
        at=at,
        revision=record.revision,
        id=entry_id(view.entry),
        slug=view.entry.slug,
        path=view.entry.path,
    )


def _names(view: Shown | None) -> frozenset[str]:
    return names_of(view.entry) if view else frozenset()
