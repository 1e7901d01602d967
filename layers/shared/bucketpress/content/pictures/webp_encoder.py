"""Makes a smaller version of a picture with Pillow. Only who makes some imports this module.

Encoders of other versions and processors may make other bytes of the same pixels; names and sizes are the same.
"""

import io
import math
import struct
import zlib

from PIL import Image
from PIL.Image import Resampling, Transpose

from bucketpress.content.pictures.iso_boxes import UnreadablePictureError
from bucketpress.content.pictures.orientation import lies_on_its_side, orientation_of
from bucketpress.content.pictures.variants import MAX_PIXELS

MAX_PROFILE_BYTES = 1024**2
_QUALITY, _EFFORT = 80, 4
_FORMATS = ("JPEG", "PNG", "WEBP")
_MAX_HEIGHT = 16_383  # of a WebP
# How libraries that decode say that a file is broken.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, MemoryError, struct.error, zlib.error)

_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def webp_of(data: bytes, width: int) -> bytes:
    """Return a picture as WebP, so wide if it is not narrower, upright, with nothing but its colours' profile.

    Raises UnreadablePictureError for what cannot be decoded, is animated, or has too many pixels.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return _encoded(image, width)
    except (*_BROKEN, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadablePictureError from error


def _encoded(image: Image.Image, width: int) -> bytes:
    if image.width * image.height > MAX_PIXELS or getattr(image, "n_frames", 1) > 1:
        raise UnreadablePictureError
    orientation = orientation_of(image.info.get("exif", b""))
    sideways = lies_on_its_side(orientation)
    shown = image.height if sideways else image.width
    scale = min(width / shown, 1)
    target = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    if max(target) > _MAX_HEIGHT:
        raise UnreadablePictureError
    # A JPEG is decoded no larger than needed, which takes a fraction of the time and memory.
    image.draft("RGB", (math.ceil(image.width * scale), math.ceil(image.height * scale)))
    is_drawn = image.mode in {"P", "1"}
    made = _upright(_in_colours(image).resize(target, Resampling.LANCZOS, reducing_gap=3.0), orientation)
    profile = image.info.get("icc_profile") or b""
    keeps_profile = image.mode in {"RGB", "RGBA"} and 0 < len(profile) <= MAX_PROFILE_BYTES
    out = io.BytesIO()
    made.save(
        out,
        "WEBP",
        quality=_QUALITY,
        method=_EFFORT,
        lossless=is_drawn,
        icc_profile=profile if keeps_profile else None,
        exif=b"",
        xmp=b"",
    )
    return out.getvalue()


def _in_colours(image: Image.Image) -> Image.Image:
    """Return an image in the colours that WebP has: eight bits of red, green, blue, and how opaque if it says so."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey; Pillow cuts off what does not fit instead of scaling it.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    opaque = image.mode not in {"RGBA", "LA", "PA", "La", "RGBa"} and "transparency" not in image.info
    wanted = "RGB" if opaque else "RGBA"
    return image if image.mode == wanted else image.convert(wanted)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return an image turned as its Exif data says (Exif 2.32, 4.6.4)."""
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image
