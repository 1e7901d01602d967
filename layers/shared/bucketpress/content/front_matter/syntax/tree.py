"""What front matter and settings are read into, whatever they are written in: texts, lists and maps with their places.

Values stay text, so that `no`, `12:30` and `2018-11-21` are what the author wrote.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.problem import Problem

MAX_DEPTH = 4
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?(?:[eE][-+]?[0-9]{1,3})?")
TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "1", "y", "t"), True),
    **dict.fromkeys(("false", "no", "off", "0", "n", "f"), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """Text as written; `plain` when it stood without quotes, and may therefore be a number or a truth value."""

    text: str
    plain: bool
    line: int
    column: int

    @property
    def absent(self) -> bool:
        """Return whether it is YAML's null or empty, which counts as not written."""
        return not self.text.strip() or (self.plain and self.text in _NULLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys with their values in the order written. A key may stand there twice; then the last counts."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    line: int
    column: int

    def get(self, name: str) -> "Node | None":
        """Return the value of a key in any spelling, None when it is not there, null or empty."""
        return self.values().get(key_form(name))

    def values(self) -> dict[str, "Node"]:
        """Return every value that is there, neither null nor empty, by what all spellings of its key share."""
        return {
            key_form(key.text): value for key, value in self.pairs if not (isinstance(value, Scalar) and value.absent)
        }


Node = Scalar | Sequence | Mapping


class FormatError(ValueError):
    """Front matter or settings cannot be used; `problem` says why and where.

    `may_be_text` when it may be that a value was only meant as text, `problems` are what was found odd before.
    """

    def __init__(self, problem: Problem, *, may_be_text: bool = False) -> None:
        """Store the problem to report to the author."""
        super().__init__(problem.message)
        self.problem = problem
        self.may_be_text = may_be_text
        self.problems: tuple[Problem, ...] = ()


def repeated_keys(fields: Mapping, form_of: Callable[[str], str] = key_form) -> Iterator[tuple[Scalar, int]]:
    """Yield each repeated key of one mapping, whatever its spelling, and the line of the first."""
    seen: dict[str, int] = {}
    for key, _ in fields.pairs:
        form = form_of(key.text)
        if form in seen:
            yield key, seen[form]
        seen.setdefault(form, key.line)


def plain_value(node: Node) -> object:
    """Return a node as a JSON-like value: text, number, truth value, None, list or dict."""
    match node:
        case Sequence():
            return [plain_value(item) for item in node.items]
        case Mapping():
            return {key.text: plain_value(value) for key, value in node.pairs}
        case _:
            return _plain_scalar(node)


def _plain_scalar(node: Scalar) -> object:
    if not node.plain:
        return node.text
    if node.absent:
        return None
    if node.text.lower() in {"true", "false"}:
        return node.text.lower() == "true"
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    if _NUMBER.fullmatch(node.text) and math.isfinite(float(node.text)):
        return float(node.text)
    return node.text
