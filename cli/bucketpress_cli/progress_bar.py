"""How far a long command has come, where a terminal can show it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from bucketpress.services.build import Progress

BUILD_STEPS = ("Reading", "Writing")

T = TypeVar("T")


def with_bar(run: Callable[[Progress], T], console: Console, steps: Sequence[str] = BUILD_STEPS) -> T:
    """Return what a run returns, and show how far each of its steps has come meanwhile; a total of 0 is not known."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_interactive) as bars:
        tasks = {step: bars.add_task(step, total=None) for step in steps}

        def watch(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=None)
            bars.update(tasks[step], completed=done, total=total or None)

        return run(watch)
