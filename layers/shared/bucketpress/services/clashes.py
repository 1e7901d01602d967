"""What a folder cannot hold although a bucket can: a file, and below its very name another."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bucketpress.content.problem import Problem, warning
from bucketpress.records.record import Record
from bucketpress.site.layout import page_keys


def told_of_clashes(records: Iterable[Record]) -> tuple[Record, ...]:
    """Add to the receipt of each source whose page or file a folder leaves out that it does, and why.

    The file stays, and what would lie below it is left out: so it does not matter which of the two is written first.
    """
    known = tuple(records)
    owners = {key: record.key for record in known if record.shown for key in page_keys(record.shown.path)}
    return tuple(_told(record, clashes) if (clashes := list(_clashes(record, owners))) else record for record in known)


def _clashes(record: Record, owners: dict[str, str]) -> Iterator[Problem]:
    if record.shown is None:
        return
    path = record.shown.path
    folders = page_keys(path)[0].split("/")[:-1]
    for depth in range(1, len(folders) + 1):
        file = "/".join(folders[:depth])
        if file in owners:
            message = (
                f"A folder cannot hold {path} beside the file /{file}, which {owners[file]} makes: it is left out."
            )
            yield warning(message, "Give one of the two another address.")


def _told(record: Record, clashes: Iterable[Problem]) -> Record:
    if record.receipt is None:
        return record
    return replace(record, receipt=replace(record.receipt, problems=(*record.receipt.problems, *clashes)))
