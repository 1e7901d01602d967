"""Why no smaller versions of a picture can be made, and what its author is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bucketpress.content.pictures.variants import MAX_PIXELS
from bucketpress.content.problem import Problem, warning
from bucketpress.errors import BucketpressError


class EncodingFault(StrEnum):
    """What keeps a picture from being encoded."""

    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    UNLIKE_HEADER = "unlike header"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_LONG = "too long"
    ANIMATED = "animated"


class UnencodablePictureError(BucketpressError):
    """A picture of which no smaller versions can be made."""

    def __init__(self, fault: EncodingFault) -> None:
        """Store what is wrong with it."""
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPicture:
    """A version of a picture that cannot be encoded: the digest its variants would have in their names, and why."""

    digest: str
    fault: EncodingFault


_AS_IT_IS = "so no smaller versions of it are made: readers get it as it is"
_EXPORT = "Open it in a program for pictures, export it as JPEG, PNG or WebP and upload that."
_PROBLEMS: Mapping[EncodingFault, Problem] = {
    EncodingFault.UNKNOWN: warning(f"The picture cannot be opened, {_AS_IT_IS}, and may see nothing.", _EXPORT),
    EncodingFault.DAMAGED: warning(
        f"The picture breaks off or is damaged, {_AS_IT_IS}, as far as their browsers can show it.",
        "Upload it again; if it is broken where it comes from, too, export it anew.",
    ),
    EncodingFault.UNLIKE_HEADER: warning(
        f"The picture is smaller than the beginning of its file says, {_AS_IT_IS}, in the room that it claims.",
        _EXPORT,
    ),
    EncodingFault.TOO_MANY_PIXELS: warning(
        f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels, {_AS_IT_IS}, which takes long.",
        "Upload it smaller.",
    ),
    EncodingFault.TOO_LONG: warning(
        f"The picture is too long for its width, {_AS_IT_IS}, which takes long.", "Cut it into several pictures."
    ),
}


def fault_problem(fault: EncodingFault) -> Problem | None:
    """Return what an author is told; None where it is as it should be: what is animated is shown as it is."""
    return _PROBLEMS.get(fault)
