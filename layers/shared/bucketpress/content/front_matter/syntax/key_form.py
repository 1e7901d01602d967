"""Keys and single words as their authors may spell them: one form for all spellings of each."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def key_form(text: str) -> str:
    """Return what all spellings of a key share: no case, width, space, dash, underscore or other mark."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in folded if character.isalnum())


def word_form(text: str) -> str:
    """Return a value that is one word or a few: no case, width, nor marks around it."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    first, last = 0, len(folded)
    while first < last and not folded[first].isalnum():
        first += 1
    while first < last and not folded[last - 1].isalnum():
        last -= 1
    return folded[first:last]


def is_misspelt(word: str, meant: str) -> bool:
    """Return whether one letter too many, one missing, one wrong or two exchanged make one word of another."""
    if word == meant or abs(len(word) - len(meant)) > 1:
        return False
    first = next((i for i, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other), None)
    first = min(len(word), len(meant)) if first is None else first
    rest, wanted = word[first:], meant[first:]
    return (
        rest[1:] == wanted
        or rest == wanted[1:]
        or rest[1:] == wanted[1:]
        or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    )
