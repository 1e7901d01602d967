"""Readers get a picture without what it says of where, when and by whom it was taken; in doubt they do not get it."""

from pathlib import Path

import pytest

from bucketpress import bootstrap
from bucketpress.content.pictures.stripper import MAX_BYTES, strip
from bucketpress.content.post import State
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.publish.source_reader import read_source
from tests.support.photographs import SECRET, photograph
from tests.support.pictures import avif
from tests.support.world import World, markdown

FORMS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF", "heic": "HEIF"}
POST = markdown(text="\n\n".join(f"![p](p.{ending})" for ending in FORMS))


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("folder", ["posts/x", "static"])
def test_no_object_of_the_site_says_where_a_picture_was_taken(world: World, ending: str, folder: str) -> None:
    photo = photograph(FORMS[ending])

    world.upload("posts/x/index.md", POST)
    world.upload(f"{folder}/p.{ending}", photo)
    world.settle()

    served = {key: world.site.data(key) for key, _ in world.site.list_keys("", 1000)}
    assert strip(photo) in served.values()
    assert [key for key, data in served.items() if SECRET in data] == []


@pytest.mark.parametrize("name", ["photo.txt", "photo.bin", "photo.JPG", "photo.png", "film.mp4"])
def test_a_picture_is_stripped_whatever_its_name(world: World, name: str) -> None:
    world.upload(f"static/{name}", photograph("JPEG"))
    world.settle()

    assert SECRET not in world.site.data(name)


def test_a_picture_that_is_not_understood_is_kept_from_readers(world: World) -> None:
    world.upload("static/p.avif", avif((3, 2)) + SECRET)
    world.settle()

    record = world.index.record("static/p.avif")
    assert record.state is State.INVALID
    assert world.site.head("p.avif") is None
    assert record.receipt is not None
    assert "export it as JPEG" in record.receipt.problems[0].fix


def test_the_last_picture_that_was_understood_stays(world: World) -> None:
    good = photograph("AVIF")

    world.upload("static/p.avif", good)
    world.settle()
    world.upload("static/p.avif", avif((3, 2)))
    world.settle()

    assert world.site.data("p.avif") == strip(good)


def test_a_raw_picture_is_copied_with_a_warning(world: World) -> None:
    world.upload("static/p.tif", b"II*\0\x08\0\0\0" + SECRET)
    world.settle()

    record = world.index.record("static/p.tif")
    assert record.state is State.PUBLISHED
    assert record.receipt is not None
    assert "as it is" in record.receipt.problems[0].message


def test_a_picture_too_large_for_memory_is_refused_without_being_read(world: World) -> None:
    class Huge:
        """A content store whose picture is as large as it says."""

        def __getattr__(self, name: str) -> object:
            return getattr(world.content, name)

        def head(self, key: str) -> SourceVersion:
            return SourceVersion(key=key, version="v1", etag="e", size=MAX_BYTES + 1)

        def versions(self, key: str, limit: int) -> tuple[SourceVersion, ...]:
            return (self.head(key),)[:limit]

        def read_range(self, version: SourceVersion, start: int, length: int) -> bytes:
            return photograph("JPEG")[start : start + length] if version.size else b""

        def read(self, version: SourceVersion) -> bytes:
            raise AssertionError(version)

    reading = read_source(Huge(), classify("static/p.jpg"), SiteSettings(url=""))  # type: ignore[arg-type]

    assert reading.used is None
    assert "100,663,296 bytes" in reading.problems[0].message


def test_a_build_strips_as_the_functions_do(tmp_path: Path) -> None:
    content, out = tmp_path / "content", tmp_path / "out"
    (content / "static").mkdir(parents=True)
    (content / "static" / "p.jpg").write_bytes(photograph("JPEG"))
    out.mkdir()

    bootstrap.build(content, out, default_url="https://example.com").run()

    assert (out / "p.jpg").read_bytes() == strip(photograph("JPEG"))
