"""Bugs planted by rule in the production protocols, beside those of `mutants.py` that somebody thought of.

Each rule takes one node of a module's syntax tree and says which text takes the place of which. What a rule makes is
always the same list, and each member keeps its id as long as its own line and the function around it stay as they are.
"""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from tests.simulation.mutants import PACKAGE
from tests.simulation.mutation_rules import Change, changes, required_arguments

# What commits, renders, repairs, and says what a change touches.
PLACES = (
    "services/publish/*.py",
    "services/refresh/*.py",
    "services/upkeep/*.py",
    "services/namesakes.py",
    "services/neighbours.py",
    "services/page_queue.py",
    "services/parts.py",
    "services/search_sections.py",
    "site/impact.py",
    "records/*.py",
)
# How bytes are kept in the site bucket is no matter of these protocols.
LEFT_OUT = frozenset({"records/type_at_rest.py"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change of one module; `where` is the function or class it is in."""

    id: str
    module: str
    where: str
    line: int
    change: Change

    def text(self) -> str:
        """Return the module with the bug in it."""
        source = (PACKAGE / self.module).read_bytes()
        return (source[: self.change.start] + self.change.new + source[self.change.end :]).decode()

    def source_line(self) -> str:
        """Return the line that the bug begins in."""
        return (PACKAGE / self.module).read_bytes().splitlines()[self.line - 1].decode()

    def description(self) -> str:
        """Return what was done, in one line."""
        source = (PACKAGE / self.module).read_bytes()
        old = _one_line(source[self.change.start : self.change.end])
        return f"{self.module}:{self.line} {self.change.kind}: {old or '…'} → {_one_line(self.change.new) or 'nothing'}"


@cache
def mutations() -> tuple[Mutation, ...]:
    """Return every bug that the rules plant, by module and line."""
    found = [made for module in modules() for made in mutations_of(module)]
    repeated = Counter[str]()
    unique = []
    for made in found:
        repeated[made.id] += 1
        unique.append(made if repeated[made.id] == 1 else replace(made, id=f"{made.id}-{repeated[made.id]}"))
    return tuple(unique)


def modules() -> tuple[str, ...]:
    """Return the modules that bugs are planted in."""
    paths = {path for place in PLACES for path in PACKAGE.glob(place) if path.stem != "__init__"}
    return tuple(sorted({path.relative_to(PACKAGE).as_posix() for path in paths} - LEFT_OUT))


def mutations_of(module: str) -> Iterator[Mutation]:
    """Yield the bugs of one module by line."""
    source = (PACKAGE / module).read_bytes()
    stem = module.rpartition("/")[2].removesuffix(".py")
    found = sorted(changes(source, _required()), key=lambda pair: (pair[1].start, pair[1].end, pair[1].new))
    for where, change in found:
        line = source.count(b"\n", 0, change.start) + 1
        # Not the line's number, which moves with every edit above it.
        seen = (source.splitlines()[line - 1].strip(), source[change.start : change.end], change.new)
        digest = hashlib.sha256(b"\0".join(seen)).hexdigest()[:6]
        name = ".".join(part for part in (stem, where, change.kind.replace(" ", "-"), digest) if part)
        yield Mutation(id=name, module=module, where=where, line=line, change=change)


@cache
def _required() -> Mapping[str, frozenset[str]]:
    """Return what the functions and classes of the package cannot do without; of two of one name, what both need."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, arguments in required_arguments(ast.parse(path.read_bytes())):
            found[name] = found.get(name, arguments) & arguments
    return found


def _one_line(text: bytes) -> str:
    line = " ".join(text.decode().split())
    return line if len(line) <= 90 else f"{line[:60]} … {line[-25:]}"
