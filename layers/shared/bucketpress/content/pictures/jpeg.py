"""JPEG (ITU T.81): what decoding needs, the colour profile, and nothing else."""

import re
import struct
from collections.abc import Iterator

from bucketpress.content.pictures.orientation import EXIF_HEADER, UPRIGHT, orientation_of, orientation_only
from bucketpress.content.pictures.picture_findings import MAX_PROFILE_BYTES, PictureFinding, StrippedPicture, follows

_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
# Quantisation, Huffman and arithmetic tables, frames, restart intervals, the number of lines, hierarchies.
_NEEDED = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FRAME_FIELDS = struct.Struct(">BHHB")  # bits, height, width, how many components
_BITS, _PRINT_COMPONENTS, _BLOCK_SIDE = 8, 4, 8
# Within a scan a marker is none of these: a stuffed zero, a restart, a byte to fill up.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]", re.DOTALL)
_PROFILE_NAME, _ADOBE_NAME, _ADOBE_BYTES = b"ICC_PROFILE\0", b"Adobe", 12
# Version 1.1, no unit, a density of one, no thumbnail.
_PLAIN_JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"


def stripped_jpeg(data: bytes) -> StrippedPicture:
    """Return a JPEG with the same pixels; what follows its end, such as a film or a second picture, is left out."""
    reader = _Segments(data)
    orientation, has_jfif, profile_bytes = UPRIGHT, False, 0
    kept: list[bytes] = []
    for marker, payload, scan in reader:
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
    findings = reader.findings
    if profile_bytes > MAX_PROFILE_BYTES:
        kept = [part for part in kept if not part.startswith(b"\xff\xe2")]
        findings |= {PictureFinding.LARGE_PROFILE}
    heads = [_segment(_JFIF, _PLAIN_JFIF)] if has_jfif else []
    if orientation != UPRIGHT:
        heads.append(_segment(_EXIF, EXIF_HEADER + orientation_only(orientation)))
    return StrippedPicture(data=b"".join([_START, *heads, *kept, _END]), findings=findings)


class _Segments:
    """The segments of a JPEG, one after the other, and once all are read what stood out in them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._frame = b""
        self._scan_bytes = 0
        self._has_end = self._is_followed = self._has_gap = False

    def __iter__(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield each segment: its marker, what it holds, and after the head of a scan the scan itself.

        Bytes between segments are skipped. What is cut off within a segment is not there.
        """
        data, position = self._data, len(_START)
        while match := _MARKER.search(data, position):
            self._has_gap = self._has_gap or bool(data[position : match.start()].strip(b"\xff\0"))
            marker, position = match[0][1], match.end()
            if marker == _END[1]:
                self._has_end, self._is_followed = True, follows(data, position)
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
                self._scan_bytes += len(scan)
            elif marker in _FRAMES and not self._frame:
                self._frame = payload
            yield marker, payload, scan

    @property
    def findings(self) -> frozenset[PictureFinding]:
        """Return what stood out."""
        found = set()
        if not self._has_end or not self._scan_bytes or len(self._frame) < _FRAME_FIELDS.size:
            found.add(PictureFinding.DAMAGED)
        else:
            bits, height, width, components = _FRAME_FIELDS.unpack_from(self._frame)
            # However a picture is coded, each block of one component takes at least one bit (T.81, F.1.2 and G.1.2).
            blocks = -(-width // _BLOCK_SIDE) * -(-height // _BLOCK_SIDE)
            found |= {PictureFinding.UNLIKE_HEADER} if blocks > self._scan_bytes * 8 else set()
            found |= {PictureFinding.PRINT_COLOURS} if components == _PRINT_COMPONENTS else set()
            found |= {PictureFinding.DEEP_COLOURS} if bits > _BITS else set()
        if self._is_followed or self._has_gap:
            found.add(PictureFinding.FOREIGN_DATA)
        return frozenset(found)


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
