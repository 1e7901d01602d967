"""Markdown to the sanitised HTML of a page's body."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import comrak

from bucketpress.content.encoding import place
from bucketpress.content.markdown import blocks
from bucketpress.content.markdown.author_html import author_html
from bucketpress.content.markdown.balance import balanced
from bucketpress.content.markdown.html_tokens import MORE, Tag, Token, is_dropped, tokenise, tokens_text, write
from bucketpress.content.markdown.links import Links, resolve_links
from bucketpress.content.markdown.nesting import TOO_DEEP, NestingError, bounded, crowded_line
from bucketpress.content.markdown.quotations import quotations
from bucketpress.content.markdown.sanitiser import sanitise
from bucketpress.content.problem import Problem, error, warning
from bucketpress.content.settings.site_settings import SiteSettings

__all__ = ["Parsed", "Rendered", "parse_markdown", "render", "resolve_links", "to_html"]

MAX_HTML_BYTES = 2 * 1024 * 1024
SUMMARY_CHARACTERS = 280
_LESS_DEEP = "Take a few levels out."
_EXTENSIONS = comrak.ExtensionOptions(
    alerts=True, autolink=True, footnotes=True, highlight=True, strikethrough=True, table=True, tasklist=True
)
# What each change looks for: most posts have no table to look for.
_CHANGES: tuple[tuple[str, Callable[[Sequence[Token]], list[Token]]], ...] = (
    ("blockquote", quotations),
    ("img", blocks.figures),
    ("img", blocks.images),
    ("div", blocks.callouts),
    ("input", blocks.tasks),
    ("table", blocks.tables),
    ("pre", blocks.code),
)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Markdown read, its blocks not yet made into what pages show."""

    tokens: Sequence[Token]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The body of a page. `summary` is what listings show when the author wrote none."""

    html: str
    summary: str
    words: int
    links: tuple[str, ...]
    problems: tuple[Problem, ...]


def parse_markdown(text: str, settings: SiteSettings, *, first_line: int = 1) -> Parsed:
    """Read Markdown that begins in a line of its file. With an error among the problems there are no tokens."""
    crowded = crowded_line(text)
    if crowded:
        return Parsed(tokens=(), problems=(error(TOO_DEEP, _LESS_DEEP, crowded + first_line - 1, 1),))
    source = to_html(text, smart=settings.smart_punctuation, raw_html=settings.raw_html)
    if too_large := _size_problem(source):
        return Parsed(tokens=(), problems=too_large)
    left_out: set[str] = set()
    try:
        tokens = list(_tokens(source, settings, left_out))
    except NestingError as deep:
        line = _line_of_nesting(text, settings)
        return Parsed(tokens=(), problems=(error(str(deep), _LESS_DEEP, line + first_line - 1, 1),))
    if settings.raw_html:
        problems = tuple(_left_out(name, text, first_line) for name in sorted(left_out))
        return Parsed(tokens=blocks.prefix_ids(tokens), problems=problems)
    if "&lt;" not in source:
        return Parsed(tokens=tokens)
    return Parsed(tokens=blocks.wrap_loose_text(blocks.mark_more(tokens)))


def _tokens(source: str, settings: SiteSettings, left_out: set[str] | None = None) -> Iterator[Token]:
    """Give the tokens of comrak's HTML. Raises NestingError where they are nested too deep."""
    if settings.raw_html:
        hosts = frozenset(settings.embed_hosts)
        return bounded(balanced(author_html(tokenise(source, left_out), hosts)))
    return bounded(tokenise(source, left_out))


def _left_out(name: str, text: str, first_line: int) -> Problem:
    found = re.search(f"<{re.escape(name)}(?![A-Za-z0-9-])", text)
    line, column = place(text, found.start()) if found else (0, 1)
    where = (line + first_line - 1, column) if found else (None, None)
    if is_dropped(name):
        return warning(f"<{name}> is left out, with what is in it.", "Take it out, or say it in Markdown.", *where)
    return warning(
        f"<{name}> is not an element that pages may have: what is in it is shown without it.",
        f"Write `raw_html: false` in site.yaml to show tags as text, or put <{name}> between backticks.",
        *where,
    )


def render(tokens: Sequence[Token], links: Links, settings: SiteSettings) -> Rendered:
    """Make the body of a page; `links` knows where it is published and what it is called in the bucket."""
    tokens, ids = blocks.headings(tokens)
    present = {token.name for token in tokens if isinstance(token, Tag)}
    for name, change in _CHANGES:
        tokens = change(tokens) if name in present else tokens
    tokens = links.rewrite(tokens, ids)
    html = sanitise(write(tokens), settings.embed_hosts if settings.raw_html else ())
    return Rendered(
        html=html.strip(),
        summary=_summary(tokens),
        words=len(_WORD.findall(tokens_text(tokens))),
        links=tuple(links.keys),
        problems=(*links.problems, *_size_problem(html)),
    )


def to_html(text: str, *, smart: bool, raw_html: bool, positions: bool = False) -> str:
    """Return comrak's HTML, not yet safe. Only its string mode is used: walking its tree crashes on deep nesting."""
    parsing = comrak.ParseOptions(smart=smart)
    rendering = comrak.RenderOptions(escape=not raw_html, unsafe_=True, sourcepos=positions)
    return comrak.markdown_to_html(text, _EXTENSIONS, parsing, rendering)


def _size_problem(html: str) -> tuple[Problem, ...]:
    size = len(html.encode())
    if size <= MAX_HTML_BYTES:
        return ()
    message = f"A page may have {MAX_HTML_BYTES:,} bytes of HTML; this text makes {size:,}."
    return (error(message, "Split it."),)


def cut_text(text: str, most: int = SUMMARY_CHARACTERS) -> str:
    """Cut a text at a word, with an ellipsis, when it is longer than so many characters."""
    if len(text) <= most:
        return text
    short = text[: most - 1]
    if not text[most - 1].isspace() and " " in short:
        short = short.rpartition(" ")[0]
    return short.rstrip(" ,;:.\u2013\u2014-") + "…"


def _summary(tokens: Sequence[Token]) -> str:
    """Return the text before `<!--more-->`, else the first paragraph, else the beginning of all text."""
    more = next((position for position, token in enumerate(tokens) if token is MORE), 0)
    if before := tokens_text(tokens[:more]):
        return cut_text(before)
    depth = 0
    first = 0
    for position, token in enumerate(tokens):
        if not isinstance(token, Tag) or token.name in {"img", "br", "hr", "input"}:
            continue
        if token.closing:
            depth -= 1
            if depth == 0 and token.name == "p" and (text := tokens_text(tokens[first:position])):
                return cut_text(text)
        else:
            first = position if depth == 0 else first
            depth += 1
    return cut_text(tokens_text(tokens))


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
        deque(bounded(balanced(watched()) if settings.raw_html else watched()), maxlen=0)
    return line
