"""GIF (version 89a): what decoding needs, the loop, the colour profile, and nothing else; animations stay whole."""

from collections.abc import Iterator

from bucketpress.content.pictures.picture_findings import MAX_PROFILE_BYTES, PictureFinding, StrippedPicture, follows

_HEAD_BYTES, _TABLE_FLAG, _TABLE_SIZE = 13, 0x80, 0x07
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_CONTROL_BYTES = 4
_NO_MORE = b"\0"
_IMAGE_HEAD_BYTES = 10
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PROFILE = b"ICCRGBG1012"
_LOOP_BYTES = 19  # the block's head, its name, and one sub-block of three bytes


def stripped_gif(data: bytes) -> StrippedPicture:
    """Return a GIF with the same pixels, without what follows its end."""
    head = _HEAD_BYTES + _table_bytes(data[10:11])
    if head > len(data):
        # The table of colours is cut short or was never one: no picture follows, and what stands there may be anything.
        made = data[:_HEAD_BYTES] + bytes([_END])
        return StrippedPicture(data=made, findings=frozenset({PictureFinding.DAMAGED}))
    reader, findings = _Blocks(data, head), set[PictureFinding]()
    kept, has_image = [data[:head]], False
    for block in reader:
        is_image = block[0] == _IMAGE
        has_image = has_image or is_image
        kept.append(block if is_image else _kept_extension(block))
        if block[3:14] == _PROFILE and not kept[-1]:
            findings.add(PictureFinding.LARGE_PROFILE)
    if not has_image:
        findings.add(PictureFinding.DAMAGED)
    made = b"".join([*kept, bytes([_END])])
    return StrippedPicture(data=made, findings=frozenset(findings | reader.findings))


class _Blocks:
    """The images and extensions of a GIF, one after the other, and once all are read what stood out in them."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._start = data, start
        self.findings: frozenset[PictureFinding] = frozenset({PictureFinding.DAMAGED})

    def __iter__(self) -> Iterator[bytes]:
        """Yield the images and extensions up to the end; the last as far as its sub-blocks are whole."""
        data, position = self._data, self._start
        while kind := data[position : position + 1]:
            if kind[0] == _IMAGE:
                flags = data[position + _IMAGE_HEAD_BYTES - 1 : position + _IMAGE_HEAD_BYTES]
                # After the table of colours one byte says how wide the codes are.
                body = position + _IMAGE_HEAD_BYTES + _table_bytes(flags) + 1
            elif kind[0] == _EXTENSION:
                body = position + 2
            else:
                if kind[0] == _END:
                    has_more = follows(data, position + 1)
                    self.findings = frozenset({PictureFinding.FOREIGN_DATA} if has_more else ())
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
    return block if name == _PROFILE and len(block) <= MAX_PROFILE_BYTES else b""


def _table_bytes(flags: bytes) -> int:
    """Return how many bytes a table of colours has, by the flags that come before it."""
    return 3 << ((flags[0] & _TABLE_SIZE) + 1) if flags and flags[0] & _TABLE_FLAG else 0
