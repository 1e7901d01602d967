"""Files on their way: many at once, stopped by Ctrl-C between two of them, and told how far they are."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from bucketpress_cli.transfer.content_bucket import EditedHereError, EditedThereError

THREADS = 16

Transfer = Callable[[Callable[[int], None]], None]


@dataclass(slots=True)
class Outcome:
    """What became of the transfers, by key; `interrupted` says that Ctrl-C came before all were begun."""

    done: list[str] = field(default_factory=list)
    edited_there: list[str] = field(default_factory=list)
    edited_here: list[str] = field(default_factory=list)
    interrupted: bool = False
    failure: Exception | None = None

    @property
    def may_go_on(self) -> bool:
        """Whether what waits for these transfers may begin."""
        return not self.interrupted and self.failure is None

    def document(self, bucket: str, plan: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a program is told, with what was planned for each file: these names are kept."""
        return {
            "bucket": bucket,
            "files": plan,
            "done": sorted(self.done),
            "edited_there": sorted(self.edited_there),
            "edited_here": sorted(self.edited_here),
            "interrupted": self.interrupted,
        }


def files(count: int) -> str:
    """Return a number of files in words."""
    return f"{count:,} file{'' if count == 1 else 's'}"


def transfer_all(
    groups: Sequence[Sequence[tuple[str, Transfer]]],
    total: int,
    console: Console,
    *,
    last: Sequence[tuple[str, Transfer]] = (),
) -> Outcome:
    """Make the transfers of each group at once, group after group, with a bar of `total` bytes.

    After Ctrl-C, and after a failure, what is under way is finished and nothing more begun. What comes `last` is made
    only when nothing before it was left undone.
    """
    outcome = Outcome()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        for group in groups:
            if outcome.may_go_on:
                _transfer(group, lambda size: bar.advance(task, size), outcome, console)
        if outcome.may_go_on and not outcome.edited_here and not outcome.edited_there:
            _transfer(last, lambda size: bar.advance(task, size), outcome, console)
    return outcome


def _transfer(
    group: Sequence[tuple[str, Transfer]], progress: Callable[[int], None], outcome: Outcome, console: Console
) -> None:
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="transfer")
    futures: dict[Future[None], str] = {}
    noted: set[Future[None]] = set()
    try:
        futures.update((threads.submit(transfer, progress), key) for key, transfer in group)
        for future in as_completed(futures):
            noted.add(future)
            _note(future, futures[future], outcome)
            if outcome.failure is not None:
                break
    except KeyboardInterrupt:
        outcome.interrupted = True
        if under_way := sum(future.running() for future in futures):
            console.print(f"Stopping: {files(under_way)} under way will be finished first.")
    finally:
        threads.shutdown(wait=True, cancel_futures=True)
    for future, key in futures.items():
        if future not in noted and not future.cancelled():
            _note(future, key, outcome)


def _note(future: Future[None], key: str, outcome: Outcome) -> None:
    try:
        future.result()
    except EditedThereError:
        outcome.edited_there.append(key)
    except EditedHereError:
        outcome.edited_here.append(key)
    except Exception as error:  # noqa: BLE001 - raised again once what has been done is written down
        outcome.failure = outcome.failure or error
    else:
        outcome.done.append(key)
