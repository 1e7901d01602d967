"""Status: what the index knows about the whole site and about one source, for people. It only reads."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from bucketpress.content.post import State
from bucketpress.content.problem import has_errors
from bucketpress.content.source_keys import SourceKind, classify, href
from bucketpress.errors import BucketpressError
from bucketpress.ports import ContentStore, PostIndex, QueueDepth
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.receipt import Receipt
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.picture_faults import told_of_faults
from bucketpress.site.layout import path_section

PAGE_RECORDS = 2000
NEAR_KEYS = 3


class UnknownSourceError(BucketpressError):
    """The index has no record of a key.

    `reason` says why nothing is published from such a key, `uploaded` that there is a file which has not been read
    yet, `near` are the most similar keys.
    """

    def __init__(self, key: str, *, reason: str, uploaded: bool, near: tuple[str, ...]) -> None:
        """Store what is known about the key."""
        super().__init__(key)
        self.reason = reason
        self.uploaded = uploaded
        self.near = near


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshment:
    """Whether one section that an upload touched has been refreshed.

    `waiting` says that it was not refreshed since. `at` is when it first was, None also where that is not known any
    more: a section keeps the times of its last few refreshes. `rewritten` are its artifacts whose bytes changed since.
    """

    section: str
    waiting: bool
    at: datetime | None
    rewritten: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """One source: its record with the receipt, where readers find it, and the sections it touched."""

    record: Record
    url: str | None
    refreshments: tuple[Refreshment, ...]

    @property
    def waiting(self) -> tuple[str, ...]:
        """Return the names of the sections not yet refreshed."""
        return tuple(each.section for each in self.refreshments if each.waiting)

    @property
    def rewritten(self) -> int:
        """Return how many artifacts were rewritten since, including those that later uploads rewrote."""
        return sum(len(each.rewritten) for each in self.refreshments)

    @property
    def seconds(self) -> float | None:
        """Return the seconds from the event until the last section was refreshed.

        None while one is waiting, and where a time is not known. The neighbours' pages and the parent sections, whose
        counts travel upwards afterwards, do not count.
        """
        moments = [each.at for each in self.refreshments]
        return _seconds(self.record.receipt, moments) if moments else None

    @property
    def page_seconds(self) -> float | None:
        """Return the seconds from the event until the source's own page was there, None where that is not known."""
        own = path_section(self.record.path) if self.record.path else None
        moments = [each.at for each in self.refreshments if each.section == own]
        return _seconds(self.record.receipt, moments) if moments else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatus:
    """The whole site. `troubled` are the records with problems, those not published because of them first."""

    states: Mapping[State, int]
    troubled: tuple[Record, ...]
    rebuild: Checkpoint
    audit: Checkpoint
    recovery: Checkpoint
    depths: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Reports on sources and on the site. `depths` maps the names used in reports to queues."""

    index: PostIndex
    content: ContentStore
    depths: Mapping[str, QueueDepth]

    def of_source(self, key: str) -> SourceStatus:
        """Return the status of one source. Raises UnknownSourceError."""
        record = self.index.record(key)
        if record.revision == 0:
            raise self._unknown(key)
        (record,) = told_of_faults(self.index, [record])
        receipt, settings = record.receipt, self.index.settings()
        sections = self.index.sections(receipt.sections) if receipt else {}
        path = record.published_path
        return SourceStatus(
            record=record,
            url=settings.settings.url + href(path) if settings and path else None,
            refreshments=tuple(_refreshment(section, record, receipt) for section in sections.values())
            if receipt
            else (),
        )

    def of_site(self) -> SiteStatus:
        """Return the status of all sources, of the audit, the rebuild and the queues."""
        states: Counter[State] = Counter()
        troubled: list[Record] = []
        for record in self._records():
            states[record.state] += 1
            if record.receipt and record.receipt.problems and record.state is not State.REMOVED:
                troubled.append(record)
        return SiteStatus(
            states={state: states[state] for state in State if states[state]},
            troubled=tuple(sorted(troubled, key=_trouble)),
            rebuild=self.index.checkpoint(CheckpointName.REBUILD),
            recovery=self.index.checkpoint(CheckpointName.RECOVERY),
            audit=self.index.checkpoint(CheckpointName.AUDIT),
            depths={name: queue.depth() for name, queue in self.depths.items()},
        )

    def _records(self) -> Iterator[Record]:
        cursor = ""
        while True:
            records, cursor = self.index.list_records(cursor, PAGE_RECORDS)
            yield from told_of_faults(self.index, records)
            if not cursor:
                return

    def _unknown(self, key: str) -> UnknownSourceError:
        source = classify(key)
        reason = source.reason or ("Files of this name are ignored." if source.kind is SourceKind.IGNORED else "")
        return UnknownSourceError(
            key,
            reason=reason,
            uploaded=not reason and self.content.head(key) is not None,
            near=_near(key, [record.key for record in self._records()]),
        )


def _refreshment(section: SectionRecord, record: Record, receipt: Receipt) -> Refreshment:
    """Return what has happened to a section since a receipt was written."""
    since, untold = receipt.since, section.name in record.outbox.sections
    later = [moment for moment in section.refreshed if since is None or moment >= since]
    # Where every moment kept is later, an earlier one may have been forgotten.
    known = len(later) < len(section.refreshed) or section.revision == len(section.refreshed)
    return Refreshment(
        section=section.name,
        waiting=untold or not later,
        at=later[0] if later and known and not untold else None,
        rewritten=tuple(key for key, moment in section.written.items() if since is None or moment >= since),
    )


def _seconds(receipt: Receipt | None, moments: Sequence[datetime | None]) -> float | None:
    known = [moment for moment in moments if moment is not None]
    if receipt is None or receipt.asked_at is None or len(known) < len(moments):
        return None
    return (max(known) - receipt.asked_at).total_seconds()


def _trouble(record: Record) -> tuple[bool, bool, str]:
    """Return a sort key: first what is not published because of problems, then what lives on in an older version."""
    receipt = record.receipt
    kept_back = record.state in {State.INVALID, State.SHADOWED}
    return not kept_back, not (receipt and has_errors(receipt.problems)), record.key


def _near(key: str, known: list[str]) -> tuple[str, ...]:
    """Return the keys that were probably meant: those of the same file name, then similar ones."""
    name = key.rpartition("/")[2]
    same_name = [each for each in sorted(known) if name and each.rpartition("/")[2] == name]
    alike = get_close_matches(key, known, n=NEAR_KEYS, cutoff=0.6)
    return tuple(dict.fromkeys([*same_name, *alike]))[:NEAR_KEYS]
