"""Status as JSON, for scripts: these names are kept."""

from datetime import datetime
from typing import Any

from bucketpress.content.problem import Problem
from bucketpress.records.checkpoint import Checkpoint
from bucketpress.records.record import Record
from bucketpress.services.queries.status import SiteStatus, SourceStatus


def site_document(site: SiteStatus) -> dict[str, Any]:
    """Return the status of the whole site as JSON members."""
    return {
        "sources": {str(state): count for state, count in site.states.items()},
        "problems": [
            {"key": record.key, "state": str(record.state), "problems": _problems(record)} for record in site.troubled
        ],
        "queues": dict(site.depths),
        "rebuild": checkpoint_document(site.rebuild),
        "audit": checkpoint_document(site.audit),
        "recovery": checkpoint_document(site.recovery),
    }


def source_document(source: SourceStatus) -> dict[str, Any]:
    """Return the status of one source with its receipt as JSON members."""
    record, receipt = source.record, source.record.receipt
    understood = receipt.understood if receipt else None
    return {
        "key": record.key,
        "kind": str(record.kind),
        "state": str(record.state),
        "path": record.path,
        "former_paths": [path for path in record.live_paths if path != record.path],
        "url": source.url,
        "title": understood.title if understood else None,
        "slug": understood.slug if understood else None,
        "published": _moment(understood.published if understood else None),
        "updated": _moment(understood.updated if understood else None),
        "expires": _moment(understood.expires if understood else None),
        "tags": list(understood.tags) if understood else [],
        "authors": list(understood.authors) if understood else [],
        "note": receipt.note if receipt else "",
        "last_good": bool(receipt and receipt.last_good),
        "problems": _problems(record),
        "asked_at": _moment(receipt.asked_at if receipt else None),
        "written_at": _moment(receipt.since if receipt else None),
        "sections": [
            {
                "name": each.section,
                "waiting": each.waiting,
                "refreshed_at": _moment(each.at),
                "rewritten": list(each.rewritten),
            }
            for each in source.refreshments
        ],
        "sections_not_listed": receipt.unlisted if receipt else 0,
        "artifacts_rewritten": source.rewritten,
        "refreshed": not source.waiting,
        "seconds": source.seconds,
        "page_seconds": source.page_seconds,
    }


def checkpoint_document(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return how far a rebuild or an audit has come as JSON members."""
    return {
        "phase": checkpoint.phase,
        "began": _moment(checkpoint.began),
        "done": checkpoint.done,
        "total": checkpoint.total,
        "sent": checkpoint.sent,
    }


def _problems(record: Record) -> list[dict[str, Any]]:
    return [problem_document(problem) for problem in (record.receipt.problems if record.receipt else ())]


def problem_document(problem: Problem) -> dict[str, Any]:
    """Return a problem as every JSON document has it."""
    return {
        "severity": str(problem.severity),
        "message": problem.message,
        "fix": problem.fix,
        "line": problem.line,
        "column": problem.column,
        "count": problem.count,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
