"""What readers see of sources before a push and after it: two readings of folders, with the services that publish."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from bucketpress import bootstrap
from bucketpress.content.source_keys import SETTINGS_KEY, SourceKind, classify, composed
from bucketpress.records.record import Record
from bucketpress.services.queries.folder_report import FileReport, reports_of
from bucketpress_cli.transfer.local_folder import LocalFolder

DEFAULT_URL = "http://localhost"
TEXTS = frozenset({SourceKind.POST, SourceKind.PAGE, SourceKind.SETTINGS})


def is_text(key: str) -> bool:
    """Return whether what a key holds decides addresses: a post, a page or the settings."""
    return classify(key).kind in TEXTS


def reports_after(folder: Path) -> Mapping[str, FileReport]:
    """Return what `bucketpress check` finds, by key in NFC: the folder as it would be published."""
    site = bootstrap.build(folder, None, default_url=DEFAULT_URL, processes=processors())
    return {composed(report.key): report for report in reports_of(site.read(), site.left_out)}


def records_before(
    folder: Path, local: LocalFolder, touched: Iterable[str], read: Callable[[list[str]], Mapping[str, bytes]]
) -> Mapping[str, Record]:
    """Return the records of what the bucket holds of the `touched` texts; where settings change, those of all texts.

    `read` gets objects of the bucket. What lies unchanged in the folder is the same there.
    """
    keys = {key for key in touched if is_text(key)}
    settings_change = SETTINGS_KEY in keys
    keys.add(SETTINGS_KEY)
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as made:
        there = Path(made)
        for key, data in read(sorted(keys)).items():
            _write(there / key, data)
        if settings_change:
            for key, file in local.files.items():
                if key not in keys and is_text(key):
                    _copy(folder / file.name, there / key)
        site = bootstrap.build(there, None, default_url=DEFAULT_URL, processes=processors())
        return {record.key: record for record in site.read()}


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write(path: Path, data: bytes) -> None:
    # A bucket can hold `a` and `a/b`, a folder cannot; then nothing is known of the second.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _copy(source: Path, target: Path) -> None:
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
