"""Which smaller versions of a picture there are, what they are called, and how a page offers them."""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

from bucketpress.content.images import ImageSize
from bucketpress.content.pictures.picture_format import PictureFormat
from bucketpress.site.layout import cover_key, variant_key

# Changes whenever other variants are made of the same picture: all are then made again, under other names.
VERSION = "2"
WIDTHS = (480, 960, 1600)
MAX_PIXELS = 50_000_000
MEDIA_TYPE, COVER_MEDIA_TYPE = "image/webp", "image/jpeg"
# A GIF is shown as it is: most are animated.
_ENCODED = frozenset({PictureFormat.JPEG, PictureFormat.PNG, PictureFormat.WEBP, PictureFormat.HEIF})


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantShape:
    """How large a version of a picture is: so wide, and with a height cut to it."""

    width: int
    height: int = 0


# What other sites show of a page, in the shape that they ask for.
COVER = VariantShape(width=1200, height=630)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureVariants:
    """The finished variants of one version of a picture: the digest in their names, and their widths in pixels.

    `cover` says that there is one in the shape of a cover, too.
    """

    digest: str
    widths: tuple[int, ...]
    cover: bool = False

    def srcset(self, path: str) -> str:
        """Return the candidates that a page offers for the picture at a path."""
        keys = {width: variant_key(path, self.digest, width) for width in self.widths}
        return ", ".join(f"/{quote(key)} {width}w" for width, key in keys.items())

    def cover_url(self, path: str) -> str:
        """Return where the cover of the picture at a path is, "" where it has none."""
        return f"/{quote(cover_key(path, self.digest))}" if self.cover else ""

    def shapes(self, path: str) -> dict[str, VariantShape]:
        """Return the shape of each variant of the picture at a path, by its key."""
        shapes = {variant_key(path, self.digest, width): VariantShape(width=width) for width in self.widths}
        return shapes | ({cover_key(path, self.digest): COVER} if self.cover else {})


def variants_wanted(
    kind: PictureFormat | None, data_digest: str | None, size: ImageSize | None
) -> PictureVariants | None:
    """Return the variants that a picture of a format, an ETag and a size has, None where it has none.

    None is larger than the picture; the widest is as wide as the picture where that is not larger than any of ours.
    HEIC, which few browsers show, has that one however small it is, and so has what not all of them show upright.
    """
    if kind not in _ENCODED or data_digest is None or size is None or is_too_large(size):
        return None
    widths = [width for width in WIDTHS if width < size.width]
    if not widths and kind is not PictureFormat.HEIF and not size.needs_turning:
        return None
    if size.width <= WIDTHS[-1]:
        widths.append(size.width)
    name = hashlib.sha256(f"{data_digest} {VERSION}".encode()).hexdigest()[:10]
    cover = size.width >= COVER.width and size.height >= COVER.height
    return PictureVariants(digest=name, widths=tuple(widths), cover=cover)


def is_too_large(size: ImageSize) -> bool:
    """Return whether a picture has more pixels than are decoded."""
    return size.width * size.height > MAX_PIXELS
