"""Where a history's chance comes from: a seed at first, a written list of choices when it is played again."""

import random
from collections.abc import Sequence


class Choices:
    """Draws small numbers and remembers them. Past the end of a written list every draw is 0, the plainest choice."""

    def __init__(self, seed: int | None = None, written: Sequence[int] = ()) -> None:
        self._random = None if seed is None else random.Random(seed)
        self._written = written
        self.made: list[int] = []

    def below(self, bound: int) -> int:
        """Draw a number from 0 to `bound` - 1."""
        place = len(self.made)
        if self._random is not None:
            drawn = int(self._random.random() * bound)
        else:
            drawn = self._written[place] % bound if place < len(self._written) else 0
        self.made.append(drawn)
        return drawn
