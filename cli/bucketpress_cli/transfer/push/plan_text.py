"""A plan and its outcome as text for people and as JSON for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console

from bucketpress_cli.receipt_text import moment, print_problem
from bucketpress_cli.status_json import problem_document
from bucketpress_cli.terminal import print_line
from bucketpress_cli.transfer.push.push_plan import Effect, PlanLine

COLOURS = {
    Effect.NEW: "green",
    Effect.CHANGED: "green",
    Effect.MOVED: "cyan",
    Effect.SCHEDULED: "cyan",
    Effect.VANISHES: "yellow",
    Effect.REMOVED: "yellow",
    Effect.REFUSED: "red",
    Effect.CONFLICT: "red",
}
WIDTH = max(len(effect) for effect in Effect)
LINES_SHOWN = 30  # of one effect: an old blog brought here for the first time is a number, not ten screens


def print_plan(console: Console, lines: Sequence[PlanLine]) -> None:
    """Print a line for each file, of each effect the first few, and what is wrong with what is refused."""
    printed: Counter[Effect] = Counter()
    for line in lines:
        printed[line.effect] += 1
        if printed[line.effect] <= LINES_SHOWN:
            _print(console, line)
    for effect, count in printed.items():
        if count > LINES_SHOWN:
            print_line(console, f"… and {count - LINES_SHOWN:,} more: {effect}")


def _print(console: Console, line: PlanLine) -> None:
    colour = COLOURS.get(line.effect, "")
    print_line(console, (f"{line.effect:{WIDTH}}", colour), "  ", (line.key, "bold"), _readers(line))
    if line.effect in {Effect.REFUSED, Effect.KEPT}:
        for problem in line.problems:
            print_problem(console, problem)


def _readers(line: PlanLine) -> str:
    """Return what readers will see of a file, and what else there is to say."""
    match line.effect:
        case Effect.MOVED:
            seen = f"{line.former} redirects to {line.path}"
        case Effect.VANISHES:
            seen = f"{line.former} answers 410"
        case Effect.SCHEDULED:
            seen = moment(line.goes_live) if line.goes_live else ""
        case _:
            seen = line.path or ""
    said = ", ".join(part for part in (seen, line.note) if part)
    return f"  {said}" if said else ""


def counts(lines: Iterable[PlanLine]) -> str:
    """Return how many files there are of each effect, in words."""
    found = Counter(line.effect for line in lines)
    return ", ".join(f"{found[effect]:,} {effect}" for effect in Effect if found[effect])


def plan_document(lines: Iterable[PlanLine]) -> list[dict[str, Any]]:
    """Return a plan as JSON members: these names are kept."""
    return [
        {
            "key": line.key,
            "effect": str(line.effect),
            "path": line.path,
            "former_path": line.former,
            "goes_live": line.goes_live.isoformat() if line.goes_live else None,
            "note": line.note,
            "problems": [problem_document(problem) for problem in line.problems],
        }
        for line in lines
    ]


def print_changes(console: Console, changes: Iterable[str]) -> None:
    """Print the lines in which two versions differ."""
    for change in changes:
        print_line(console, (change, "green" if change.startswith("+") else "red" if change[:1] == "-" else ""))
