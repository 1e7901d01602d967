"""The transaction that publish commits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bucketpress.content.post import Body, Entry
from bucketpress.records.checkpoint import Checkpoint
from bucketpress.records.claim import Claim
from bucketpress.records.post_change import PostChange
from bucketpress.records.record import Record
from bucketpress.records.stored_settings import StoredSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKey:
    """The key of a listing row."""

    listing: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishTransaction:
    """One transaction of publish, conditional on the revisions of the record and of the checkpoint being one less.

    `body` None leaves the stored body alone unless `drop_body`. `change_out` is the position of the post change
    that `change_in` replaces. `names_in` are names the source is published under from now on; they are never taken
    back. `unfinished` says that there was no room for everything: once it is committed, the source has to be
    published again. Everything else is written as given.
    """

    record: Record
    body: Body | None = None
    drop_body: bool = False
    rows_in: Mapping[RowKey, Entry] = field(default_factory=dict)
    rows_out: frozenset[RowKey] = frozenset()
    claims_in: tuple[Claim, ...] = ()
    claims_out: tuple[Claim, ...] = ()
    due_in: datetime | None = None
    due_out: datetime | None = None
    change_in: PostChange | None = None
    change_out: str | None = None
    names_in: frozenset[str] = frozenset()
    settings: StoredSettings | None = None
    checkpoint: Checkpoint | None = None
    unfinished: bool = False
