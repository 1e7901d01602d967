"""Which format a picture is in, told by its first bytes, whatever its name."""

from enum import StrEnum

FIRST_BYTES = 64
# Brands of ISO base media files that hold pictures (ISO/IEC 23008-12, 10; AV1 Image File Format, 6).
_HEIF_BRANDS = frozenset({b"mif1", b"mif2", b"msf1", b"miaf", b"avif", b"avis", b"heic", b"heix", b"heim", b"heis"})
_TAGGED = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"\0\0\0\x0cJXL ", b"\xff\x0a", b"8BPS", b"\0\0\0\x0cjP  ")


class PictureFormat(StrEnum):
    """A format that is understood well enough to leave out what a picture says beside its pixels."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIF = "heif"


def picture_format(start: bytes) -> PictureFormat | None:
    """Return the format of a file by its first bytes, None for any that is not known."""
    if start.startswith(b"\xff\xd8\xff"):
        return PictureFormat.JPEG
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return PictureFormat.PNG
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return PictureFormat.WEBP
    if start.startswith((b"GIF87a", b"GIF89a")):
        return PictureFormat.GIF
    return PictureFormat.HEIF if not _HEIF_BRANDS.isdisjoint(_brands(start)) else None


def may_hold_metadata(start: bytes) -> bool:
    """Return whether a file is a picture of a format that has room for metadata and is not understood here.

    These are TIFF and what is built on it (the raw formats of cameras), JPEG XL, JPEG 2000 and Photoshop's own.
    """
    return start.startswith(_TAGGED)


def _brands(start: bytes) -> set[bytes]:
    """Return the brands of an ISO base media file, as far as its first bytes name them."""
    if start[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(start[:4], "big"), len(start))
    return {start[8:12], *(start[place : place + 4] for place in range(16, end - 3, 4))}
