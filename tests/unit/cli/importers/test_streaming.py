"""Imports hold one post at a time, however many an export has."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.picture_files import Pictures
from bucketpress_cli.importers.publication import ImportedPost, ImportedSite, Loss
from bucketpress_cli.importers.publication_import import PublicationImport
from bucketpress_cli.importers.target_folder import TargetFolder
from bucketpress_cli.importers.wordpress.wxr import WordPressExport
from tests.unit.cli.importers.runs import NOW
from tests.unit.cli.importers.wordpress_sample import export, item

POSTS = 120


@dataclass
class WatchedExport:
    """An export that counts the posts in memory whenever it yields another."""

    most: int = 0
    losses_of: list[Loss] = field(default_factory=list)

    def site(self) -> ImportedSite:
        return ImportedSite(title="A", url="https://blog.example")

    def posts(self) -> Iterator[ImportedPost]:
        for number in range(POSTS):
            held = "draft" if number % 2 else ""
            published = datetime(2012, 1, number % 28 + 1, tzinfo=UTC)
            slug = f"post-{number}"
            yield ImportedPost(
                title=slug, html="<p>Text.</p>", slug=slug, path=f"/{slug}/", published=published, held=held
            )
            self.most = max(self.most, _in_memory())

    def losses(self) -> Iterator[Loss]:
        yield from self.losses_of

    def picture(self, path: str) -> bytes | None:
        del path
        return None


def _in_memory() -> int:
    return sum(isinstance(each, ImportedPost) for each in gc.get_objects())


def test_an_import_holds_a_few_posts_at_a_time(tmp_path: Path) -> None:
    watched, report = WatchedExport(), ImportReport()

    PublicationImport(watched, TargetFolder(tmp_path / "blog", report), Pictures(watched, None), report, NOW).run()

    assert report.counts["posts"] + report.counts["posts held back (draft)"] == POSTS
    assert watched.most <= 3


def test_a_wordpress_export_is_read_item_by_item(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    text = "word " * 2_000
    with source.open("wb") as file:
        file.writelines(export(item(number, text=text) for number in range(1, POSTS)))

    most = max(_in_memory() for _ in WordPressExport(source).posts())

    assert most <= 3
