"""What `bucketpress check` prints: text for people, JSON for programs, commands for GitHub's workflows."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.console import Console

from bucketpress.content.post import State
from bucketpress.content.problem import Problem, Severity
from bucketpress.content.source_keys import SourceKind
from bucketpress.services.queries.folder_report import LEFT_OUT, WAITING, FileReport, Repeated, alone, repeated
from bucketpress.services.queries.suggestions import Suggestion
from bucketpress_cli.receipt_text import COLOURS, STATE_COLOURS, print_problem, print_understood
from bucketpress_cli.status_json import problem_document
from bucketpress_cli.terminal import print_line


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def print_text(console: Console, reports: Sequence[FileReport], *, quiet: bool = False) -> None:
    """Print every file with what was understood, then what repeats; with `quiet` only files with problems."""
    groups = repeated(reports)
    for report in reports:
        problems = alone(report, groups)
        if quiet and not problems:
            continue
        if not report.problems and report.record and report.record.kind is SourceKind.ASSET:
            continue
        print_line(console, (report.key, "bold"), ": ", (report.state, STATE_COLOURS.get(report.state, "")))
        if report.record and not quiet:
            print_understood(console, report.record, None)
        for problem in problems:
            print_problem(console, problem)
    for group in groups:
        _print_group(console, group)


def counts_of(reports: Iterable[FileReport]) -> str:
    """Return how many files there are of each state, in words."""
    counts = Counter(report.state for report in reports)
    return ", ".join(f"{counts[state]:,} {state}" for state in (*State, WAITING, LEFT_OUT) if counts[state])


def print_suggestions(console: Console, suggestions: Iterable[Suggestion]) -> None:
    """Print what could be written into the settings."""
    for suggestion in suggestions:
        print_line(console, ("suggestion", "cyan"), f": {suggestion}")


def document_of(reports: Sequence[FileReport], suggestions: Iterable[Suggestion] = ()) -> dict[str, Any]:
    """Return a report as `check --json` prints it; docs/authoring.md has it as a contract."""
    return {
        "sources": [
            {
                "key": report.key,
                "state": str(report.state),
                **_understood(report),
                "problems": [problem_document(problem) for problem in report.problems],
            }
            for report in reports
        ],
        "repeated": [
            {
                **problem_document(group.problem),
                "files": len(group.keys),
                "places": [{"file": key, "line": line, "column": column} for key, line, column in group.places],
            }
            for group in repeated(reports)
        ],
        "suggestions": [{"line": suggestion.line, "effect": suggestion.effect} for suggestion in suggestions],
        "states": dict(sorted(Counter(str(report.state) for report in reports).items())),
    }


def write_json(reports: Sequence[FileReport], suggestions: Iterable[Suggestion] = ()) -> str:
    """Return a report as JSON, in ASCII: a key may hold what no encoding has."""
    return json.dumps(document_of(reports, suggestions), indent=2)


def github_commands(reports: Iterable[FileReport], folder: Path) -> Iterator[str]:
    """Yield a workflow command for each problem, which GitHub shows at its line.

    See "Workflow commands for GitHub Actions" in GitHub's documentation.
    """
    for report in reports:
        file = (folder / report.key).as_posix()
        for problem in report.problems:
            yield _github_command(problem, file)


def _github_command(problem: Problem, file: str) -> str:
    properties = {"file": file, "line": problem.line, "col": problem.column}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None)
    more = f" (and {problem.count - 1:,} more like this)" if problem.count > 1 else ""
    return f"::{problem.severity} {written}::{_data(f'{problem.message} {problem.fix}'.strip() + more)}"


def _data(text: str) -> str:
    safe = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return safe.encode(errors="replace").decode()


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _understood(report: FileReport) -> dict[str, str | None]:
    understood = report.understood
    return {
        "title": understood.title if understood else None,
        "path": report.record.path if report.record else None,
        "date": understood.published.isoformat() if understood and understood.published else None,
    }


def _print_group(console: Console, group: Repeated) -> None:
    problem = group.problem
    colour = COLOURS[Severity(problem.severity)]
    print_line(
        console,
        (f"{len(group.keys):,} files", "bold"),
        ": ",
        (problem.severity, colour),
        f"{', such as' if group.alike else ''}: {problem.message} {problem.fix}",
    )
    for key, line, column in group.places:
        print_line(console, f"  {key}", f": line {line}, column {column or 1}" if line else "")
    if len(group.keys) > len(group.places):
        print_line(console, f"  … and {len(group.keys) - len(group.places):,} more")
