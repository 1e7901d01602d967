"""The `bucketpress` command."""

import typer

from bucketpress import __version__
from bucketpress_cli import operating, preview, writing
from bucketpress_cli.cloud import app as cloud

AUTHORS, OPERATORS = "For authors", "For operators"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command(rich_help_panel=AUTHORS)(writing.build)
app.command(rich_help_panel=AUTHORS)(writing.check)
app.command(rich_help_panel=AUTHORS)(preview.preview)
app.command(rich_help_panel=OPERATORS)(operating.status)
app.command(rich_help_panel=OPERATORS)(operating.audit)
app.command(rich_help_panel=OPERATORS)(operating.rebuild)
app.add_typer(cloud, name="cloud", help="Run the whole cloud on this machine.", rich_help_panel=OPERATORS)


@app.callback()
def main() -> None:
    """Markdown in a bucket becomes a site, its feeds and an HTTP API."""


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


if __name__ == "__main__":
    app()
