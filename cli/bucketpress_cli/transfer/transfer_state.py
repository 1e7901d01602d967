"""What a folder remembers of a bucket: a small file in the folder, for each bucket one, that is never uploaded.

Losing it loses no edit: where folder and bucket differ, nobody can tell any more which is newer: that is a conflict.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bucketpress_cli.transfer.folder_comparison import Known

STATE_FOLDER = ".bucketpress"
KEPT_FOLDER = "kept"
INTENTIONS_KEPT = 8  # of one file: pushes of different edits, each killed before it could tell what it had sent


def state_file(folder: Path, bucket: str) -> Path:
    """Return where a folder keeps what it knows of a bucket."""
    return folder / STATE_FOLDER / f"{bucket}.json"


def read_state(file: Path) -> Known:
    """Read what is known; nothing, where there is no such file or it cannot be read."""
    try:
        document = json.loads(file.read_text("utf-8"))
        return Known(
            seen={str(key): str(digest) for key, digest in document["seen"].items()},
            sent={str(key): tuple(map(str, digests)) for key, digests in document["sent"].items()},
            awaited={str(key): str(digest) for key, digest in document.get("awaited", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Known()


def write_state(file: Path, known: Known) -> None:
    """Write what is known, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {name: dict(sorted(getattr(known, name).items())) for name in ("seen", "sent", "awaited")}
    new = file.with_suffix(f".{os.getpid()}.tmp")
    new.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    new.replace(file)


def intending(known: Known, uploads: Mapping[str, str]) -> Known:
    """Return what is known once uploads are about to begin: written before them, a kill can come at any moment."""
    sent = dict(known.sent)
    for key, digest in uploads.items():
        sent[key] = (*(each for each in sent.get(key, ()) if each != digest), digest)[-INTENTIONS_KEPT:]
    return replace(known, sent=sent)


def agreed(known: Known, equal: Mapping[str, str], gone: Iterable[str] = ()) -> Known:
    """Return what is known when files are `equal` here and there by these digests, and others `gone` from both."""
    lost = set(gone)
    return replace(
        known,
        seen={key: digest for key, digest in {**known.seen, **equal}.items() if key not in lost},
        sent={key: digests for key, digests in known.sent.items() if key not in equal and key not in lost},
    )
