"""What a message about a section promises, and when a run that was there before has kept it already.

A message is sent after the commit that it announces. A run that began to read after that has seen the commit, so once
such a run has committed, the message has nothing new to say. docs/adr/0035-one-refresh-a-burst.md has the argument.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bucketpress.records.section_record import SectionRecord

# How far the clock of the queue and that of a function may be apart. AWS keeps both within milliseconds.
CLOCK_MARGIN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshRequest:
    """When a section was asked for, by the queue's clock, and whether a message was delivered for the first time."""

    sent_at: datetime
    first_delivery: bool


def joined(requests: Iterable[RefreshRequest]) -> RefreshRequest:
    """Return what several messages about one section ask for together."""
    every = tuple(requests)
    return RefreshRequest(
        sent_at=max(request.sent_at for request in every),
        first_delivery=all(request.first_delivery for request in every),
    )


def is_kept(request: RefreshRequest, record: SectionRecord, *, generation: str, margin: timedelta) -> bool:
    """Return whether the last run of a section began after everything that a message announces.

    Not where the message comes again: the run that had it may have written older bytes and died, and nobody else
    would replace them. Nor where the last run was of another generation, or has left something in its outbox.
    """
    if not request.first_delivery or record.outbox or record.generation != generation:
        return False
    return record.began is not None and record.began - margin > request.sent_at
