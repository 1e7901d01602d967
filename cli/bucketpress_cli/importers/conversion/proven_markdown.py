"""Converts HTML to Markdown with proof: what our own engine makes of it says what the HTML said."""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

import nh3

from bucketpress.content.dialects.registry import translate
from bucketpress.content.html import blocks as engine_blocks
from bucketpress.content.html.html_tokens import ALLOWED, Tag, Token, tokenise, tokens_text
from bucketpress.content.html.nesting import NestingError, bounded
from bucketpress.content.markdown.author_html import author_html
from bucketpress.content.markdown.comments.removal import leave_out_comments
from bucketpress.content.markdown.formulas import asks_for_formulas
from bucketpress.content.markdown.parser import parse_markdown
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress_cli.importers.conversion.block_markdown import BlockWriter
from bucketpress_cli.importers.conversion.html_writer import html_of
from bucketpress_cli.importers.conversion.inline_markdown import Care
from bucketpress_cli.importers.conversion.outline import Block, Embedded, Mark, Run, Word, outline

_KEY = "posts/imported.md"
_MANY_TAGS = 5_000
_ROUNDS = 8  # of correcting what goes wrong only beside its neighbours
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufdd0-\ufdef\ufffe\uffff]")
_ATTRIBUTES = (
    "align alt checked cite class colspan controls data-lazy-src data-original data-src datetime dir headers height"
    " href id kind label lang loop muted name open playsinline poster reversed rowspan scope src srclang start style"
    " title type value width allowfullscreen data-code-block-lang data-enlighter-language data-lang data-language"
)
_DROPPED = frozenset(
    {
        *("canvas", "head", "math", "noembed", "noframes", "noscript", "script", "select", "style", "svg", "template"),
        *("textarea", "title"),
    }
)
_OLD_NAMES = frozenset({"acronym", "center", "dir", "strike", "tt"})
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED | _OLD_NAMES),
    clean_content_tags=set(_DROPPED),
    attributes={"*": set(_ATTRIBUTES.split())},
    strip_comments=False,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "data", "ftp", "xmpp", "sms", "geo"},
    generic_attribute_prefixes=set(),
)
_TYPOGRAPHY = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "..."}  # noqa: RUF001
_GIST = re.compile(
    r"""<script[^>]*\ssrc=["'](?:https?:)?//gist\.github\.com/([\w./-]{1,100}?)(?:\.js)?(?:\?[^"']*)?["'][^>]*>\s*</script>""",
    re.IGNORECASE | re.ASCII,
)
_CODE = frozenset({"code", "pre"})
# What SyntaxHighlighter, Crayon and Prettify have in the class; others have an attribute of their own.
_LANGUAGE_CLASS = re.compile(r"(?:^|\s)(?:brush:\s*|lang(?:uage)?:\s*|lang-)([^\s;]+)", re.IGNORECASE)
_LANGUAGE_DATA = ("data-code-block-lang", "data-enlighter-language", "data-lang", "data-language")
_LANGUAGE_NAME = re.compile(r"[a-z0-9][\w+#.-]{0,30}")
_NO_LANGUAGE = frozenset({"auto", "code", "default", "generic", "none", "plain", "plaintext", "raw", "text", "txt"})
_STRAIGHT = str.maketrans(_TYPOGRAPHY)
_EN_DASHES = re.compile("-{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Markdown, and what of it was left as HTML, by the name of the element.

    `exact` says that it renders as what the HTML said; where it is not, the structure was too deep or too large.
    """

    markdown: str
    as_html: tuple[str, ...] = ()
    exact: bool = True


def to_markdown(source: str, settings: SiteSettings) -> Converted:
    """Convert HTML to Markdown for a site of these settings, block by block, each as HTML where Markdown says less."""
    text = _UNPRINTABLE.sub("", source)
    try:
        wanted = _read_html(text, settings)
    except NestingError:
        return Converted(markdown=html_of(_plain(text)), exact=False)
    simple = BlockWriter()
    markdown = simple.write_all(wanted)
    if _says(markdown, wanted, settings):
        return Converted(markdown=markdown, as_html=tuple(simple.as_html))
    return _block_by_block(wanted, settings)


def _block_by_block(wanted: Sequence[Block], settings: SiteSettings) -> Converted:
    written, names = [], []
    for block in wanted:
        text, as_html = _proven(block, settings)
        written.append(text)
        names.append(as_html)
    for _ in range(_ROUNDS):
        made = _read_markdown("\n\n".join(written), settings)
        at = _first_difference(_folded(made, settings), _folded(wanted, settings))
        if at is None:
            return Converted(markdown="\n\n".join(written), as_html=tuple(name for each in names for name in each))
        for position in (at - 1, at):
            if 0 <= position < len(wanted):
                written[position], names[position] = html_of(wanted[position]), [wanted[position].name]
    whole = "\n\n".join(map(html_of, wanted))
    return Converted(
        markdown=whole, as_html=tuple(block.name for block in wanted), exact=_says(whole, wanted, settings)
    )


def _proven(block: Block, settings: SiteSettings) -> tuple[str, list[str]]:
    """Return a block in the simplest form that says the same, and the names of what is HTML in it."""
    for care in Care:
        writer = BlockWriter(care)
        text = writer.write(block)
        if _says(text, (block,), settings):
            return text, writer.as_html
    return html_of(block), [block.name]


def _says(markdown: str, wanted: Sequence[Block], settings: SiteSettings) -> bool:
    return _folded(_read_markdown(markdown, settings), settings) == _folded(wanted, settings)


def _read_html(text: str, settings: SiteSettings) -> tuple[Block, ...]:
    if text.count("<") > _MANY_TAGS:  # A parser of browsers takes time with the square of the depth.
        deque(bounded(tokenise(text)), maxlen=0)
    tokens = map(_plain_tag, tokenise(_CLEANER.clean(_GIST.sub(_gist_link, text))))
    return _outlined(bounded(author_html(tokens, frozenset(settings.embed_hosts))))


def _plain_tag(token: Token) -> Token:
    """Return a tag as it is written here: pictures without idle titles, code with its language as its class."""
    if not isinstance(token, Tag) or token.closing:
        return token
    return _titled(token) if token.name == "img" else _with_language(token) if token.name in _CODE else token


def _with_language(tag: Tag) -> Tag:
    """Return code with its language as its class, however a highlighter was told it."""
    classes = tag.attributes.get("class", "")
    told = [tag.attributes.get(name, "") for name in (*_LANGUAGE_DATA, *(("lang",) if tag.name == "pre" else ()))]
    found = _LANGUAGE_CLASS.search(classes)
    language = (found[1] if found else next(filter(None, told), "")).lower()
    kept = {name: value for name, value in tag.attributes.items() if name != "lang" or tag.name != "pre"}
    if language in _NO_LANGUAGE or "language-" in classes or not _LANGUAGE_NAME.fullmatch(language):
        return replace(tag, attributes=kept)
    return replace(tag, attributes={**kept, "class": f"language-{language}"})


def _titled(token: Tag) -> Tag:
    """Return a picture without a title that says nothing new: readers saw it at most as a hint, here it is a caption.

    It describes a picture that nothing else describes, unless it is the name of its file.
    """
    if not token.attributes.get("title", "").strip():
        return token
    attributes = dict(token.attributes)
    title, alt = attributes["title"].strip(), attributes.get("alt", "").strip()
    if alt and bare(alt) != bare(title):
        return token
    del attributes["title"]
    if not alt and bare(title) not in bare(unquote(attributes.get("src", ""))):
        attributes["alt"] = title
    return replace(token, attributes=attributes)


def bare(text: str) -> str:
    """Return the letters and digits of a text alone, in small letters."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _gist_link(script: re.Match[str]) -> str:
    address = f"gist.github.com/{script[1]}"
    return f'<p><a href="https://{address}">{address}</a></p>'


def _read_markdown(markdown: str, settings: SiteSettings) -> tuple[Block, ...]:
    """Return what readers would see of a text, by the steps that publishing takes."""
    translated = translate(markdown, _KEY, settings, {})
    text = leave_out_comments(translated.text, raw_html=settings.raw_html).source
    math = settings.math or asks_for_formulas(text)
    return _outlined(parse_markdown(text, settings, math=math).tokens)


def _outlined(tokens: Iterable[Token]) -> tuple[Block, ...]:
    return outline(engine_blocks.figures(list(tokens)))


def _folded(blocks: Sequence[Block], settings: SiteSettings) -> tuple[Block, ...]:
    """Return blocks with straight quotes and dashes where the site makes them typographic."""
    return tuple(map(_straight, blocks)) if settings.smart_punctuation else tuple(blocks)


def _straight(block: Block) -> Block:
    runs = block.runs
    if runs and block.name != "pre":
        runs = tuple(_straight_run(run) for run in runs)
    return Block(block.name, block.attributes, tuple(map(_straight, block.blocks)), runs, block.text)


def _straight_run(run: Run) -> Run:
    if isinstance(run, Word):
        return Word(_straight_text(run.text), run.marks)
    if run.mark.name != "img":
        return run
    attributes = tuple((name, _straight_text(text) if name == "alt" else text) for name, text in run.mark.attributes)
    return Embedded(Mark("img", attributes), run.marks)


def _straight_text(text: str) -> str:
    plain = text if text.isascii() else text.translate(_STRAIGHT)
    return _EN_DASHES.sub("--", plain) if "--" in plain else plain


def _first_difference(made: Sequence[Block], wanted: Sequence[Block]) -> int | None:
    for position, (one, other) in enumerate(zip(made, wanted, strict=False)):
        if one != other:
            return position
    return None if len(made) == len(wanted) else min(len(made), len(wanted))


def _plain(text: str) -> Block:
    return Block("p", runs=(Word(tokens_text(tokenise(text))),))
