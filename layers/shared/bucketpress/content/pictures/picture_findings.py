"""What stands out in a picture while it is stripped, and what its author is told of it.

What cameras and programs put into every picture is left out in silence: Exif and its kin, thumbnails, a second picture
or a film behind the first. Told is what a picture should not hold, and what readers see otherwise than its author.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bucketpress.content.problem import Problem, warning

MAX_PROFILE_BYTES = 4 * 1024**2
_TOLD_PROFILE_MIB = MAX_PROFILE_BYTES // 1024**2


class PictureFinding(StrEnum):
    """One thing that stands out."""

    DAMAGED = "damaged"
    UNLIKE_HEADER = "unlike header"
    FOREIGN_DATA = "foreign data"
    LARGE_PROFILE = "large profile"
    PRINT_COLOURS = "print colours"
    DEEP_COLOURS = "deep colours"
    TURNED_WEBP = "turned WebP"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippedPicture:
    """A picture as readers get it, and what stood out in the author's."""

    data: bytes
    findings: frozenset[PictureFinding] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFindings:
    """What stood out in one version of a picture, which is told by its ETag."""

    etag: str
    findings: frozenset[PictureFinding]


_EXPORT = "Open it in a program for pictures, export it as JPEG, PNG or WebP and upload that."
_PROBLEMS: Mapping[PictureFinding, Problem] = {
    PictureFinding.DAMAGED: warning(
        "The picture breaks off or is damaged: readers get it as far as their browsers can show it.",
        "Upload it again; if it is broken where it comes from, too, export it anew.",
    ),
    PictureFinding.UNLIKE_HEADER: warning(
        "The picture is smaller than the beginning of its file says: readers see it in the room that it claims.",
        _EXPORT,
    ),
    PictureFinding.FOREIGN_DATA: warning(
        "The file holds data that is no part of the picture, such as an archive or a page hidden behind it: "
        "readers get the picture without it.",
        "If readers are to have it, upload it as a file of its own; if you do not know it, look where the picture is "
        "from.",
    ),
    PictureFinding.LARGE_PROFILE: warning(
        f"The picture's colour profile has more than {_TOLD_PROFILE_MIB} MiB, so it is left out and the colours "
        "may differ.",
        "Export it with the profile sRGB.",
    ),
    PictureFinding.PRINT_COLOURS: warning(
        "The picture has the colours of printing (CMYK), which browsers show differently, some of them not at all.",
        "Export it in RGB.",
    ),
    PictureFinding.DEEP_COLOURS: warning(
        "The picture has more than 8 bits for each colour, of which readers see no more than 8.",
        "Export it with 8 bits for each colour: it loads in half the time.",
    ),
    PictureFinding.TURNED_WEBP: warning(
        "The picture is turned, and says so only in its Exif data, which in a WebP not every browser reads: "
        "readers get its smaller versions upright, and the file itself as it is.",
        "Turn it in a program for pictures and export it anew.",
    ),
}
# Both say that something of the picture is missing, of which the one who decodes it knows more.
_BROKEN = frozenset({PictureFinding.DAMAGED, PictureFinding.UNLIKE_HEADER})
# Where one of these is in a file and not in what is left of it, something was hidden in the picture.
_HIDDEN = (b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"<script", b"<SCRIPT", b"<html", b"<HTML", b"<?php", b"<svg")
# What files are filled up with.
_NO_PADDING = re.compile(rb"[^\0\t\n\r \xff]")
_SECOND_PICTURE, _FILM, _SAMSUNG = b"\xff\xd8\xff", b"ftyp", b"SEFT"


def findings_problems(findings: Iterable[PictureFinding], *, is_known_broken: bool) -> tuple[Problem, ...]:
    """Return what an author is told, in an order of its own; that it is broken only where nobody else says so."""
    told = set(findings) - (_BROKEN if is_known_broken else set())
    return tuple(problem for finding, problem in _PROBLEMS.items() if finding in told)


def hides_something(data: bytes, left: bytes) -> bool:
    """Return whether a file holds the mark of an archive, a page or a program that is not in what is left of it."""
    return any(mark in data and mark not in left for mark in _HIDDEN)


def follows(data: bytes, end: int) -> bool:
    """Return whether something follows the end of a picture that no camera puts there."""
    found = _NO_PADDING.search(data, end)
    if found is None:
        return False
    start = found.start()
    # The padding that is skipped may be the beginning of a picture, or of the length of a box.
    is_picture = data.startswith(_SECOND_PICTURE, max(start - 1, end))
    is_film = _FILM in data[start : start + 12]
    return not (is_picture or is_film or data.endswith(_SAMSUNG))
