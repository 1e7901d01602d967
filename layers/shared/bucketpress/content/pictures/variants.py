"""Which smaller versions of a picture there are, what they are called, and how a page offers them."""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

from bucketpress.content.images import ImageSize
from bucketpress.content.pictures.picture_format import PictureFormat
from bucketpress.site.layout import variant_key

# Changes whenever other variants are made of the same picture: all are then made again, under other names.
VERSION = "1"
WIDTHS = (480, 960, 1600)
MAX_PIXELS = 50_000_000
MEDIA_TYPE = "image/webp"
# HEIC cannot be decoded here, and an animated GIF is shown as it is.
_ENCODED = frozenset({PictureFormat.JPEG, PictureFormat.PNG, PictureFormat.WEBP})


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureVariants:
    """The finished variants of one version of a picture: the digest in their names, and their widths in pixels."""

    digest: str
    widths: tuple[int, ...]

    def srcset(self, path: str) -> str:
        """Return the candidates that a page offers for the picture at a path."""
        keys = {width: variant_key(path, self.digest, width) for width in self.widths}
        return ", ".join(f"/{quote(key)} {width}w" for width, key in keys.items())


def variants_wanted(
    kind: PictureFormat | None, data_digest: str | None, size: ImageSize | None
) -> PictureVariants | None:
    """Return the variants that a picture of a format, an ETag and a size has, None where it has none.

    None is wider than the picture; the widest is as wide as the picture where that is not larger than any of ours.
    """
    if kind not in _ENCODED or data_digest is None or size is None or is_too_large(size):
        return None
    widths = [width for width in WIDTHS if width < size.width]
    if not widths:
        return None
    if size.width <= WIDTHS[-1]:
        widths.append(size.width)
    name = hashlib.sha256(f"{data_digest} {VERSION}".encode()).hexdigest()[:10]
    return PictureVariants(digest=name, widths=tuple(widths))


def is_too_large(size: ImageSize) -> bool:
    """Return whether a picture has more pixels than are decoded."""
    return size.width * size.height > MAX_PIXELS
