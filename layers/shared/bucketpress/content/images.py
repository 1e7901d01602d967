"""The size of an image as browsers show it, read from its header: no decoding, and a bounded number of bytes."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bucketpress.content.pictures.orientation import EXIF_BYTES, EXIF_HEADER, UPRIGHT, lies_on_its_side, orientation_of
from bucketpress.content.pictures.webp import may_be_turned

_EXTENSIONS = frozenset({"avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "svg", "webp"})
_HEIF_BRANDS = frozenset({b"avif", b"avis", b"mif1", b"heic", b"heix"})
FIRST_BYTES, NEXT_BYTES = 32 * 1024, 4 * 1024
MAX_READS = 8
# No browser shows more; a file that claims more is broken or hostile.
MAX_SIDE = 65_535
_MAX_SEGMENTS = 100
_MARK, _APP1 = 0xFF, 0xE1
_FRAME_HEAD_BYTES = 9
_PNG_HEADER_BYTES = 33
_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SVG_TAG = re.compile(r"<svg\s[^>]*>", re.IGNORECASE)
_SVG_SIDE = r'\s{}\s*=\s*["\']\s*([0-9]{{1,5}}(?:\.[0-9]+)?)(?:px)?\s*["\']'
_SVG_BOX = re.compile(
    r'\sviewBox\s*=\s*["\'][-\d.]+[\s,]+[-\d.]+[\s,]+([0-9]{1,5}(?:\.\d+)?)[\s,]+([0-9]{1,5}(?:\.\d+)?)\s*["\']'
)

# Gives so many bytes of a file from an offset; fewer at its end.
Read = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSize:
    """Width and height of an image in pixels, both at least 1, as it is to be seen.

    `needs_turning` says that some browsers show the file otherwise: they do not read how it is turned.
    """

    width: int
    height: int
    needs_turning: bool = False


def is_measurable(path: str) -> bool:
    """Return whether a file of this name may be an image whose size can be read."""
    _, dot, extension = path.rpartition(".")
    return bool(dot) and extension.lower() in _EXTENSIONS


def image_size(read: Read) -> ImageSize | None:
    """Return the size of an image by its content, whatever its name; None when it is not known."""
    window = _Window(read)
    start = window.at(0, 64)
    size: tuple[int, int] | None = None
    needs_turning = False
    if start.startswith(b"\x89PNG\r\n\x1a\n") and start[12:16] == b"IHDR":
        size = _png(window)
    elif start.startswith((b"GIF87a", b"GIF89a")):
        size = _little(start[6:8]), _little(start[8:10])
    elif start.startswith(b"\xff\xd8"):
        size = _jpeg(window)
    elif start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        size, needs_turning = _webp(window, start)
    elif start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS:
        size = _avif(window.at(0, FIRST_BYTES))
    elif b"<" in start:
        size = _svg(window.at(0, NEXT_BYTES))
    if size is None or not all(1 <= side <= MAX_SIDE for side in size):
        return None
    return ImageSize(width=size[0], height=size[1], needs_turning=needs_turning)


class _Window:
    """The beginning of a file, and later on the part of it that was asked for last."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._start, self._data = 0, read(0, FIRST_BYTES)
        self._ended = len(self._data) < FIRST_BYTES
        self._reads = 1

    def at(self, start: int, length: int) -> bytes:
        """Return bytes of the file, none after too many steps."""
        offset = start - self._start
        if offset < 0 or (offset + length > len(self._data) and not self._ended):
            if self._reads >= MAX_READS:
                return b""
            self._reads += 1
            self._start, self._data, offset = start, self._read(start, NEXT_BYTES), 0
            self._ended = len(self._data) < NEXT_BYTES
        return self._data[offset : offset + length]


def _jpeg(window: _Window) -> tuple[int, int] | None:
    """Walk the segments of a JPEG to its frame (ITU T.81, B.1.1); Exif may say that it lies on its side."""
    position, turned = 2, False
    for _ in range(_MAX_SEGMENTS):
        head = window.at(position, _FRAME_HEAD_BYTES)
        if len(head) < _FRAME_HEAD_BYTES or head[0] != _MARK:
            return None
        marker = head[1]
        if marker == _MARK:  # a byte to fill up
            position += 1
        elif marker in _STARTS_OF_FRAME:
            height, width = _big(head[5:7]), _big(head[7:9])
            return (height, width) if turned else (width, height)
        else:
            length = _big(head[2:4])
            if marker == _APP1:
                turned = turned or _on_its_side(window.at(position + 4, min(length, EXIF_BYTES)))
            position += 2 + length
    return None


def _on_its_side(exif: bytes) -> bool:
    """Return whether the orientation in Exif data swaps width and height."""
    return exif.startswith(EXIF_HEADER) and lies_on_its_side(orientation_of(exif))


def _png(window: _Window) -> tuple[int, int] | None:
    """Read the header of a PNG, and whether Exif data before the pixels says that it lies on its side."""
    header = window.at(0, _PNG_HEADER_BYTES)
    width, height = _big(header[16:20]), _big(header[20:24])
    position = _PNG_HEADER_BYTES
    for _ in range(_MAX_SEGMENTS):
        head = window.at(position, 8)
        length, kind = _big(head[:4]), head[4:]
        if kind == b"eXIf":
            turned = lies_on_its_side(orientation_of(window.at(position + 8, min(length, EXIF_BYTES))))
            return (height, width) if turned else (width, height)
        if kind in {b"IDAT", b"IEND", b""}:
            break
        position += 12 + length
    return width, height


def _webp(window: _Window, start: bytes) -> tuple[tuple[int, int] | None, bool]:
    """Read the size of a WebP, and whether its Exif data says that it is turned, which not every browser heeds."""
    size = _webp_as_stored(start)
    if size is None or start[12:16] != b"VP8X" or not may_be_turned(start[20:21]):
        return size, False
    position = 12
    for _ in range(_MAX_SEGMENTS):
        head = window.at(position, 8)
        length, kind = _little(head[4:]), head[:4]
        if kind == b"EXIF":
            orientation = orientation_of(window.at(position + 8, min(length, EXIF_BYTES)))
            upright = size[::-1] if lies_on_its_side(orientation) else size
            return upright, orientation != UPRIGHT
        if not kind:
            break
        position += 8 + length + length % 2
    return size, False


def _webp_as_stored(start: bytes) -> tuple[int, int] | None:
    """Read the three forms of WebP (RFC 9649, section 2)."""
    form = start[12:16]
    if form == b"VP8X":
        return _little(start[24:27]) + 1, _little(start[27:30]) + 1
    if form == b"VP8L" and start[20:21] == b"\x2f":
        bits = _little(start[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and start[23:26] == b"\x9d\x01\x2a":
        return _little(start[26:28]) & 0x3FFF, _little(start[28:30]) & 0x3FFF
    return None


def _avif(data: bytes) -> tuple[int, int] | None:
    """Read the largest spatial extent among an image's properties (ISO/IEC 23008-12, 6.5.3), and its rotation."""
    extents = [
        (_big(match[1]), _big(match[2])) for match in re.finditer(rb"\0\0\0\x14ispe\0{4}(.{4})(.{4})", data, re.DOTALL)
    ]
    if not extents:
        return None
    width, height = max(extents, key=lambda extent: extent[0] * extent[1])
    turn = re.search(rb"\0\0\0\x09irot(.)", data, re.DOTALL)
    return (height, width) if turn and turn[1][0] & 1 else (width, height)


def _svg(data: bytes) -> tuple[int, int] | None:
    """Read width and height of an SVG's root in pixels, else its view box."""
    tag = _SVG_TAG.search(data.decode(errors="replace"))
    if tag is None:
        return None
    sides = [re.search(_SVG_SIDE.format(name), tag[0]) for name in ("width", "height")]
    if sides[0] and sides[1]:
        return round(float(sides[0][1])), round(float(sides[1][1]))
    box = _SVG_BOX.search(tag[0])
    return (round(float(box[1])), round(float(box[2]))) if box else None


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
