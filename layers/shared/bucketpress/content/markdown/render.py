"""Markdown to the sanitised HTML of a page's body."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bucketpress.content.hints import beyond_ascii
from bucketpress.content.html import blocks
from bucketpress.content.html.anchors import Anchors
from bucketpress.content.html.html_tokens import MORE, Tag, Token, spaced_text, tokens_text, write
from bucketpress.content.html.links import Links
from bucketpress.content.html.quotations import quotations
from bucketpress.content.html.sanitiser import sanitise
from bucketpress.content.markdown.callouts import callouts
from bucketpress.content.markdown.formulas import restore
from bucketpress.content.markdown.parser import Parsed, parse_markdown, size_problem, to_html
from bucketpress.content.problem import Problem
from bucketpress.content.settings.site_settings import SiteSettings

__all__ = ["Parsed", "Rendered", "parse_markdown", "render", "to_html"]

SUMMARY_CHARACTERS = 280
# What each change looks for: most posts have no table to look for.
_CHANGES: tuple[tuple[str, Callable[[Sequence[Token]], Iterable[Token]]], ...] = (
    ("blockquote", quotations),
    ("img", blocks.figures),
    ("img", blocks.images),
    ("div", callouts),
    ("input", blocks.tasks),
    ("table", blocks.tables),
    ("pre", blocks.code),
)
_MAY_BE_WITHOUT_SPACES = re.compile("[\u3040-\ufaff]")
_WORD = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The body of a page. `summary` is what listings show when the author wrote none."""

    html: str
    summary: str
    words: int
    links: tuple[str, ...]
    problems: tuple[Problem, ...]


def render(parsed: Parsed, links: Links, settings: SiteSettings) -> Rendered:
    """Return the rendered body of a page; `links` knows its path and its key in the bucket."""
    tokens, ids = blocks.headings(parsed.tokens)
    present = {token.name for token in tokens if isinstance(token, Tag)}
    for name, change in _CHANGES:
        tokens = list(change(tokens)) if name in present else tokens
    tokens = links.rewrite(tokens, Anchors(ids))
    sanitised = sanitise(write(tokens), settings.embed_hosts if settings.raw_html else ())
    html = restore(sanitised, parsed.formulas)
    return Rendered(
        html=html.strip(),
        summary=_summary(tokens),
        words=_words(spaced_text(tokens)),
        links=tuple(links.keys),
        problems=(*links.problems, *size_problem(html)),
    )


def _words(text: str) -> int:
    """Count words, and characters of scripts without spaces."""
    if text.isascii() or not _MAY_BE_WITHOUT_SPACES.search(beyond_ascii(text)):
        return len(text.split())
    # Compiled, and remembered by re, where it is needed: that takes 5 ms of each start otherwise.
    return len(re.findall(_WORD, text))


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
