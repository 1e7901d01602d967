"""The generator of planted bugs: what it plants, and that what is said of its survivors is still about something."""

import pytest

from tests.simulation.bug_trials import constant, swaps
from tests.simulation.generated_mutants import chosen, explained
from tests.simulation.mutation_rules import changes
from tests.simulation.mutations import modules, mutations


def _planted(source: str, **required: frozenset[str]) -> set[str]:
    text = source.encode()
    made = (change for _, change in changes(text, required))
    return {(text[: change.start] + change.new + text[change.end :]).decode() for change in made}


@pytest.mark.parametrize(
    ("source", "planted"),
    [
        ("if a: f()", {"if not (a): f()", "if a: pass"}),
        ("a = b < c", {"a = b <= c"}),
        ("a = b is c", {"a = b is not c"}),
        ("x = 0 if a == b else 1", {"x = 0 if a != b else 1"}),
        ("a = b and c or d", {"a = b or c or d", "a = b and c and d"}),
        ("a = {b, c}", {"a = {b}", "a = {c}"}),
        ("a = (b, *c)", {"a = (b,)", "a = (*c,)"}),
        ("a = (), None", set()),
        ("a = {b: c}", {"a = {}"}),
        ("a = b | (c - d)", {"a = (b)", "a = (c - d)", "a = b | ((c))"}),
        ("f(a=1, b=2)", {"f( b=2)", "f(a=1, )", "pass"}),
        ("a = b[-1] + 2", {"a = b[0] + 2", "a = b[-1] + 3"}),
        ("a = b\n", set()),
        ("def f() -> None:\n    g()\n    h()\n", None),
        ("def f() -> bool:\n    return a\n", {"def f() -> bool:\n    return not (a)\n"}),
        ("def f() -> set[str]:\n    return a\n", {"def f() -> set[str]:\n    return set()\n"}),
        ("def f() -> dict[str, str]:\n    return {}\n", set()),
        ("zip(a, strict=False)", {"pass"}),
        ("zip(a, strict=True)", {"pass"}),
        ("def f(a: B | None) -> C | None:\n    return a\n", {"def f(a: B | None) -> C | None:\n    return None\n"}),
    ],
)
def test_each_rule_plants_its_bugs(source: str, planted: set[str] | None) -> None:
    statements = {
        "def f() -> None:\n    return\n    g()\n    h()\n",
        "def f() -> None:\n    g()\n    return\n    h()\n",
        "def f() -> None:\n    h()\n    g()\n",
        "def f() -> None:\n    pass\n    h()\n",
        "def f() -> None:\n    g()\n    pass\n",
    }

    assert _planted(source) == (statements if planted is None else planted)


def test_an_argument_without_a_default_is_not_left_out() -> None:
    assert _planted("f(a=b)", f=frozenset({"a"})) == {"pass"}


def test_statements_are_not_swapped_where_the_second_uses_what_the_first_makes() -> None:
    assert "b = g(a); a = f()" not in _planted("a = f(); b = g(a)")


@pytest.mark.parametrize(
    ("body", "swapped"),
    [
        ("a = f(b); c = f(d)", False),
        ("if f(b): return\n    c = f(d)", False),
        ("a = index.f(b); c = f(d)", False),
        ("a, b = f(b); c |= f(d)", False),
        ("a = [f(e) for e in b]; e = f(d)", False),
        ("if f(b): a = f(d); return a\n    c = f(d)", False),
        ("if f(b): a = f(d)\n    c = f(d)", False),
        ("a = f(b); b = f(d)", True),
        ("a = f(b); a += f(d)", True),
        ("a = index.f(b); c = index.f(d)", True),
        ("a = b.pop(); c = b.pop()", True),
        ("f(a); c = f(d)", True),
        ("if f(a): g(b)\n    c = f(d)", True),
        ("if f(a): return\n    if f(b): return", True),
    ],
)
def test_values_that_are_only_computed_are_not_swapped(body: str, *, swapped: bool) -> None:
    source = f"from bucketpress.ports import Index\ndef f(index: Index, d):\n    {body}\n".encode()

    assert ("statements swapped" in {change.kind for _, change in changes(source)}) is swapped


@pytest.mark.slow
def test_every_planted_bug_is_python_and_has_an_id_of_its_own() -> None:
    planted = mutations()

    for made in planted:
        compile(made.text(), made.module, "exec")
    assert len({made.id for made in planted}) == len(planted) > 1000
    assert {made.module for made in planted} <= set(modules())


def test_every_explained_survivor_is_still_planted_and_has_a_reason() -> None:
    planted = {made.id for made in mutations()}

    assert [name for name in explained() if name not in planted] == [], "its line has changed: try it again"
    assert [name for name, reason in explained().items() if len(reason.split()) < 4] == []


def test_a_sample_is_spread_over_all_bugs() -> None:
    assert chosen("", 5) == chosen("", 5)
    assert len({made.module for made in chosen("", 5)}) > 2
    assert {made.module for made in chosen("site/impact", 0)} == {"site/impact.py"}


def test_a_bug_of_a_function_takes_the_place_of_that_function_alone() -> None:
    bugs = [bug for bug in chosen("services/publish/path_conflicts.py", 0) if bug.where]

    changed = [[old.co_qualname for old in swaps(bug) or ()] for bug in bugs]

    assert changed == [["contradictions"]] * len(bugs) != []


def test_a_bug_of_a_constant_gives_its_name_another_value() -> None:
    bugs = chosen("services/publish/receipts.py", 0)

    assert {constant(bug) for bug in bugs} >= {"NOTES", "PROBLEM_BYTES_KEPT", ""}
    assert [constant(bug) for bug in bugs if bug.where] == [""] * len([bug for bug in bugs if bug.where])


def test_a_bug_of_what_is_done_on_import_takes_the_place_of_nothing() -> None:
    bugs = chosen("tick.Upkeep.argument-left-out", 0)  # of the defaults of fields

    assert [swaps(bug) for bug in bugs] == [None] * len(bugs) != []
