"""The `bucketpress` command. The module of a command is loaded only when it is called: help has to appear at once."""

import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer
from typer._click.exceptions import UsageError
from typer.core import TyperCommand, TyperGroup

from bucketpress.errors import BucketpressError
from bucketpress_cli.command_table import COMMANDS, Command
from bucketpress_cli.failure import INTERRUPTED, fail, help_of_this_command, note_command_line, this_command

if TYPE_CHECKING:
    from typer._click import Command as ClickCommand
    from typer._click import Context, HelpFormatter


class CommandGroup(TyperGroup):
    """The commands of the table, each known by its line there until it is called."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own settings
        """Know every command by name."""
        super().__init__(**settings)
        self.commands.update((name, TyperCommand(name, help=each.summary)) for name, each in COMMANDS.items())

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - typer's
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - typer's
        **extra: Any,  # noqa: ANN401 - typer's
    ) -> Any:  # noqa: ANN401 - typer's
        """Run a command; whatever it cannot do ends as `failure` says."""
        given = sys.argv[1:] if args is None else list(args)
        note_command_line(given)
        call = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)  # noqa: FBT003
        if not standalone_mode:
            return call()
        try:
            code = call()
        except UsageError as error:
            if given:
                code = _told(error)
            else:
                error.show()
                code = error.exit_code
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: "Context") -> Any:  # noqa: ANN401 - typer's
        """Call a command, and explain what stops it."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            return fail(error.format_message(), then=help_of_this_command())
        except (KeyboardInterrupt, typer.Abort):
            return fail("Stopped. Run again, it goes on.", then=this_command(), code=INTERRUPTED)
        except BrokenPipeError:
            raise  # Whoever read the output has seen enough.
        except (BucketpressError, OSError) as error:
            return fail(str(error), then=help_of_this_command())

    def get_command(self, ctx: "Context", cmd_name: str) -> "ClickCommand | None":
        """Load a command; return None where there is none of this name."""
        del ctx
        return _loaded(COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def format_help(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write the list of commands as plain text: what typer draws it with takes longer to load than all the rest."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        for panel, commands in groupby(COMMANDS.values(), lambda command: command.panel):
            with formatter.section(panel):
                formatter.write_dl([(command.name, command.summary) for command in commands])
        formatter.write_paragraph()
        formatter.write_text("bucketpress COMMAND --help says more about a command.")


def _told(error: UsageError) -> int:
    try:
        fail(error.format_message(), then=help_of_this_command())
    except typer.Exit as stop:
        return stop.exit_code


def _loaded(command: Command) -> "ClickCommand":
    function = getattr(import_module(f"bucketpress_cli.{command.module}"), command.function)
    alone = typer.Typer(add_completion=False)
    alone.command(command.name)(function)
    return typer.main.get_command(alone)


app = typer.Typer(cls=CommandGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Markdown in a bucket becomes a site, its feeds and an HTTP API."""


if __name__ == "__main__":
    app()
