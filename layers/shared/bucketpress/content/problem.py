"""What can be wrong with a source, reported so that its author can fix it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

# So many different texts of one kind are reported; the rest are only counted.
TOLD_OF_A_KIND = 10


class Severity(StrEnum):
    """How much a problem matters: an error keeps the source from being published, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to fix in a source: what, where and how.

    `line` and `column` count from 1 in the uploaded file; None when the problem is not at one place. `kind` is what
    problems that differ only in what they name have in common, "" where the message names nothing. `count` says how
    many like this there are; the place is that of the first.
    """

    severity: Severity
    message: str
    fix: str
    line: int | None = None
    column: int | None = None
    kind: str = ""
    count: int = 1

    def __str__(self) -> str:
        """Format as `line 3, column 8: what. fix. (and 12 more like this)`."""
        where = f"line {self.line}, column {self.column or 1}: " if self.line else ""
        more = f" (and {self.count - 1:,} more like this)" if self.count > 1 else ""
        return f"{where}{self.message} {self.fix}".rstrip() + more


def error(message: str, fix: str, line: int | None = None, column: int | None = None, *, kind: str = "") -> Problem:
    """Return a problem that keeps the source from being published."""
    return Problem(severity=Severity.ERROR, message=message, fix=fix, line=line, column=column, kind=kind)


def warning(message: str, fix: str, line: int | None = None, column: int | None = None, *, kind: str = "") -> Problem:
    """Return a problem that does not keep the source from being published."""
    return Problem(severity=Severity.WARNING, message=message, fix=fix, line=line, column=column, kind=kind)


class ProblemLog:
    """Collects warnings, each text once and of each kind only some: a post may hold a fault fifty thousand times.

    `locate` finds the line and column of a text; it is asked only for those that are told.
    """

    def __init__(self, locate: Callable[[str], tuple[int, int] | None]) -> None:
        """Begin with nothing wrong."""
        self._locate = locate
        self._told: dict[tuple[str, str], Problem] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._kinds: dict[str, list[tuple[str, str]]] = {}

    def warn(self, message: str, fix: str, text: str, *, kind: str = "") -> None:
        """Take note of a warning about a piece of the text."""
        sort, name = kind or message, (kind, message)
        if name not in self._told:
            told = self._kinds.setdefault(sort, [])
            if len(told) < TOLD_OF_A_KIND:
                told.append(name)
                line, column = self._locate(text) or (None, None)
                self._told[name] = warning(message, fix, line, column, kind=kind)
            name = told[-1]
        self._counts[name] = self._counts.get(name, 0) + 1

    def __iter__(self) -> Iterator[Problem]:
        """Yield the warnings, with how many there were of each."""
        return (replace(problem, count=self._counts[name]) for name, problem in self._told.items())


def in_source_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by their place in the file; those without a place come last."""
    return tuple(sorted(problems, key=lambda problem: (problem.line is None, problem.line or 0, problem.column or 0)))


def told_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of the file, those of one text as one, and of one kind only some, the rest counted.

    Of a kind too many the last that is told carries the count.
    """
    told: dict[tuple[Severity, str], Problem] = {}
    kinds: dict[tuple[Severity, str], list[tuple[Severity, str]]] = {}
    for problem in in_source_order(problems):
        name = (problem.severity, problem.message)
        of_kind = kinds.setdefault((problem.severity, problem.kind or problem.message), [])
        if name not in told:
            if len(of_kind) < TOLD_OF_A_KIND:
                of_kind.append(name)
                told[name] = problem
                continue
            name = of_kind[-1]
        told[name] = replace(told[name], count=told[name].count + problem.count)
    return tuple(told.values())


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems keeps the source from being published."""
    return any(problem.severity is Severity.ERROR for problem in problems)
