"""Themes: the built-in one, and folders that take the place of parts of it."""

import re
import shutil
from pathlib import Path

import pytest

from bucketpress.content.settings.site_settings import Appearance
from bucketpress.site.renderer import Renderer
from bucketpress.site.theme.compiler import compile_templates
from bucketpress.site.theme.theme import Theme, ThemeError, minified, stylesheet, stylesheet_key, theme
from bucketpress.site.theme.theme_files import BUILT_IN
from tests.unit.site.sample import CARRIERS, SETTINGS, whole_site


def themed(folder: Path, **templates: str) -> Theme:
    for name, text in templates.items():
        (folder / f"{name}.html.j2").write_text(text)
    return theme(folder)


def post_in(looks: Theme) -> str:
    page, _ = Renderer(SETTINGS, looks).post(CARRIERS, newer=None, older=None)
    return page.data.decode()


def test_a_template_of_ones_own_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    page = post_in(themed(tmp_path, post="<!doctype html>{{ post.card.title }}"))

    assert page == "<!doctype html>Two carriers agree: calls &amp; &lt;packets&gt;"


def test_the_built_in_template_stays_within_reach(tmp_path: Path) -> None:
    own = '{% extends "default/post.html.j2" %}{% block head %}<meta name="mine">{{ super() }}{% endblock %}'
    page = post_in(themed(tmp_path, post=own))

    assert page == post_in(theme()).replace(
        '\n<meta property="article:pub', '\n<meta name="mine"><meta property="article:pub'
    )


def test_a_frame_of_ones_own_frames_the_built_in_pages(tmp_path: Path) -> None:
    page = post_in(themed(tmp_path, base="<main>{% block main %}{% endblock %}</main>"))

    assert page.startswith("<main>")
    assert "It sounds like plumbing." in page


NO_ATTRIBUTE = "'bucketpress.site.pages.template_context.PostView object' has no attribute 'nothing'"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n{{ psot.title }}", "post.html.j2, line 2: 'psot' is undefined"),
        (
            "{{ post.nothing }}",
            "post.html.j2, line 1: " + NO_ATTRIBUTE,
        ),
        ("one\ntwo\n{% if %}", "post.html.j2, line 3: Expected an expression, got 'end of statement block'"),
        ("\n{% include 'no.html.j2' %}", "post.html.j2, line 2: there is no template no.html.j2"),
        ("\n\n{{ 1 + 'a' }}", "post.html.j2, line 3: unsupported operand type(s) for +: 'int' and 'str'"),
        ("{{ 1 / 0 }}", "post.html.j2, line 1: division by zero"),
        ("\n{% include 'post.html.j2' %}", "post.html.j2, line 2: maximum recursion depth exceeded"),
    ],
)
@pytest.mark.parametrize("compiled", [False, True])
def test_an_error_names_template_and_line(tmp_path: Path, text: str, expected: str, *, compiled: bool) -> None:
    (tmp_path / "post.html.j2").write_text(text)
    if compiled and "{% if %}" not in text:
        compile_templates(tmp_path)
        shutil.move(tmp_path / "post.html.j2", tmp_path / "kept.txt")

    with pytest.raises(ThemeError) as raised:
        post_in(theme(tmp_path))

    assert str(raised.value).startswith(expected)


def test_templates_escape_by_themselves(tmp_path: Path) -> None:
    page = post_in(themed(tmp_path, post='{% set bad = "<script>" %}{{ bad }}'))

    assert page == "&lt;script&gt;"


def test_compiled_templates_draw_the_same_site(tmp_path: Path) -> None:
    shutil.copytree(BUILT_IN, tmp_path, dirs_exist_ok=True)
    compile_templates(tmp_path)
    for file in tmp_path.glob("*.j2"):
        file.unlink()

    assert post_in(theme(tmp_path)) == post_in(theme())


def test_a_stylesheet_of_ones_own_and_additions_to_either(tmp_path: Path) -> None:
    own, more = tmp_path / "own", tmp_path / "more"
    for folder in (own, more):
        folder.mkdir()
        (folder / "additions.css").write_text("h1 { color: red; }\n")
    (own / "style.css").write_text("h2 { color: blue; }\n")

    assert theme(own).style == "h2{color:blue}h1{color:red}"
    assert theme(more).style == theme().style + "h1{color:red}"


def test_the_digest_of_a_theme_tells_its_content(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    for folder, text in ((one, "a"), (same, "a"), (other, "b")):
        folder.mkdir()
        (folder / "post.html.j2").write_text(text)

    assert theme().digest == ""
    assert theme(one).digest == theme(same).digest != theme(other).digest


def test_minifying_leaves_strings_and_meaning_alone() -> None:
    style = """
    /* a comment; with { braces } */
    a  >  b , c d :hover { content: "a ;  b"; margin: 0 auto ; }
    @media (min-width: 3em) { p { font: 1rem/1.5 "A, B" , serif ; } }
    """

    assert minified(style) == (
        'a>b ,c d :hover{content:"a ;  b";margin:0 auto}@media (min-width:3em){p{font:1rem/1.5 "A, B" ,serif}}'
    )


def test_the_authors_colours_come_last_and_change_the_name_of_the_stylesheet() -> None:
    plain = stylesheet(theme().style, Appearance())
    coloured = stylesheet(theme().style, Appearance(accent="#0a6b5d", accent_dark="#0aaa8e"))

    assert coloured.startswith(plain.rstrip())
    assert b"@media screen{:root{--accent:#0a6b5d}}" in coloured
    assert b"@media screen and (prefers-color-scheme:dark){:root{--accent:#0aaa8e}}" in coloured
    assert stylesheet_key(plain) != stylesheet_key(coloured)


def test_no_colour_an_author_chooses_makes_the_stylesheet_large() -> None:
    assert len(stylesheet(theme().style, Appearance(accent="#0a6b5d", accent_dark="#0aaa8e"))) < 15_000


def test_every_class_the_templates_write_is_known_to_the_stylesheet_or_to_microformats() -> None:
    style = theme().style
    written = set()
    for artifact in whole_site().values():
        if artifact.key.endswith(".html"):
            for value in re.findall(r'class="([^"]*)"', artifact.data.decode()):
                written |= set(value.split())
    unknown = {name for name in written if not re.match(r"(h|p|u|e|dt|on)-", name) and f".{name}" not in style}

    assert unknown == {"older"}
