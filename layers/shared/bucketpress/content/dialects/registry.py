"""Which dialect a source is written in, and the one way to rewrite it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bucketpress.content.dialects import docusaurus, eleventy, hexo, hugo, jekyll, obsidian, pelican, zola
from bucketpress.content.dialects.page import Page
from bucketpress.content.encoding import place
from bucketpress.content.hints import Hints
from bucketpress.content.markdown.line_map import LineMap, occurs_in_prose
from bucketpress.content.problem import TOLD_OF_A_KIND, Problem, warning
from bucketpress.content.settings.site_settings import SiteSettings

Rewrite = Callable[[str, Page], tuple[str, LineMap]]

DIALECTS: Mapping[str, Rewrite] = {
    "docusaurus": docusaurus.rewrite,
    "eleventy": eleventy.rewrite,
    "hexo": hexo.rewrite,
    "hugo": hugo.rewrite,
    "jekyll": jekyll.rewrite,
    "obsidian": obsidian.rewrite,
    "pelican": pelican.rewrite,
    "zola": zola.rewrite,
}
_ROOTS = {"_posts/": "jekyll", "_drafts/": "jekyll", "content/": "hugo"}
# What nobody writes in prose outside code tells whose syntax a source uses where nobody said so.
_VALUE = r"\{\{(?![<%]|\s{0,9}[a-z_]{1,60}\()"
_LIQUID_VALUE = re.compile(
    rf"""\]\(<?\s{{0,3}}[^()<>\s]{{0,300}}?{_VALUE}  # where a link or picture leads
    |^[ ]{{0,3}}\[[^\]\n]{{1,200}}\]:\s{{0,9}}<?[^\s<>]{{0,300}}?{_VALUE}
    |=["'][^"'<>\s]{{0,300}}?{_VALUE}
    |\s(?:alt|href|src|title)={_VALUE}-?\s{{0,9}}[\w.]{{1,100}}\s{{0,9}}(?:\||-?\}}\}})  # in an element
    |\{{\{{-?\s{{0,9}}["'][^"'\n]{{0,300}}["']\s{{0,9}}\|""",
    re.MULTILINE | re.VERBOSE,
)
# Each with texts of which it holds one: looking for these is quick.
_TELLING: tuple[tuple[Hints, re.Pattern[str], Rewrite], ...] = (
    (Hints("@/", "{{"), re.compile(r"\]\(@/|\]:\s{0,9}@/|\{\{\s{0,9}[a-z_]{1,60}\("), zola.rewrite),
    (Hints("{{"), re.compile(r"\{\{[<%]"), hugo.rewrite),
    (
        Hints("{filename}", "{static}", "{attach}", "|filename|", "|static|", "|attach|"),
        re.compile(r"[(\"'<]\s?(?:\{(?:filename|static|attach)\}|\|(?:filename|static|attach)\|)"),
        pelican.rewrite,
    ),
    (Hints("{%"), re.compile(r"\{%-?\s{0,9}[A-Za-z]"), jekyll.rewrite_tags),
    (Hints("{{"), _LIQUID_VALUE, jekyll.rewrite),
    (Hints("![["), re.compile(r"!\[\["), obsidian.rewrite),
)
_MDX_HINTS = Hints("={", "/*", "<", "import")
_MDX_HINT = re.compile(
    rf"=\{{|(?<!\{{)\{{ ?/\*|<\w+\.\w|^[ ]{{0,9}}</?[A-Z]\w{{0,60}}[a-z]|{docusaurus.IMPORT}", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A text as plain Markdown, where its lines come from, and what was left out."""

    text: str
    lines: LineMap = field(default_factory=LineMap)
    problems: tuple[Problem, ...] = ()


def translate(
    text: str, key: str, settings: SiteSettings, variables: Mapping[str, str], *, first_line: int = 1
) -> Translated:
    """Rewrite a text in the dialect of its site as Markdown; `variables` are its front matter."""
    page = Page(key=key, settings=settings, variables=variables)
    lines = LineMap()
    rewritten = text
    for rewrite in _rewrites(text, page):
        before = len(page.left_out)
        made, more = rewrite(rewritten, page)
        for name, position in list(page.left_out.items())[before : before + TOLD_OF_A_KIND]:
            page.left_out[name] = _position(text, rewritten, lines, position)
        rewritten, lines = made, more.over(lines)
    # Each place costs what the text before it is long.
    told = [_left_out(name, at, text, first_line) for name, at in list(page.left_out.items())[:TOLD_OF_A_KIND]]
    if len(page.left_out) > len(told):
        told[-1] = replace(told[-1], count=len(page.left_out) - len(told) + 1)
    problems = tuple(told)
    return Translated(text=rewritten, lines=lines, problems=problems)


def _rewrites(text: str, page: Page) -> list[Rewrite]:
    """Return what is to be done to a text, in order."""
    named = page.settings.dialect
    found = [DIALECTS[named]] if named else _told(text, page.key)
    if page.key.endswith(".mdx"):
        found.append(docusaurus.rewrite)
    elif named != "docusaurus" and _MDX_HINTS.occur_in(text) and _MDX_HINT.search(text):
        found.append(docusaurus.rewrite_components)
    return found


def _told(text: str, key: str) -> list[Rewrite]:
    """Return the dialects that the place of a source and its text point to."""
    found = [
        how
        for hints, what, how in _TELLING
        if hints.occur_in(text) and what.search(text) and occurs_in_prose(text, what)
    ]
    root = next((name for folder, name in _ROOTS.items() if key.startswith(folder)), "")
    if root == "jekyll":
        return [jekyll.rewrite, *(how for how in found if how not in {jekyll.rewrite, jekyll.rewrite_tags})]
    if root == "hugo" and zola.rewrite not in found:  # Zola's posts are below content/ too.
        return [hugo.rewrite, *(how for how in found if how is not hugo.rewrite)]
    return found


def _position(text: str, rewritten: str, lines: LineMap, position: int) -> int:
    """Return where the line of a position in a rewritten text begins in the text itself."""
    if rewritten is text:
        return position
    line = lines.old_line(rewritten.count("\n", 0, position))
    start = 0
    for _ in range(line):
        start = text.find("\n", start) + 1
    return start


def _left_out(name: str, position: int, text: str, first_line: int) -> Problem:
    line, column = place(text, position)
    return warning(
        f"{name} is left out: it means nothing here.",
        "Write what it should show in Markdown, or put it between backticks to show it.",
        line + first_line - 1,
        column,
        kind="tag-left-out",
    )
