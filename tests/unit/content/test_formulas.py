"""Formulas are MathML where a site or a post asks for them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.markdown.formulas import math_ml
from bucketpress.content.settings.site_settings import SiteSettings
from tests.unit.content.samples import front, html, read

MATH = SiteSettings(url="https://t.example", math=True)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("$x^2$", "<msup><mi>x</mi><mn>2</mn></msup>"),
        ("$$\\frac{a}{b}$$", '<math display="block">'),
        ("\\\\(a\\\\)", "<mi>a</mi>"),
        ("\\\\[a\\\\]", '<math display="block">'),
        ("$$\na\n- b\n+ c % d\n= e\n$$", "<mo>−</mo><mi>b</mi><mo>+</mo><mi>c</mi><mo>=</mo>"),
        ("$a < b$", "<mo>&lt;</mo>"),
        ("$a_1 * b_2$ and $c*d$", "<mo>&#x0002A;</mo>".replace("&#x0002A;", "*")),
        ("$\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}$", "<mtable"),
        ("costs \\$5 and \\$6", "costs $5 and $6"),
        ("`$x$`", "<code>$x$</code>"),
        ("```\n$x$\n```", "$x$"),
        ("| $x$ | b |\n|--|--|\n| c | d |", "<mi>x</mi>"),
    ],
)
def test_formulas_are_math_ml(written: str, shown: str) -> None:
    assert shown in html(written, MATH)


def test_a_post_asks_for_formulas_itself() -> None:
    found, _ = read(front("title: A\nmath: true", "So $x^2$ is."))
    plain, _ = read(front("title: A\nmath: false", "So $x^2$ is."), settings=MATH)

    assert found is not None
    assert plain is not None
    assert "<msup>" in found.body.html
    assert found.entry.summary == "So x2 is."
    assert "$x^2$" in plain.body.html


@pytest.mark.parametrize(
    "text",
    [
        *("$$\\alpha$$", "in $\\mathbb{Z}[x]$:", "Let \\(\\frac{a}{b}\\) be", "\\\\(\\alpha\\\\)"),
        *("a space $X$ is", "$x^2 + 2 = y^3$", "so $f(\\alpha) = 0$.", "the $p_1$-th", "of $x_{12}$, and"),
    ],
)
def test_what_can_only_be_a_formula_asks_for_formulas(text: str) -> None:
    assert "<math" in html(text)
    found, _ = read(front("title: A\nmath: false", text))
    assert found is not None
    assert "<math" not in found.body.html


@pytest.mark.slow
def test_only_so_much_of_a_post_is_formulas() -> None:
    found = html(("$$\\alpha " + "a" * 1900 + "$$\n\n") * 60, MATH)

    assert 20 < found.count("<math") < 30
    assert found.count("<math") + found.count("<code>") == 60


def test_money_is_left_alone() -> None:
    assert "<math" not in html("$PATH is C:\\\\Users, and $HOME costs $5")
    assert html("$5 and $6, or $$") == "<p>$5 and $6, or $$</p>"


@pytest.mark.parametrize(
    "text",
    [
        *("$5 and $6, or $$", "from $5 to $10", "US$5 or C$6", "$HOME/$USER", "set $A and $B", "the $PATH$ variable"),
        *(
            "$a $b",
            "$my_name and $other_name",
            "it costs $X and $Y more",
            "$CAPISTRANO:HOST$",
            "$PATH is C:/Users, and $HOME costs $5",
        ),
    ],
)
def test_money_and_variables_are_left_alone(text: str) -> None:
    assert html(text) == f"<p>{text}</p>"


def test_what_stands_between_dollar_signs_in_code_asks_for_nothing() -> None:
    assert "<math" not in html("Run `$x$` for $5 and `$y_1$`.")


@pytest.mark.parametrize("formula", ["\\frac{", "\\left( x", "x^a^b", "{" * 100 + "x" + "}" * 100, "a" * 3000])
def test_what_is_no_formula_is_shown_as_it_is_written(formula: str) -> None:
    found, problems = read(front("title: A", f"So ${formula}$ is."), settings=MATH)

    assert found is not None
    assert f"<code>{formula}</code>" in found.body.html
    assert ["cannot be read as LaTeX" in str(problem) and problem.line for problem in problems] == [4]


@pytest.mark.parametrize(
    "formula", ["\\href{javascript:x}{y}", "\\text{<script>x</script>}", "\\class{a}{b}", "&lt;b&gt;"]
)
def test_a_formula_brings_nothing_in_but_math(formula: str) -> None:
    found = math_ml(formula, display=False)

    assert found is not None
    assert "javascript" not in found
    assert "<script" not in found
    assert "class=" not in found


@pytest.mark.parametrize(
    "unit", ["\\sqrt ", "\\frac{", "x^{", "\\left(", "\\begin{matrix}", "{", "_", "\\text{", "\\\\"]
)
def test_deep_formulas_end_early(unit: str) -> None:
    math_ml(unit * (2000 // len(unit)), display=True)


PIECES = [
    "\\frac",
    "{",
    "}",
    "x",
    "^",
    "_",
    "1",
    "\\left(",
    "\\right)",
    "\\sqrt",
    "\\text{a<b}",
    "&",
    "\\\\",
    "\\alpha ",
    "<",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_formula_is_sound_or_none(formula: str) -> None:
    found = math_ml(formula, display=False)

    if found is not None:
        names = re.findall("<(/?)([a-z]+)[^>]*>", found)
        assert sum(1 if not closes else -1 for closes, _ in names) == 0
