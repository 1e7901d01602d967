"""`bucketpress preview`: serves a content folder as a site on this machine, and updates it whenever a file changes."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from watchfiles import watch

from bucketpress.errors import BucketpressError
from bucketpress_cli.cloudfront.server import LocalCloudFront
from bucketpress_cli.failure import command_line, fail
from bucketpress_cli.local_site.build_cache import BuildCache
from bucketpress_cli.local_site.folder_lock import locked
from bucketpress_cli.local_site.previewed_site import PreviewedSite

PORT = 8000
ANY_PORT = -1  # that of the last time, else PORT, else any that is free
# What is saved together is looked at together, once nothing has changed for so long.
QUIET_MILLISECONDS = 15
MOST_MILLISECONDS = 200
# How often it is looked whether a post has come due.
DUE_MILLISECONDS = 1000

console = Console(stderr=True, highlight=False)


def preview(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    *,
    port: Annotated[
        int,
        typer.Option(help="The port to serve on; 0 takes any free one. Without it: that of the last time, or 8000."),
    ] = ANY_PORT,
    theme: Annotated[
        Path | None, typer.Option(help="A folder of templates and styles of your own.", exists=True, file_okay=False)
    ] = None,
    drafts: Annotated[
        bool, typer.Option("--drafts/--no-drafts", help="Show drafts and posts of the future, marked as such.")
    ] = True,
    variants: Annotated[
        bool,
        typer.Option(
            "--variants/--no-variants", help="Offer smaller versions of pictures, and make one once asked for."
        ),
    ] = True,
) -> None:
    """Serve the site of a content folder on this machine, updated whenever a file changes, until Ctrl-C.

    Open pages load again by themselves. Redirects, withdrawn posts and missing pages answer as they will in production.
    """
    serve(folder, port, theme=theme, drafts=drafts, variants=variants)


def serve(
    folder: Path,
    port: int = ANY_PORT,
    *,
    theme: Path | None = None,
    drafts: bool = True,
    variants: bool = True,
    answering: Callable[[str], object] | None = None,
) -> None:
    """Serve a folder until Ctrl-C; `answering` is given the address once something answers there."""
    try:
        with _workplace(folder, theme, drafts=drafts) as place, _server(place, port) as server:
            cache = BuildCache(place / "cache")
            site = PreviewedSite(
                folder, place / "site", server.url, theme=theme, shows_early=drafts, cache=cache, variants=variants
            )
            server.open(site.respond)
            console.print(f"{server.url}/", markup=False)
            console.print("Ctrl-C ends it.")
            if answering:
                answering(f"{server.url}/")
            try:
                _follow(site, folder, theme)
            finally:
                site.keep()
    except KeyboardInterrupt:
        console.print("Ended.")
    except OSError as error:
        fail(f"The preview cannot be served: {error}", then="bucketpress preview --help")
    except BucketpressError as error:
        fail(f"The site could not be built: {error}", then=command_line("check", folder))


def _follow(site: PreviewedSite, folder: Path, theme: Path | None) -> None:
    """Have a site follow its folder and its theme. Ends only with KeyboardInterrupt."""
    root, looks = folder.resolve(), theme.resolve() if theme else None
    changes = watch(
        *(each for each in (root, looks) if each),
        watch_filter=None,
        step=QUIET_MILLISECONDS,
        debounce=MOST_MILLISECONDS,
        rust_timeout=DUE_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    site.look()  # What was saved while the site was built.
    for batch in changes:
        paths = [Path(path) for _, path in batch]
        if looks and any(path.is_relative_to(looks) for path in paths):
            site.build_again()
        site.look(path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root))


@contextmanager
def _workplace(folder: Path, theme: Path | None, *, drafts: bool) -> Iterator[Path]:
    """Return a folder that the previews of a folder share, or one of its own while another preview has that."""
    name = hashlib.sha256(f"{folder.resolve()} {theme and theme.resolve()} {drafts}".encode()).hexdigest()[:16]
    shared = Path.home() / ".cache" / "bucketpress" / name
    with locked(shared) as is_ours:
        if is_ours:
            yield shared
            return
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as alone:
        yield Path(alone)


@contextmanager
def _server(place: Path, port: int) -> Iterator[LocalCloudFront]:
    """Return a server on a port; where none is named, on that of the last preview of the folder if it is free."""
    remembered = place / "port"
    server = LocalCloudFront(port) if port >= 0 else _on_first_free(remembered)
    with server:
        if port != 0:
            remembered.write_text(server.url.rpartition(":")[2], "ascii")
        yield server


def _on_first_free(remembered: Path) -> LocalCloudFront:
    try:
        last = int(remembered.read_text("ascii"))
    except (OSError, ValueError):
        last = PORT
    for port in (last, PORT):
        try:
            return LocalCloudFront(port)
        except OSError:
            continue
    return LocalCloudFront(0)
