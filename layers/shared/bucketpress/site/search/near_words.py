"""Words of an index that are nearly the same as one that occurs nowhere: one letter off, or two of them swapped."""

from collections.abc import Iterator, Sequence

from bucketpress.site.search.query import Part
from bucketpress.site.search.segment import Segment
from bucketpress.site.search.words import is_paired

# Shorter words are near too many others, and a number is not a slip of another.
LEAST_CHARACTERS = 4


def worth_correcting(part: Part) -> bool:
    """Return whether a part of a query is a word that may have been mistyped."""
    word = part.forms[0]
    return part.is_word and len(word) >= LEAST_CHARACTERS and not is_paired(word) and not word.isdigit()


def near_keys(segments: Sequence[Segment], key: str) -> tuple[str, ...]:
    """Return the keys of an index that are one slip away from a key, sorted.

    A single slip leaves one half of a word as it was, so only keys that begin or end with a half are compared; but for
    two letters swapped where the halves meet.
    """
    middle = len(key) // 2
    swapped = f"{key[: middle - 1]}{key[middle]}{key[middle - 1]}{key[middle + 1 :]}"
    found: set[str] = set()
    for segment in segments:
        candidates = {*segment.keys_with(key[:middle], at_end=False), *segment.keys_with(key[middle:], at_end=True)}
        found |= {each for each in candidates - found if is_near(key, each)}
        found |= {each for each, _, _ in segment.terms(swapped)}
    return tuple(sorted(found - {key}))


def is_near(one: str, other: str) -> bool:
    """Return whether two words differ by a letter more, less or other, or by two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    begin = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if begin is None:
        return True
    return any(rest == its for rest, its in _rests(one[begin:], other[begin:]))


def _rests(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Yield what must be equal after one slip, of each kind, at the beginning of two texts."""
    yield one[1:], other[1:]
    yield one[1:], other
    yield one, other[1:]
    if one[:2] == other[1::-1]:
        yield one[2:], other[2:]
