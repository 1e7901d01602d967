"""Markdown text to tokens of HTML, in the order in which each step may see it."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import comrak

from bucketpress.content.encoding import place
from bucketpress.content.html import blocks
from bucketpress.content.html.balance import balanced
from bucketpress.content.html.html_tokens import Tag, Token, is_dropped, tokenise
from bucketpress.content.html.nesting import TOO_DEEP, NestingError, bounded, crowded_line
from bucketpress.content.markdown.author_html import author_html, repair_tags
from bucketpress.content.markdown.east_asian import fence_addresses, has_wide, join_lines
from bucketpress.content.markdown.extensions import ID_BEGIN, ID_END, read_extensions
from bucketpress.content.markdown.formulas import Formulas, with_dollars
from bucketpress.content.markdown.html_blocks import open_blocks
from bucketpress.content.markdown.line_map import LineMap
from bucketpress.content.markdown.stand_ins import protect, restore
from bucketpress.content.problem import Problem, ProblemLog, error, warning
from bucketpress.content.settings.site_settings import SiteSettings

MAX_HTML_BYTES = 2 * 1024 * 1024
# Each costs some microseconds, so this is what keeps a post within a second. A novel of 256 KiB has ten thousand.
MAX_TAGS = 60_000
# These become more tags than one, or take longer: a heading gets an anchor, a task a name.
_COSTLY = (("<h[1-6]", 9), ("<input", 7), ("<img", 4), ("<div", 3), ("<a ", 2))
_TAGS_OF_BOX = 5
_BOX_LINES = re.compile(r"^[ \t>]{0,9}(!!!|\?\?\?|:::)", re.MULTILINE)
_LESS_DEEP = "Take a few levels out."
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ID = re.compile(f"{ID_BEGIN}([^{ID_END}]*){ID_END}")
_MARKS = re.compile("[\ufdd4-\ufdd6]")


def _extensions(*, math: bool) -> comrak.ExtensionOptions:
    return comrak.ExtensionOptions(
        autolink=True,
        block_directive=True,
        cjk_friendly_emphasis=True,
        description_lists=True,
        footnotes=True,
        header_attributes=True,
        highlight=True,
        link_attributes=True,
        math_dollars=math,
        math_latex=math,
        ofm_callouts=True,
        shortcodes=True,
        strikethrough=True,
        superscript=True,
        table=True,
        tasklist=True,
    )


_EXTENSIONS, _WITH_MATH = _extensions(math=False), _extensions(math=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Markdown read, its blocks not yet made into what pages show; `toc` when it asks for a table of contents.

    `formulas` are in MathML, in the order of their marks among the tokens.
    """

    tokens: Sequence[Token]
    problems: tuple[Problem, ...] = ()
    toc: bool = False
    formulas: tuple[str, ...] = ()


def parse_markdown(
    text: str, settings: SiteSettings, *, first_line: int = 1, lines: LineMap | None = None, math: bool = False
) -> Parsed:
    """Read Markdown that begins in a line of its file. With an error among the problems there are no tokens.

    `lines` tells which line of the file each comes from where the text was rewritten.
    """
    if too_many := _boxes_problem(text):
        return Parsed(tokens=(), problems=too_many)
    written_lines = lines or LineMap()
    repaired, repaired_lines = repair_tags(text) if settings.raw_html else (text, LineMap())
    opened, opened_lines = open_blocks(repaired) if settings.raw_html else (repaired, LineMap())
    extended = read_extensions(opened)
    all_lines = extended.lines.over(opened_lines.over(repaired_lines.over(written_lines)))
    crowded = crowded_line(extended.text)
    if crowded:
        return _too_deep(TOO_DEEP, crowded, first_line, all_lines)
    source = to_html(extended.text, smart=settings.smart_punctuation, raw_html=settings.raw_html, math=math)
    if too_large := size_problem(source) or _tags_problem(source):
        return Parsed(tokens=(), problems=too_large)
    left_out: set[str] = set()
    try:
        tokens = list(bounded(_sound(tokenise(source, left_out), extended.text, settings)))
    except NestingError as deep:
        return _too_deep(str(deep), _line_of_nesting(extended.text, settings), first_line, all_lines)
    if ID_BEGIN in source:
        tokens = list(_explicit_ids(tokens))
    if has_wide(source):
        tokens = list(join_lines(tokens))
    tokens = blocks.prefix_ids(tokens)
    formulas = Formulas()
    if math:
        tokens = list(formulas.place(tokens))
    if not settings.raw_html and "&lt;" in source:
        tokens = blocks.wrap_loose_text(blocks.mark_more(tokens))
    missed = sorted(left_out) if settings.raw_html else ()
    problems = _problems(missed, extended.spaced, lambda pattern: _place_of(pattern, text, first_line, written_lines))
    odd = [_unread(formula, text, first_line, written_lines) for formula in formulas.unread[:1]]
    return Parsed(tokens=tokens, problems=(*problems, *odd), toc=extended.toc, formulas=tuple(formulas.written))


def to_html(text: str, *, smart: bool, raw_html: bool, positions: bool = False, math: bool = False) -> str:
    """Return comrak's HTML, not yet safe. Only its string mode is used: walking its tree crashes on deep nesting."""
    parsing = comrak.ParseOptions(smart=smart)
    rendering = comrak.RenderOptions(escape=not raw_html, unsafe_=True, sourcepos=positions)
    prepared = with_dollars(text) if math else text
    readable = protect(fence_addresses(prepared) if has_wide(prepared) else prepared, smart=smart)
    return restore(comrak.markdown_to_html(readable, _WITH_MATH if math else _EXTENSIONS, parsing, rendering))


def size_problem(html: str) -> tuple[Problem, ...]:
    """Return the problem of a page that is too large, if it is."""
    size = len(html.encode())
    if size > MAX_HTML_BYTES:
        return (error(f"A page may have {MAX_HTML_BYTES:,} bytes of HTML; this text makes {size:,}.", "Split it."),)
    return ()


def _boxes_problem(text: str) -> tuple[Problem, ...]:
    """Return the problem of a text of so many boxes that it need not be read."""
    if text.count("\n") * _TAGS_OF_BOX <= MAX_TAGS:
        return ()
    marks = _BOX_LINES.findall(text)
    pairs = marks.count(":::") // 2
    tags = _TAGS_OF_BOX * (len(marks) - pairs)
    return (_too_many_tags(f"the boxes of this text alone make {tags:,}"),) if tags > MAX_TAGS else ()


def _tags_problem(html: str) -> tuple[Problem, ...]:
    """Return the problem of a text of which too many elements would be made."""
    tags = html.count("<")
    if tags * (1 + max(more for _, more in _COSTLY)) <= MAX_TAGS:
        return ()
    weight = tags + sum(more * len(re.findall(name, html, re.IGNORECASE)) for name, more in _COSTLY)
    if weight <= MAX_TAGS:
        return ()
    more = ", and headings, tasks, pictures, boxes and links count more" if weight > tags else ""
    return (_too_many_tags(f"this text makes {tags:,}{more}"),)


def _too_many_tags(counted: str) -> Problem:
    return error(f"A page may have {MAX_TAGS:,} tags of HTML; {counted}.", "Split it.")


def _sound(tokens: Iterable[Token], text: str, settings: SiteSettings) -> Iterator[Token]:
    """Return tokens of a text in which every tag has its end and a meaning: comrak's own do, but for some pictures."""
    if not settings.raw_html or not ("<" in text or "![" in text):
        return iter(tokens)
    return balanced(author_html(tokens, frozenset(settings.embed_hosts)))


def _explicit_ids(tokens: Iterable[Token]) -> Iterator[Token]:
    """Set the ids that authors wrote behind their headings."""
    heading: list[Token] = []
    for token in tokens:
        if isinstance(token, Tag) and not token.closing and token.name in _HEADINGS:
            yield from heading
            heading = [token]
        elif not heading:
            yield _MARKS.sub("", token) if isinstance(token, str) else token
        elif isinstance(token, str) and (found := _ID.search(token)) and isinstance(heading[0], Tag):
            heading[0] = replace(heading[0], attributes={**heading[0].attributes, "id": found[1]})
            heading.append(_MARKS.sub("", _ID.sub("", token)))
        else:
            heading.append(token)
            if isinstance(token, Tag) and token.closing and token.name in _HEADINGS:
                yield from heading
                heading = []
    yield from heading


def _too_deep(message: str, line: int, first_line: int, lines: LineMap) -> Parsed:
    old = lines.old_line(line - 1) + first_line
    return Parsed(tokens=(), problems=(error(message, _LESS_DEEP, old, 1),))


def _place_of(pattern: str, text: str, first_line: int, lines: LineMap) -> tuple[int, int] | None:
    found = re.search(pattern, text)
    if found is None:
        return None
    line, column = place(text, found.start())
    return lines.old_line(line - 1) + first_line, column


def _problems(
    tags: Iterable[str], addresses: Iterable[str], locate: Callable[[str], tuple[int, int] | None]
) -> Iterator[Problem]:
    """Yield warnings about tags that pages have not, and addresses with spaces; `locate` finds a pattern."""
    unknown = ProblemLog(lambda name: locate(f"<{re.escape(name)}(?![A-Za-z0-9-])"))
    for name in tags:
        _warn_of_tag(unknown, name)
    spaced = ProblemLog(lambda address: locate(re.escape(address)))
    for address in addresses:
        fix = "Write %20 for each space, or put the address between < and >: others take it for text."
        spaced.warn(f'The address "{address[:80]}" has spaces in it.', fix, address, kind="address-spaces")
    yield from unknown
    yield from spaced


def _warn_of_tag(problems: ProblemLog, name: str) -> None:
    if is_dropped(name):
        message = f"<{name}> is left out, with what is in it."
        problems.warn(message, "Take it out, or say it in Markdown.", name, kind="element-dropped")
    else:
        message = f"<{name}> is not an element that pages may have: what is in it is shown without it."
        fix = f"Write `raw_html: false` in site.yaml to show tags as text, or put <{name}> between backticks."
        problems.warn(message, fix, name, kind="element-unknown")


def _unread(formula: str, text: str, first_line: int, lines: LineMap) -> Problem:
    # It may have stood on several lines.
    found = re.search(r"\s+".join(map(re.escape, formula[:500].split())), text)
    line, column = place(text, found.start() if found else 0)
    return warning(
        f'The formula "{formula[:60]}" cannot be read as LaTeX; it is shown as it is written.',
        "Correct it, or write the dollar sign as \\$ where it means money.",
        lines.old_line(line - 1) + first_line if found else None,
        column if found else None,
    )


def _line_of_nesting(text: str, settings: SiteSettings) -> int:
    """Return the line of the body in which the nesting becomes too deep."""
    source = to_html(text, smart=settings.smart_punctuation, raw_html=settings.raw_html, positions=True)
    line = 1

    def watched() -> Iterator[Token]:
        nonlocal line
        for token in tokenise(source):
            position = token.attributes.get("data-sourcepos", "") if isinstance(token, Tag) else ""
            line = int(position.partition(":")[0]) if position[:1].isdigit() else line
            yield token

    with suppress(NestingError):
        deque(bounded(_sound(watched(), text, settings)), maxlen=0)
    return line
