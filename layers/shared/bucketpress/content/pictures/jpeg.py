"""JPEG (ITU T.81): what decoding needs, the colour profile, and nothing else."""

import re
import struct
from collections.abc import Iterator

from bucketpress.content.pictures.orientation import EXIF_HEADER, UPRIGHT, orientation_of, orientation_only

MAX_PROFILE_BYTES = 4 * 1024**2
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
# Quantisation, Huffman and arithmetic tables, frames, restart intervals, the number of lines, hierarchies.
_NEEDED = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
# Within a scan a marker is none of these: a stuffed zero, a restart, a byte to fill up.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]", re.DOTALL)
_PROFILE_NAME, _ADOBE_NAME, _ADOBE_BYTES = b"ICC_PROFILE\0", b"Adobe", 12
# Version 1.1, no unit, a density of one, no thumbnail.
_PLAIN_JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"


def stripped_jpeg(data: bytes) -> bytes:
    """Return a JPEG with the same pixels; what follows its end, such as a film or a second picture, is left out."""
    orientation, found = UPRIGHT, list(_segments(data))
    has_jfif, profile_bytes = False, 0
    kept: list[bytes] = []
    for marker, payload, scan in found:
        if marker == _EXIF and payload.startswith(EXIF_HEADER) and orientation == UPRIGHT:
            orientation = orientation_of(payload)
        elif marker == _JFIF and payload.startswith(b"JFIF\0"):
            has_jfif = True
        elif marker == _PROFILE and payload.startswith(_PROFILE_NAME):
            profile_bytes += len(payload)
            kept.append(_segment(marker, payload))
        elif marker == _ADOBE and payload.startswith(_ADOBE_NAME):
            kept.append(_segment(marker, payload[:_ADOBE_BYTES]))
        elif marker in _NEEDED:
            kept += [_segment(marker, payload), scan]
    if profile_bytes > MAX_PROFILE_BYTES:
        kept = [part for part in kept if not part.startswith(b"\xff\xe2")]
    heads = [_segment(_JFIF, _PLAIN_JFIF)] if has_jfif else []
    if orientation != UPRIGHT:
        heads.append(_segment(_EXIF, EXIF_HEADER + orientation_only(orientation)))
    return b"".join([_START, *heads, *kept, _END])


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield each segment: its marker, what it holds, and after the head of a scan the scan itself.

    Bytes between segments are skipped. What is cut off within a segment is not there.
    """
    position = len(_START)
    while match := _MARKER.search(data, position):
        marker, position = match[0][1], match.end()
        if marker == _END[1]:
            return
        if marker in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        payload = data[position + 2 : position + length]
        if len(payload) != length - 2:
            return
        position += length
        scan = b""
        if marker == _SCAN:
            following = _MARKER.search(data, position)
            end = following.start() if following else len(data)
            scan, position = data[position:end], end
        yield marker, payload, scan


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
