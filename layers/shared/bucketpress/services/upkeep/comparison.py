"""Compares what both buckets hold with what the index says of it: pure, from what was listed and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bucketpress.content.source_keys import is_source
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.records.source_version import SourceVersion

# What was uploaded or committed a moment ago may still be in the queues: it is sent again without an alarm.
IN_FLIGHT = timedelta(minutes=5)
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one step found: sources and sections to send again, those that diverge, how many names it read."""

    keys: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    divergences: frozenset[str] = frozenset()
    looked_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The sources and the records of one stretch of keys. `end` is where it ends, "" where there are no more."""

    sources: Mapping[str, SourceVersion]
    records: Mapping[str, Record]
    end: str

    @property
    def keys(self) -> Sequence[str]:
        """The keys that there is a source or a record of, in order."""
        return sorted(self.sources.keys() | self.records.keys())

    def end_after(self, compared: int) -> str:
        """Return where the next stretch begins once so many keys of this one were compared: not past those left."""
        keys = self.keys
        return self.end if compared == len(keys) else keys[compared - 1]


def side_by_side(
    versions: Sequence[SourceVersion], records: Sequence[Record], *, after_records: str, limit: int
) -> Stretch:
    """Return what two listings from one key on both reach, of up to `limit` each.

    `after_records` is the last key listed where more records follow, else "".
    """
    ends = [versions[-1].key] if len(versions) == limit else []
    end = min([*ends, *([after_records] if after_records else [])], default="")
    return Stretch(
        sources={item.key: item for item in versions if item.key <= (end or LAST) and is_source(item.key)},
        records={record.key: record for record in records if record.key <= (end or LAST)},
        end=end,
    )


def differs(version: SourceVersion | None, record: Record) -> bool:
    """Return whether a record is of another version than its source, or has a full outbox."""
    return record.etag != (version.etag if version else None) or bool(record.outbox)


def in_flight(version: SourceVersion | None, record: Record | None, moment: datetime) -> bool:
    """Return whether a source was uploaded or committed too recently for a difference to be an error."""
    receipt = record.receipt if record else None
    moments = (version.modified if version else None, receipt.at if receipt else None)
    return any(at is not None and moment - at < IN_FLIGHT for at in moments)


def is_stale(section: SectionRecord, present: Mapping[str, str], *, generation: str | None) -> bool:
    """Return whether a section has a full outbox, is of an older generation or has lost an artifact.

    `present` maps keys of the site bucket to ETags; `generation` is None while a rebuild is under way.
    """
    return (
        bool(section.outbox)
        or (generation is not None and section.generation != generation)
        or any(present.get(key) != etag for key, etag in section.artifacts.items())
    )


def altered_sections(
    objects: Iterable[tuple[str, str]], owners: Mapping[str, str], sections: Mapping[str, SectionRecord]
) -> list[SectionRecord]:
    """Return the sections of the objects that differ from what was written last. `owners` names the section of each."""
    owned = ((sections[owners[key]], key, etag) for key, etag in objects if key in owners)
    return [section for section, key, etag in owned if section.artifacts.get(key) != etag]


def found_sections(stale: Iterable[SectionRecord], looked_at: int, moment: datetime) -> Found:
    """Return every stale section; it diverges unless it was refreshed during the audit or just before."""
    names = {section.name: section.refreshed_at for section in stale}
    wrong = (name for name, at in names.items() if at is None or moment - at >= IN_FLIGHT)
    return Found(sections=frozenset(names), divergences=frozenset(wrong), looked_at=looked_at)
