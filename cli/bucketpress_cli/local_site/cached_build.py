"""Builds a folder, with what the last build left where there is something: the same bytes as a clean build, sooner."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bucketpress import bootstrap
from bucketpress.content.post import instant
from bucketpress.content.source_keys import SETTINGS_KEY, is_source
from bucketpress.errors import BucketpressError
from bucketpress.ports import EncodedPictures
from bucketpress.services.build import Build, BuildState, Built, Progress, SourceFolder
from bucketpress.services.queries.folder_report import FileReport, reports_of
from bucketpress_cli.local_site.build_cache import BuildCache, Manifest, stamps_of
from bucketpress_cli.local_site.garbage import seldom_collected

# Of so many sources and more at once, reading all of them again, in several processes, takes no longer.
MOST_CHANGED = 200
DUE_KEYS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything but the content that decides what is written."""

    default_url: str
    theme: Path | None = None
    domain_proofs: bool = False
    shows_early: bool = False
    variants: bool = False

    @property
    def identity(self) -> str:
        """Return a name of these options and of the software that reads them."""
        chosen = f"{self.domain_proofs} {self.shows_early} {self.variants}"
        return f"{bootstrap.software_here(self.theme)} {self.default_url} {chosen}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a build came to. `build` is None where there was nothing to do."""

    reports: tuple[FileReport, ...]
    artifacts: int
    build: Build | None = None


class OccupiedError(BucketpressError):
    """The folder for the site holds something that no build has put there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedBuild:
    """Builds one folder into another; without a `cache` nothing is kept. `processes` is how many read at a time.

    `variant_files` returns what keeps versions of pictures in a folder, where there are some.
    """

    folder: Path
    out: Path
    options: Options
    cache: BuildCache | None = None
    clock: Callable[[], datetime] = bootstrap.now
    processes: int = 1
    variant_files: Callable[[Path], EncodedPictures] = bootstrap.variant_files

    def run(self, progress: Progress | None = None, *, replaces: bool = False, goes_on: bool = False) -> Outcome:
        """Bring the output up to date. Raises OccupiedError where it holds anything else, unless that is replaced.

        With `goes_on` the outcome has a build to go on with also where there was nothing to do.
        """
        content = bootstrap.folder_content(self.folder)
        with seldom_collected(), self._variants() as variants:
            work = _Work(content=content, sources=_sources(content), variants=variants, progress=progress)
            return self._run(work, replaces=replaces, goes_on=goes_on)

    @contextmanager
    def _variants(self) -> Iterator[EncodedPictures | None]:
        """Return what keeps versions of pictures from build to build; without a cache, for this one."""
        if not self.options.variants:
            yield None
        elif self.cache:
            yield self.variant_files(self.cache.variants)
        else:
            with tempfile.TemporaryDirectory(prefix="bucketpress-") as folder:
                yield self.variant_files(Path(folder))

    def _run(self, work: "_Work", *, replaces: bool, goes_on: bool) -> Outcome:
        last = self._last()
        if last is None:
            if not replaces and not self._is_free():
                raise OccupiedError
            return self._anew(work)
        is_due = last.next_due is not None and last.next_due <= self.clock()
        changed = sorted({key for key, _ in work.sources.items() ^ last.sources.items()})
        if not (changed or is_due or goes_on or last.left_out != work.content.left_out):
            return Outcome(reports=last.reports, artifacts=last.artifacts)
        return self._updated(last, changed, work) or self._anew(work)

    def _is_free(self) -> bool:
        """Return whether the output is empty, or just what a build that was stopped has left."""
        if not self.out.exists() or not any(self.out.iterdir()):
            return True
        return self.cache is not None and self.cache.interrupted_output() == stamps_of(self.out)

    @contextmanager
    def _noted_where_stopped(self) -> Iterator[None]:
        """Note what is left of an output that is ours when the command is stopped."""
        try:
            yield
        except KeyboardInterrupt:
            if self.cache:
                with suppress(OSError):
                    self.cache.save_interrupted_output(stamps_of(self.out))
            raise

    def _last(self) -> Manifest | None:
        """Return what the last build was made from, None where the output is not what it left, or time went back."""
        last = self.cache.manifest(self.options.identity) if self.cache else None
        if last is None or last.built_at > self.clock() or last.files != stamps_of(self.out):
            return None
        return last

    def _updated(self, last: Manifest, changed: list[str], work: "_Work") -> Outcome | None:
        """Return the outcome of going on from the last build, None where that is not possible or not worth it."""
        state = self.cache.state(last) if self.cache and len(changed) <= MOST_CHANGED else None
        if state is None or SETTINGS_KEY in changed:
            return None
        build = self._build(work, state)
        due = state.index.due(instant(self.clock()), DUE_KEYS)
        keys = sorted({*changed, *due})
        if not keys and last.left_out == work.content.left_out:
            return Outcome(reports=last.reports, artifacts=last.artifacts, build=build)
        with self._noted_where_stopped():
            self._forget()
            built = build.update(keys, work.progress)
            return self._kept(build, built, work.sources) if _is_whole(build, self.out) else None

    def settle(self, build: Build, keys: Iterable[str]) -> None:
        """Keep a build that has gone on by itself since, `keys` being what it published: its past leaves no trace."""
        built = build.update(keys)
        # What was published, and not what may have been saved since.
        self._kept(build, built, {record.key: record.etag or "" for record in built.records})

    def _anew(self, work: "_Work") -> Outcome:
        with self._noted_where_stopped():
            self._empty_output()
            build = self._build(work, None)
            outcome = self._kept(build, build.run(work.progress), work.sources)
        if work.variants:
            work.variants.forget_others()
        return outcome

    def _empty_output(self) -> None:
        self._forget()
        self.out.mkdir(parents=True, exist_ok=True)
        for path in self.out.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _build(self, work: "_Work", state: BuildState | None) -> Build:
        return bootstrap.build(
            self.folder,
            self.out,
            default_url=self.options.default_url,
            clock=self.clock,
            theme=self.options.theme,
            processes=self.processes,
            domain_proofs=self.options.domain_proofs,
            shows_early=self.options.shows_early,
            variants=self.options.variants,
            content=work.content,
            state=state,
            variant_files=work.variants,
        )

    def _forget(self) -> None:
        if self.cache:
            self.cache.forget()

    def _kept(self, build: Build, built: Built, sources: Mapping[str, str]) -> Outcome:
        """Keep what the next build can use."""
        reports = reports_of(built.records, build.left_out)
        if self.cache and _is_whole(build, self.out):
            due = [record.due for record in built.records if record.due is not None]
            with suppress(OSError):  # A folder that cannot be written to has no cache.
                manifest = Manifest(
                    identity=self.options.identity,
                    sources=sources,
                    left_out=build.left_out,
                    reports=tuple(replace(report, record=None) for report in reports if report.problems),
                    files=stamps_of(self.out),
                    artifacts=built.artifacts,
                    built_at=self.clock(),
                    next_due=min(due, default=None),
                    state_digest=self.cache.save_state(build.state),
                )
                self.cache.save_manifest(manifest)
        return Outcome(reports=reports, artifacts=built.artifacts, build=build)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What one run works on: the folder, the ETags of its files, what keeps versions of pictures, who is told of it."""

    content: SourceFolder
    sources: Mapping[str, str]
    variants: EncodedPictures | None
    progress: Progress | None


def _sources(content: SourceFolder) -> Mapping[str, str]:
    """Return the ETag of every file that is read."""
    return {version.key: version.etag for version in content.list_keys("", sys.maxsize) if is_source(version.key)}


def _is_whole(build: Build, out: Path) -> bool:
    """Return whether the output holds every artifact: a folder has no room for a file and a folder of one name.

    Which of the two it holds depends on what it held before, so that nobody may go on from there.
    """
    return all((out / key).is_file() for key in build.site.objects)
