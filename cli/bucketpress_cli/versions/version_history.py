"""The versions of objects as values: what a bucket held at a moment, and what brings that back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """One version of an object: when it was written, and its digest and size; of a deletion `digest` is None."""

    key: str
    version: str
    written: datetime
    digest: str | None
    size: int = 0
    latest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """One object that was different at a moment: the version to bring back, None to delete it.

    `current` is the digest that it has now, None where it is deleted.
    """

    key: str
    wanted: KeptVersion | None
    current: str | None


def newest_first(versions: Iterable[KeptVersion]) -> tuple[KeptVersion, ...]:
    """Return the versions of one object in order.

    S3 tells seconds only. Within one, versions keep the order of its listing, and a deletion counts as newer unless
    something else is the latest: what was removed must not come back by chance.
    """
    ordered = sorted(versions, key=lambda each: each.digest is not None)
    return tuple(sorted(ordered, key=lambda each: (each.written, each.latest), reverse=True))


def version_at(versions: Sequence[KeptVersion], moment: datetime) -> KeptVersion | None:
    """Return the version that was current at a moment, None where there was none; `versions` are the newest first.

    What was written within the second of the moment counts: people are shown seconds, and S3 keeps no more.
    """
    found = next((each for each in versions if each.written.replace(microsecond=0) <= moment), None)
    return found if found is not None and found.digest is not None else None


def restorations(histories: Mapping[str, Sequence[KeptVersion]], moment: datetime) -> tuple[Restoration, ...]:
    """Return what has to be written and deleted for a bucket to be as it was at a moment, by key."""
    found = []
    for key in sorted(histories):
        versions = histories[key]
        wanted = version_at(versions, moment)
        current = versions[0].digest if versions else None
        if (wanted.digest if wanted else None) != current:
            found.append(Restoration(key=key, wanted=wanted, current=current))
    return tuple(found)


def version_before(versions: Sequence[KeptVersion]) -> KeptVersion | None:
    """Return the newest version whose content is not the current one's; `versions` are the newest first."""
    current = versions[0].digest if versions else None
    return next((each for each in versions if each.digest not in {None, current}), None)


def version_named(versions: Sequence[KeptVersion], name: str) -> KeptVersion | None:
    """Return the version of an id, or of the beginning of one where it fits one alone; never a deletion."""
    fitting = [each for each in versions if each.digest is not None and each.version.startswith(name)]
    exact = [each for each in fitting if each.version == name]
    return (exact or fitting)[0] if len(exact or fitting) == 1 else None
