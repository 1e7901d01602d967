"""The boxes of an ISO base media file (ISO/IEC 14496-12, 4.2), read and blanked where they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from bucketpress.errors import BucketpressError

_HEAD_BYTES, _LARGE_HEAD_BYTES = 8, 16
_MAX_BOXES = 20_000
FREE = b"free"


class UnreadablePictureError(BucketpressError):
    """A picture is built in a way that is not understood, so nobody can tell what else it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box: its kind, and where it, what it holds and its end are in the file."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places, the last one as far as it is there. Raises UnreadablePictureError."""
    for _ in range(_MAX_BOXES):
        if end - start < _HEAD_BYTES:
            return
        size, kind = int.from_bytes(data[start : start + 4], "big"), bytes(data[start + 4 : start + 8])
        body = start + _HEAD_BYTES
        if size == 1:
            size, body = int.from_bytes(data[body : body + 8], "big"), start + _LARGE_HEAD_BYTES
        elif size == 0:
            size = end - start
        if size < body - start:
            raise UnreadablePictureError
        yield Box(kind=kind, start=start, body=body, end=min(start + size, end))
        start += size
    raise UnreadablePictureError


def blank(data: bytearray, box: Box) -> None:
    """Turn a box into free space of the same size: nothing else in the file has to move."""
    data[box.start + 4 : box.start + 8] = FREE
    zero(data, box.body, box.end)


def zero(data: bytearray, start: int, end: int) -> None:
    """Overwrite what is between two places."""
    data[start:end] = bytes(max(min(end, len(data)) - start, 0))


class Fields:
    """Reads numbers one after another. Raises UnreadablePictureError behind the end."""

    def __init__(self, data: bytes | bytearray, start: int, end: int) -> None:
        """Begin at one place, and read up to another."""
        self._data, self.place, self._end = data, start, end

    def number(self, size: int) -> int:
        """Read a number of so many bytes, 0 where that is none."""
        if self.place + size > self._end:
            raise UnreadablePictureError
        self.place += size
        return int.from_bytes(self._data[self.place - size : self.place], "big")

    @property
    def is_at_end(self) -> bool:
        """Whether there is nothing more."""
        return self.place >= self._end
