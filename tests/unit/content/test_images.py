"""How large a picture is, by the beginning of its file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.html.completion import size_images
from bucketpress.content.images import FIRST_BYTES, MAX_READS, NEXT_BYTES, ImageSize, image_size, is_measurable
from bucketpress.content.source_keys import asset_key
from tests.support import pictures


def measured(data: bytes) -> tuple[int, int] | None:
    size = image_size(lambda start, length: data[start : start + length])
    return (size.width, size.height) if size else None


@pytest.mark.parametrize(
    "data",
    [
        pictures.png(640, 480),
        pictures.gif(640, 480),
        pictures.jpeg(640, 480),
        pictures.jpeg(640, 480, frame=0xC2),
        pictures.jpeg(640, 480, orientation=1),
        pictures.jpeg(640, 480, orientation=3),
        *(pictures.jpeg(480, 640, orientation=turned) for turned in (5, 6, 7, 8)),
        *(pictures.webp(640, 480, form) for form in ("VP8", "VP8L", "VP8X")),
        pictures.avif((640, 480)),
        pictures.avif((160, 120), (640, 480)),
        pictures.avif((480, 640), turn=1),
        pictures.avif((640, 480), turn=2),
        b'<?xml version="1.0"?>\n<!-- a map --><svg xmlns="x" width="640" height=\'480px\' viewBox="0 0 1 1">',
        b'<svg viewBox="0 0 640.2 479.9"><rect width="1" height="1"/></svg>',
        b'<svg width="100%" height="auto" viewBox="-1,-1,640,480">',
    ],
)
def test_the_size_of_a_picture_is_that_which_a_browser_shows(data: bytes) -> None:
    assert measured(data) == (640, 480)


@pytest.mark.parametrize("padding", [10, FIRST_BYTES, 200_000, 5 * 65_533])
def test_a_photograph_may_carry_much_before_its_size(padding: int) -> None:
    reads: list[tuple[int, int]] = []
    data = pictures.jpeg(640, 480, orientation=6, padding=padding)

    def read(start: int, length: int) -> bytes:
        reads.append((start, length))
        return data[start : start + length]

    assert image_size(read) == ImageSize(width=480, height=640)
    assert len(reads) <= MAX_READS
    assert sum(length for _, length in reads) <= FIRST_BYTES + (MAX_READS - 1) * NEXT_BYTES


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\x00\x00" * 200,
        b"\xff\xd8" + b"\xff" * 5000,
        b"\xff\xd8\xff\xd9" + bytes(20),
        pictures.jpeg(640, 480, padding=20 * 65_533),
        pictures.png_header(0, 480),
        pictures.png_header(2**32 - 1, 2**32 - 1),
        pictures.png_header(65_536, 1),
        b"\x89PNG\r\n\x1a\n" + bytes(30),
        b"RIFF\0\0\0\0WEBPVP8 " + bytes(20),
        b"\0\0\0\x1cftypavif" + bytes(40),
        b"<svg>",
        b'<svg width="0" height="0">',
        b'<svg viewBox="0 0 99999 1">',
        b"<html><svg",
        b"not a picture at all",
    ],
)
def test_what_cannot_be_told_is_not_told(data: bytes) -> None:
    assert measured(data) is None


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFFxxxxWEBP", b"<svg "])
)
def test_no_file_breaks_the_measuring(rest: bytes, start: bytes) -> None:
    size = measured(start + rest)

    assert size is None or all(1 <= side <= 65_535 for side in size)


def test_only_files_named_like_pictures_are_looked_at() -> None:
    assert [is_measurable(name) for name in ("a/b.PNG", "b.jpeg", "c.svg", "d.pdf", "png", "e.mp4")] == [True] * 3 + [
        False
    ] * 3


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/_bucketpress/media/posts/x/p.png", "posts/x/p.png"),
        ("/logo.png", "static/logo.png"),
        ("/images/a b.png", "static/images/a b.png"),
        ("/2010/03/x/", None),
        ("https://other.example/p.png", None),
        ("", None),
        ("/_bucketpress/media/posts/a.md", None),
        ("/../x.png", None),
    ],
)
def test_an_asset_is_known_by_its_path(path: str, key: str | None) -> None:
    assert asset_key(path) == key


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="/p.png" alt="x">', '<img src="/p.png" alt="x" width="640" height="480">'),
        ('<img alt="" src="/p.png?v=2#f">', '<img alt="" src="/p.png?v=2#f" width="640" height="480">'),
        ('<img src="/p.png" width="10">', '<img src="/p.png" width="10">'),
        ('<img src="/other.png">', '<img src="/other.png">'),
        ('<img alt=" width=" src="/p.png">', '<img alt=" width=" src="/p.png" width="640" height="480">'),
        ('<p title="/p.png">&lt;img src="/p.png"></p>', '<p title="/p.png">&lt;img src="/p.png"></p>'),
    ],
)
def test_a_picture_without_a_size_is_given_its_own(html: str, expected: str) -> None:
    assert size_images(html, {"/p.png": ImageSize(width=640, height=480)}) == expected
