"""What a pull will do: a value, decided before anything is written. What was edited in the folder is never touched."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bucketpress.content.source_keys import SETTINGS_KEY, SourceKind, classify, composed
from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference
from bucketpress_cli.transfer.local_folder import UPLOADED


class PullEffect(StrEnum):
    """What becomes of a file of the folder; in the order in which a plan lists them."""

    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    REFUSED = "refused"
    CONFLICT = "conflict"
    KEPT = "kept there"
    NOT_DELETED = "not deleted"
    NEWER_HERE = "newer in the folder"


FETCHED = frozenset({PullEffect.NEW, PullEffect.CHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PullLine:
    """One file of a plan, and what else there is to say of it."""

    key: str
    effect: PullEffect
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """What is deleted, and then what is fetched, both by key."""

    deletions: tuple[str, ...]
    downloads: tuple[str, ...]
    lines: tuple[PullLine, ...]

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing to settle."""
        return not any(line.effect in {PullEffect.REFUSED, PullEffect.CONFLICT} for line in self.lines)


def plan_pull(
    differences: Sequence[FileDifference],
    *,
    delete: bool,
    theirs: Collection[str],
    names: Collection[str] = (),
    unread: Mapping[str, str] = MappingProxyType({}),
    one_case: bool = False,
) -> PullPlan:
    """Decide what is fetched and deleted; for the keys in `theirs` the bucket wins, whatever the folder holds.

    `names` are those of all files of the folder, `unread` keys of the bucket whose files here cannot be read, and why;
    `one_case` says that the folder takes names that differ only in case for one.
    """
    effects = {each.key: _effect(each, delete=delete, theirs=each.key in theirs) for each in differences}
    gone = {composed(key) for key, (effect, _) in effects.items() if effect is PullEffect.REMOVED}
    coming = [each.key for each in differences if each.here is None and effects[each.key][0] in FETCHED]
    staying = [name for name in map(composed, names) if name not in gone]
    refused = {**unwritable_keys(coming, staying, one_case=one_case), **unread}
    for key, reason in refused.items():
        is_held = classify(key).kind is SourceKind.HELD
        effects[key] = (PullEffect.KEPT if is_held else PullEffect.REFUSED, reason)
    lines = [PullLine(key=key, effect=effect, note=note) for key, (effect, note) in effects.items() if effect]
    order = list(PullEffect)
    return PullPlan(
        deletions=tuple(line.key for line in lines if line.effect is PullEffect.REMOVED),
        downloads=tuple(line.key for line in lines if line.effect in FETCHED),
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
            return _taken(each) if delete else (PullEffect.NOT_DELETED, "--delete deletes it here too")
        case Difference.BOTH:
            return PullEffect.CONFLICT, "changed here and there" if each.here and each.there else "changed and deleted"
        case Difference.NEW_HERE | Difference.CHANGED_HERE:
            return PullEffect.NEWER_HERE, "push sends it"
        case Difference.DELETED_HERE:
            return PullEffect.NEWER_HERE, f"deleted here; --theirs {each.key} fetches it again"
        case Difference.SAME:
            return None, ""


def _taken(each: FileDifference) -> tuple[PullEffect, str]:
    if each.there is not None:
        return (PullEffect.CHANGED if each.here else PullEffect.NEW), ""
    if each.key == SETTINGS_KEY:
        return PullEffect.NOT_DELETED, "kept: site.yaml is never deleted by a pull"
    return PullEffect.REMOVED, ""


def unwritable_keys(keys: Iterable[str], names: Iterable[str], *, one_case: bool) -> dict[str, str]:
    """Return the keys of a bucket that a folder which has files of these `names` cannot hold, and why.

    `one_case` says that the folder takes names that differ only in case for one, as on Windows and on most Macs.
    """

    def known_as(name: str) -> str:
        return composed(name).casefold() if one_case else composed(name)

    found: dict[str, str] = {}
    taken = {known_as(name): name for name in names}
    folders = {known_as(folder) for name in [*names, *keys] for folder in _folders(name)}
    for key in sorted(keys):
        source = classify(key)
        above = next((taken[known_as(folder)] for folder in _folders(key) if known_as(folder) in taken), None)
        if source.kind not in UPLOADED:
            found[key] = source.reason or "It is not a source."
        elif known_as(key) in folders:
            found[key] = "It is a file in the bucket and a folder here."
        elif above is not None:
            found[key] = f"{above} is a folder in the bucket and a file here."
        elif known_as(key) in taken:
            other = taken[known_as(key)]
            found[key] = f"It differs from {other} only in case or in how letters are spelled: here they would be one."
        else:
            taken[known_as(key)] = key
    return found


def _folders(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
