"""Why a source is published, and when that is only because an object was written that is as it was before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bucketpress.content.paths import proves_domain
from bucketpress.content.source_keys import SourceKey, SourceKind
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.records.source_version import SourceVersion
from bucketpress.records.stored_settings import StoredSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """When somebody asked for a source, and whether nothing but its object can have changed.

    That is so where only the content bucket has said anything, and for the first time: our own messages come when
    something else has changed, and a run that had a message before may not have finished.
    """

    asked_at: datetime | None = None
    object_only: bool = False


def joined(requests: Iterable[PublishRequest]) -> PublishRequest:
    """Return what several messages about one source ask for together."""
    every = tuple(requests)
    moments = [request.asked_at for request in every if request.asked_at is not None]
    return PublishRequest(
        asked_at=max(moments, default=None), object_only=all(request.object_only for request in every)
    )


def may_repeat(source: SourceKey, record: Record, stored: StoredSettings | None, software: str, now: datetime) -> bool:
    """Return whether the source would become what its record says if its object were the same.

    It is not asked what nothing has told of: other claims of its path and the sources it depends on send messages of
    their own.
    """
    if source.kind is SourceKind.SETTINGS or (source.path and proves_domain(source.path)):
        return False
    is_due = record.due is not None and record.due <= now
    is_current = stored is not None and record.generation == stored.generation(software)
    return is_current and record.receipt is not None and not record.outbox and not is_due


def is_same(newest: SourceVersion, record: Record) -> bool:
    """Return whether the newest version has the bytes from which the record was made."""
    used = record.version
    return used is not None and record.etag == newest.etag and (used.etag, used.size) == (newest.etag, newest.size)


def repetition(
    record: Record, newest: SourceVersion, *, now: datetime, asked_at: datetime | None
) -> PublishTransaction:
    """Return the transaction for an object that is as it was.

    It commits like any other: whoever has read something else meanwhile must lose.
    """
    receipt = record.receipt
    if receipt is not None and receipt.version == newest.version:
        receipt = replace(receipt, at=now)
    elif receipt is not None:
        receipt = replace(
            receipt, asked_at=asked_at, since=now, version=newest.version, at=now, sections=(), unlisted=0
        )
    return PublishTransaction(record=replace(record, revision=record.revision + 1, version=newest, receipt=receipt))
