"""Runs of an import, and what is published of what it wrote."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bucketpress import bootstrap
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress.records.record import Record
from bucketpress.site.impact import Shown
from bucketpress_cli.importers.export_formats import open_export
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.picture_files import Pictures
from bucketpress_cli.importers.publication_import import PublicationImport
from bucketpress_cli.importers.target_folder import TargetFolder

NOW = datetime(2020, 1, 1, tzinfo=UTC)


def imported(source: Path, folder: Path, media: Path | None = None, *, url: str = "") -> ImportReport:
    report = ImportReport()
    _, opened = open_export(source, None, url)
    PublicationImport(opened, TargetFolder(folder, report), Pictures(opened, media), report, NOW).run()
    return report


def built(folder: Path) -> Mapping[str, Record]:
    """Return the records of a folder by key, built without a warning that a link leads nowhere."""
    site = bootstrap.build(folder, None, default_url="https://other.example", clock=lambda: NOW)
    return {record.key: record for record in site.read()}


def shown(record: Record) -> Shown:
    assert isinstance(record.shown, Shown)
    return record.shown


def key_of(folder: Path, pattern: str) -> str:
    return next((folder / "posts").glob(pattern)).relative_to(folder).as_posix()


def html_of(folder: Path, pattern: str) -> str:
    key = key_of(folder, pattern)
    post, problems = read_post(classify(key), (folder / key).read_bytes(), SiteSettings(url="https://blog.example"))
    assert post is not None, problems
    return post.body.html
