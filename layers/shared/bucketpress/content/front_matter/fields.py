"""Reads the values of a YAML map as what they are wanted for, and notes what is odd about them."""

from difflib import get_close_matches
from heapq import nlargest

from bucketpress.content.front_matter.syntax.key_form import key_form, word_form
from bucketpress.content.front_matter.syntax.tree import TRUTHS, Mapping, Node, Scalar, Sequence
from bucketpress.content.problem import Problem, error, warning

MAX_COMPARED = 40
MAX_COMPARED_CHARACTERS = 100


class Fields:
    """The keys of one map; `problems` grows as they are read."""

    def __init__(self, mapping: Mapping) -> None:
        """Begin with nothing wrong."""
        self.mapping = mapping
        self._values = mapping.values()
        self.problems: list[Problem] = []

    def value(self, name: str) -> Node | None:
        """Return the value of a key in any spelling, None when it is not there, null or empty."""
        return self._values.get(key_form(name))

    def node(self, *names: str) -> tuple[str, Node] | None:
        """Return the first of the names that has a value, with it."""
        for name in names:
            value = self.value(name)
            if value is not None:
                return name, value
        return None

    def scalar(self, *names: str) -> tuple[str, Scalar] | None:
        """Return the first of the names that has a value, which must be a single one."""
        found = self.node(*names)
        if found is None:
            return None
        name, value = found
        if isinstance(value, Sequence) and len(value.items) == 1 and isinstance(value.items[0], Scalar):
            return name, value.items[0]
        if isinstance(value, Scalar):
            return name, value
        self.error(value, f"{name} must be text, not a {_kind(value)}.", f"Write it as `{name}: …` on one line.")
        return None

    def text(self, *names: str) -> str | None:
        """Return the text of the first of the names that has one, without space around it; None when empty."""
        found = self.scalar(*names)
        return found[1].text.strip() or None if found else None

    def flag(self, name: str) -> bool | None:
        """Return a truth value; None when it is not there.

        Anything else is an error: guessing could publish a draft.
        """
        found = self.scalar(name)
        if found is None:
            return None
        value = TRUTHS.get(word_form(found[1].text))
        if value is None:
            self.error(found[1], f"{name} must be true or false.", f"Write `{name}: true` or `{name}: false`.")
        return value

    def wish(self, name: str) -> bool:
        """Return whether a key that decides nothing but how a post looks is true; what is neither is a warning."""
        node = self.value(name)
        value = TRUTHS.get(word_form(node.text)) if isinstance(node, Scalar) else None
        if node is not None and value is None:
            self.warning(node, f"{name} must be true or false and is ignored.", f"Write `{name}: true`.")
        return value is True

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds; None when it is not there or wrong."""
        found = self.scalar(name)
        if found is None:
            return None
        text = found[1].text.strip()
        if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
            return int(text)
        self.error(found[1], f"{name} must be a whole number from {least} to {most}.", f"Write `{name}: {least}`.")
        return None

    def error(self, node: Node, message: str, fix: str) -> None:
        """Note an error at a value."""
        self.problems.append(error(message, fix, node.line, node.column))

    def warning(self, node: Node, message: str, fix: str) -> None:
        """Note a warning at a value."""
        self.problems.append(warning(message, fix, node.line, node.column))


def items_of(node: Node) -> tuple[Node, ...]:
    """Return the items of a list without its nulls; a single value stands for a list of one."""
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(item for item in items if not (isinstance(item, Scalar) and item.absent))


def nearest(word: str, known: list[str]) -> str | None:
    """Return the known word most like the given one, if any is like it at all.

    Of many words only those that share most pairs of letters with it are compared at length.
    """
    lowered = word.lower()[:MAX_COMPARED_CHARACTERS]
    pairs = _pairs(lowered)
    likely = nlargest(MAX_COMPARED, sorted(known), key=lambda other: len(pairs & _pairs(other.lower())))
    matches = get_close_matches(lowered, likely, n=1, cutoff=0.6)
    return matches[0] if matches else None


def _pairs(word: str) -> set[str]:
    return set(map(str.__add__, word, word[1:]))


def _kind(node: Node) -> str:
    return "list" if isinstance(node, Sequence) else "map"
