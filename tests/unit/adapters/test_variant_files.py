"""No version of a picture is encoded twice, whatever is built again."""

from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from bucketpress.adapters.files.folder import FolderContentStore
from bucketpress.adapters.files.variant_files import VariantFiles
from bucketpress.content.pictures.encoding_fault import EncodingFault, UnencodablePictureError
from bucketpress.content.pictures.variants import VariantShape
from bucketpress.records.site_object import AssetCopy
from bucketpress.records.source_version import SourceVersion
from bucketpress_cli.local_site.build_cache import BuildCache
from bucketpress_cli.local_site.cached_build import CachedBuild, Options
from bucketpress_cli.local_site.previewed_site import PreviewedSite
from tests.support.photographs import encoded, opened, pixels
from tests.support.pictures import png
from tests.support.world import SITE_YAML, markdown

PICTURES = 1_000
SMALL = VariantShape(width=480)


class Encoder:
    """Encodes nothing, and counts."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[bytes, VariantShape]] = Counter()

    def __call__(self, data: bytes, shape: VariantShape) -> bytes:
        self.asked[data, shape] += 1
        if data == b"broken":
            raise UnencodablePictureError(EncodingFault.DAMAGED)
        return b"%d of %s" % (shape.width, data)

    def files(self, folder: Path) -> VariantFiles:
        return VariantFiles(folder, lambda: (self, "test"))


def _named(encoder: Encoder, name: str) -> tuple[Encoder, str]:
    return encoder, name


def _built(root: Path, encoder: Encoder, jobs: int = 2) -> int:
    made = CachedBuild(
        folder=root / "content",
        out=root / "site",
        options=Options(default_url="https://blog.example", variants=True),
        cache=BuildCache(root / "cache"),
        processes=jobs,
        variant_files=encoder.files,
    )
    return made.run(replaces=True).artifacts


def _bundle(root: Path, pictures: int) -> None:
    folder = root / "content" / "posts" / "x"
    folder.mkdir(parents=True)
    (root / "content" / "site.yaml").write_bytes(SITE_YAML)
    (folder / "index.md").write_bytes(markdown(text="![A bridge](0.png)"))
    for number in range(pictures):
        (folder / f"{number}.png").write_bytes(png(500, 1) + b"%d" % number)


@pytest.mark.slow
def test_a_thousand_pictures_are_built_a_second_time_with_no_encoding(tmp_path: Path) -> None:
    _bundle(tmp_path, PICTURES)
    first, unchanged, anew = Encoder(), Encoder(), Encoder()

    artifacts = _built(tmp_path, first)
    assert _built(tmp_path, unchanged) == artifacts
    (tmp_path / "content" / "site.yaml").write_bytes(SITE_YAML + b"posts_per_page: 7\n")  # builds everything again
    assert _built(tmp_path, anew) == artifacts

    assert len(first.asked) == 2 * PICTURES
    assert set(first.asked.values()) == {1}
    assert not unchanged.asked
    assert not anew.asked


def test_one_changed_picture_is_encoded_and_what_it_was_is_forgotten(tmp_path: Path) -> None:
    _bundle(tmp_path, 3)
    _built(tmp_path, Encoder())
    changed = tmp_path / "content" / "posts" / "x" / "1.png"
    changed.write_bytes(png(600, 1))
    second = Encoder()
    _built(tmp_path, second)
    (tmp_path / "content" / "site.yaml").write_bytes(SITE_YAML + b"posts_per_page: 7\n")
    _built(tmp_path, Encoder())

    assert {data for data, _ in second.asked} == {png(600, 1)}
    assert len(list((tmp_path / "cache" / "variants").iterdir())) == 6


def test_another_encoder_makes_all_of_them_again(tmp_path: Path) -> None:
    encoder = Encoder()
    for name in ("one", "one", "other"):
        assert VariantFiles(tmp_path, partial(_named, encoder, name)).encode(b"data", SMALL) == b"480 of data"

    assert encoder.asked[b"data", SMALL] == 2


def test_a_broken_picture_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "content" / "static").mkdir(parents=True)
    keys = ("static/a.png", "static/b.png")
    for key, data in zip(keys, (b"broken", b"data"), strict=True):
        (tmp_path / "content" / key).write_bytes(data)
    copies = [
        AssetCopy(key=key, source=SourceVersion(key=key, version="1"), content_type="image/webp", shape=SMALL)
        for key in keys
    ]
    done: list[int] = []
    encoder = Encoder()

    encoder.files(tmp_path / "kept").encode_all(FolderContentStore(tmp_path / "content"), 2, copies, done.append)

    assert done == [1, 2]
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_preview_offers_versions_and_makes_one_when_it_is_asked_for(tmp_path: Path) -> None:
    _bundle(tmp_path, 0)
    picture = tmp_path / "content" / "posts" / "x" / "0.png"
    picture.write_bytes(encoded("PNG", pixels(700, 350)))
    cache = BuildCache(tmp_path / "cache")

    site = PreviewedSite(tmp_path / "content", tmp_path / "out", "http://127.0.0.1", cache=cache, variants=True)

    page = site.read("2010/03/x/index.html")
    assert page
    assert b" 480w, " in page[1]
    assert not cache.variants.exists()
    key = next(each for each in site._build.site.objects if each.endswith("-480.webp"))
    headers, data = site.read(key) or ({}, b"")
    assert headers["content-type"] == "image/webp"
    assert opened(data).width == 480
    assert len(list(cache.variants.iterdir())) == 1


def test_a_preview_shows_what_cannot_be_encoded_as_it_is(tmp_path: Path) -> None:
    _bundle(tmp_path, 0)
    picture = tmp_path / "content" / "posts" / "x" / "0.png"
    picture.write_bytes(png(700, 350)[:40])

    site = PreviewedSite(tmp_path / "content", tmp_path / "out", "http://127.0.0.1", variants=True)

    key = next(each for each in site._build.site.objects if each.endswith("-480.webp"))
    assert (site.read(key) or ({}, b""))[1].startswith(b"\x89PNG")
