"""What should not be in a picture, or is seen otherwise than its author sees it, stands out when it is stripped."""

import struct
import zlib

import pytest
from PIL import Image

from bucketpress.content.pictures.orientation import orientation_only
from bucketpress.content.pictures.picture_findings import (
    MAX_PROFILE_BYTES,
    PictureFinding,
    findings_problems,
)
from bucketpress.content.pictures.stripper import stripped_picture
from tests.support.photographs import animation, encoded, exif, photograph, pixels
from tests.support.pictures import png_header

FORMS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
ARCHIVE = b"PK\x03\x04" + bytes(300) + b"PK\x05\x06" + bytes(18)
PAGE = b"<html><script>alert(1)</script></html>"
PROGRAM = b"=1;alert(document.domain)//"


def found(data: bytes) -> set[PictureFinding]:
    return set(stripped_picture(data).findings)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """Make a PNG with one more chunk before its pixels."""
    whole = encoded("PNG")
    return whole[:33] + png_chunk(kind, body) + whole[33:]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_stands_out_in_a_picture_as_programs_write_them(form: str) -> None:
    plain = {} if form == "GIF" else {"exif": exif()}

    assert found(encoded(form, **plain)) == set()


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_nothing_stands_out_in_an_animation(form: str) -> None:
    assert found(animation(form)) == set()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_nothing_stands_out_in_any_kind_of_pixels(mode: str) -> None:
    assert found(encoded("PNG", pixels(31, 17).convert(mode))) == set()


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"restart_marker_blocks": 1}])
def test_nothing_stands_out_however_a_jpeg_is_coded(options: dict[str, object]) -> None:
    assert found(encoded("JPEG", Image.new("RGB", (2000, 1000), "navy"), quality=5, **options)) == set()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("more", [ARCHIVE, PAGE, PROGRAM, b"%PDF-1.7 ...", b"\0\0" + ARCHIVE, b"\n" + PAGE, b"SECRET"])
def test_what_follows_the_end_stands_out(form: str, more: bytes) -> None:
    whole = encoded(form)

    picture = stripped_picture(whole + more)

    assert picture.findings == {PictureFinding.FOREIGN_DATA}
    assert more.strip(b"\0\n") not in picture.data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize(
    "more",
    [
        b"",
        bytes(2000),
        b"\r\n",
        encoded("JPEG", pixels(8, 8)),
        bytes(3) + encoded("JPEG", pixels(8, 8)),
        b"\0\0\0\x18ftypmp42" + bytes(500),
        b"\0\0\1\x0aImage_UTC_Data1700000000SEFH" + bytes(20) + b"SEFT",
    ],
    ids=["nothing", "zeros", "a line", "a picture", "a padded picture", "a film", "a telephone's notes"],
)
def test_what_cameras_put_behind_a_picture_does_not_stand_out(form: str, more: bytes) -> None:
    assert found(encoded(form) + more) == set()


def test_an_archive_behind_what_cameras_put_there_stands_out() -> None:
    both = encoded("JPEG") + encoded("JPEG", pixels(8, 8)) + ARCHIVE

    assert found(both) == {PictureFinding.FOREIGN_DATA}


@pytest.mark.parametrize(
    "data",
    [
        encoded("JPEG", comment=PAGE),
        encoded("JPEG")[:20] + b"not a segment" + encoded("JPEG")[20:],
        with_chunk(b"tEXt", b"Comment\0" + PAGE),
        with_chunk(b"zzZz", ARCHIVE),
        encoded("GIF", comment=b"<script>alert(1)</script>"),
        encoded("WEBP", exif=b"Exif\0\0" + ARCHIVE),
        encoded("AVIF", xmp=PAGE),
    ],
    ids=["in a comment", "between segments", "in a text", "in a chunk", "in a GIF", "as Exif", "as XMP"],
)
def test_what_is_hidden_in_metadata_stands_out(data: bytes) -> None:
    assert found(data) == {PictureFinding.FOREIGN_DATA}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_what_breaks_off_stands_out(form: str, share: float) -> None:
    whole = encoded(form, pixels(300, 200))

    assert PictureFinding.DAMAGED in found(whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xd9",
        png_header(640, 480) + png_chunk(b"IEND", b""),
        with_chunk(b"IDAT", b"\x78\x9cnoise"),
        encoded("PNG")[:40] + b"\xff" + encoded("PNG")[41:],
        b"RIFF\x04\0\0\0WEBP",
        b"GIF89a\1\0\1\0\0\0\0;",
        b"GIF89a=1;alert(1)//",
    ],
    ids=["JPEG", "PNG", "PNG of noise", "PNG with one byte changed", "WebP", "GIF", "GIF that is a program"],
)
def test_what_has_no_whole_picture_stands_out(data: bytes) -> None:
    assert PictureFinding.DAMAGED in found(data)


def lying(form: str) -> bytes:
    """Make a picture whose head claims more than there is."""
    whole = encoded(form, lossless=True) if form == "WEBP" else encoded(form)
    if form == "JPEG":
        place = whole.index(b"\xff\xc0") + 5
        return whole[:place] + struct.pack(">HH", 9000, 9000) + whole[place + 4 :]
    if form == "PNG":
        header = struct.pack(">IIBBBBB", 400, 300, 8, 2, 0, 0, 0)
        return whole[:8] + png_chunk(b"IHDR", header) + whole[33:]
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\3\0" + b"\xff\3\0"
    return b"RIFF" + struct.pack("<I", 4 + len(extended) + len(whole) - 12) + b"WEBP" + extended + whole[12:]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_head_that_lies_stands_out(form: str) -> None:
    assert found(lying(form)) == {PictureFinding.UNLIKE_HEADER}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_a_profile_too_large_to_keep_stands_out_and_is_left_out(form: str) -> None:
    profile = bytes(range(256)) * (MAX_PROFILE_BYTES // 256 + 1)
    if form == "GIF":
        whole, blocks = encoded("GIF"), b"".join(b"\xff" + bytes(255) for _ in range(MAX_PROFILE_BYTES // 255))
        data = whole[:-1] + b"\x21\xff\x0bICCRGBG1012" + blocks + b"\0;"
    else:
        data = encoded(form, icc_profile=profile)

    picture = stripped_picture(data)

    assert picture.findings == {PictureFinding.LARGE_PROFILE}
    assert profile[:4096] not in picture.data
    assert picture.data.count(0) > MAX_PROFILE_BYTES or len(picture.data) < 100_000


def test_a_profile_that_unpacks_to_more_than_is_kept_stands_out() -> None:
    packed = zlib.compress(bytes(MAX_PROFILE_BYTES + 1))

    picture = stripped_picture(with_chunk(b"iCCP", b"bomb\0\0" + packed))

    assert picture.findings == {PictureFinding.LARGE_PROFILE}
    assert b"iCCP" not in picture.data


def test_colours_for_printing_and_deep_colours_stand_out() -> None:
    printed = encoded("JPEG", pixels().convert("CMYK"))
    deep = encoded("PNG", pixels().convert("L").convert("I").convert("I;16"))

    assert found(printed) == {PictureFinding.PRINT_COLOURS}
    assert found(deep) == {PictureFinding.DEEP_COLOURS}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_webp_that_is_turned_stands_out_as_not_every_browser_turns_it(orientation: int) -> None:
    turned = encoded("WEBP", exif=orientation_only(orientation))

    assert found(turned) == ({PictureFinding.TURNED_WEBP} if orientation > 1 else set())


@pytest.mark.parametrize("form", FORMS)
def test_what_readers_get_does_not_stand_out_any_more(form: str) -> None:
    once = stripped_picture(photograph(form) + ARCHIVE)

    assert once.findings == {PictureFinding.FOREIGN_DATA}
    assert found(once.data) == set()


@pytest.mark.parametrize("finding", PictureFinding)
def test_everything_that_stands_out_is_told_with_a_way_out(finding: PictureFinding) -> None:
    (problem,) = findings_problems([finding], is_known_broken=False)

    assert problem.fix


def test_that_a_picture_is_broken_is_not_told_twice() -> None:
    broken = {PictureFinding.DAMAGED, PictureFinding.UNLIKE_HEADER, PictureFinding.FOREIGN_DATA}

    (problem,) = findings_problems(broken, is_known_broken=True)

    assert "no part of the picture" in problem.message
