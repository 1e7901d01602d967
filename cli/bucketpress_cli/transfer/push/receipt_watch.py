"""Follows uploads to their receipts: to the address each has, and how long it took until readers had it."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from rich.console import Console

from bucketpress import bootstrap
from bucketpress.content.problem import has_errors
from bucketpress.services.queries.status import SourceStatus, UnknownSourceError
from bucketpress_cli.aws_errors import errors
from bucketpress_cli.operator_commands import configured_stack
from bucketpress_cli.receipt_text import STATE_COLOURS, print_problems
from bucketpress_cli.terminal import print_line

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 300.0


class Receipts(Protocol):
    """What is known of sources."""

    def of_source(self, key: str) -> SourceStatus:
        """Return the status of one source. Raises UnknownSourceError."""
        ...


def watch_receipts(sent: Mapping[str, str], stack: str, out: Console, receipts: list[SourceStatus]) -> list[str]:
    """Follow what was sent, digests by key, and print each when it is done; return the keys of those that are not.

    What is done is added to `receipts`.
    """
    if not sent:
        return []
    service = bootstrap.status(stack or configured_stack())
    with errors.status(f"waiting for {len(sent):,} texts") as shown:
        waiting = follow_receipts(
            service,
            sent,
            out,
            pause=lambda: time.sleep(LOOK_SECONDS),
            clock=time.monotonic,
            told=lambda left: shown.update(f"waiting for {left:,} texts"),
            receipts=receipts,
        )
    for key in sorted(waiting):
        print_line(errors, (f"{key} is still on its way.", "yellow"))
    return sorted(waiting)


def refused_keys(receipts: Iterable[SourceStatus]) -> list[str]:
    """Return the keys of what is not published because of what is wrong with it."""
    found = (each.record for each in receipts if each.record.receipt)
    return [record.key for record in found if record.receipt and has_errors(record.receipt.problems)]


def follow_receipts(
    service: Receipts,
    sent: Mapping[str, str],
    out: Console,
    *,
    pause: Callable[[], None],
    clock: Callable[[], float],
    told: Callable[[int], None],
    receipts: list[SourceStatus],
) -> list[str]:
    """Ask until every text is done or nothing has moved for minutes; return the keys of those that are not.

    What is done is added to `receipts`.
    """
    waiting, moved = sorted(sent), clock()
    while waiting and clock() - moved < PATIENCE_SECONDS:
        left = [key for key in waiting if not _told_done(service, key, sent[key], out, receipts)]
        if len(left) < len(waiting):
            moved = clock()
        waiting = left
        told(len(waiting))
        if waiting:
            pause()
    return waiting


def _told_done(service: Receipts, key: str, digest: str, out: Console, receipts: list[SourceStatus]) -> bool:
    """Print a source that has its receipt for these bytes and waits for nothing more; return whether it has."""
    try:
        source = service.of_source(key)
    except UnknownSourceError:
        return False
    if source.record.etag != digest or source.waiting:
        return False
    print_receipt(out, source)
    receipts.append(source)
    return True


def print_receipt(out: Console, source: SourceStatus) -> None:
    """Print the outcome of an upload in a line: its state, the seconds it took and its address."""
    record = source.record
    seconds = source.page_seconds if source.page_seconds is not None else source.seconds
    took = f"  {seconds:.1f} s" if seconds is not None else ""
    address = f"  {source.url}" if source.url else ""
    print_line(out, (f"{record.state:12}", STATE_COLOURS.get(record.state, "")), (record.key, "bold"), took, address)
    if record.receipt and has_errors(record.receipt.problems):
        print_problems(out, record)
