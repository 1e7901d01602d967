"""Parts of a busy month or year: its older posts, on pages of their own that keep their address and what they list.

A post begins a part when the digest in its position is a multiple of a number; the part is that post and the older ones
down to the next that begins one. So whether a post begins a part depends on nothing but itself, and where parts begin
does not depend on the order in which posts came. A post that comes or goes changes the one part it lies in.
"""

from dataclasses import dataclass

_SEPARATORS = str.maketrans("", "", "-:")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLimits:
    """How many of its newest posts a month or year lists itself, and that one post in so many begins a part."""

    listed: int = 100
    one_in: int = 50

    def begins(self, position: str) -> bool:
        """Return whether the post at a position begins a part."""
        return int(position.rpartition("#")[2], 16) % self.one_in == 0


PART_LIMITS = PartLimits()


def part_at(position: str) -> str:
    """Return how the part that begins at a position is called: `20100305t140000-1a2b3c4d`."""
    moment = position.partition("#")[0].removesuffix("Z").lower()
    return f"{moment.translate(_SEPARATORS)}-{position.rpartition('#')[2]}"


def moment_of(part: str) -> str:
    """Return the instant of the post that a part begins with, as its position writes it."""
    day, _, time = part.partition("-")[0].partition("t")
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"
