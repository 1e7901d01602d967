"""What makes a page hard to read for some: links that lead nowhere or say nothing, headings, tables, its language.

The rules are those of WCAG 2.2, success criteria 1.3.1, 2.4.4 and 3.1.1, as far as a text alone can tell.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from bucketpress.content.html.html_tokens import Tag, Token, is_end, is_start, tokenise, tokens_text
from bucketpress.content.problem import Problem, ProblemLog
from bucketpress.services.queries.site_addresses import SiteAddresses

Locate = Callable[[str], tuple[int, int] | None]

_SHOWN = 80
_FIRST_LEVEL = 2  # of headings in a text: the title is the first of the page
_HEADING = re.compile("h([1-6])")
_LINKED = {"a": "href", "audio": "src", "source": "src", "track": "src", "video": "src"}
# Links that say nothing when they are read out one after another.
_SAY_NOTHING = frozenset(
    {
        *("click", "click here", "click me", "clickhere", "here", "this", "this link", "this page", "link", "more"),
        *("read more", "learn more", "see more", "details", "continue", "continue reading", "download here"),
        *("hier", "hier klicken", "klick hier", "klicken sie hier", "mehr", "weiterlesen", "dieser link"),
        *(
            "ici",
            "cliquez ici",
            "en savoir plus",
            "lire la suite",
            "lien",
            "plus",
            "aquí",
            "haz clic aquí",
            "clic aquí",
        ),
        *("más", "leer más", "enlace", "qui", "clicca qui", "aqui", "clique aqui", "leia mais", "hier klikken"),
        *(
            "тут",
            "здесь",
            "сюда",
            "ссылка",
            "подробнее",
            "这里",
            "点击这里",
            "此处",
            "点这里",
            "链接",
            "こちら",
            "ここ",
        ),
        *("リンク", "여기", "링크"),
    }
)
_WORDS = re.compile(r"[^\w\s]+")
# Scripts that one language, or few, are written in.
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "Japanese", ("ja",)),
    (re.compile(r"[\uac00-\ud7af]"), "Korean", ("ko",)),
    (re.compile(r"[\u4e00-\u9fff]"), "Chinese", ("zh", "ja", "yue", "ko")),
    (re.compile(r"[\u0400-\u04ff]"), "Cyrillic", ("ru", "uk", "bg", "sr", "mk", "be", "kk", "mn", "ky", "tg")),
    (re.compile(r"[\u0600-\u06ff]"), "Arabic", ("ar", "fa", "ur", "ps", "ku", "ug")),
    (re.compile(r"[\u0590-\u05ff]"), "Hebrew", ("he", "yi")),
    (re.compile(r"[\u0370-\u03ff]"), "Greek", ("el",)),
    (re.compile(r"[\u0900-\u097f]"), "Devanagari", ("hi", "mr", "ne", "sa")),
    (re.compile(r"[\u0e00-\u0e7f]"), "Thai", ("th",)),
)
_LEAST_LETTERS = 100
_MOST_OF_THEM = 0.5


def page_faults(html: str, language: str, addresses: SiteAddresses | None, locate: Locate) -> tuple[Problem, ...]:
    """Return what is wrong with the text of a page; `addresses` are those its links may lead to, None for any.

    `locate` finds the line and column of a piece of the source.
    """
    tokens = list(tokenise(html))
    problems = ProblemLog(locate)
    _note_links(tokens, addresses, problems)
    _note_headings(tokens, problems)
    _note_tables(tokens, problems)
    _note_language(tokens_text(tokens), language, problems)
    return tuple(problems)


def external_links(html: str) -> Iterator[str]:
    """Yield the addresses of other sites that a page leads to."""
    for token in tokenise(html):
        if isinstance(token, Tag) and not token.closing:
            url = token.attributes.get(_LINKED.get(token.name, ""), "")
            if url.startswith(("http://", "https://")):
                yield url


def _note_links(tokens: Sequence[Token], addresses: SiteAddresses | None, problems: ProblemLog) -> None:
    for position, token in enumerate(tokens):
        if not isinstance(token, Tag) or token.closing or token.has_class("anchor"):
            continue
        url = token.attributes.get(_LINKED.get(token.name, ""), "")
        if url and addresses and (missing := addresses.missing(url)):
            _note_missing(url, missing, problems)
        if token.name == "a" and url and not url.startswith("#"):
            _note_text(_element(tokens, position), url, problems)


def _note_missing(url: str, missing: str, problems: ProblemLog) -> None:
    if missing.startswith("#"):
        message = f'The link to "{_short(url)}" leads to a page that has no heading or anchor of this name.'
        fix = "Look at the page for the heading; its name is lower case with hyphens, after `s-`."
        problems.warn(message, fix, url, kind="anchor-elsewhere-missing")
    else:
        message = f'The link to "{_short(url)}" leads nowhere: nothing is published at {_short(missing)}.'
        fix = "Correct it, or add the address to the `aliases` of a post or to `redirects` in site.yaml."
        problems.warn(message, fix, url, kind="link-dead")


def _note_text(inside: Sequence[Token], url: str, problems: ProblemLog) -> None:
    pictures = [token for token in inside if isinstance(token, Tag) and token.name == "img"]
    said = tokens_text(inside) or " ".join(token.attributes.get("alt", "") for token in pictures).strip()
    plain = " ".join(_WORDS.sub(" ", said).lower().split())
    if not said and not pictures:
        problems.warn(f'The link to "{_short(url)}" has no text.', "Write what is there.", url, kind="link-empty")
    elif plain in _SAY_NOTHING:
        message = f'The link "{said}" does not say where it leads; some readers hear only the links of a page.'
        problems.warn(message, "Make it of the words that name what is there.", f"[{said}]", kind="link-says-nothing")


def _note_headings(tokens: Sequence[Token], problems: ProblemLog) -> None:
    before = _FIRST_LEVEL - 1
    for position, token in enumerate(tokens):
        found = _HEADING.fullmatch(token.name) if isinstance(token, Tag) and not token.closing else None
        if found is None:
            continue
        level = max(int(found[1]), _FIRST_LEVEL)
        if level > before + 1:
            text = tokens_text(_element(tokens, position))
            after = f"one of level {before}" if before >= _FIRST_LEVEL else "the title"
            message = f'The heading "{_short(text)}" is of level {level} and follows {after}: a level is missing.'
            problems.warn(message, f"Write it with {'#' * (before + 1)}.", text, kind="heading-jump")
        before = level


def _note_tables(tokens: Sequence[Token], problems: ProblemLog) -> None:
    for position, token in enumerate(tokens):
        if not is_start(token, "table"):
            continue
        inside = _element(tokens, position)
        heads = [at for at, cell in enumerate(inside) if is_start(cell, "th")]
        if any(tokens_text(_element(inside, at)) for at in heads):
            continue
        first = tokens_text(inside)[:_SHOWN]
        message = f'The table that begins with "{_short(first)}" has no header: nobody is told what its columns are.'
        fix = "Name the columns in its first row, with a line of hyphens below (or as <th>)."
        problems.warn(message, fix, first.split(" ")[0], kind="table-without-header")


def _note_language(text: str, language: str, problems: ProblemLog) -> None:
    letters = sum(map(str.isalpha, text))
    if letters < _LEAST_LETTERS:
        return
    primary = language.partition("-")[0].lower()
    for script, name, languages in _SCRIPTS:
        if len(script.findall(text)) > letters * _MOST_OF_THEM:
            if primary not in languages:
                message = f"Most of the text is written in {name} letters, and its language is said to be {language}."
                fix = f"Write `lang: {languages[0]}` in front matter, or `language: {languages[0]}` in site.yaml."
                problems.warn(message, fix, "", kind="language-other")
            return


def _element(tokens: Sequence[Token], position: int) -> Sequence[Token]:
    """Return what is in the element that begins at a position."""
    token = tokens[position]
    name = token.name if isinstance(token, Tag) else ""
    depth = 0
    for end in range(position, len(tokens)):
        depth += is_start(tokens[end], name) - is_end(tokens[end], name)
        if depth == 0:
            return tokens[position + 1 : end]
    return tokens[position + 1 :]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
