"""Receipts of pictures with what was found out by encoding them, which no run of publish waits for."""

from collections.abc import Iterable
from dataclasses import replace

from bucketpress.content.pictures.encoding_fault import fault_problem
from bucketpress.ports import PostIndex
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.site.impact import ShownAsset
from bucketpress.site.layout import variants_section


def told_of_faults(index: PostIndex, records: Iterable[Record]) -> tuple[Record, ...]:
    """Add to the receipt of each picture why there are no smaller versions of it, where that is known."""
    known = tuple(records)
    sections = {record.key: variants_section(record.shown.path) for record in known if record.shown and _lacks(record)}
    found = index.sections(sections.values()) if sections else {}
    return tuple(_told(record, found[sections[record.key]]) if record.key in sections else record for record in known)


def _lacks(record: Record) -> bool:
    """Return whether a picture should have smaller versions and has none so far."""
    return isinstance(record.shown, ShownAsset) and record.shown.variants is not None and record.variants is None


def _told(record: Record, section: SectionRecord) -> Record:
    refused, shown, receipt = section.refused, record.shown, record.receipt
    if refused is None or receipt is None or not isinstance(shown, ShownAsset) or shown.variants is None:
        return record
    problem = fault_problem(refused.fault) if refused.digest == shown.variants.digest else None
    return replace(record, receipt=replace(receipt, problems=(*receipt.problems, problem))) if problem else record
