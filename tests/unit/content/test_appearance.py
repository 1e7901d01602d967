import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.problem import Problem, Severity
from bucketpress.content.settings.colours import DARK_GROUND, LIGHT_GROUND, READABLE, contrast, read_colour, readable
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import Appearance, MenuItem
from bucketpress.site.theme.theme_files import BUILT_IN

PARTS = st.integers(0, 255)


def read(text: str) -> tuple[Appearance, list[Problem]]:
    lines = "".join(f"  {line}\n" for line in text.splitlines())
    settings, problems = read_site_settings(f"appearance:\n{lines}".encode(), default_url="https://a.example")
    return settings.appearance if settings else Appearance(), list(problems)


def test_colours_are_understood_in_both_lengths() -> None:
    assert [read_colour(text) for text in ("#abc", "ABC", "#0A6b5D", "0a6b5d")] == ["#aabbcc"] * 2 + ["#0a6b5d"] * 2
    assert [read_colour(text) for text in ("red", "#abcd", "", "#ggg", "rgb(1,2,3)")] == [None] * 5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@given(PARTS, PARTS, PARTS, st.sampled_from([LIGHT_GROUND, DARK_GROUND]))
def test_text_in_any_colour_chosen_can_be_read(red: int, green: int, blue: int, ground: str) -> None:
    colour = f"#{red:02x}{green:02x}{blue:02x}"

    made = readable(colour, ground)

    assert contrast(made, ground) >= READABLE
    assert readable(made, ground) == made
    assert made == colour or contrast(colour, ground) < READABLE


def test_the_grounds_are_those_of_the_theme() -> None:
    style = (BUILT_IN / "style.css").read_text()
    light, dark = style.split("@media (prefers-color-scheme: dark)")[:2]

    for ground, part in ((LIGHT_GROUND, light), (DARK_GROUND, dark)):
        tint, paper = (part.split(f"--{name}: ")[1][:7] for name in ("tint", "paper"))
        assert tint == ground
        # The tint is the harder of the two to read on.
        assert min(contrast("#757575", tint), contrast("#757575", paper)) == contrast("#757575", tint)


def test_a_colour_too_pale_is_changed_with_a_warning() -> None:
    appearance, problems = read('accent: "#ffcc00"')

    assert contrast(appearance.accent, LIGHT_GROUND) >= READABLE
    assert appearance.accent_dark == "#ffcc00"
    assert [(one.severity, one.line, one.column) for one in problems] == [(Severity.WARNING, 2, 11)]
    assert appearance.accent in problems[0].message


def test_one_colour_serves_light_and_dark() -> None:
    appearance, problems = read('accent: "#0a3b5d"')

    assert appearance.accent == "#0a3b5d"
    assert contrast(appearance.accent_dark, DARK_GROUND) >= READABLE
    assert problems == []


def test_a_footer_has_lines_and_social_links_have_labels() -> None:
    appearance, problems = read(
        "footer: |\n  One.\n\n  Two.\nsocial:\n  - Mastodon: https://s.example/@x\n  - Mail: mailto:a@b.example"
    )

    assert problems == []
    assert appearance.footer == ("One.", "Two.")
    assert appearance.social == (
        MenuItem(label="Mastodon", path="https://s.example/@x"),
        MenuItem(label="Mail", path="mailto:a@b.example"),
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("accent: red", "is not a colour"),
        ("accent: [a, b]", "must be text"),
        ("logo: https://cdn.example/logo.png", "path of a file of this site"),
        ("logo: {width: 3, height: 4}", "needs a path"),
        ("favicon: //cdn.example/i.ico", "path of a file of this site"),
        ('stylesheet: "/x.css\\" onload=\\"x"', "path of a file of this site"),
        ("stylesheet: javascript:alert(1)", "path of a file of this site"),
        ("social: {Home: javascript:alert(1)}", "must lead to an address"),
        ("social: [Mastodon]", "needs a label"),
    ],
)
def test_what_cannot_be_used_is_an_error(text: str, word: str) -> None:
    _, problems = read(text)

    assert [one.severity for one in problems] == [Severity.ERROR]
    assert word in problems[0].message


def test_what_is_odd_is_a_warning() -> None:
    _, problems = read("acent: x\nlogo: {path: /l.png, width: 3}")

    assert [one.severity for one in problems] == [Severity.WARNING] * 2
    assert problems[0].fix == "Did you mean accent?"


def test_appearance_must_be_a_map() -> None:
    settings, problems = read_site_settings(b"appearance: dark", default_url="https://a.example")

    assert settings is None
    assert "must be a map" in problems[0].message


def test_a_logo_beside_posts_is_a_warning_as_it_waits_for_one_of_them() -> None:
    _, problems = read("logo: /_bucketpress/media/posts/logo.png")
    _, none = read("logo: /logo.png")

    assert [problem.severity for problem in problems] == ["warning"]
    assert "static/" in problems[0].fix
    assert none == []
