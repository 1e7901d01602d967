"""How two versions of a file differ, line by line; of what is large or not text, that they do."""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bucketpress.content.post_reader import MAX_POST_BYTES
from bucketpress_cli.transfer.local_folder import digest_against

NOTHING = "d41d8cd98f00b204e9800998ecf8427e"  # the MD5 of no bytes
NO_END = "\\ No newline at the end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One side of a comparison: its name, its size and digest, and how to read it; without these it is empty."""

    name: str
    size: int = 0
    digest: str = NOTHING
    read: Callable[[], bytes] = bytes

    def __str__(self) -> str:
        """Return size and digest in words."""
        return f"{self.name}: {self.size:,} bytes, {self.digest}"


def compared_file(name: str, path: Path, there: str = "") -> Compared:
    """Return a file of this machine to be compared with an object of the digest `there`. Raises OSError."""
    size = path.stat().st_size
    return Compared(name=name, size=size, digest=digest_against(path, size, there), read=path.read_bytes)


def differing_lines(old: Compared, new: Compared) -> list[str]:
    """Return how two versions differ: no line where they are equal, and at least one where a byte is not the same.

    Only what may be a post is read.
    """
    if old.digest == new.digest:
        return []
    differ = [f"-{old}", f"+{new}"]
    if max(old.size, new.size) > MAX_POST_BYTES:
        return differ
    before, after = old.read(), new.read()
    if before == after:
        return []
    try:
        texts = before.decode("utf-8"), after.decode("utf-8")
    except UnicodeDecodeError:
        return differ
    if "\x00" in texts[0] + texts[1]:
        return differ
    if _without_ends(texts[0]) == _without_ends(texts[1]):
        return [f"{old.name} and {new.name} differ only in how lines end"]
    return list(_unified(*texts, old.name, new.name))


def _unified(old: str, new: str, old_name: str, new_name: str) -> Iterator[str]:
    # Only a line feed ends a line: whatever else might is shown, as it is what differs.
    for line in difflib.unified_diff(_lines(old), _lines(new), old_name, new_name, lineterm="\n"):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield NO_END


def _lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _without_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
