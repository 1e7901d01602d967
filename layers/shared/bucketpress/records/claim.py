"""A source's claim on a path."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What a claim asks for: the path itself (held or waiting), or only a redirect from it."""

    PUBLISHED = "published"
    SHADOWED = "shadowed"
    FORMER = "former"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A source's claim on a path. `was_live` stays set once the source was published there.

    `position` is where a post that is published there stands in the order of all posts, "" for anything else and where
    older software wrote the claim. It changes in the transaction that changes the record.
    """

    path: str
    key: str
    standing: Standing
    was_live: bool = False
    position: str = ""


def owner_among(claims: Iterable[Claim]) -> Claim | None:
    """Return the claim of the source that is published at a path, from all claims on it; None where none is."""
    return next((claim for claim in claims if claim.standing is Standing.PUBLISHED), None)
