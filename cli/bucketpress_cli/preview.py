"""`bucketpress preview`: serves a content folder as a site on this machine, and updates it whenever a file changes."""

import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress import bootstrap
from bucketpress.content.post import instant
from bucketpress.content.source_keys import SETTINGS_KEY, is_source
from bucketpress.errors import BucketpressError
from bucketpress.records.site_object import StoredArtifact
from bucketpress.services.build import Build
from bucketpress.services.queries.folder_report import reports_of
from bucketpress_cli.author_commands import with_bar
from bucketpress_cli.check_report import print_text
from bucketpress_cli.cloudfront.distribution import Distribution
from bucketpress_cli.cloudfront.origins import objects_origin
from bucketpress_cli.cloudfront.server import LocalCloudFront
from bucketpress_cli.terminal import print_line

LOOK_SECONDS = 0.5
DUE_KEYS = 1000

console = Console(stderr=True, highlight=False)


def preview(
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)],
    *,
    port: Annotated[int, typer.Option(help="The port to serve on; 0 takes any free one.", min=0, max=65535)] = 8000,
) -> None:
    """Serve the site of a content folder on this machine, updated whenever a file changes, until Ctrl-C.

    Redirects, withdrawn posts and missing pages answer as they will in production. Drafts are not shown.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="bucketpress-") as out, LocalCloudFront(port) as server:
            site = PreviewedSite(folder, Path(out), server.url)
            server.open(site.distribution().respond)
            console.print(f"{server.url}/", markup=False)
            console.print("Ctrl-C ends it.")
            while True:
                time.sleep(LOOK_SECONDS)
                site.look()
    except KeyboardInterrupt:
        console.print("Ended.")
    except OSError as error:
        print_line(console, (f"✗ The preview cannot be served: {error}", "red"))
        raise typer.Exit(2) from error
    except BucketpressError as error:
        print_line(console, (f"✗ The site could not be built: {error}", "red"))
        raise typer.Exit(2) from error


class PreviewedSite:
    """A content folder and its site in another folder, which `look` brings up to date with the first.

    What changes is published and refreshed by the production services, on the index that the first build has made; so
    one changed post costs what it costs in production. Changed settings build everything again.
    """

    def __init__(self, folder: Path, out: Path, url: str, clock: Callable[[], datetime] = bootstrap.now) -> None:
        """Build the whole site."""
        self._folder, self._out, self._url, self._clock = folder, out, url, clock
        self._lock = threading.Lock()
        self._builds = 0
        self._seen = _snapshot(folder)
        self._build, self._site = self._everything()

    def look(self) -> None:
        """Update the site if a file has changed or a post has come due, and print that."""
        seen = _snapshot(self._folder)
        due = self._build.publisher.index.due(instant(self._clock()), DUE_KEYS)
        changed = sorted({*due, *(key for key, _ in seen.items() ^ self._seen.items() if is_source(key))})
        if not changed:
            return
        try:
            self._bring_forward(changed)
        except FileNotFoundError:
            return  # The file is still being saved; the next look finds it complete.
        self._seen = seen
        print_line(console, f"updated: {', '.join(changed)}")

    def distribution(self) -> Distribution:
        """Return what answers readers as in production, except that nothing is kept: an edit shows at once."""
        return Distribution(objects_origin(self.read), caches_in_a_row=0)

    def read(self, key: str) -> tuple[dict[str, str], bytes] | None:
        """Read an artifact as the site bucket would give it: its headers and its bytes."""
        with self._lock:
            stored = self._build.refresher.site.head(key)
            if stored is None:
                return None
            file = self._site / key  # A folder may have no room for what only leads elsewhere.
            return _headers(stored), file.read_bytes() if file.is_file() else b""

    def _bring_forward(self, changed: list[str]) -> None:
        with self._lock:
            if SETTINGS_KEY in changed:
                self._build, self._site = self._everything()
                return
            self._build = bootstrap.build_on(self._build, self._folder)
            records = self._build.read(keys=changed)
            print_text(console, reports_of(records, {}), quiet=True)
            self._build.write()

    def _everything(self) -> tuple[Build, Path]:
        self._builds += 1
        site = self._out / str(self._builds)
        site.mkdir()
        build = bootstrap.build(self._folder, site, default_url=self._url, clock=self._clock)
        records = with_bar(build.run, console).records
        print_text(console, reports_of(records, build.left_out), quiet=True)
        return build, site


def _headers(stored: StoredArtifact) -> dict[str, str]:
    """Return the headers that S3 would send; a preview is never cached."""
    headers = {"content-type": stored.content_type, "cache-control": "no-store", "etag": f'"{stored.etag}"'}
    if stored.redirect_to is not None:
        headers["x-amz-website-redirect-location"] = stored.redirect_to
    if stored.status is not None:
        headers["x-amz-meta-status"] = str(stored.status)
    return headers


def _snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """List the files of a folder with what changes when they do."""
    found: dict[str, tuple[int, int]] = {}
    for key in bootstrap.files_of(folder):
        with suppress(FileNotFoundError):
            stat = (folder / key).stat()
            found[key] = (stat.st_mtime_ns, stat.st_size)
    return found
