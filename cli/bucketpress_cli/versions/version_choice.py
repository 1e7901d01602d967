"""How a person names a file's version or a moment, and what to do where there is none of that name."""

import re
from datetime import datetime
from typing import Annotated

import typer

from bucketpress import bootstrap
from bucketpress_cli.failure import fail, help_of_this_command
from bucketpress_cli.transfer.target_bucket import Target, target_bucket
from bucketpress_cli.transfer.transfers import THREADS
from bucketpress_cli.versions.version_history import KeptVersion, version_named
from bucketpress_cli.versions.versioned_bucket import VersionedBucket

# A time zone as `receipt_text.moment` prints it, behind a space.
_ZONE = re.compile(r"\s*(?:UTC|GMT)$|\s+(?P<offset>[+-]\d\d:?\d\d)$", re.IGNORECASE)

KeyArgument = Annotated[str, typer.Argument(help="A key of the content bucket.", show_default=False)]


def versioned_bucket(target: Target) -> VersionedBucket:
    """Return the versions of the named bucket, else of the stack's. Raises NoSuchStackError."""
    return VersionedBucket(bootstrap.object_client(THREADS), target_bucket(target.bucket, target.stack))


def history_of(store: VersionedBucket, key: str, target: Target) -> tuple[KeptVersion, ...]:
    """Return the versions of a key, the newest first; end the command where there are none."""
    versions = store.history(key)
    if not versions:
        fail(f"Nothing was ever uploaded as {key}.", then=target.stack_command("status"))
    return versions


def chosen(versions: tuple[KeptVersion, ...], name: str, target: Target) -> KeptVersion:
    """Return the version of an id or of its beginning; end the command where there is none."""
    found = version_named(versions, name)
    if found is None:
        fail(f"There is no version {name}, or more than one.", then=target.command("history", versions[0].key))
    return found


def moment_of(text: str) -> datetime:
    """Return the moment that a person names: a date, with a time or without, in this machine's zone unless it says.

    A date alone is its beginning. What commands print is understood, `2026-03-05 09:30 UTC` and `… +01:00`. Ends the
    command where it is none.
    """
    try:
        return datetime.fromisoformat(_ZONE.sub(_as_iso, text.strip())).astimezone()
    except ValueError:
        hint = 'Write it like 2026-03-05, "2026-03-05 09:30", "2026-03-05 09:30 UTC" or 2026-03-05T09:30:00+01:00.'
        fail(f"{text} is no date.", hint, then=help_of_this_command())


def _as_iso(zone: re.Match[str]) -> str:
    return zone["offset"] or "+00:00"
