"""Receipts of pictures with what was found out by copying and encoding them, which no run of publish waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bucketpress.content.pictures.encoding_fault import fault_problem
from bucketpress.content.pictures.picture_findings import findings_problems
from bucketpress.content.problem import Problem
from bucketpress.ports import PostIndex
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.site.impact import ShownAsset
from bucketpress.site.layout import path_section, variants_section


def told_of_faults(index: PostIndex, records: Iterable[Record]) -> tuple[Record, ...]:
    """Add to the receipt of each picture what stood out in it, and why there are no smaller versions of it."""
    known = tuple(records)
    names = {name for record in known for name in _sections_of(record)}
    found = index.sections(names) if names else {}
    return tuple(_told(record, found) for record in known)


def _sections_of(record: Record) -> tuple[str, ...]:
    """Return the sections whose records know something of a picture, none for what is no picture that readers see."""
    shown = record.shown
    if not isinstance(shown, ShownAsset) or not shown.stripped:
        return ()
    # Where there are smaller versions nothing has kept them from being made.
    lacks = shown.variants is not None and record.variants is None
    return (path_section(shown.path), *([variants_section(shown.path)] if lacks else []))


def _told(record: Record, sections: Mapping[str, SectionRecord]) -> Record:
    shown, receipt = record.shown, record.receipt
    names = _sections_of(record)
    if not names or receipt is None or not isinstance(shown, ShownAsset):
        return record
    faults = [problem for name in names[1:] if (problem := _fault(shown, sections[name]))]
    told = (*receipt.problems, *faults, *_findings(record, sections[names[0]], told=(*receipt.problems, *faults)))
    return replace(record, receipt=replace(receipt, problems=told))


def _fault(shown: ShownAsset, section: SectionRecord) -> Problem | None:
    """Return why there are no smaller versions of a picture, None where that is not known of its present version."""
    refused, wanted = section.refused, shown.variants
    return fault_problem(refused.fault) if refused and wanted and refused.digest == wanted.digest else None


def _findings(record: Record, section: SectionRecord, *, told: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return what stood out in the version of a picture that readers get; whoever is told something knows it broken."""
    findings = section.findings
    if findings is None or record.version is None or findings.etag != record.version.etag:
        return ()
    return findings_problems(findings.findings, is_known_broken=bool(told))
