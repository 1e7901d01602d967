"""WebP (RFC 9649): what decoding needs, the colour profile, and nothing else; animations stay whole."""

import struct
from collections.abc import Iterator

from bucketpress.content.pictures.orientation import UPRIGHT, orientation_of, orientation_only

MAX_PROFILE_BYTES = 4 * 1024**2
_HEAD_BYTES = 12
_CHUNK_HEAD_BYTES = 8
_EXTENDED, _FRAME, _EXIF, _PROFILE = b"VP8X", b"ANMF", b"EXIF", b"ICCP"
_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM"})
_FRAME_HEAD_BYTES, _EXTENDED_BYTES = 16, 10
_HAS_PROFILE, _HAS_EXIF, _HAS_XMP = 0x20, 0x08, 0x04


def stripped_webp(data: bytes) -> bytes:
    """Return a WebP with the same pixels, without what follows its end."""
    end = _CHUNK_HEAD_BYTES + int.from_bytes(data[4:8], "little")
    orientation, has_profile = UPRIGHT, False
    extended: bytes | None = None
    kept: list[bytes] = []
    for kind, body in _chunks(data[_HEAD_BYTES:end]):
        if kind == _EXIF:
            orientation = orientation_of(body)
        elif kind == _EXTENDED and extended is None:
            extended = body
        elif kind == _PROFILE and len(body) <= MAX_PROFILE_BYTES:
            has_profile = True
            kept.append(_chunk(kind, body))
        elif kind == _FRAME:
            kept.append(_chunk(kind, _stripped_frame(body)))
        elif kind in _KEPT:
            kept.append(_chunk(kind, body))
    if extended:
        # Only a picture whose head has room for it may have a chunk that says how it is turned.
        turned = orientation != UPRIGHT
        kept.append(_chunk(_EXIF, orientation_only(orientation)) if turned else b"")
        flags = extended[0] & ~(_HAS_PROFILE | _HAS_EXIF | _HAS_XMP)
        flags |= (_HAS_PROFILE if has_profile else 0) | (_HAS_EXIF if turned else 0)
        kept.insert(0, _chunk(_EXTENDED, bytes([flags]) + extended[1:_EXTENDED_BYTES]))
    chunks = b"".join(kept)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def _stripped_frame(body: bytes) -> bytes:
    """Return a frame of an animation with nothing but its pixels."""
    inner = _chunks(body[_FRAME_HEAD_BYTES:])
    return body[:_FRAME_HEAD_BYTES] + b"".join(_chunk(kind, each) for kind, each in inner if kind in _KEPT)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of each chunk; the last one as far as it is there."""
    position = 0
    while len(head := data[position : position + _CHUNK_HEAD_BYTES]) == _CHUNK_HEAD_BYTES:
        kind, length = struct.unpack("<4sI", head)
        position += _CHUNK_HEAD_BYTES
        yield kind, data[position : position + length]
        position += length + length % 2


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
