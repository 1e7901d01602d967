"""What can be wrong with a source, told so that its author can fix it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters: an error keeps the source from being published, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to fix in a source: what, where and how.

    `line` and `column` count from 1 in the uploaded file; None when the problem is not at one place.
    """

    severity: Severity
    message: str
    fix: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Format as `line 3, column 8: what. fix.`."""
        where = f"line {self.line}, column {self.column or 1}: " if self.line else ""
        return f"{where}{self.message} {self.fix}".rstrip()


def error(message: str, fix: str, line: int | None = None, column: int | None = None) -> Problem:
    """Return a problem that keeps the source from being published."""
    return Problem(severity=Severity.ERROR, message=message, fix=fix, line=line, column=column)


def warning(message: str, fix: str, line: int | None = None, column: int | None = None) -> Problem:
    """Return a problem that does not keep the source from being published."""
    return Problem(severity=Severity.WARNING, message=message, fix=fix, line=line, column=column)


def in_source_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by their place in the file; those without a place come last."""
    return tuple(sorted(problems, key=lambda problem: (problem.line is None, problem.line or 0, problem.column or 0)))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems keeps the source from being published."""
    return any(problem.severity is Severity.ERROR for problem in problems)
