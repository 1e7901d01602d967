"""Finds one post by its slug, its id or a path it has or had; tells the removed from what never was."""

from collections.abc import Mapping
from dataclasses import dataclass

from bucketpress.content.post import Entry, identical
from bucketpress.content.source_keys import SourceKind, claim_path
from bucketpress.errors import BucketpressError
from bucketpress.ports import PostIndex, TransientError
from bucketpress.records.claim import Standing
from bucketpress.records.record import Record
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Finds published posts.

    Every method raises NeverPublishedError, GoneError or MovedError, and UnsettledError when what it reads changes
    meanwhile.
    """

    index: PostIndex

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
        for claim in claims:
            if claim.standing is Standing.PUBLISHED:
                return _published(self.index.record(claim.key), path)
        keys = [claim.key for claim in claims if claim.was_live]
        records = self.index.records(keys)
        if any(records[key].published_path == path for key in keys):
            raise UnsettledError
        owner = next((records[key] for key in keys if records[key].shown is not None), None)
        if owner is not None and owner.shown_post is not None and owner.kind is SourceKind.POST:
            raise MovedError(owner.shown_post.entry)
        if any(records[key].kind is SourceKind.POST for key in keys):
            raise GoneError(path)
        raise NeverPublishedError(path)

    def _by_name(self, name: str) -> Shown:
        keys = self.index.named(name, NAMESAKES)
        if not keys:
            raise NeverPublishedError(name)
        live = _live_posts(self.index.records(keys), keys)
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


def _published(record: Record, path: str) -> Shown:
    if record.shown is None or record.published_path != path:
        raise UnsettledError
    if record.kind is not SourceKind.POST or record.shown_post is None:
        raise NeverPublishedError(path)
    return record.shown_post


def _live_posts(records: Mapping[str, Record], keys: tuple[str, ...]) -> list[Shown]:
    return [shown for key in keys if (shown := records[key].shown_post) is not None]
