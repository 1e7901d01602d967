"""A whole publication as one archive: its sources, and what other systems may want of the site made of them.

`content/` holds every source under its key, `site/` the feeds and sitemaps, `redirects.json` where old addresses lead.
The same folder gives the same bytes.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bucketpress import __version__, bootstrap
from bucketpress.services.build import Build, Progress
from bucketpress_cli.importers.archives.archive_files import ArchiveFiles
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.publication import ExportError
from bucketpress_cli.importers.target_folder import TargetFolder

MANIFEST = "bucketpress-export.json"
FORM = 1
_CONTENT = "content/"
_DEFAULT_URL = "http://localhost"
_KEPT_NAMES = frozenset({"feed.xml", "atom.xml", "feed.json", "sitemap.xml", "llms.txt", "robots.txt"})
_COMPRESSED = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".mp4", ".webm", ".mp3", ".zip", ".gz", ".pdf"}
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that an archive can have; none of today, which would change its bytes
_BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenArchive:
    """How many sources were written, and the names of the files that were not; no archive can hold `without_name`."""

    sources: int
    left_out: tuple[str, ...]
    without_name: tuple[str, ...]


def write_archive(folder: Path, archive: Path, progress: Progress | None = None) -> WrittenArchive:
    """Write a content folder as an archive, whole or not at all. Raises BucketpressError when it cannot be built."""
    beside = archive.with_name(f".{archive.name[:100]}.part")
    try:
        with tempfile.TemporaryDirectory(prefix="bucketpress-") as out, zipfile.ZipFile(beside, "w") as file:
            site = Path(out)
            build = bootstrap.build(folder, site, default_url=_DEFAULT_URL)
            build.run(progress)
            found = sorted(bootstrap.files_of(folder))
            keys = [key for key in found if _is_utf8(key)]
            without_name = tuple(key for key in found if not _is_utf8(key))
            left_out = tuple(sorted({*build.left_out, *without_name}))
            manifest = {"form": FORM, "software": __version__, "sources": len(keys), "left_out": left_out}
            _add(file, MANIFEST, _document(manifest))
            _add(file, "redirects.json", _document(_redirects(build)))
            for name in _shared(build):
                _add_file(file, f"site/{name}", site / name)
            for number, key in enumerate(keys, 1):
                _add_file(file, _CONTENT + key, folder / key)
                if progress:
                    progress("Packing", number, len(keys))
        beside.replace(archive)
    except OSError as error:
        message = f"{archive} cannot be written: {error.strerror or error}"
        raise ExportError(message) from error
    finally:
        beside.unlink(missing_ok=True)
    return WrittenArchive(sources=len(keys), left_out=left_out, without_name=without_name)


class PublicationArchive:
    """One run of an import of such an archive: every source as it was."""

    def __init__(self, path: Path, target: TargetFolder, report: ImportReport) -> None:
        """Take an archive, packed or unpacked; nothing is read yet."""
        self._files, self._target, self._report = ArchiveFiles(path), target, report

    def run(self) -> None:
        """Write every source. Raises ExportError."""
        name = self._files.find(MANIFEST)
        base = name.removesuffix(MANIFEST) if name else ""
        try:
            form = json.loads(self._files.read(name))["form"] if name else None
        except (ValueError, KeyError, TypeError):
            form = None
        if form != FORM:
            message = f"The archive is of a form that this version does not read ({form}). Take a newer bucketpress."
            raise ExportError(message)
        for file in self._files.names:
            if file.startswith(base + _CONTENT):
                self._files.copy(file, self._target, file.removeprefix(base + _CONTENT))
                self._report.count("sources")
        self._target.remember()


def _redirects(build: Build) -> dict[str, str]:
    """Return where each old address leads, by the key of the artifact that says so."""
    return {
        key: stored.redirect_to
        for key in _artifacts(build)
        if (stored := build.refresher.site.head(key)) and stored.redirect_to is not None
    }


def _shared(build: Build) -> Iterator[str]:
    for key in _artifacts(build):
        stored = build.refresher.site.head(key)
        last = key.rpartition("/")[2]
        is_map = "/" not in key and last.startswith("sitemap") and last.endswith(".xml")
        if (last in _KEPT_NAMES or is_map) and stored and stored.status is None and stored.redirect_to is None:
            yield key


def _artifacts(build: Build) -> Iterator[str]:
    after = ""
    while page := build.refresher.site.list_keys(after, 1000):
        yield from (key for key, _ in page)
        after = page[-1][0]


def _is_utf8(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True


def _document(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_entry(name), data)


def _add_file(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    with path.open("rb") as source, archive.open(_entry(name), "w", force_zip64=True) as target:
        while block := source.read(_BLOCK_BYTES):
            target.write(block)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    is_packed = Path(name).suffix.lower() in _COMPRESSED
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
