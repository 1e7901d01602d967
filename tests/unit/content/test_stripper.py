"""Nothing of what a picture says beside its pixels is in the file that readers get."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageOps

from bucketpress.content.pictures.iso_boxes import UnreadablePictureError
from bucketpress.content.pictures.orientation import orientation_of, orientation_only
from bucketpress.content.pictures.picture_format import PictureFormat, may_hold_metadata, picture_format
from bucketpress.content.pictures.stripper import strip
from tests.support.photographs import (
    PROFILE,
    SECRET,
    SIDEWAYS,
    animation,
    encoded,
    exif,
    hostile_pictures,
    opened,
    photograph,
    pixels,
)

FORMS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF")
TRACES = (SECRET, b"2020:01:02", b"xmpmeta", b"Photoshop", b"JFXX", b"FPXR", b"tEXt", b"iTXt", b"zTXt", b"tIME")


def outcome(data: bytes) -> bytes | None:
    """Return what is left of a picture, None where it is refused."""
    try:
        return strip(data)
    except UnreadablePictureError:
        return None


@pytest.mark.parametrize("form", FORMS)
def test_no_byte_of_the_metadata_is_left(form: str) -> None:
    photo = photograph(form)

    stripped = strip(photo)

    assert SECRET in photo
    assert [trace for trace in (*TRACES, b"Exif", b"eXIf", b"EXIF") if trace in stripped] == []


@pytest.mark.parametrize("form", FORMS)
def test_pixels_and_colours_stay_as_they_are(form: str) -> None:
    photo = photograph(form)

    stripped = opened(strip(photo))

    assert stripped.convert("RGB").tobytes() == opened(photo).convert("RGB").tobytes()
    assert form == "GIF" or stripped.info["icc_profile"] == PROFILE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_turned_picture_is_shown_as_before_and_says_nothing_else(form: str) -> None:
    photo = photograph(form, SIDEWAYS)

    stripped = strip(photo)

    shown, before = ImageOps.exif_transpose(opened(stripped)), ImageOps.exif_transpose(opened(photo))
    assert (shown.size, shown.tobytes()) == (before.size, before.tobytes())
    assert set(opened(stripped).getexif()) <= {0x0112}
    assert not any(trace in stripped for trace in TRACES)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_keeps_every_frame(form: str) -> None:
    moving = animation(form)

    stripped = strip(moving)

    before, after = opened(moving), opened(stripped)
    assert SECRET in moving
    assert SECRET not in stripped
    assert (after.n_frames, after.info.get("duration")) == (before.n_frames, before.info.get("duration"))
    for number in range(before.n_frames):
        before.seek(number)
        after.seek(number)
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("JPEG", "CMYK", {}),
        ("JPEG", "L", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "RGB", {"restart_marker_blocks": 1}),
        ("PNG", "I;16", {}),
        ("PNG", "P", {"transparency": 0}),
        ("PNG", "RGBA", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("AVIF", "RGBA", {}),
        ("HEIF", "RGBA", {}),
    ],
)
def test_every_kind_of_pixels_survives(form: str, mode: str, options: dict[str, object]) -> None:
    image = pixels().convert("L").convert("I").convert(mode) if mode == "I;16" else pixels().convert(mode)
    picture = encoded(form, image, **options)

    stripped = strip(picture)

    assert opened(stripped).mode == opened(picture).mode
    assert opened(stripped).tobytes() == opened(picture).tobytes()


@pytest.mark.parametrize("form", FORMS)
def test_stripping_twice_changes_nothing(form: str) -> None:
    once = strip(photograph(form, SIDEWAYS))

    assert strip(once) == once


def test_a_name_does_not_decide_what_a_picture_is() -> None:
    found = {form: picture_format(photograph(form)[:64]) for form in FORMS}

    assert set(found.values()) == set(PictureFormat)
    assert picture_format(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2avc1mp41") is None
    assert strip(b"a text") == b"a text"


@pytest.mark.parametrize("start", [b"II*\0\x08\0", b"MM\0*\0\0", b"\xff\x0a\xfa", b"8BPS\0\1"])
def test_formats_with_metadata_that_are_not_understood_are_known_as_such(start: bytes) -> None:
    assert may_hold_metadata(start)
    assert picture_format(start) is None


def test_a_huge_profile_is_left_out() -> None:
    plain = encoded("JPEG")
    pieces = b"".join(b"\xff\xe2\xff\xff" + b"ICC_PROFILE\0" + bytes([n, 99]) + bytes(65_519) for n in range(1, 99))

    stripped = strip(plain[:2] + pieces + plain[2:])

    assert len(stripped) <= len(plain)
    assert opened(stripped).tobytes() == opened(plain).tobytes()


def test_hostile_pictures_come_to_an_end_in_little_memory_and_keep_no_secret() -> None:
    pictures = dict(hostile_pictures())
    assert len(pictures) >= 50

    for name, data in pictures.items():
        tracemalloc.start()
        stripped = outcome(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        # Each segment is an object of some hundred bytes, however little it holds.
        assert peak < 12 * len(data) + 40_000_000, name
        assert stripped is None or len(stripped) <= len(data) + 64, name
        assert stripped is None or SECRET not in stripped or "noise" in name, name


@given(st.sampled_from(FORMS), st.integers(0, 4000), st.binary(max_size=8))
@settings(max_examples=200, deadline=None)
def test_a_picture_damaged_anywhere_is_stripped_or_refused(form: str, place: int, noise: bytes) -> None:
    data = photograph(form)
    damaged = data[: place % len(data)] + noise + data[place % len(data) + len(noise) :]

    stripped = outcome(damaged)

    assert stripped is None or outcome(stripped) == stripped


def test_a_gif_whose_table_of_colours_ends_behind_the_file_says_nothing_else() -> None:
    data = photograph("GIF")
    damaged = data[:10] + b"\xc7" + data[11:]
    assert SECRET in damaged
    assert len(damaged) < 13 + 3 * 256

    stripped = outcome(damaged)

    assert stripped is not None
    assert SECRET not in stripped
    assert outcome(stripped) == stripped


def test_only_the_orientation_of_exif_is_read() -> None:
    for orientation in range(1, 9):
        assert orientation_of(exif(orientation)) == orientation
        assert orientation_of(orientation_only(orientation)) == orientation
    assert orientation_of(b"") == orientation_of(b"MM\0\x2a\xff\xff\xff\xff") == orientation_of(exif(9)) == 1
