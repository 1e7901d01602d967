"""PNG (W3C, third edition): what decoding needs, the colour profile, and nothing else; animations stay whole."""

import struct
import zlib
from collections.abc import Iterable, Iterator

from bucketpress.content.pictures.orientation import UPRIGHT, orientation_of, orientation_only
from bucketpress.content.pictures.picture_findings import MAX_PROFILE_BYTES, PictureFinding, StrippedPicture, follows

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"bKGD", b"sBIT"})
_COLOUR = frozenset({b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI"})
_PROFILE, _EXIF, _PIXELS, _END = b"iCCP", b"eXIf", b"IDAT", b"IEND"
_HEAD_BYTES, _SUM_BYTES = 8, 4
_NEEDED = frozenset({b"IHDR", b"PLTE", b"IDAT"})
_HEADER = struct.Struct(">IIBBBBB")  # width, height, bits, colour type, compression, filter, interlace
_BITS = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Of so many bytes of pixels it is counted whether they are there. Whoever encodes larger pictures sees it anyway.
_MAX_COUNTED_BYTES = 16 * 1024**2
_COUNTED_AT_A_TIME = 256 * 1024


def stripped_png(data: bytes) -> StrippedPicture:
    """Return a PNG with the same pixels, without what follows its end.

    How it is turned counts only where it is said before the pixels: so it is for browsers, which show these first.
    """
    orientation, kept = UPRIGHT, list[tuple[bytes, bytes]]()
    reader, findings = _Chunks(data), set[PictureFinding]()
    has_pixels = False
    for kind, chunk in reader:
        has_pixels = has_pixels or kind == _PIXELS
        if kind == _EXIF and not has_pixels:
            orientation = orientation_of(chunk[_HEAD_BYTES:-_SUM_BYTES])
        elif kind == _PROFILE and not _is_profile_small(chunk[_HEAD_BYTES:-_SUM_BYTES]):
            findings.add(PictureFinding.LARGE_PROFILE)
        elif kind in _KEPT or kind in _COLOUR:
            kept.append((kind, chunk))
    first_pixels = next((place for place, (kind, _) in enumerate(kept) if kind == _PIXELS), len(kept))
    findings |= reader.findings | _pixel_findings(kept)
    if orientation != UPRIGHT:
        kept.insert(first_pixels, (_EXIF, _chunk(_EXIF, orientation_only(orientation))))
    made = b"".join([SIGNATURE, *(chunk for _, chunk in kept), _chunk(_END, b"")])
    return StrippedPicture(data=made, findings=frozenset(findings))


class _Chunks:
    """The chunks of a PNG, one after the other, and once all are read what stood out in them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.findings: frozenset[PictureFinding] = frozenset({PictureFinding.DAMAGED})

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the kind of each chunk and the chunk as it is, up to the last that is whole."""
        data, position, is_whole = self._data, len(SIGNATURE), True
        while len(head := data[position : position + _HEAD_BYTES]) == _HEAD_BYTES:
            length, kind = struct.unpack(">I4s", head)
            chunk = data[position : position + _HEAD_BYTES + length + _SUM_BYTES]
            if kind == _END:
                end = min(position + len(chunk), len(data))
                found = {PictureFinding.FOREIGN_DATA} if follows(data, end) else set()
                self.findings = frozenset(found if is_whole else {*found, PictureFinding.DAMAGED})
                return
            if len(chunk) < _HEAD_BYTES + length + _SUM_BYTES:
                # Browsers show as much as there is of the pixels.
                if kind == _PIXELS:
                    yield kind, _chunk(kind, chunk[_HEAD_BYTES:])
                return
            if kind in _NEEDED:
                is_whole = is_whole and zlib.crc32(chunk[4:-_SUM_BYTES]) == int.from_bytes(chunk[-_SUM_BYTES:], "big")
            yield kind, chunk
            position += len(chunk)


def _is_profile_small(body: bytes) -> bool:
    """Return whether a colour profile is small enough to be kept, also once it is unpacked."""
    if len(body) > MAX_PROFILE_BYTES:
        return False
    packed = body[body.find(b"\0") + 2 :]
    try:
        return len(zlib.decompressobj().decompress(packed, MAX_PROFILE_BYTES + 1)) <= MAX_PROFILE_BYTES
    except zlib.error:
        return True  # No profile, which nobody unpacks.


def _pixel_findings(kept: Iterable[tuple[bytes, bytes]]) -> set[PictureFinding]:
    """Return what stands out in the pixels: too few of them for what the header says, or more bits than are shown."""
    header = next((chunk[_HEAD_BYTES:-_SUM_BYTES] for kind, chunk in kept if kind == b"IHDR"), b"")
    pixels = [chunk for kind, chunk in kept if kind == _PIXELS]
    if len(header) != _HEADER.size or not pixels:
        return {PictureFinding.DAMAGED}
    width, height, bits, colours, *_, interlaced = _HEADER.unpack(header)
    found = {PictureFinding.DEEP_COLOURS} if bits > _BITS else set()
    # One byte before each row says how it is filtered.
    wanted = height * (1 + -(-width * bits * _CHANNELS.get(colours, 1) // 8))
    if interlaced or wanted > _MAX_COUNTED_BYTES:
        return found
    there = _unpacked_bytes(pixels, wanted)
    return (
        found if there >= wanted else {*found, PictureFinding.UNLIKE_HEADER if there >= 0 else PictureFinding.DAMAGED}
    )


def _unpacked_bytes(pixels: Iterable[bytes], most: int) -> int:
    """Return how many bytes packed pixels have, counted up to `most`; -1 where they are damaged."""
    unpacker, there = zlib.decompressobj(), 0
    try:
        for chunk in pixels:
            left = chunk[_HEAD_BYTES:-_SUM_BYTES]
            while left and there < most:
                there += len(unpacker.decompress(left, _COUNTED_AT_A_TIME))
                left = unpacker.unconsumed_tail
    except zlib.error:
        return -1
    return there


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
