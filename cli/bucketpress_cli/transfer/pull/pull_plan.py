"""What a pull will do: a value, decided before anything is written. What was edited in the folder is never touched."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bucketpress.content.source_keys import classify
from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference
from bucketpress_cli.transfer.local_folder import UPLOADED


class PullEffect(StrEnum):
    """What becomes of a file of the folder; in the order in which a plan lists them."""

    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    REFUSED = "refused"
    CONFLICT = "conflict"
    NOT_DELETED = "not deleted"
    NEWER_HERE = "newer in the folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullLine:
    """One file of a plan, and what else there is to say of it."""

    key: str
    effect: PullEffect
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """What is fetched and what deleted, both by key; `kept` of these had edits, which stay beside them."""

    downloads: tuple[str, ...]
    deletions: tuple[str, ...]
    kept: frozenset[str]
    lines: tuple[PullLine, ...]

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing to settle."""
        return not any(line.effect in {PullEffect.REFUSED, PullEffect.CONFLICT} for line in self.lines)


def plan_pull(
    differences: Sequence[FileDifference], *, delete: bool, theirs: Collection[str], unwritable: Mapping[str, str]
) -> PullPlan:
    """Decide what is fetched and deleted; for the keys in `theirs` the bucket wins, whatever the folder holds.

    `unwritable` are keys that this machine has no file for, and why.
    """
    lines: list[PullLine] = []
    for each in differences:
        effect, note = _effect(each, delete=delete, theirs=each.key in theirs)
        if effect in {PullEffect.NEW, PullEffect.CHANGED} and each.key in unwritable:
            effect, note = PullEffect.REFUSED, unwritable[each.key]
        if effect is not None:
            lines.append(PullLine(key=each.key, effect=effect, note=note))
    order = list(PullEffect)
    edited = {each.key for each in differences if each.difference is Difference.BOTH and each.here}
    return PullPlan(
        downloads=tuple(line.key for line in lines if line.effect in {PullEffect.NEW, PullEffect.CHANGED}),
        deletions=tuple(line.key for line in lines if line.effect is PullEffect.REMOVED),
        kept=frozenset(edited & set(theirs)),
        lines=tuple(sorted(lines, key=lambda line: (order.index(line.effect), line.key))),
    )


def _effect(each: FileDifference, *, delete: bool, theirs: bool) -> tuple[PullEffect | None, str]:
    if theirs and each.difference is not Difference.SAME:
        return _taken(each)
    match each.difference:
        case Difference.NEW_THERE:
            return PullEffect.NEW, ""
        case Difference.CHANGED_THERE:
            return PullEffect.CHANGED, ""
        case Difference.DELETED_THERE:
            return (PullEffect.REMOVED, "") if delete else (PullEffect.NOT_DELETED, "--delete deletes it here too")
        case Difference.BOTH:
            return PullEffect.CONFLICT, "changed here and there" if each.here and each.there else "changed and deleted"
        case Difference.NEW_HERE | Difference.CHANGED_HERE:
            return PullEffect.NEWER_HERE, "bucketpress push sends it"
        case Difference.DELETED_HERE:
            return PullEffect.NEWER_HERE, f"deleted here; --theirs {each.key} fetches it again"
        case Difference.SAME:
            return None, ""


def _taken(each: FileDifference) -> tuple[PullEffect, str]:
    if each.there is None:
        return PullEffect.REMOVED, ""
    return (PullEffect.CHANGED if each.here else PullEffect.NEW), ""


def unwritable_keys(keys: Iterable[str], names: Iterable[str], *, one_case: bool) -> dict[str, str]:
    """Return the keys of a bucket that a folder which has files of these `names` cannot hold, and why.

    `one_case` says that the folder takes names that differ only in case for one, as on Windows and on most Macs.
    """
    found: dict[str, str] = {}
    taken = {name.casefold() if one_case else name: name for name in names}
    folders = {folder for name in [*names, *keys] for folder in _folders(name)}
    for key in sorted(keys):
        source = classify(key)
        known_as = key.casefold() if one_case else key
        other = taken.setdefault(known_as, key)
        if source.kind not in UPLOADED:
            found[key] = source.reason or "It is not a source."
        elif key in folders:
            found[key] = "It is a file in the bucket and a folder here."
        elif other != key:
            found[key] = f"It differs from {other} only in case, and this machine takes the two for one."
    return found


def _folders(name: str) -> set[str]:
    parts = name.split("/")[:-1]
    return {"/".join(parts[: depth + 1]) for depth in range(len(parts))}
