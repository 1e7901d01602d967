"""What a check of a folder reports: each file, what repeats across files, and whether anything is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bucketpress.content.post import State
from bucketpress.content.problem import Problem, Severity, has_errors
from bucketpress.records.receipt import Understood
from bucketpress.records.record import Record

LEFT_OUT, WAITING = "left-out", "waiting"
UNPUBLISHED = frozenset({State.INVALID, State.SHADOWED})
REPEATED_FILES = 4  # In so many files and more, a problem is told once for all of them.
PLACES_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of a file: `state` is that of its record, or LEFT_OUT for one that is not read and has no record.

    A file beside posts that no public post shows yet is WAITING.
    """

    key: str
    state: str
    record: Record | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def understood(self) -> Understood | None:
        """What was read out of it."""
        return self.record.receipt.understood if self.record and self.record.receipt else None

    @property
    def is_wrong(self) -> bool:
        """Whether its author has to do something before readers see it."""
        return self.state in UNPUBLISHED or has_errors(self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A problem that many files have: the first of its kind, the keys of all and the first few places.

    `alike` says that the others are of the same kind, but about something else, such as another picture.
    """

    problem: Problem
    alike: bool
    keys: tuple[str, ...]
    places: tuple[tuple[str, int | None, int | None], ...]


def report_of(record: Record) -> FileReport:
    """Return the report of a source."""
    problems = record.receipt.problems if record.receipt else ()
    state = WAITING if record.is_waiting else record.state
    return FileReport(key=record.key, state=state, record=record, problems=problems)


def reports_of(records: Iterable[Record], left_out: Mapping[str, Problem]) -> tuple[FileReport, ...]:
    """Return the reports of all files of a folder, by key."""
    reports = {record.key: report_of(record) for record in records if record.state is not State.REMOVED}
    reports |= {key: FileReport(key=key, state=LEFT_OUT, problems=(why,)) for key, why in left_out.items()}
    return tuple(reports[key] for key in sorted(reports))


def repeated(reports: Sequence[FileReport]) -> tuple[Repeated, ...]:
    """Return the problems that many files have, errors first, then those of most files."""
    found: dict[tuple[Severity, str], list[tuple[str, Problem]]] = {}
    for report in reports:
        for problem in report.problems:
            found.setdefault((problem.severity, sort_of(problem)), []).append((report.key, problem))
    groups = [_group(members) for members in found.values()]
    many = (group for group in groups if len(group.keys) >= REPEATED_FILES)
    return tuple(sorted(many, key=lambda group: (group.problem.severity is not Severity.ERROR, -len(group.keys))))


def alone(report: FileReport, groups: Iterable[Repeated]) -> tuple[Problem, ...]:
    """Return the problems of a file that are told with it, not once for many files."""
    told = {(group.problem.severity, sort_of(group.problem)) for group in groups}
    return tuple(problem for problem in report.problems if (problem.severity, sort_of(problem)) not in told)


def sort_of(problem: Problem) -> str:
    """Return what problems of one sort have in common."""
    return problem.kind or problem.message


def _group(members: Sequence[tuple[str, Problem]]) -> Repeated:
    keys = tuple(dict.fromkeys(key for key, _ in members))
    places = {key: (key, problem.line, problem.column) for key, problem in reversed(members)}
    alike = any(problem.message != members[0][1].message for _, problem in members)
    return Repeated(
        problem=members[0][1], alike=alike, keys=keys, places=tuple(places[key] for key in keys[:PLACES_SHOWN])
    )
