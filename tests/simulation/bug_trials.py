"""Tries planted bugs on tests without starting Python anew: collected once, each bug in a process forked from there.

A bug is put into the functions that are already there, by giving them other code, or into a constant of the module, by
giving its name another value. That is not possible where it changes a class. Each bug is tried first on the tests that
killed other bugs of its module and on those about the module, the quick ones before the slow ones, then on all others.
"""

import ast
import gc
import json
import os
import re
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from mmap import mmap
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.simulation import oracle
from tests.simulation.example_list import first_examples
from tests.simulation.mutants import PACKAGE, ROOT
from tests.simulation.mutations import Mutation

TESTS = ("tests/unit/services", "tests/unit/records", "tests/unit/site/test_impact.py", "tests/simulation/examples")
IS_FUNCTION = 0x2  # CO_NEWLOCALS: a module or the body of a class has none
UNIT_TESTS = ROOT / "tests" / "unit"
MOST_FILES = 4
# A test that takes longer never ends: without a bug the longest takes a tenth of it.
MOST_SECONDS = 40
# So many tests are run without a bug first: what they import and compile need not be done again for each bug.
WARMING = 12
# How likely a test is to kill a bug that it has not killed one like before: one about the module, and any other.
# One whose name has a word of the bug's line is likelier.
NEAR, FAR, NAMED = 0.5, 0.01, 0.3
USUAL_SECONDS = 0.2
COMMON = frozenset({"test", "tests", "service", "record", "index", "post", "path", "new", "old", "for", "not", "each"})
# Caches of these may hold what was made without the bug.
SUSPECT = ("bucketpress.services", "bucketpress.records", "bucketpress.site.impact", "tests.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of a bug: the test that failed ("" for none of those tried), and the seconds of CPU."""

    id: str
    killer: str
    seconds: float
    tried: int = 0
    left: int = 0


class Trials:
    """A plugin of pytest that runs every bug instead of the tests."""

    def __init__(
        self, bugs: Sequence[Mutation], budget_seconds: int, known: Iterable[Trial], tell: Callable[[Trial], None]
    ) -> None:
        """Take the bugs to try, each for so many seconds, the trials of before, and who is told of each trial."""
        self._bugs, self._budget, self._tell = bugs, budget_seconds, tell
        self._failed = False
        # Written by a child: the number of the test it is at, and how many seconds each has taken, by its place.
        self._now = mmap(-1, 4)
        self._seconds: memoryview[float] = memoryview(b"").cast("d")
        self._places: dict[str, int] = {}
        self._sound: set[str] = set()
        self._kills: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for trial in known:
            self._kills[trial.id.partition(".")[0]][trial.killer.removeprefix("test ")] += 1

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the bugs."""
        items = {item.nodeid: item for item in session.items}
        self._places = {name: place for place, name in enumerate(items)}
        self._seconds = memoryview(mmap(-1, 8 * len(items))).cast("d")
        for item in session.items[:: max(len(items) // WARMING, 1)]:
            assert self._passes(item), f"{item.nodeid} fails without a bug"
        _forget()
        functions = _functions()
        gc.freeze()
        for bug in self._bugs:
            self._tell(self._tried(bug, items, functions))
        return True

    def _passes(self, item: pytest.Item) -> bool:
        self._failed = False
        began = time.process_time()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        self._seconds[self._places[item.nodeid]] = time.process_time() - began
        return not self._failed

    def _order(self, bug: Mutation, items: Mapping[str, pytest.Item]) -> list[pytest.Item]:
        kills, near = self._kills[bug.id.partition(".")[0]], _near(bug.module)
        words = _words(f"{bug.where} {bug.source_line()}") - COMMON

        def gain(name: str) -> float:
            seconds = self._seconds[self._places[name]] or USUAL_SECONDS
            likely = (NEAR if name.startswith(near) else FAR) + NAMED * len(words & _words(name))
            return (kills[name] + likely) / seconds

        return [items[name] for name in sorted(items, key=gain, reverse=True)]

    def _tried(
        self, bug: Mutation, items: Mapping[str, pytest.Item], functions: Mapping[CodeType, list[FunctionType]]
    ) -> Trial:
        code, name = swaps(bug), constant(bug)
        if name:
            plant = partial(_rename, bug, name)
        elif code is None or not all(old in functions for old in code):
            return Trial(id=bug.id, killer="", seconds=0.0)
        else:
            plant = partial(_recode, [(f, new) for old, new in code.items() for f in functions[old]])
        tests = self._order(bug, items)
        killed, number, seconds = self._forked(tests, plant)
        if not killed:
            return Trial(id=bug.id, killer="", seconds=seconds, tried=number, left=len(tests) - number)
        killer = tests[number].nodeid
        self._check(tests[number])
        self._kills[bug.id.partition(".")[0]][killer] += 1
        never = ", which never ends" if killed < 0 else ""
        return Trial(id=bug.id, killer=f"test {killer}{never}", seconds=seconds, tried=number)

    def _forked(self, tests: Sequence[pytest.Item], plant: Callable[[], None]) -> tuple[int, int, float]:
        """Run tests in a child until one fails; return whether one has, its number, and the seconds of CPU."""
        child = os.fork()
        if child == 0:
            plant()
            os._exit(self._child(tests))
        _, status, usage = os.wait4(child, 0)
        number = int.from_bytes(self._now[:4], "little")
        return os.waitstatus_to_exitcode(status), number, usage.ru_utime + usage.ru_stime

    def _check(self, test: pytest.Item) -> None:
        """Raise AssertionError for a test that fails without any bug: what it says of one is worth nothing."""
        if test.nodeid not in self._sound:
            failed, _, _ = self._forked([test], partial(_recode, []))
            assert not failed, f"{test.nodeid} fails without a bug"
            self._sound.add(test.nodeid)

    def _child(self, tests: Sequence[pytest.Item]) -> int:
        """Run tests until one fails; return whether one has."""
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        for number, item in enumerate(tests):
            self._now[:4] = number.to_bytes(4, "little")
            used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
            if used > self._budget:
                return 0
            signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
            if not self._passes(item):
                return 1
        self._now[:4] = len(tests).to_bytes(4, "little")
        return 0


def tried(bugs: Sequence[Mutation], budget_seconds: int, known: Iterable[Trial], tell: Callable[[Trial], None]) -> None:
    """Try bugs one after the other, each for so many seconds of CPU, and tell what became of each."""
    arguments = ["-s", "-q", "--tb=no", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
    arguments += ["-m", "not slow", "--hypothesis-profile", "ci", f"--rootdir={ROOT}", *TESTS]
    for bug in bugs:
        import_module(f"bucketpress.{_dotted(bug.module)}")
    pytest.main(arguments, plugins=[Trials(bugs, budget_seconds, known, tell)])


@cache
def tests_of(module: str) -> tuple[str, ...]:
    """Return the test files that import a module by name, those with the fewest imports first, as they are quick."""
    texts = {path: path.read_text("utf-8") for path in sorted(UNIT_TESTS.rglob("test_*.py"))}
    found = [path for path, text in texts.items() if f"bucketpress.{_dotted(module)} import" in text]
    found.sort(key=lambda path: texts[path].count("import bucketpress") + texts[path].count("from bucketpress"))
    return tuple(path.relative_to(ROOT).as_posix() for path in found[:MOST_FILES])


@cache
def _words(text: str) -> frozenset[str]:
    """Return the words of a name or a line, without what makes a plural of them."""
    return frozenset(word.removesuffix("s") for word in re.findall(r"[a-z]{3,}", text.lower()))


def _near(module: str) -> tuple[str, ...]:
    """Return how the ids of tests about a module begin: its unit tests, then its examples."""
    return (*tests_of(module), *first_examples(module))


def _dotted(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".")


def _functions() -> Mapping[CodeType, list[FunctionType]]:
    """Return the functions of the package by their code."""
    folder, found = f"{PACKAGE}/", defaultdict[CodeType, list[FunctionType]](list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(folder):
            found[each.__code__].append(each)
    return found


def _forget() -> None:
    """Forget what was made without a bug and could hide it."""
    oracle._CLEAN.clear()
    for each in gc.get_objects():
        if hasattr(type(each), "cache_clear") and str(getattr(each, "__module__", "")).startswith(SUSPECT):
            each.cache_clear()


def swaps(bug: Mutation) -> dict[CodeType, CodeType] | None:
    """Return which code takes the place of which; None where that is not enough, or where the bug is no Python."""
    path = PACKAGE / bug.module
    before = compile(path.read_bytes(), str(path), "exec")
    try:
        after = compile(bug.text(), str(path), "exec")
        return dict(_changed(before, after))
    except (SyntaxError, _ElsewhereError):
        return None


def constant(bug: Mutation) -> str:
    """Return the constant of a module that has another value with a bug, "" where it is no constant."""
    before = ast.parse((PACKAGE / bug.module).read_bytes()).body
    try:
        after = ast.parse(bug.text()).body
    except SyntaxError:
        return ""
    changed = [each for each, other in zip(after, before, strict=True) if ast.dump(each) != ast.dump(other)]
    match changed:
        case [ast.Assign(targets=[ast.Name(id=name)])]:
            return name
        case _:
            return ""


def _recode(code: Sequence[tuple[FunctionType, CodeType]]) -> None:
    for function, new in code:
        function.__code__ = new


def _rename(bug: Mutation, name: str) -> None:
    """Give a constant the value it has with a bug, wherever it was imported."""
    module = import_module(f"bucketpress.{_dotted(bug.module)}")
    tree = ast.parse(bug.text())
    tree.body = [each for each in tree.body if isinstance(each, ast.Assign) and _is_called(each, name)]
    old, namespace = getattr(module, name), dict(vars(module))
    exec(compile(tree, bug.module, "exec"), namespace)
    for each in list(sys.modules.values()):
        if getattr(each, "__dict__", {}).get(name) is old:
            setattr(each, name, namespace[name])


def _is_called(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)


class _ElsewhereError(Exception):
    """A bug changes what is done when the module is imported."""


def _changed(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Yield the functions that are not the same, outermost first, whatever moved them."""
    if before.co_flags & IS_FUNCTION:
        if before != after:
            if len(before.co_freevars) != len(after.co_freevars):
                raise _ElsewhereError
            yield before, after
        return
    old, new = _codes(before), _codes(after)
    if len(old) != len(new) or not _alike(before, after, inside=False):
        raise _ElsewhereError
    for one, other in zip(old, new, strict=True):
        yield from _changed(one, other)


def _alike(one: CodeType, other: CodeType, *, inside: bool = True) -> bool:
    """Return whether two codes do the same, wherever they stand; without `inside`, apart from the functions in them."""
    if (one.co_code, one.co_names, one.co_varnames) != (other.co_code, other.co_names, other.co_varnames):
        return False
    if len(one.co_consts) != len(other.co_consts):
        return False
    for mine, its in zip(one.co_consts, other.co_consts, strict=True):
        if isinstance(mine, CodeType) and isinstance(its, CodeType):
            if inside and not _alike(mine, its):
                return False
        elif repr(mine) != repr(its):
            return False
    return True


def _codes(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def results_of(file: Path) -> dict[str, Trial]:
    """Read trials from a file, the last one of each bug."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return {trial.id: trial for trial in (Trial(**json.loads(line)) for line in lines)}
