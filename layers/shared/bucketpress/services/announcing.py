"""What mirrors are told: the last thing that happened to what readers see of a post, and the names it answers to."""

from dataclasses import replace
from datetime import datetime, timedelta

from bucketpress.content.keys import SourceKind
from bucketpress.records import Change, Happening, News, Record, news_position
from bucketpress.site.identity import entry_id, names_of
from bucketpress.site.sections import Shown

_NEXT = timedelta(microseconds=1)


def announced(change: Change, old: Record, now: datetime) -> Change:
    """Add the news of a change, if readers see any; `now` is the clock of this attempt, read after the record.

    A source's news take the place of its last ones and stand after them, whatever the clocks say.
    """
    new = change.record
    if new.kind is not SourceKind.POST or not _differ(old, new):
        return change
    at = max(now, old.changed + _NEXT) if old.changed else now
    record = replace(new, changed=at)
    return replace(
        change,
        record=record,
        news_in=_news(old.shown, record),
        news_out=news_position(old.key, old.changed) if old.changed else None,
        names_in=_names(new.shown) - (_names(old.shown) if old.changed else frozenset()),
    )


def _differ(old: Record, new: Record) -> bool:
    # A post published before there were news has none yet: its next commit makes them.
    return repr(old.shown) != repr(new.shown) or (new.shown is not None and old.changed is None)


def _news(before: Shown | None, record: Record) -> News | None:
    view = record.shown or before
    if view is None or record.changed is None:
        return None
    appeared = Happening.UPDATED if before else Happening.PUBLISHED
    return News(
        key=record.key,
        happening=appeared if record.shown else Happening.REMOVED,
        at=record.changed,
        revision=record.revision,
        id=entry_id(view.entry),
        slug=view.entry.slug,
        path=view.entry.path,
    )


def _names(view: Shown | None) -> frozenset[str]:
    return names_of(view.entry) if view else frozenset()
