"""Makes a version of a picture with Pillow. Only who makes some imports this module.

Encoders of other versions and processors may make other bytes of the same pixels; names and sizes are the same.
"""

import io
import math
import platform
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageCms, features
from PIL.Image import Resampling, Transpose

from bucketpress.content.pictures.encoding_fault import EncodingFault, UnencodablePictureError
from bucketpress.content.pictures.orientation import lies_on_its_side, orientation_of
from bucketpress.content.pictures.variants import MAX_PIXELS, VERSION, VariantShape

# Profiles of colours that people have are smaller; a larger one would outweigh a small version, and is applied instead.
MAX_PROFILE_BYTES = 16 * 1024
# Drawings are encoded without loss up to so many pixels: of more it takes too long.
MAX_DRAWN_PIXELS = 4_000_000
_QUALITY, _EFFORT = 80, 4
_COVER_QUALITY = 82
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
_MAX_HEIGHT = 16_383  # of a WebP
_PORTRAIT_CUT = 1 / 3  # of what is cut off a tall picture, so much at the top: faces are in its upper part
# How libraries that decode say that a file is broken.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, MemoryError, RuntimeError)
_BROKEN_PARTS = (struct.error, zlib.error)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}

pi_heif.register_heif_opener(thumbnails=False)


def encoder_name() -> str:
    """Return what encodes here: where it is the same, the same picture becomes the same bytes."""
    codecs = (f"{name} {features.version(name)}" for name in ("pil", "webp", "jpg", "avif", "zlib"))
    return " ".join([VERSION, platform.machine(), pi_heif.__version__, *codecs])


def encode_picture(data: bytes, shape: VariantShape) -> bytes:
    """Return a picture in a shape, upright, with nothing but its colours' profile: as WebP, or as JPEG if it is cut.

    Raises UnencodablePictureError for what cannot be decoded, is animated, has too many pixels or less than it says.
    """
    with _broken_is(EncodingFault.UNKNOWN):
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    with image, _broken_is(EncodingFault.DAMAGED):
        return _encoded(image, shape)


@contextmanager
def _broken_is(fault: EncodingFault) -> Iterator[None]:
    """Translate what decoders raise."""
    try:
        yield
    except _BOMBS as error:
        raise UnencodablePictureError(EncodingFault.TOO_MANY_PIXELS) from error
    except (*_BROKEN, *_BROKEN_PARTS) as error:
        raise UnencodablePictureError(fault) from error


def _encoded(image: Image.Image, shape: VariantShape) -> bytes:
    if image.width * image.height > MAX_PIXELS:
        raise UnencodablePictureError(EncodingFault.TOO_MANY_PIXELS)
    # Telephones put a second picture behind the first; of these the first is shown.
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise UnencodablePictureError(EncodingFault.ANIMATED)
    orientation = orientation_of(image.info.get("exif") or b"")
    sideways = lies_on_its_side(orientation)
    width, height = (image.height, image.width) if sideways else (image.width, image.height)
    scale = max(shape.width / width, shape.height / height)
    if scale > 1:
        raise UnencodablePictureError(EncodingFault.UNLIKE_HEADER)
    wanted = (max(round(width * scale), 1), max(round(height * scale), 1))
    if max(wanted) > _MAX_HEIGHT:
        raise UnencodablePictureError(EncodingFault.TOO_LONG)
    is_drawn = image.mode in {"P", "1"} and math.prod(wanted) <= MAX_DRAWN_PIXELS
    # A JPEG is decoded no larger than needed, which takes a fraction of the time and memory.
    image.draft("RGB", (math.ceil(image.width * scale), math.ceil(image.height * scale)))
    target = wanted[::-1] if sideways else wanted
    made, profile = _in_colours(image.resize(target, Resampling.LANCZOS, reducing_gap=3.0) if _scales(image) else image)
    if made.size != target:
        made = made.resize(target, Resampling.LANCZOS, reducing_gap=3.0)
    made = _upright(made, orientation)
    return _as_cover(made, shape, profile) if shape.height else _as_webp(made, profile, lossless=is_drawn)


def _scales(image: Image.Image) -> bool:
    """Return whether an image can be made smaller in the colours it has: those of a table cannot be mixed."""
    return image.mode in {"RGB", "L", "CMYK"} and "transparency" not in image.info


def _as_webp(made: Image.Image, profile: bytes | None, *, lossless: bool) -> bytes:
    out = io.BytesIO()
    options = {"lossless": lossless, "icc_profile": profile, "exif": b"", "xmp": b""}
    made.save(out, "WEBP", quality=_QUALITY, method=_EFFORT, **options)
    return out.getvalue()


def _as_cover(made: Image.Image, shape: VariantShape, profile: bytes | None) -> bytes:
    """Return a picture cut to a shape: of a wide one the middle, of a tall one what is above its middle."""
    left = (made.width - shape.width) // 2
    top = int((made.height - shape.height) * _PORTRAIT_CUT)
    cut = made.crop((left, top, left + shape.width, top + shape.height))
    if cut.mode == "RGBA":
        paper = Image.new("RGB", cut.size, "white")
        paper.paste(cut, mask=cut.getchannel("A"))
        cut = paper
    out = io.BytesIO()
    cut.save(out, "JPEG", quality=_COVER_QUALITY, progressive=True, optimize=True, icc_profile=profile)
    return out.getvalue()


def _in_colours(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """Return an image in the colours that readers' formats have, and the profile that says what these mean.

    They have eight bits of red, green and blue, and how opaque a pixel is if the picture says so.
    """
    profile = image.info.get("icc_profile") or b""
    if image.mode.startswith("I"):
        # Sixteen bits of grey; Pillow cuts off what does not fit instead of scaling it.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L").convert("RGB"), None
    if profile and (image.mode == "CMYK" or (image.mode in {"RGB", "RGBA"} and len(profile) > MAX_PROFILE_BYTES)):
        return _in_srgb(image, profile), None
    opaque = image.mode not in {"RGBA", "LA", "PA", "La", "RGBa"} and "transparency" not in image.info
    kept = profile if profile and image.mode in {"RGB", "RGBA"} else None
    wanted = "RGB" if opaque else "RGBA"
    return image if image.mode == wanted else image.convert(wanted), kept


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return an image in the colours of screens; where its profile says nothing about it, as if it had none."""
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=wanted)
    except (ImageCms.PyCMSError, OSError):
        return image.convert(wanted)
    return found if found is not None else image.convert(wanted)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return an image turned as its Exif data says (Exif 2.32, 4.6.4)."""
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image
