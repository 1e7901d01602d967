"""The index in memory: for builds from a folder, and for tests."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bucketpress.content.post import Body, Entry, instant
from bucketpress.content.source_keys import classify
from bucketpress.ports import RevisionConflictError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.records.claim import Claim
from bucketpress.records.post_change import PostChange
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.site.layout import parent_section
from bucketpress.site.section_summary import SectionSummary

_ANY = "surrogatepass"  # what a text may hold is decided elsewhere


@dataclass(slots=True)
class MemoryListing:
    """One listing: its rows by position, and the positions in order."""

    positions: list[str] = field(default_factory=list)
    rows: dict[str, Entry] = field(default_factory=dict)

    def put(self, position: str, entry: Entry) -> None:
        if position not in self.rows:
            insort(self.positions, position)
        self.rows[position] = entry

    def drop(self, position: str) -> None:
        if self.rows.pop(position, None) is not None:
            del self.positions[bisect_left(self.positions, position)]


@dataclass(frozen=True, slots=True)
class PackedBody:
    """A body in UTF-8: text with one dash or curved quotation mark in it takes twice as much."""

    html: bytes
    markdown: bytes
    words: int

    def unpacked(self, *, markdown: bool = True) -> Body:
        """Return the body, without its Markdown where nobody needs it."""
        html = self.html.decode(errors=_ANY)
        return Body(html=html, markdown=self.markdown.decode(errors=_ANY) if markdown else "", words=self.words)


def packed(body: Body) -> PackedBody:
    """Return a body as it is kept."""
    return PackedBody(body.html.encode(errors=_ANY), body.markdown.encode(errors=_ANY), body.words)


class MemoryPostIndex:
    """A PostIndex that lives as long as the process."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._bodies: dict[str, PackedBody] = {}
        self._listings: dict[str, MemoryListing] = {}
        self._claims: dict[str, dict[str, Claim]] = {}
        self._dependents: dict[str, set[str]] = {}
        self._due: list[tuple[str, str]] = []
        self._names: dict[str, set[str]] = {}
        self._change_positions: list[str] = []
        self._changes: dict[str, PostChange] = {}
        self._sections: dict[str, SectionRecord] = {}
        self._children: dict[str, dict[str, SectionSummary]] = {}
        self._checkpoints: dict[str, Checkpoint] = {}
        self._settings: StoredSettings | None = None

    def record(self, key: str) -> Record:
        return self._records.get(key) or Record(key=key, kind=classify(key).kind)

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        return {key: self.record(key) for key in keys}

    def records_and_settings(self, keys: Iterable[str]) -> tuple[Mapping[str, Record], StoredSettings | None]:
        return self.records(keys), self._settings

    def commit(self, change: PublishTransaction) -> None:
        record = change.record
        if self.record(record.key).revision != record.revision - 1:
            raise RevisionConflictError(record.key)
        if change.checkpoint is not None:
            self.put_checkpoint(change.checkpoint)
        self._records[record.key] = record
        if change.settings is not None:
            self._settings = change.settings
        if change.drop_body:
            self._bodies.pop(record.key, None)
        if change.body is not None:
            self._bodies[record.key] = packed(change.body)
        self._commit_rows(change)
        self._commit_post_change(change)
        for claim in change.claims_out:
            self._claims.get(claim.path, {}).pop(claim.key, None)
        for claim in change.claims_in:
            self._claims.setdefault(claim.path, {})[claim.key] = claim

    def _commit_rows(self, change: PublishTransaction) -> None:
        key = change.record.key
        for row in change.rows_out:
            self._listings[row.listing].drop(row.position)
        for row, entry in change.rows_in.items():
            self._listings.setdefault(row.listing, MemoryListing()).put(row.position, entry)
        if change.due_out is not None and (instant(change.due_out), key) in self._due:
            self._due.remove((instant(change.due_out), key))
        if change.due_in is not None:
            insort(self._due, (instant(change.due_in), key))

    def _commit_post_change(self, change: PublishTransaction) -> None:
        for name in change.names_in:
            self._names.setdefault(name, set()).add(change.record.key)
        if change.change_out is not None and self._changes.pop(change.change_out, None) is not None:
            del self._change_positions[bisect_left(self._change_positions, change.change_out)]
        if change.change_in is not None:
            insort(self._change_positions, change.change_in.position)
            self._changes[change.change_in.position] = change.change_in

    def clear_outbox(self, record: Record) -> None:
        if self.record(record.key).revision == record.revision:
            self._records[record.key] = replace(record, outbox=Outbox())

    def settings(self) -> StoredSettings | None:
        return self._settings

    def published(self, key: str) -> tuple[Record, Body | None]:
        body = self._bodies.get(key)
        return self.record(key), body.unpacked() if body else None

    def published_each(self, keys: Iterable[str]) -> Mapping[str, tuple[Record, Body | None]]:
        return {key: self.published(key) for key in keys}

    def published_and_settings(self, key: str) -> tuple[Record, Body | None, StoredSettings | None]:
        return *self.published(key), self._settings

    def bodies(self, keys: Sequence[str], *, markdown: bool = True) -> Mapping[str, Body]:
        return {key: self._bodies[key].unpacked(markdown=markdown) for key in keys if key in self._bodies}

    def bodies_and_section(self, keys: Sequence[str], name: str) -> tuple[Mapping[str, Body], SectionRecord]:
        return self.bodies(keys, markdown=False), self.section(name)

    def claims(self, path: str) -> tuple[Claim, ...]:
        return tuple(claim for _, claim in sorted(self._claims.get(path, {}).items()))

    def entries(
        self, listing: str, *, start: str = "", end: str = "", limit: int | None = None, newest_first: bool = True
    ) -> tuple[Entry, ...]:
        found = self._listings.get(listing, MemoryListing())
        low = bisect_right(found.positions, start) if start else 0
        high = bisect_left(found.positions, end) if end else len(found.positions)
        high = max(low, high)
        if limit is not None and high - low > limit:
            low, high = (high - limit, high) if newest_first else (low, low + limit)
        chosen = found.positions[low:high]
        return tuple(found.rows[position] for position in (reversed(chosen) if newest_first else chosen))

    def named(self, name: str, limit: int) -> tuple[str, ...]:
        return tuple(sorted(self._names.get(name, ()))[:limit])

    def changes(self, after: str, limit: int) -> tuple[PostChange, ...]:
        begin = bisect_right(self._change_positions, after)
        return tuple(self._changes[position] for position in self._change_positions[begin : begin + limit])

    def add_dependent(self, key: str, on: Iterable[str]) -> None:
        for target in on:
            self._dependents.setdefault(target, set()).add(key)

    def dependents(self, key: str) -> tuple[str, ...]:
        return tuple(sorted(self._dependents.get(key, ())))

    def due(self, until: str, limit: int) -> tuple[str, ...]:
        return tuple(key for moment, key in self._due if moment <= until)[:limit]

    def section(self, name: str) -> SectionRecord:
        return self._sections.get(name) or SectionRecord(name=name)

    def sections(self, names: Iterable[str]) -> Mapping[str, SectionRecord]:
        return {name: self.section(name) for name in names}

    def sections_and_settings(self, names: Iterable[str]) -> tuple[Mapping[str, SectionRecord], StoredSettings | None]:
        return self.sections(names), self._settings

    def commit_section(self, record: SectionRecord) -> None:
        if self.section(record.name).revision != record.revision - 1:
            raise RevisionConflictError(record.name)
        self._sections[record.name] = record
        parent = parent_section(record.name)
        if parent is None:
            return
        if record.summary is None:
            self._children.get(parent, {}).pop(record.name, None)
        else:
            self._children.setdefault(parent, {})[record.name] = record.summary

    def clear_section_outboxes(self, records: Sequence[SectionRecord]) -> None:
        for record in records:
            if self.section(record.name).revision == record.revision:
                self._sections[record.name] = replace(record, outbox=frozenset())

    def children(self, parent: str, *, after: str = "", limit: int | None = None) -> tuple[SectionSummary, ...]:
        names = sorted(name for name in self._children.get(parent, {}) if name > after)
        return tuple(self._children[parent][name] for name in names[:limit])

    def checkpoint(self, name: CheckpointName) -> Checkpoint:
        return self._checkpoints.get(name) or Checkpoint(name=name)

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        if self.checkpoint(checkpoint.name).revision != checkpoint.revision - 1:
            raise RevisionConflictError(checkpoint.name)
        self._checkpoints[checkpoint.name] = checkpoint

    def list_records(self, after: str, limit: int) -> tuple[tuple[Record, ...], str]:
        keys = sorted(key for key in self._records if key > after)[:limit]
        return tuple(self._records[key] for key in keys), keys[-1] if len(keys) == limit else ""

    def list_sections(self, after: str, limit: int) -> tuple[tuple[SectionRecord, ...], str]:
        names = sorted(name for name in self._sections if name > after)[:limit]
        return tuple(self._sections[name] for name in names), names[-1] if len(names) == limit else ""
