"""GIF (version 89a): what decoding needs, the loop, the colour profile, and nothing else; animations stay whole."""

from collections.abc import Iterator

_HEAD_BYTES, _TABLE_FLAG, _TABLE_SIZE = 13, 0x80, 0x07
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_CONTROL_BYTES = 4
_NO_MORE = b"\0"
_IMAGE_HEAD_BYTES = 10
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PROFILE = b"ICCRGBG1012"
_LOOP_BYTES = 19  # the block's head, its name, and one sub-block of three bytes
_MAX_PROFILE_BYTES = 4 * 1024**2


def stripped_gif(data: bytes) -> bytes:
    """Return a GIF with the same pixels, without what follows its end."""
    head = _HEAD_BYTES + _table_bytes(data[10:11])
    if head > len(data):
        # The table of colours is cut short or was never one: no picture follows, and what stands there may be anything.
        return data[:_HEAD_BYTES] + bytes([_END])
    kept = (block if block[0] == _IMAGE else _kept_extension(block) for block in _blocks(data, head))
    return b"".join([data[:head], *kept, bytes([_END])])


def _blocks(data: bytes, position: int) -> Iterator[bytes]:
    """Yield the images and extensions up to the end; the last as far as its sub-blocks are whole."""
    while kind := data[position : position + 1]:
        if kind[0] == _IMAGE:
            flags = data[position + _IMAGE_HEAD_BYTES - 1 : position + _IMAGE_HEAD_BYTES]
            # After the table of colours one byte says how wide the codes are.
            body = position + _IMAGE_HEAD_BYTES + _table_bytes(flags) + 1
        elif kind[0] == _EXTENSION:
            body = position + 2
        else:
            return
        if body > len(data):
            return
        end = body
        while (length := int.from_bytes(data[end : end + 1], "big")) and end + length < len(data):
            end += 1 + length
        yield data[position:end] + _NO_MORE
        if length:
            return
        position = end + 1


def _kept_extension(block: bytes) -> bytes:
    """Return what readers need of an extension: its timing, how often it repeats, the colours; nothing of others."""
    label, size, name = block[1], block[2], block[3:14]
    if label == _CONTROL:
        return block if size == _CONTROL_BYTES and len(block) == _CONTROL_BYTES + 4 else b""
    if label != _APPLICATION:
        return b""
    if name in _LOOPS and block[14:16] == b"\x03\x01":
        return block[: _LOOP_BYTES - 1] + _NO_MORE
    return block if name == _PROFILE and len(block) <= _MAX_PROFILE_BYTES else b""


def _table_bytes(flags: bytes) -> int:
    """Return how many bytes a table of colours has, by the flags that come before it."""
    return 3 << ((flags[0] & _TABLE_SIZE) + 1) if flags and flags[0] & _TABLE_FLAG else 0
