"""`bucketpress version`."""

import typer

from bucketpress import __version__


def version() -> None:
    """Print the version."""
    typer.echo(__version__)
