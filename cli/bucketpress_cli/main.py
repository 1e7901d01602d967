"""The `bucketpress` command. The module of a command is loaded only when it is called: help has to appear at once."""

from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from bucketpress_cli.command_table import COMMANDS, Command

if TYPE_CHECKING:
    from typer._click import Command as ClickCommand
    from typer._click import Context, HelpFormatter


class CommandGroup(TyperGroup):
    """The commands of the table, each known by its line there until it is called."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own settings
        """Know every command by name."""
        super().__init__(**settings)
        self.commands.update((name, TyperCommand(name, help=each.summary)) for name, each in COMMANDS.items())

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
