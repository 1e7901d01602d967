"""Versions of pictures are made of what can be decoded; of anything else it is said why not."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from bucketpress.content.images import image_size
from bucketpress.content.pictures.encoder import MAX_PROFILE_BYTES, encode_picture
from bucketpress.content.pictures.encoding_fault import EncodingFault, UnencodablePictureError, fault_problem
from bucketpress.content.pictures.picture_format import picture_format
from bucketpress.content.pictures.variants import COVER, VariantShape, variants_wanted
from tests.support.photographs import PROFILE, SECRET, SIDEWAYS, encoded, exif, opened, pixels

SMALL = VariantShape(width=480)
MEMORY_LIMIT_MB = 1_769  # of the function, see the template


def fault_of(data: bytes, shape: VariantShape = SMALL) -> EncodingFault | None:
    try:
        encode_picture(data, shape)
    except UnencodablePictureError as error:
        return error.fault
    return None


def png_of(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """Make the head of a PNG that claims a size, and nothing behind it."""
    whole = encoded("PNG", pixels(8, 8))
    body = b"IHDR" + struct.pack(">IIBB", width, height, depth, colour) + b"\0\0\0"
    return whole[:12] + body + struct.pack(">I", zlib.crc32(body)) + whole[33:]


WIDE = {form: encoded(form, pixels(960, 480)) for form in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")}
FAULTS = [
    *((f"{form} cut in half", data[: len(data) // 2], EncodingFault.DAMAGED) for form, data in WIDE.items()),
    ("PNG of noise", WIDE["PNG"][:60] + bytes(range(256)) * 4, EncodingFault.DAMAGED),
    ("no picture", b"version https://git-lfs.github.com/spec/v1\n", EncodingFault.UNKNOWN),
    ("nothing", b"", EncodingFault.UNKNOWN),
    ("fifty-one megapixels", png_of(10_000, 5_100), EncodingFault.TOO_MANY_PIXELS),
    ("a bomb", png_of(60_000, 60_000), EncodingFault.TOO_MANY_PIXELS),
    ("very long", encoded("PNG", Image.new("1", (500, 20_000))), EncodingFault.TOO_LONG),
    ("narrower than asked", encoded("JPEG", pixels(300, 200)), EncodingFault.UNLIKE_HEADER),
    (
        "animation",
        encoded("WEBP", pixels(960, 480), save_all=True, append_images=[pixels(960, 480).rotate(180)]),
        EncodingFault.ANIMATED,
    ),
]


@pytest.mark.parametrize(("data", "fault"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_what_cannot_be_encoded_is_named(data: bytes, fault: EncodingFault) -> None:
    found = fault_of(data)

    assert found in {fault, EncodingFault.UNKNOWN} if fault is EncodingFault.DAMAGED else found is fault


@pytest.mark.parametrize("fault", [fault for fault in EncodingFault if fault is not EncodingFault.ANIMATED])
def test_every_fault_is_told_with_a_way_out(fault: EncodingFault) -> None:
    problem = fault_problem(fault)

    assert problem
    assert problem.fix


@pytest.mark.parametrize(
    ("form", "orientation"),
    [*((form, 1) for form in WIDE), ("JPEG", SIDEWAYS), ("AVIF", SIDEWAYS), ("HEIF", SIDEWAYS)],
)
def test_every_format_is_read_upright_and_without_its_metadata(form: str, orientation: int) -> None:
    data = encoded(form, pixels(1300, 800), exif=exif(orientation), icc_profile=PROFILE)
    size = image_size(lambda start, length: data[start : start + length])

    wanted = variants_wanted(picture_format(data[:64]), "etag", size)
    assert size
    assert wanted
    for shape in wanted.shapes("/p").values():
        made = opened(encode_picture(data, shape)).convert("RGB")
        height = shape.height or round(size.height * shape.width / size.width)
        assert made.size == (shape.width, height)
        assert SECRET not in encode_picture(data, shape)
    red, green, blue = opened(encode_picture(data, SMALL)).convert("RGB").getpixel((5, 5))
    if orientation == SIDEWAYS:
        assert size.width < size.height
        assert blue > max(red, green), "what was left below is left above"
    else:
        assert red > green > blue, "orange"


def test_of_two_pictures_in_one_file_the_first_is_encoded() -> None:
    both = encoded("MPO", pixels(960, 480), save_all=True, append_images=[Image.new("RGB", (960, 480), "red")])

    assert fault_of(both) is None


def test_a_small_heic_has_a_version_of_its_own_size_as_few_browsers_show_it() -> None:
    data = encoded("HEIF", pixels(300, 200))
    size = image_size(lambda start, length: data[start : start + length])

    wanted = variants_wanted(picture_format(data[:64]), "etag", size)

    assert wanted
    assert wanted.widths == (300,)
    assert opened(encode_picture(data, VariantShape(width=300))).size == (300, 200)


@pytest.mark.parametrize(("size", "top"), [((2400, 700), "navy"), ((1200, 2400), "navy"), ((1200, 630), "navy")])
def test_a_cover_is_cut_and_never_distorted(size: tuple[int, int], top: str) -> None:
    image = Image.new("RGB", size, top)
    middle = size[0] // 2, size[1] // 2 if size[0] > size[1] else size[1] // 3
    image.paste("white", (middle[0] - 100, middle[1] - 100, middle[0] + 100, middle[1] + 100))

    made = opened(encode_picture(encoded("PNG", image), COVER))

    assert (made.format, made.size) == ("JPEG", (1200, 630))
    white = made.convert("L").point(lambda value: 255 * (value > 128)).getbbox()
    assert white
    assert abs((white[2] - white[0]) - (white[3] - white[1])) <= 2, "a square stays a square"
    assert white[0] < 600 < white[2]


def test_a_cover_of_what_is_see_through_stands_on_white() -> None:
    made = opened(encode_picture(encoded("PNG", Image.new("RGBA", (1200, 630), (255, 0, 0, 0))), COVER))

    assert min(made.getpixel((600, 300))) > 250


def test_colours_of_a_large_profile_are_applied_and_the_profile_is_left_out() -> None:
    profile = PROFILE + bytes(MAX_PROFILE_BYTES)

    made = opened(encode_picture(encoded("JPEG", pixels(960, 480), icc_profile=profile), SMALL))

    assert not made.info.get("icc_profile")
    assert abs(made.convert("RGB").getpixel((5, 5))[0] - 255) < 12


def test_a_profile_that_is_none_does_no_harm() -> None:
    noise = SECRET + bytes(range(256)) * (MAX_PROFILE_BYTES // 128)

    made = encode_picture(encoded("JPEG", pixels(960, 480), icc_profile=noise), SMALL)

    assert SECRET not in made


def test_colours_for_printing_become_those_of_screens() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    printed = encoded("JPEG", pixels(960, 480).convert("CMYK"), icc_profile=lab)

    made = opened(encode_picture(printed, SMALL))

    assert made.mode == "RGB"
    assert not made.info.get("icc_profile")


def _largest() -> dict[str, bytes]:
    """Make pictures of as many pixels as are decoded, in the forms that take most memory."""
    size = (10_000, 5_000)
    image = Image.new("RGB", size, "navy")
    return {
        "JPEG that comes in passes": encoded("JPEG", image, progressive=True, quality=30, subsampling=0),
        "PNG with alpha": encoded("PNG", Image.new("RGBA", size, (1, 2, 3, 4)), compress_level=1),
        "JPEG for printing": encoded("JPEG", image.convert("CMYK"), progressive=True, quality=30),
    }


@pytest.mark.slow
def test_the_largest_pictures_stay_below_the_memory_of_the_function(tmp_path: Path) -> None:
    measure = (
        "import re, sys; from pathlib import Path\n"
        "from bucketpress.content.pictures.encoder import encode_picture\n"
        "from bucketpress.content.pictures.variants import COVER, VariantShape\n"
        "for shape in (VariantShape(width=1600), COVER): encode_picture(Path(sys.argv[1]).read_bytes(), shape)\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024)\n"
    )
    for name, data in _largest().items():
        file = tmp_path / "picture"
        file.write_bytes(data)
        done = subprocess.run([sys.executable, "-c", measure, str(file)], capture_output=True, text=True, check=True)
        print(name, done.stdout)  # noqa: T201 - the figure is in docs/adr/0048
        assert int(done.stdout) < MEMORY_LIMIT_MB * 0.75, name
