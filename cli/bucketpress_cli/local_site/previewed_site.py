"""A content folder and its site in another folder, brought up to date with the first whenever a file changes."""

import shutil
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console

from bucketpress import bootstrap
from bucketpress.content.post import instant
from bucketpress.content.problem import Severity, error
from bucketpress.content.source_keys import SETTINGS_KEY, href, is_source
from bucketpress.errors import BucketpressError
from bucketpress.records.record import Record
from bucketpress.records.site_object import StoredArtifact
from bucketpress.services.build import Build
from bucketpress.services.early_view import EARLY, early_note
from bucketpress.services.queries.folder_report import FileReport, reports_of
from bucketpress_cli.check_report import print_text
from bucketpress_cli.cloudfront.distribution import Distribution
from bucketpress_cli.cloudfront.edge_cache import Request
from bucketpress_cli.cloudfront.functions import Answer
from bucketpress_cli.cloudfront.origins import objects_origin
from bucketpress_cli.cloudfront.search_origin import search_origin
from bucketpress_cli.local_site.build_cache import BuildCache
from bucketpress_cli.local_site.cached_build import CachedBuild, Options
from bucketpress_cli.local_site.lazy_variants import LazyVariants, lacking
from bucketpress_cli.local_site.live_page import EVENTS_PATH, LiveState, events, live, plain
from bucketpress_cli.progress_bar import with_bar
from bucketpress_cli.terminal import print_line

DUE_KEYS = 1000
# The folder of the site, and that of the next one while everything is built again.
FIRST, SECOND = "site", "next"
VARIANTS = "variants"
THEME = "the theme"

console = Console(stderr=True, highlight=False)


class PreviewedSite:
    """A content folder and its site.

    What changes is published and refreshed by the production services, on the index that the first build has made; so
    one changed post costs what it costs in production. Changed settings build everything again.
    """

    def __init__(
        self,
        folder: Path,
        out: Path,
        url: str,
        clock: Callable[[], datetime] = bootstrap.now,
        *,
        theme: Path | None = None,
        shows_early: bool = False,
        cache: BuildCache | None = None,
        variants: bool = False,
    ) -> None:
        """Build the whole site, or go on from what the last preview left in `out`.

        With `variants` smaller versions of pictures are offered, and made when they are asked for.
        """
        options = Options(default_url=url, theme=theme, shows_early=shows_early, variants=variants)
        self._builder = CachedBuild(folder=folder, out=out / FIRST, options=options, cache=cache, clock=clock)
        self._lazily: LazyVariants | None = None
        if variants:
            lazily = LazyVariants(bootstrap.variant_files(cache.variants if cache else out / VARIANTS))
            self._builder = replace(self._builder, variant_files=lambda _folder: lazily)
            self._lazily = lazily
        self._folder, self._out, self._clock = folder, out, clock
        self._lock = threading.Lock()
        self._published: set[str] = set()
        self._notes: dict[str, tuple[str, str]] = {}
        self.state = LiveState(began=f"{clock():%Y%m%d%H%M%S%f}")
        self._seen = _snapshot(folder)
        self._build = self._everything(self._builder)
        self._distribution = Distribution(objects_origin(self.read), search_origin(self.read), caches_in_a_row=0)

    def look(self, keys: Iterable[str] | None = None) -> None:
        """Update the site if a file has changed or a post has come due, and print that.

        `keys` are the files that somebody has seen change, None where anything may have.
        """
        seen = self._looked_at(keys)
        due = self._build.publisher.index.due(instant(self._clock()), DUE_KEYS)
        changed = sorted({*due, *(key for key, _ in seen.items() ^ self._seen.items() if is_source(key))})
        if not changed:
            return
        try:
            self._bring_forward(changed, is_same_files=seen.keys() == self._seen.keys())
        except FileNotFoundError:
            return  # The file is still being saved; the next look finds it complete.
        except BucketpressError as problem:
            self.fail(SETTINGS_KEY if SETTINGS_KEY in changed else changed[0], problem)
        self._seen = seen
        self.state.change()
        print_line(console, f"updated: {', '.join(changed)}")

    def build_again(self) -> None:
        """Build everything again: the theme has changed."""
        try:
            with self._lock:
                self._build_anew()
        except BucketpressError as problem:
            self.fail(THEME, problem)
        self.state.change()

    def fail(self, key: str, problem: BucketpressError) -> None:
        """Show on every page why the site could not be brought up to date."""
        print_line(console, (f"✗ {problem}", "red"))
        self.state.problems[key] = [error(str(problem), "The pages are as they were before.")]

    def keep(self) -> None:
        """Keep what the next preview can go on from."""
        with self._lock:
            self._builder.settle(self._build, sorted(self._published))
            if self._builder.out != self._out / FIRST:
                shutil.rmtree(self._out / FIRST, ignore_errors=True)
                self._builder.out.replace(self._out / FIRST)

    def respond(self, request: Request) -> Answer:
        """Answer a reader as in production, but that nothing is kept and each page reloads when the site changes."""
        if request.uri == EVENTS_PATH:
            return events(self.state, request)
        return live(self._distribution.respond(plain(request)), request.uri, self.state)

    def read(self, key: str) -> tuple[dict[str, str], bytes] | None:
        """Read an artifact as the site bucket would give it: its headers and its bytes."""
        with self._lock:
            stored = self._build.refresher.site.head(key)
            if stored is None:
                return None
            file = self._builder.out / key  # A folder may have no room for what only leads elsewhere.
            data = file.read_bytes() if file.is_file() else b""
            copy = lacking(self._build, key) if self._lazily and not data else None
            source = self._build.content.read(copy.source) if copy else b""
        # Encoding takes long, and other requests need not wait for it.
        return _headers(stored), self._lazily.data(copy, source) if self._lazily and copy else data

    def _looked_at(self, keys: Iterable[str] | None) -> dict[str, tuple[int, int]]:
        """Return the files there are; only those of `keys` are looked at if these are there as they were before."""
        if keys is None:
            return _snapshot(self._folder)
        seen = dict(self._seen)
        for key in keys:
            stamp = _stamp(self._folder / key)
            came_or_went = (stamp is None) == (key in seen)
            if came_or_went and (stamp is None or is_source(key)):
                return _snapshot(self._folder)
            if stamp is not None and key in seen:
                seen[key] = stamp
        return seen

    def _bring_forward(self, changed: list[str], *, is_same_files: bool) -> None:
        with self._lock:
            if SETTINGS_KEY in changed:
                self._build_anew()
                return
            if is_same_files:
                self._build.content.look_again(changed)
            else:
                self._build = bootstrap.build_on(self._build, self._folder)
            records = self._build.read(keys=changed)
            self._published.update(record.key for record in records)
            self._tell(reports_of(records, {}))
            self._note(records)
            self._build.write()

    def _build_anew(self) -> None:
        """Build everything in another folder, so that the site stays as it is where that fails."""
        old = self._builder.out
        other = SECOND if old.name == FIRST else FIRST
        builder = replace(self._builder, out=self._out / other)
        self._build = self._everything(builder)
        self._builder = builder
        shutil.rmtree(old, ignore_errors=True)

    def _everything(self, builder: CachedBuild) -> Build:
        outcome = with_bar(lambda progress: builder.run(progress, replaces=True, goes_on=True), console)
        assert outcome.build is not None  # noqa: S101 - what `goes_on` promises
        self._published.clear()
        self.state.problems.clear()
        self._tell(outcome.reports)
        self._notes.clear()
        self._note(outcome.build.publisher.index.list_records("", sys.maxsize)[0])
        return outcome.build

    def _tell(self, reports: Iterable[FileReport]) -> None:
        """Print what is wrong with files, and have pages show it."""
        told = []
        for report in reports:
            problems = tuple(problem for problem in report.problems if problem.kind != EARLY)
            told.append(replace(report, problems=problems))
            errors = [problem for problem in problems if problem.severity is Severity.ERROR or report.is_wrong]
            self.state.problems.pop(report.key, None)
            if errors:
                self.state.problems[report.key] = errors
        print_text(console, told, quiet=True)

    def _note(self, records: Iterable[Record]) -> None:
        """Remember which of some sources only a preview shows, and where."""
        for record in records:
            self._notes.pop(record.key, None)
            if (note := early_note(record)) and record.shown is not None:
                self._notes[record.key] = (href(record.shown.path), note)
        self.state.notes = dict(self._notes.values())


def _headers(stored: StoredArtifact) -> dict[str, str]:
    """Return the headers that S3 would send; a preview is never cached."""
    headers = {"content-type": stored.content_type, "cache-control": "no-store", "etag": f'"{stored.etag}"'}
    if stored.redirect_to is not None:
        headers["x-amz-website-redirect-location"] = stored.redirect_to
    if stored.status is not None:
        headers["x-amz-meta-status"] = str(stored.status)
    return headers


def _snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the files of a folder with what changes when they do."""
    found = {key: _stamp(folder / key) for key in bootstrap.files_of(folder)}
    return {key: stamp for key, stamp in found.items() if stamp is not None}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_size
