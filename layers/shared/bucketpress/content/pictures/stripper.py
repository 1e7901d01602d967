"""Leaves out of a picture everything but its pixels, how they are turned, and what their colours mean.

Nothing is decoded and nothing is encoded: the pixels are the author's, bit for bit, and every machine makes the same.
What is kept is listed for each format; whatever is not on the list is not in the file that readers get.
"""

from collections.abc import Callable, Mapping

from bucketpress.content.pictures.gif import stripped_gif
from bucketpress.content.pictures.heif import stripped_heif
from bucketpress.content.pictures.jpeg import stripped_jpeg
from bucketpress.content.pictures.picture_findings import PictureFinding, StrippedPicture, hides_something
from bucketpress.content.pictures.picture_format import FIRST_BYTES, PictureFormat, picture_format
from bucketpress.content.pictures.png import stripped_png
from bucketpress.content.pictures.webp import stripped_webp

# Changes whenever other bytes come out of the same picture: copies made before are then made again.
VERSION = "2"
MAX_BYTES = 96 * 1024**2  # twice of it, and little more, is in memory at a time
_STRIPPERS: Mapping[PictureFormat, Callable[[bytes], StrippedPicture]] = {
    PictureFormat.JPEG: stripped_jpeg,
    PictureFormat.PNG: stripped_png,
    PictureFormat.WEBP: stripped_webp,
    PictureFormat.GIF: stripped_gif,
    PictureFormat.HEIF: stripped_heif,
}


def stripped_picture(data: bytes) -> StrippedPicture:
    """Return a picture with the same pixels and nothing else, and what stood out; a file of no known format as it is.

    Raises UnreadablePictureError for a HEIC or AVIF that is not understood; what is broken in other formats ends where
    it breaks.
    """
    found = picture_format(data[:FIRST_BYTES])
    if found is None:
        return StrippedPicture(data=data)
    stripped = _STRIPPERS[found](data)
    if hides_something(data, stripped.data):
        return StrippedPicture(data=stripped.data, findings=stripped.findings | {PictureFinding.FOREIGN_DATA})
    return stripped


def strip(data: bytes) -> bytes:
    """Return a picture with the same pixels and nothing else. Raises as `stripped_picture` does."""
    return stripped_picture(data).data
