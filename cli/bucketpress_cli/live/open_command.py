"""`bucketpress open`: the site, or the page of a source, in a browser."""

import webbrowser
from typing import Annotated

import typer

from bucketpress import bootstrap
from bucketpress.services.queries.status import UnknownSourceError
from bucketpress_cli.aws_errors import explained
from bucketpress_cli.failure import command_line, fail
from bucketpress_cli.operator_commands import StackOption, configured_stack


def open_page(
    key: Annotated[str, typer.Argument(help="A key of the content bucket; else the site.", show_default=False)] = "",
    *,
    address_alone: Annotated[bool, typer.Option("--print", help="Print the address, and open nothing.")] = False,
    stack: StackOption = "",
) -> None:
    """Open the site, or what readers see of a source, in a browser.

    Examples: bucketpress open; bucketpress open posts/a-post.md

    Exit codes: 0, or 2 when readers see nothing of it.
    """
    with explained():
        address = _address(key, stack or configured_stack())
    typer.echo(address)
    if not address_alone:
        webbrowser.open(address)


def _address(key: str, stack: str) -> str:
    if not key:
        return bootstrap.stack_outputs(stack)["SiteAddress"]
    try:
        source = bootstrap.status(stack).of_source(key)
    except UnknownSourceError:
        fail(f"Nothing was ever published from {key}.", then=command_line("status", key))
    if source.url is None:
        then = command_line("status", key)
        fail(f"Readers see nothing of {key}: it is {source.record.state}.", then=then)
    return source.url
