"""What the services need from outside: the index, the two buckets and the queues."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from bucketpress.content.pictures.variants import VariantShape
from bucketpress.content.post import Body, Entry
from bucketpress.errors import BucketpressError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.claim import Claim
from bucketpress.records.post_change import PostChange
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.site_object import AssetCopy, MadeCopy, ReadObject, StoredArtifact
from bucketpress.records.source_version import SourceVersion
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.site.artifact import Artifact
from bucketpress.site.section_summary import SectionSummary

T = TypeVar("T")
# Makes a version of a picture, of which it is given the bytes, in a shape. Raises UnencodablePictureError.
Encode: TypeAlias = Callable[[bytes, VariantShape], bytes]


class RevisionConflictError(BucketpressError):
    """Another run committed first, or the outcome is unknown: read everything again."""


class PreconditionFailedError(BucketpressError):
    """The object in the site bucket has changed since it was read."""


class SourceGoneError(BucketpressError):
    """The version asked for is not in the content bucket any more."""


class TransientError(BucketpressError):
    """A failure that a later attempt may not have."""


class OutOfTimeError(TransientError):
    """The time of a run was over before this was done."""


class NoSuchStackError(BucketpressError):
    """There is no Bucketpress stack of this name; `others` are the stacks that there are."""

    def __init__(self, stack: str, others: tuple[str, ...]) -> None:
        """Store the name and the names of the other stacks."""
        super().__init__(stack)
        self.stack = stack
        self.others = others


class PostIndex(Protocol):
    """The complete, consistent state that every page is made from. All reads are strongly consistent."""

    def record(self, key: str) -> Record:
        """Return the record of a source; revision 0 for a key never seen."""
        ...

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        """Return the records of several sources, each as `record` would."""
        ...

    def records_and_settings(self, keys: Iterable[str]) -> tuple[Mapping[str, Record], StoredSettings | None]:
        """Return what `records` and `settings` would; the settings may be older than the records."""
        ...

    def commit(self, change: PublishTransaction) -> None:
        """Apply a change as a whole. Raises RevisionConflictError, and then nothing was applied by this call."""
        ...

    def clear_outbox(self, record: Record) -> None:
        """Empty the outbox of a record unless its revision has moved on."""
        ...

    def settings(self) -> StoredSettings | None:
        """Return the site's settings, None before the first source was published."""
        ...

    def published(self, key: str) -> tuple[Record, Body | None]:
        """Return the record of a source, and its rendered body if it is published; the two may be of two moments."""
        ...

    def published_each(self, keys: Iterable[str]) -> Mapping[str, tuple[Record, Body | None]]:
        """Return for several sources what `published` would."""
        ...

    def published_and_settings(self, key: str) -> tuple[Record, Body | None, StoredSettings | None]:
        """Return what `published` and `settings` would, of up to three moments."""
        ...

    def bodies(self, keys: Sequence[str], *, markdown: bool = True) -> Mapping[str, Body]:
        """Return the rendered bodies of those of the sources that are published; the Markdown left out if not asked."""
        ...

    def bodies_and_section(self, keys: Sequence[str], name: str) -> tuple[Mapping[str, Body], SectionRecord]:
        """Return what `bodies` without Markdown and `section` would, each of a moment of its own."""
        ...

    def claims(self, path: str) -> tuple[Claim, ...]:
        """Return every claim on a path, smallest source key first."""
        ...

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        """Return the rows of a listing whose position p is `start < p < end`; an empty bound is open."""
        ...

    def named(self, name: str, limit: int) -> tuple[str, ...]:
        """Return the keys of sources that are or were published under a name, the smallest first."""
        ...

    def changes(self, after: str, limit: int) -> tuple[PostChange, ...]:
        """Return the last change of each post, the oldest first, after a position ("" for the beginning)."""
        ...

    def add_dependent(self, key: str, on: Iterable[str]) -> None:
        """Store that `key` has to be published again when a source of `on` changes its state or path."""
        ...

    def dependents(self, key: str) -> tuple[str, ...]:
        """Return the keys stored as dependents of a source; some may not depend on it any more."""
        ...

    def due(self, until: str, limit: int) -> tuple[str, ...]:
        """Return the keys of sources due at or before an instant, earliest first."""
        ...

    def section(self, name: str) -> SectionRecord:
        """Return the record of a section; revision 0 for one never refreshed."""
        ...

    def sections(self, names: Iterable[str]) -> Mapping[str, SectionRecord]:
        """Return the records of several sections, each as `section` would."""
        ...

    def sections_and_settings(self, names: Iterable[str]) -> tuple[Mapping[str, SectionRecord], StoredSettings | None]:
        """Return what `sections` and `settings` would; the settings may be older than the records."""
        ...

    def commit_section(self, record: SectionRecord) -> None:
        """Write a section's record and its row under its parent, if its revision is one less.

        Raises RevisionConflictError, and then nothing was written by this call.
        """
        ...

    def clear_section_outboxes(self, records: Sequence[SectionRecord]) -> None:
        """Empty the outbox of each section unless its revision has moved on."""
        ...

    def children(self, parent: str, *, after: str = "", limit: int | None = None) -> tuple[SectionSummary, ...]:
        """Return what the children of a section show of themselves, by section name, those after one if given."""
        ...

    def checkpoint(self, name: CheckpointName) -> Checkpoint:
        """Return a checkpoint; revision 0 for one never written."""
        ...

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint if its revision is one less than given. Raises RevisionConflictError."""
        ...

    def list_records(self, after: str, limit: int) -> tuple[tuple[Record, ...], str]:
        """Return up to `limit` records whose key comes after `after`, in key order, and the last of these keys.

        The key is "" when there are no more records. There may be more also where fewer than `limit` came.
        """
        ...

    def list_sections(self, after: str, limit: int) -> tuple[tuple[SectionRecord, ...], str]:
        """Return sections by name as `list_records` returns records by key."""
        ...


class ContentStore(Protocol):
    """The content bucket, read only."""

    def head(self, key: str) -> SourceVersion | None:
        """Return the current version of a source, None when there is none."""
        ...

    def versions(self, key: str, limit: int) -> tuple[SourceVersion, ...]:
        """Return the newest versions of a source, newest first, delete markers among them."""
        ...

    def read(self, version: SourceVersion) -> bytes:
        """Return the bytes of one version. Raises SourceGoneError."""
        ...

    def read_newest(self, key: str, most_bytes: int) -> tuple[SourceVersion, bytes | None] | None:
        """Return what `head` would, with the bytes of that version, or None for them where there are more."""
        ...

    def read_range(self, version: SourceVersion, start: int, length: int) -> bytes:
        """Return so many bytes of one version from an offset, fewer at its end. Raises SourceGoneError."""
        ...

    def list_keys(self, after: str, limit: int) -> tuple[SourceVersion, ...]:
        """Return the current versions of the sources whose key comes after `after`, in key order."""
        ...


class SiteListing(Protocol):
    """What the site bucket holds, by name."""

    def list_keys(self, after: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Return keys after `after` with their ETags, in key order."""
        ...


class SiteStore(SiteListing, Protocol):
    """The site bucket. Every write is conditional on the object being what `head` said: an ETag, or None for absent."""

    def head(self, key: str) -> StoredArtifact | None:
        """Return what is known of the object at a key, None when there is none."""
        ...

    def put(self, artifact: Artifact, *, expected: str | None) -> None:
        """Write an artifact. Raises PreconditionFailedError."""
        ...

    def copy(self, copy: AssetCopy, *, expected: str | None) -> MadeCopy:
        """Copy an asset from the content bucket.

        Raises PreconditionFailedError, SourceGoneError.
        """
        ...


class EncodedPictures(Protocol):
    """Versions of pictures that are kept from build to build."""

    def encode(self, data: bytes, shape: VariantShape) -> bytes:
        """Return a picture in a shape. Raises UnencodablePictureError."""
        ...

    def encode_all(
        self, content: ContentStore, threads: int, copies: Sequence[AssetCopy], watch: Callable[[int], None]
    ) -> None:
        """Encode what will be asked for later, so many at a time; `watch` is told how many are done."""
        ...

    def forget_others(self) -> None:
        """Delete what nobody has asked for since the beginning."""
        ...


class SearchObjects(Protocol):
    """The objects of the site bucket that search reads."""

    def read(self, key: str, known: str = "") -> ReadObject | None:
        """Return an object, without its bytes where its ETag is the one known; None when there is none."""
        ...


class Queue(Protocol):
    """A queue that delivers each message at least once, in any order."""

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        """Send messages. Raises TransientError unless every one of them was accepted."""
        ...


class WaitingMessages(Protocol):
    """A queue of which it can be seen whether something waits."""

    def waiting(self) -> int:
        """Count the messages that could be taken now; of a queue in use this is an estimate."""
        ...


class QueueDepth(Protocol):
    """What can be seen of a queue from outside."""

    def depth(self) -> int:
        """Count the messages waiting, delayed or being worked on; a queue that is in use can only be estimated."""
        ...


class EdgeCaches(Protocol):
    """The caches between the site and its readers."""

    def purge(self, patterns: Sequence[str], *, reference: str) -> str:
        """Begin to forget what paths match, with `*` for anything at a pattern's end; return the name of the purge.

        Patterns are percent-encoded. A second call with the same reference is the same purge.
        """
        ...

    def is_purged(self, purge: str) -> bool:
        """Return whether a purge has ended in every cache."""
        ...


class Parallel(Protocol):
    """Makes calls that do not depend on one another, at the same time where that is faster."""

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Return the answers in the order of the calls.

        Where some fail, raises the error of the first of these, once none is running any more; calls after it may not
        have been made.
        """
        ...

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        """Make every call; return for each what returns its answer or raises its error. Calls may use `run`."""
        ...
