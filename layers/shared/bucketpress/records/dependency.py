"""What the rendering of one source reads of another: a closed set, kept by the key of the other one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bucketpress.content.images import ImageSize
from bucketpress.content.pictures.variants import PictureVariants


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTarget:
    """A post or page that is linked to: the path it is published at, None while it is not."""

    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A file that is shown: its size, None where that cannot be told, and its finished variants if there are any."""

    size: ImageSize | None
    variants: PictureVariants | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPicture:
    """A file that should be shown, and that is not there or is not for readers."""


class Presence(StrEnum):
    """Whether there is a post of a name, and whether readers see it."""

    ABSENT = "absent"
    HELD = "held"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePost:
    """A post that a file beside it may belong to."""

    presence: Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowingPost:
    """A post or page that shows a file beside it: one readers see if there is one, else the first they do not."""

    presence: Presence


Dependency: TypeAlias = LinkTarget | Picture | MissingPicture | BundlePost | ShowingPost


def leads_nowhere(dependency: Dependency | None) -> bool:
    """Return whether readers find nothing behind a link or at the place of a picture."""
    match dependency:
        case LinkTarget(path=path):
            return path is None
        case Picture():
            return False
        case _:
            return True
