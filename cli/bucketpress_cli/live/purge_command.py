"""`bucketpress purge`: has CloudFront forget what it keeps, for when a minute is too long."""

import time
import uuid
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from bucketpress import bootstrap
from bucketpress.content.paths import decoded, href, without_index
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import fail
from bucketpress_cli.operator_commands import POLL_SECONDS, StackOption, configured_stack

EVERYTHING = "/*"
API_PREFIX = "/v1/"
HTML_ENDINGS = (".html", ".htm")


def purge(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Paths or addresses of the site; a final * stands for anything.",
            show_default=False,
        ),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Forget everything: one path.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="End when every edge location has forgotten.")] = False,
    stack: StackOption = "",
) -> None:
    """Have CloudFront forget pages and files at once, not within a minute: for something that must not be seen.

    First withdraw it, and let `bucketpress status` say that it is gone. A page counts as two paths, a file and --all as
    one. The first 1,000 paths of a month are free; each more costs about half a cent.
    """
    if bool(addresses) == everything:
        hint = "Name paths, such as /2010/03/a-post/ and /feed.xml, or everything with --all."
        fail("Say what to forget.", hint, then="bucketpress purge /feed.xml")
    patterns = [EVERYTHING] if everything else _patterns(addresses or [])
    with explained():
        caches = bootstrap.edge_caches(stack or configured_stack())
        started = caches.purge(patterns, reference=f"bucketpress-{uuid.uuid4()}")
        console = Console(highlight=False)
        console.print(f"CloudFront forgets {', '.join(patterns)}.", markup=False, soft_wrap=True)
        if wait:
            _follow(lambda: caches.is_purged(started))


def patterns_of(address: str) -> tuple[str, ...]:
    """Return the paths to purge for an address as a person gives it. Raises ValueError for one that cannot be purged.

    They are those under which CloudFront keeps things: the address function has named the object, a page's HTML or its
    Markdown, before the cache is asked.
    """
    path = urlsplit(address).path if "://" in address else address.partition("?")[0].partition("#")[0]
    path = without_index("/" + href(decoded(path)).lstrip("/"))
    if "*" in path[:-1]:
        message = f"{address}: a * may stand at the end only."
        raise ValueError(message)
    if path.endswith("*"):
        return (path,)
    # Answers of the API are kept with their query; pages that end in .html have a twin that ends in .html.md.
    if path.startswith(API_PREFIX) or path.lower().endswith(HTML_ENDINGS):
        return (f"{path}*",)
    is_file = path.startswith("/.well-known/") or "." in path.rpartition("/")[2]
    if not path.endswith("/") and not is_file:
        path += "/"
    return (path, f"{path}index.*") if path.endswith("/") else (path,)


def _patterns(addresses: list[str]) -> list[str]:
    """Return the paths to purge for all addresses, each once; end the command where there are none."""
    try:
        return list(dict.fromkeys(pattern for address in addresses for pattern in patterns_of(address)))
    except ValueError as error:
        fail(f"{error}", then="bucketpress purge --help")


def _follow(is_done: Callable[[], bool]) -> None:
    try:
        with errors.status("waiting for every edge location"):
            while not is_done():
                time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        errors.print("It goes on; nothing has to wait for it.")
        return
    errors.print("Forgotten everywhere.")
