"""Receipts as text: the state of a source, what is wrong with it and how to fix it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.console import Console

from bucketpress.content.post import State
from bucketpress.content.problem import Problem, Severity
from bucketpress.records.receipt import Understood
from bucketpress.records.record import Record
from bucketpress_cli.terminal import print_line

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
STATE_COLOURS: Mapping[str, str] = {State.PUBLISHED: "green", State.INVALID: "red", State.SHADOWED: "red"}
LABEL = 10


def moment(when: datetime) -> str:
    """Return a time for people: `2010-03-05 09:30 +01:00`, with seconds only where there are any."""
    stamp = when.isoformat(" ", "seconds")
    date_and_time, offset = stamp[:19], stamp[19:]
    return f"{date_and_time if when.second else date_and_time[:16]} {'UTC' if offset == '+00:00' else offset}"


def print_heading(console: Console, record: Record) -> None:
    """Print the key and the state of a source."""
    print_line(console, (record.key, "bold"), ": ", (record.state, STATE_COLOURS.get(record.state, "")))


def print_problems(console: Console, record: Record, limit: int | None = None) -> None:
    """Print the problems, each with its place and its fix."""
    problems = record.receipt.problems if record.receipt else ()
    for problem in problems[:limit]:
        print_problem(console, problem)
    if limit is not None and len(problems) > limit:
        console.print(f"  … and {len(problems) - limit} more", soft_wrap=True)


def print_understood(console: Console, record: Record, url: str | None) -> None:
    """Print what was understood of the source, a line each."""
    for label, value in understood_lines(record, url):
        print_line(console, "  ", (f"{label:{LABEL}}", "dim"), value)


def understood_lines(record: Record, url: str | None) -> Iterator[tuple[str, str]]:
    """Yield what was understood of a source as labels and values, without those that are absent."""
    understood = record.receipt.understood if record.receipt else None
    if understood:
        yield "title", understood.title
        yield from _dates(understood)
    if record.path and record.state is not State.REMOVED:
        yield "path", record.path
    if url:
        yield "address", url
    if understood and understood.tags:
        yield "tags", ", ".join(understood.tags)
    if understood and understood.authors:
        yield "authors", ", ".join(understood.authors)
    former = [path for path in record.live_paths if path != record.path]
    if former:
        yield "formerly", ", ".join(former)


def _dates(understood: Understood) -> Iterator[tuple[str, str]]:
    dates = {
        "date": understood.published,
        "live from": understood.goes_live,
        "updated": understood.updated,
        "expires": understood.expires,
    }
    yield from ((label, moment(when)) for label, when in dates.items() if when)


def print_problem(console: Console, problem: Problem) -> None:
    """Print a problem with its place and its fix."""
    print_line(console, "  ", (f"{problem.severity:{LABEL}}", COLOURS[problem.severity]), str(problem))
