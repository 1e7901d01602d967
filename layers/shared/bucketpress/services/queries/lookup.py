"""Finds one post by its slug, its id or a path it has or had; a removed post differs from one that never was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bucketpress.content.post import Entry, identical
from bucketpress.content.source_keys import SourceKind, claim_path
from bucketpress.errors import BucketpressError
from bucketpress.ports import TransientError
from bucketpress.records.claim import Claim, owner_among
from bucketpress.records.record import Record
from bucketpress.services.namesakes import NamedRecords, heir_of
from bucketpress.site.entry_ids import id_name, names_of, slug_name
from bucketpress.site.impact import Shown

MAX_BYTES = 1_000  # more than any path, slug or id that is accepted has
NAMESAKES = 25  # sources that were ever published under one name; more share one only by mistake


class NeverPublishedError(BucketpressError):
    """Nothing was ever published there, as far as readers may know."""


class GoneError(BucketpressError):
    """A post was published there and is no more."""


class MovedError(BucketpressError):
    """The post that was there is elsewhere now: `entry` is what it has become."""

    def __init__(self, entry: Entry) -> None:
        """Store the post's entry."""
        super().__init__(entry.path)
        self.entry = entry


class UnsettledError(TransientError):
    """Two reads belong to different moments: read again."""


class PostReads(NamedRecords, Protocol):
    """What is read of an index to find one post; all as PostIndex has it."""

    def record(self, key: str) -> Record:
        """Return the record of a source."""
        ...

    def claims(self, path: str) -> tuple[Claim, ...]:
        """Return every claim on a path, smallest source key first."""
        ...

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        """Return rows of a listing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Finds published posts.

    Every method raises NeverPublishedError, GoneError or MovedError, and UnsettledError when what it reads changes
    meanwhile.
    """

    index: PostReads

    def by_slug(self, slug: str) -> Shown:
        """Return the newest post with a slug."""
        name = _possible(slug_name(slug))
        rows = self.index.entries(name, limit=1)
        if not rows:
            return self._by_name(name)
        shown = self.index.record(rows[0].key).shown_post
        if shown is None or not identical(shown.entry, rows[0]):
            raise UnsettledError
        return shown

    def by_id(self, identity: str) -> Shown:
        """Return the post with an id, as feeds and the API give it."""
        return self._by_name(_possible(id_name(identity)))

    def by_path(self, path: str) -> Shown:
        """Return the post at a path, by the rule that pages follow too (see services/refresh/section_builder.py)."""
        path = _possible(claim_path(path))
        claims = self.index.claims(path)
        if owner := owner_among(claims):
            return owned(self.index.record(owner.key), path)
        keys = [claim.key for claim in claims if claim.was_live]
        records = self.index.records(keys)
        formers = [records[key] for key in keys]
        raise formerly_owned(formers, path, heir_of(self.index, formers))

    def _by_name(self, name: str) -> Shown:
        keys = self.index.named(name, NAMESAKES)
        if not keys:
            raise NeverPublishedError(name)
        records = self.index.records(keys)
        return named([records[key] for key in keys], name)


def owned(record: Record, path: str) -> Shown:
    """Return the post of the record that holds the claim on a path."""
    if record.shown is None or record.published_path != path:
        raise UnsettledError
    if record.kind is not SourceKind.POST or record.shown_post is None:
        raise NeverPublishedError(path)
    return record.shown_post


def formerly_owned(records: Sequence[Record], path: str, namesake: Shown | None = None) -> BucketpressError:
    """Return what to answer at a path that nobody holds; `records` are those once published there, by key.

    `namesake` is the post that has the id of a removed one of them.
    """
    if any(record.published_path == path for record in records):
        return UnsettledError()
    heir = next((record for record in records if record.shown is not None), None)
    if heir is not None and heir.shown_post is not None and heir.kind is SourceKind.POST:
        return MovedError(heir.shown_post.entry)
    if heir is None and namesake is not None:
        return MovedError(namesake.entry)
    if any(record.kind is SourceKind.POST for record in records):
        return GoneError(path)
    return NeverPublishedError(path)


def named(records: Sequence[Record], name: str) -> Shown:
    """Return the post of a name; `records` are those ever published under it, by key."""
    live = [record.shown_post for record in records if record.shown_post is not None]
    for shown in live:
        if name in names_of(shown.entry):
            return shown
    if live:
        raise MovedError(live[0].entry)
    raise GoneError(name)


def _possible(name: str) -> str:
    """Return a name that something can have: a longer one is not even asked for, as no key of the index may hold it."""
    if len(name.encode()) > MAX_BYTES:
        raise NeverPublishedError
    return name
