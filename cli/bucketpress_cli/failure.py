"""How a command ends that cannot do what it was asked: a line says what, the last line is the command to run next."""

import shlex
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import NoReturn

import typer

from bucketpress_cli.command_table import COMMANDS

# UNSETTLED: something is refused, in conflict or not there yet.
UNSETTLED, FAILED, INTERRUPTED = 1, 2, 130
_NEXT = "Next: "
_given: ContextVar[tuple[str, ...]] = ContextVar("given", default=())


def note_command_line(given: Sequence[str]) -> None:
    """Remember how the command was called, so that it can be named when it should be run again."""
    _given.set(tuple(given))


def command_line(*words: object) -> str:
    """Return a command of ours as a shell takes it."""
    return shlex.join(("bucketpress", *map(str, words)))


def this_command(*more: str) -> str:
    """Return the command as it was called, with more options."""
    return command_line(*_given.get(), *more)


def help_of_this_command() -> str:
    """Return the command that says how the one that was called is used."""
    first = _given.get()[:1]
    return command_line(*(first if set(first) <= COMMANDS.keys() else ()), "--help")


def name_next(command: str) -> None:
    """Print the command to run next, as the last line."""
    _print((f"{_NEXT}{command}", ""))


def fail(what: str, hint: str = "", *, then: str, code: int = FAILED) -> NoReturn:
    """Print what went wrong, what is to be known or changed first, and the command to run next; end the command."""
    _print((f"✗ {what}", "red"), *((line, "") for line in hint.splitlines()), (f"{_NEXT}{then}", ""))
    raise typer.Exit(code)


def end_unless_agreed(would: str, question: str, *, look: str, refused: str = "") -> None:
    """Ask before what cannot be meant lightly; end the command where it is not wanted, or nobody can be asked.

    `would` says what it would do, `look` what to look at before `--yes`, `refused` what there is to know after a no.
    """
    if not sys.stdin.isatty():
        fail(would, f"Look at {look}, then add --yes in place of --dry-run.", then=this_command("--dry-run"))
    if not typer.confirm(question, default=False, err=True):
        fail("Nothing was changed.", refused, then=this_command("--dry-run"))


def _print(*lines: tuple[str, str]) -> None:
    # Loaded here, because help has to appear at once.
    from rich.console import Console  # noqa: PLC0415

    from bucketpress_cli.terminal import print_line  # noqa: PLC0415

    sys.stdout.flush()
    console = Console(stderr=True, highlight=False)
    for line in lines:
        print_line(console, line)
