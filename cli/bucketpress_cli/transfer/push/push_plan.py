"""What a push will do, and what readers will see of it: a value, decided before anything is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bucketpress.content.post import State
from bucketpress.content.problem import Problem, Severity
from bucketpress.content.source_keys import SETTINGS_KEY, SourceKind, classify
from bucketpress.records.record import Record
from bucketpress.services.queries.folder_report import FileReport
from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference
from bucketpress_cli.transfer.local_folder import UPLOADED


class Effect(StrEnum):
    """What becomes of a file, in its author's words; in the order in which a plan lists them."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    SCHEDULED = "will go live"
    DRAFT = "draft"
    KEPT = "kept here"
    VANISHES = "will vanish"
    REMOVED = "removed"
    REFUSED = "refused"
    CONFLICT = "conflict"
    NOT_DELETED = "not deleted"
    NEWER_THERE = "newer in the bucket"


# The bucket does not have what the folder has then. What others have brought there since is no fault of a push.
UNSETTLED = frozenset({Effect.REFUSED, Effect.CONFLICT, Effect.NOT_DELETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One file of a plan. `path` is where readers find it, `former` where they found it, `goes_live` when they will."""

    key: str
    effect: Effect
    path: str | None = None
    former: str | None = None
    goes_live: datetime | None = None
    note: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A file to be written over the digest that was `expected` in the bucket, None for none."""

    key: str
    expected: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """An object to be deleted if it still has the digest that was `expected`; `named` says that it was asked for."""

    key: str
    expected: str
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the author allows: deleting, and writing over what was changed there, everywhere or for some keys."""

    delete: bool = False
    overwrite: bool = False
    mine: Collection[str] = frozenset()

    def wins(self, key: str) -> bool:
        """Return whether the folder's file is to be written whatever the bucket holds."""
        return self.overwrite or key in self.mine


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is to be written and deleted before anybody has looked into the files; and what is left as it is."""

    writes: tuple[Write, ...]
    deletions: tuple[Deletion, ...]
    left: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """What will be written, each group after the one before; what deleted; and a line for each file."""

    groups: tuple[tuple[Write, ...], ...]
    deletions: tuple[Deletion, ...]
    lines: tuple[PlanLine, ...] = field(default=())

    @property
    def writes(self) -> tuple[Write, ...]:
        """Everything that will be written."""
        return tuple(write for group in self.groups for write in group)

    @property
    def is_whole(self) -> bool:
        """Whether the bucket will equal the folder, but for what is kept back in either, or newer in the bucket."""
        return not any(line.effect in UNSETTLED for line in self.lines)

    @property
    def losses(self) -> list[str]:
        """The keys of what will be deleted without being named, and without another file that takes its place."""
        moved = {line.key for line in self.lines if line.effect is Effect.MOVED}
        return [each.key for each in self.deletions if not each.named and each.key not in moved]


def intent_of(differences: Sequence[FileDifference], choices: Choices) -> Intent:
    """Decide from the comparison alone what is to be written and deleted."""
    writes: list[Write] = []
    deletions: list[Deletion] = []
    left: list[PlanLine] = []
    for each in differences:
        if _is_written(each, choices):
            writes.append(Write(key=each.key, expected=each.there))
        elif _is_deleted(each, choices) and each.there is not None:
            named = each.key in choices.mine
            deletions.append(Deletion(key=each.key, expected=each.there, named=named))
        elif (line := _left(each)) is not None:
            left.append(line)
    return Intent(writes=tuple(writes), deletions=tuple(deletions), left=tuple(left))


def _is_written(each: FileDifference, choices: Choices) -> bool:
    if each.here is None or each.difference is Difference.SAME:
        return False
    return each.difference in {Difference.NEW_HERE, Difference.CHANGED_HERE} or choices.wins(each.key)


def _is_deleted(each: FileDifference, choices: Choices) -> bool:
    # A site is hardly meant to lose its settings because a folder never had them.
    if each.here is not None or each.key == SETTINGS_KEY:
        return False
    if each.key in choices.mine:
        return True
    return choices.delete and (each.difference is Difference.DELETED_HERE or choices.overwrite)


def _left(each: FileDifference) -> PlanLine | None:
    if classify(each.key).kind not in UPLOADED:
        return None  # No folder sends it, and none needs it.
    match each.difference:
        case Difference.BOTH:
            gone = "deleted here, changed there" if each.here is None else "changed here, deleted there"
            note = "changed here and there" if each.here and each.there else gone
            return PlanLine(key=each.key, effect=Effect.CONFLICT, note=note)
        case Difference.DELETED_HERE:
            note = "kept: site.yaml is never deleted by a push" if each.key == SETTINGS_KEY else "--delete deletes it"
            return PlanLine(key=each.key, effect=Effect.NOT_DELETED, note=note)
        case Difference.NEW_THERE:
            return PlanLine(key=each.key, effect=Effect.NEWER_THERE, note="new there")
        case Difference.CHANGED_THERE:
            return PlanLine(key=each.key, effect=Effect.NEWER_THERE, note="changed there")
        case Difference.DELETED_THERE:
            note = f"deleted there; --mine {each.key} sends it again"
            return PlanLine(key=each.key, effect=Effect.NEWER_THERE, note=note)
        case _:
            return None


def plan_push(
    intent: Intent,
    *,
    before: Mapping[str, Record],
    after: Mapping[str, FileReport],
    refused: Mapping[str, Problem],
) -> PushPlan:
    """Decide what is written, and say what readers will see of it.

    `before` are records of what the bucket holds, `after` what a check of the folder finds, by key; `refused` are files
    that are not sources. What a check finds wrong is not written: the cloud would keep the version before it anyway.
    While something is refused or in conflict, nothing is deleted that was not named: what is deleted may be what that
    was called before, or a picture that the version before it shows.
    """
    reports = {write.key: after.get(write.key) for write in intent.writes}
    wrong = {key: report for key, report in reports.items() if report is not None and report.is_wrong}
    writes = tuple(write for write in intent.writes if write.key not in wrong)
    refusals = {key: why for key, why in refused.items() if why.severity is Severity.ERROR}
    is_settled = not wrong and not refusals and all(line.effect is not Effect.CONFLICT for line in intent.left)
    deletions = tuple(each for each in intent.deletions if is_settled or each.named)
    heirs = {
        record.id: record for record in _records(after[key] for key in reports if key in after and key not in wrong)
    }
    lines = [
        *(_written(write, before.get(write.key), reports[write.key]) for write in writes),
        *_moved_by_settings(writes, before, after),
        *(_deleted(deletion.key, before.get(deletion.key), heirs) for deletion in deletions),
        *(
            PlanLine(key=each.key, effect=Effect.NOT_DELETED, note="waits until nothing is refused or in conflict")
            for each in intent.deletions
            if each not in deletions
        ),
        *(PlanLine(key=key, effect=Effect.REFUSED, problems=report.problems) for key, report in wrong.items()),
        *(
            PlanLine(key=key, effect=Effect.REFUSED if key in refusals else Effect.KEPT, problems=(why,))
            for key, why in refused.items()
        ),
        *intent.left,
    ]
    order = list(Effect)
    return PushPlan(
        groups=_groups(writes),
        deletions=deletions,
        lines=tuple(sorted(lines, key=lambda line: (order.index(line.effect), line.key))),
    )


def _records(reports: Iterator[FileReport]) -> Iterator[Record]:
    yield from (report.record for report in reports if report.record is not None and report.record.published_path)


def _groups(writes: Sequence[Write]) -> tuple[tuple[Write, ...], ...]:
    """Return the settings, then files, then the texts that show them: these give the sizes of their pictures."""
    ranks = {SourceKind.SETTINGS: 0, SourceKind.ASSET: 1}
    grouped: list[list[Write]] = [[], [], []]
    for write in writes:
        grouped[ranks.get(classify(write.key).kind, 2)].append(write)
    return tuple(tuple(group) for group in grouped if group)


def _written(write: Write, before: Record | None, report: FileReport | None) -> PlanLine:
    record = report.record if report else None
    plain = Effect.NEW if write.expected is None else Effect.CHANGED
    problems = report.problems if report else ()
    if record is None or record.kind not in {SourceKind.POST, SourceKind.PAGE}:
        note = "every page is made again" if write.key == SETTINGS_KEY and plain is Effect.CHANGED else ""
        return PlanLine(key=write.key, effect=plain, note=note, problems=problems)
    was, now = before.published_path if before else None, record.published_path
    understood = record.receipt.understood if record.receipt else None
    effect = plain
    goes_live = None
    if now is None:
        scheduled = record.state is State.SCHEDULED
        effect = Effect.VANISHES if was else Effect.SCHEDULED if scheduled else Effect.DRAFT
        if scheduled and understood:
            goes_live = understood.goes_live or understood.published
    elif was and was != now:
        effect = Effect.MOVED
    former = was if was != now else None
    note = "" if now or record.state in {State.DRAFT, State.SCHEDULED} else str(record.state)
    return PlanLine(
        key=write.key, effect=effect, path=now, former=former, goes_live=goes_live, note=note, problems=problems
    )


def _moved_by_settings(
    writes: Sequence[Write], before: Mapping[str, Record], after: Mapping[str, FileReport]
) -> Iterator[PlanLine]:
    """Yield the texts that are not written themselves and whose address the new settings change."""
    written = {write.key for write in writes}
    if SETTINGS_KEY not in written:
        return
    for key, record in before.items():
        report = after.get(key)
        now = report.record.published_path if report and report.record else None
        was = record.published_path
        if key not in written and was and now and was != now and record.kind is not SourceKind.ASSET:
            yield PlanLine(key=key, effect=Effect.MOVED, path=now, former=was, note="by the new settings")


def _deleted(key: str, before: Record | None, heirs: Mapping[str, Record]) -> PlanLine:
    was = before.published_path if before else None
    if before is None or was is None or before.kind is SourceKind.ASSET:
        return PlanLine(key=key, effect=Effect.REMOVED)
    heir = heirs.get(before.id)
    if heir is not None:
        return PlanLine(key=key, effect=Effect.MOVED, path=heir.path, former=was, note=f"renamed to {heir.key}")
    return PlanLine(key=key, effect=Effect.VANISHES, former=was)
