"""PNG (W3C, third edition): what decoding needs, the colour profile, and nothing else; animations stay whole."""

import struct
import zlib
from collections.abc import Iterator

from bucketpress.content.pictures.orientation import UPRIGHT, orientation_of, orientation_only

MAX_PROFILE_BYTES = 4 * 1024**2
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"bKGD", b"sBIT"})
_COLOUR = frozenset({b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI"})
_PROFILE, _EXIF, _PIXELS, _END = b"iCCP", b"eXIf", b"IDAT", b"IEND"
_HEAD_BYTES, _SUM_BYTES = 8, 4


def stripped_png(data: bytes) -> bytes:
    """Return a PNG with the same pixels, without what follows its end."""
    orientation, kept = UPRIGHT, []
    for kind, chunk in _chunks(data):
        if kind == _EXIF:
            orientation = orientation_of(chunk[_HEAD_BYTES:-_SUM_BYTES])
        elif kind in _KEPT or (kind in _COLOUR and (kind != _PROFILE or len(chunk) <= MAX_PROFILE_BYTES)):
            kept.append((kind, chunk))
    first_pixels = next((place for place, (kind, _) in enumerate(kept) if kind == _PIXELS), len(kept))
    if orientation != UPRIGHT:
        kept.insert(first_pixels, (_EXIF, _chunk(_EXIF, orientation_only(orientation))))
    return b"".join([SIGNATURE, *(chunk for _, chunk in kept), _chunk(_END, b"")])


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind of each chunk and the chunk as it is, up to the last that is whole."""
    position = len(SIGNATURE)
    while len(head := data[position : position + _HEAD_BYTES]) == _HEAD_BYTES:
        length, kind = struct.unpack(">I4s", head)
        chunk = data[position : position + _HEAD_BYTES + length + _SUM_BYTES]
        if kind == _END:
            return
        if len(chunk) < _HEAD_BYTES + length + _SUM_BYTES:
            # Browsers show as much as there is of the pixels.
            if kind == _PIXELS:
                yield kind, _chunk(kind, chunk[_HEAD_BYTES:])
            return
        yield kind, chunk
        position += len(chunk)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
