"""However a picture says that it is turned: its size, its smaller versions and its file are those of what is seen."""

import struct
import zlib

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from bucketpress.content.images import ImageSize, image_size
from bucketpress.content.pictures.encoder import encode_picture
from bucketpress.content.pictures.orientation import orientation_of, orientation_only
from bucketpress.content.pictures.picture_format import picture_format
from bucketpress.content.pictures.stripper import strip
from bucketpress.content.pictures.variants import VariantShape, variants_wanted
from tests.support.photographs import animation, encoded, exif, opened, pixels

FORMS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
SIDEWAYS = range(5, 9)


def size_of(data: bytes) -> ImageSize | None:
    return image_size(lambda start, length: data[start : start + length])


def upright(data: bytes) -> Image.Image:
    """Return a picture as a program shows it that reads how it is turned."""
    return ImageOps.exif_transpose(opened(data)).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return by how much two pictures of one size differ, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_size_versions_and_file_are_those_of_what_is_seen(form: str, orientation: int) -> None:
    data = encoded(form, pixels(750, 500), exif=exif(orientation))
    seen = upright(data)

    size = size_of(data)
    wanted = variants_wanted(picture_format(data[:64]), "etag", size)
    made = opened(encode_picture(data, VariantShape(width=360))).convert("RGB")
    left = upright(strip(data))

    assert size
    assert wanted
    assert (size.width, size.height) == seen.size == ((500, 750) if orientation in SIDEWAYS else (750, 500))
    assert wanted.widths[-1] == size.width
    assert made.size == (360, round(360 * size.height / size.width))
    assert difference(made, seen.resize(made.size)) < 6
    assert (left.size, difference(left, seen)) == (seen.size, 0)


@pytest.mark.parametrize("form", FORMS)
def test_every_orientation_is_seen_otherwise(form: str) -> None:
    seen = {upright(encoded(form, pixels(60, 40), exif=exif(number))).tobytes() for number in range(1, 9)}

    assert len(seen) == 8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_only_what_not_every_browser_turns_has_a_version_however_small_it_is(orientation: int) -> None:
    small = {form: encoded(form, pixels(300, 200), exif=orientation_only(orientation)) for form in ("PNG", "WEBP")}

    wanted = {form: variants_wanted(picture_format(data[:64]), "etag", size_of(data)) for form, data in small.items()}

    assert wanted["PNG"] is None
    assert (wanted["WEBP"] is not None) == (orientation > 1)


def test_how_a_png_is_turned_counts_only_before_its_pixels_as_in_browsers() -> None:
    whole, turned = encoded("PNG", pixels(600, 400)), png_chunk(b"eXIf", orientation_only(6))

    early, late = whole[:33] + turned + whole[33:], whole[:-12] + turned + whole[-12:]

    assert size_of(early) == size_of(strip(early)) == ImageSize(width=400, height=600)
    assert size_of(late) == size_of(strip(late)) == ImageSize(width=600, height=400)
    assert opened(encode_picture(early, VariantShape(width=360))).size == (360, 540)
    assert opened(encode_picture(late, VariantShape(width=360))).size == (360, 240)


@pytest.mark.parametrize("profile_bytes", [0, 100_000, 2_000_000])
def test_a_png_may_carry_much_before_it_says_how_it_is_turned(profile_bytes: int) -> None:
    whole = encoded("PNG", pixels(600, 400))
    more = png_chunk(b"iCCP", b"profile\0\0" + bytes(profile_bytes)) + png_chunk(b"eXIf", orientation_only(8))

    assert size_of(whole[:33] + more + whole[33:]) == ImageSize(width=400, height=600)


def test_an_animation_is_shown_as_it_is_stored() -> None:
    moving = animation("WEBP")
    place = moving.index(b"EXIF")
    turned = moving[:place] + b"EXIF" + struct.pack("<I", 26) + orientation_only(6)

    size = size_of(turned[:4] + struct.pack("<I", len(turned) - 8) + turned[8:])

    assert size == size_of(moving)
    assert orientation_only(6) not in strip(turned)


def test_where_exif_data_and_the_boxes_of_an_avif_contradict_each_other_the_boxes_decide() -> None:
    upright_data = encoded("AVIF", pixels(600, 400), exif=exif())
    # In the place of the description: tag 0x0112, a short, one of it, 6.
    place = upright_data.index(b"\x01\x0e\0\2")
    contradicting = upright_data[:place] + bytes.fromhex("011200030000000100060000") + upright_data[place + 12 :]

    assert orientation_of(contradicting[place - 10 :]) == 6
    assert size_of(contradicting) == ImageSize(width=600, height=400)
    assert opened(encode_picture(contradicting, VariantShape(width=360))).size == (360, 240)
