"""The `bucketpress` command."""

import typer

from bucketpress import __version__
from bucketpress_cli import author_commands, operator_commands, preview, purge_command

AUTHORS, OPERATORS = "For authors", "For operators"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command(rich_help_panel=AUTHORS)(author_commands.build)
app.command(rich_help_panel=AUTHORS)(author_commands.check)
app.command(rich_help_panel=AUTHORS)(preview.preview)
app.command(rich_help_panel=OPERATORS)(operator_commands.status)
app.command(rich_help_panel=OPERATORS)(operator_commands.audit)
app.command(rich_help_panel=OPERATORS)(operator_commands.rebuild)
app.command(rich_help_panel=OPERATORS)(purge_command.purge)
app.command(rich_help_panel=OPERATORS)(operator_commands.recover)


@app.callback()
def main() -> None:
    """Markdown in a bucket becomes a site, its feeds and an HTTP API."""


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


if __name__ == "__main__":
    app()
