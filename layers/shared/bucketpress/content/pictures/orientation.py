"""How the pixels of a picture are to be turned, as Exif says it: the one thing of Exif that readers need.

Exif data is a TIFF file without pixels (TIFF 6.0, section 2): tag 0x0112 of its first directory is the orientation.
"""

import struct

UPRIGHT = 1
EXIF_HEADER = b"Exif\0\0"
# Of Exif data so much is read: who asks for the size of a picture reads no more of its file.
EXIF_BYTES = 4096
_TAG = 0x0112
_SHORT = 3
_ENTRY_BYTES = 12
_MAX_ENTRIES = 512
_SIDEWAYS = frozenset({5, 6, 7, 8})


def orientation_of(exif: bytes) -> int:
    """Return the orientation that Exif data names, 1 to 8; 1, which is upright, where it names none."""
    tiff = exif[:EXIF_BYTES].removeprefix(EXIF_HEADER)
    order = ">" if tiff.startswith(b"MM") else "<"
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, directory)
        for number in range(min(entries, _MAX_ENTRIES)):
            entry = directory + 2 + _ENTRY_BYTES * number
            tag, value = struct.unpack_from(f"{order}H6xH", tiff, entry)
            if tag == _TAG:
                return value if UPRIGHT <= value <= max(_SIDEWAYS) else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT


def orientation_only(orientation: int) -> bytes:
    """Return Exif data, without its header, that says nothing but an orientation."""
    return b"MM\0\x2a\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _TAG, _SHORT, 1, orientation, 0, 0)


def lies_on_its_side(orientation: int) -> bool:
    """Return whether an orientation swaps width and height."""
    return orientation in _SIDEWAYS
