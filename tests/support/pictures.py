"""The beginnings of image files, as little of them as it takes to know their size."""

import struct
import zlib

SEGMENT = 0xFFFF


def png(width: int, height: int) -> bytes:
    """Make a whole PNG of one grey."""
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def png_header(width: int, height: int) -> bytes:
    """Make the beginning of a PNG that may say anything."""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


def jpeg(width: int, height: int, *, orientation: int = 0, padding: int = 0, frame: int = 0xC0) -> bytes:
    """Make a JPEG up to its frame; `padding` is how many bytes of other segments come before it."""
    parts = [b"\xff\xd8"]
    if orientation:
        tiff = b"MM\0\x2a\0\0\0\x08" + struct.pack(">HHHIHH", 1, 0x0112, 3, 1, orientation, 0)
        parts.append(_segment(0xE1, b"Exif\0\0" + tiff))
    while padding > 0:
        size = min(padding, SEGMENT - 2)
        parts.append(_segment(0xE2, bytes(size)))
        padding -= size
    parts.append(b"\xff" + _segment(frame, struct.pack(">BHHB", 8, height, width, 3) + bytes(9)))
    return b"".join(parts) + b"\xff\xda"


def webp(width: int, height: int, form: str) -> bytes:
    if form == "VP8X":
        body = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif form == "VP8L":
        body = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little")
    else:
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    chunk = form.ljust(4).encode() + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def avif(*extents: tuple[int, int], turn: int | None = None) -> bytes:
    boxes = [_box(b"ispe", bytes(4) + struct.pack(">II", *extent)) for extent in extents]
    boxes += [_box(b"irot", bytes([turn]))] if turn is not None else []
    properties = _box(b"iprp", _box(b"ipco", b"".join(boxes)))
    return _box(b"ftyp", b"avif" + bytes(4) + b"avifmif1") + _box(b"meta", bytes(4) + properties)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
