"""Posts that have one id: a renamed file is another source, and its id says that it is the same post."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from bucketpress.content.post import State
from bucketpress.records.record import Record
from bucketpress.site.entry_ids import names_of, own_id_name
from bucketpress.site.impact import Shown

MOST = 25  # sources that were ever published under one id; more share one only by mistake


class NamedRecords(Protocol):
    """What is read of an index to find the sources of one id; all as PostIndex has it."""

    def named(self, name: str, limit: int) -> tuple[str, ...]:
        """Return the keys of sources that are or were published under a name."""
        ...

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        """Return the records of several sources."""
        ...


def removed(index: NamedRecords, name: str, *, besides: str) -> tuple[Record, ...]:
    """Return the other removed sources that were published under a name, smallest key first."""
    keys = [key for key in index.named(name, MOST) if key != besides]
    records = index.records(keys) if keys else {}
    return tuple(record for _, record in sorted(records.items()) if record.state is State.REMOVED)


def heir_of(index: NamedRecords, formers: Iterable[Record]) -> Shown | None:
    """Return the post that has the id of a removed one; `formers` come smallest key first, and so do their heirs."""
    for former in formers:
        if former.state is State.REMOVED and former.id:
            name = own_id_name(former.id)
            records = index.records(index.named(name, MOST))
            for _, record in sorted(records.items()):
                if record.shown_post is not None and name in names_of(record.shown_post.entry):
                    return record.shown_post
    return None
