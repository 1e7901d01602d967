"""WebP (RFC 9649): what decoding needs, the colour profile, and nothing else; animations stay whole."""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping

from bucketpress.content.pictures.orientation import UPRIGHT, orientation_of, orientation_only
from bucketpress.content.pictures.picture_findings import MAX_PROFILE_BYTES, PictureFinding, StrippedPicture, follows

_HEAD_BYTES = 12
_CHUNK_HEAD_BYTES = 8
_EXTENDED, _FRAME, _EXIF, _PROFILE = b"VP8X", b"ANMF", b"EXIF", b"ICCP"
_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM"})
_FRAME_HEAD_BYTES, _EXTENDED_BYTES = 16, 10
_HAS_PROFILE, _HAS_EXIF, _HAS_XMP, _IS_ANIMATED = 0x20, 0x08, 0x04, 0x02


def stripped_webp(data: bytes) -> StrippedPicture:
    """Return a WebP with the same pixels, without what follows its end."""
    end = _CHUNK_HEAD_BYTES + int.from_bytes(data[4:8], "little")
    orientation, has_profile = UPRIGHT, False
    extended: bytes | None = None
    kept: list[bytes] = []
    chunks = list(_chunks(data[_HEAD_BYTES:end]))
    for kind, body, _ in chunks:
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
    findings = _findings(chunks, extended) | ({PictureFinding.FOREIGN_DATA} if follows(data, end) else set())
    findings |= {PictureFinding.DAMAGED} if end > len(data) else set()
    if extended:
        # Only a picture whose head says that it is turned is.
        turned = orientation != UPRIGHT and may_be_turned(extended)
        findings |= {PictureFinding.TURNED_WEBP} if turned else set()
        kept.append(_chunk(_EXIF, orientation_only(orientation)) if turned else b"")
        flags = extended[0] & ~(_HAS_PROFILE | _HAS_EXIF | _HAS_XMP)
        flags |= (_HAS_PROFILE if has_profile else 0) | (_HAS_EXIF if turned else 0)
        kept.insert(0, _chunk(_EXTENDED, bytes([flags]) + extended[1:_EXTENDED_BYTES]))
    made = b"".join(kept)
    return StrippedPicture(
        data=b"RIFF" + struct.pack("<I", 4 + len(made)) + b"WEBP" + made, findings=frozenset(findings)
    )


def may_be_turned(extended: bytes) -> bool:
    """Return whether the head of a picture says that Exif data follows; an animation is shown as it is stored."""
    return bool(extended) and bool(extended[0] & _HAS_EXIF) and not extended[0] & _IS_ANIMATED


def _findings(chunks: Iterable[tuple[bytes, bytes, bool]], extended: bytes | None) -> set[PictureFinding]:
    """Return what stands out in chunks: that the last is cut off, the pixels are missing or fewer than it is said."""
    found = {PictureFinding.DAMAGED for _, _, is_whole in chunks if not is_whole}
    found |= {
        PictureFinding.LARGE_PROFILE for kind, body, _ in chunks if kind == _PROFILE and len(body) > MAX_PROFILE_BYTES
    }
    pixels = {kind: body for kind, body, _ in chunks if kind in {*_SIZES, _FRAME}}
    if not pixels:
        return found | {PictureFinding.DAMAGED}
    told = tuple(int.from_bytes(extended[place : place + 3], "little") + 1 for place in (4, 7)) if extended else None
    sizes = {size_of(body) for kind, body in pixels.items() if (size_of := _SIZES.get(kind))}
    return found | ({PictureFinding.UNLIKE_HEADER} if told and sizes - {told} else set())


def _lossy_size(body: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(body[place : place + 2], "little") & 0x3FFF for place in (6, 8))


def _lossless_size(body: bytes) -> tuple[int, ...]:
    bits = int.from_bytes(body[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_SIZES: Mapping[bytes, Callable[[bytes], tuple[int, ...]]] = {b"VP8 ": _lossy_size, b"VP8L": _lossless_size}


def _stripped_frame(body: bytes) -> bytes:
    """Return a frame of an animation with nothing but its pixels."""
    inner = _chunks(body[_FRAME_HEAD_BYTES:])
    return body[:_FRAME_HEAD_BYTES] + b"".join(_chunk(kind, each) for kind, each, _ in inner if kind in _KEPT)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Yield kind and body of each chunk, and whether it is whole; the last one as far as it is there."""
    position = 0
    while len(head := data[position : position + _CHUNK_HEAD_BYTES]) == _CHUNK_HEAD_BYTES:
        kind, length = struct.unpack("<4sI", head)
        position += _CHUNK_HEAD_BYTES
        body = data[position : position + length]
        yield kind, body, len(body) == length
        position += length + length % 2


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
