"""The text of a Ghost post as HTML, from whichever of its formats an export has it in."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from bucketpress.content.html.html_tokens import text_of
from bucketpress_cli.importers.ghost.cards import NOT_PUBLIC, CardWriter
from bucketpress_cli.importers.ghost.lexical import lexical_html
from bucketpress_cli.importers.ghost.mobiledoc import mobiledoc_html
from bucketpress_cli.importers.publication import Loss

_GATED = re.compile(
    r"<!--\s*kg-gated-block:begin(?P<who>.*?)-->(?P<text>.*?)(?:<!--\s*kg-gated-block:end\s*-->|\Z)", re.DOTALL
)
# Ghost 1 put its Markdown into `kg-card-markdown`, which is no card: there is nothing else in its posts.
_CARD = re.compile(r"""class=["'][^"'>]*(?<![\w-])kg-card(?![\w-])""")
_MARKDOWN = re.compile(r"<!--\s*kg-card-begin: markdown\s*-->(.*?)<!--\s*kg-card-end: markdown\s*-->", re.DOTALL)
_FOR_ALL = re.compile(r"\bnonMember:\s*true\b")
_HEADING = re.compile(r"<(h[1-6])\b(?P<attributes>[^>]*)>(?P<text>.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_ID = re.compile(r"""\bid=["']([^"']+)["']""")
_SIGNS = re.compile(r"""[\][!"#$%&'()*+,./:;<=>?@\\^_{|}~]""")
_EDGES = re.compile(r"^-|-{2,}|-$")
_UNREAD = Loss(
    kind="Posts whose text cannot be read",
    what="",
    fix="They are drafts, with what of their text is known. Save them in Ghost, and export again.",
)


@dataclass(frozen=True, slots=True)
class PostText:
    """A text as HTML and what is lost of it; `is_read` says that it is the text, and not only words of it."""

    source: str
    losses: tuple[Loss, ...] = ()
    is_read: bool = True


def text_of_post(columns: Mapping[str, str]) -> PostText:
    """Return the text of a post, from the columns `lexical`, `mobiledoc`, `markdown`, `html` and `plaintext`.

    HTML is what readers saw. Where it has cards, the format it was made of says what these are.
    """
    shown, members = _without_gated(columns.get("html", ""))
    published = PostText(shown, (NOT_PUBLIC,) * members) if shown or members else None
    if published and not members and not _CARD.search(shown):
        return published
    own = _from_own_format(columns, _MARKDOWN.findall(shown))
    if own and (own.is_read or not published):
        return PostText(_with_ids(own.source, shown), own.losses)
    if published:
        return published
    if own or not any(columns.get(name) for name in ("lexical", "mobiledoc")):
        return PostText("")
    plain = columns.get("plaintext", "")
    paragraphs = "".join(f"<p>{html.escape(each)}</p>" for each in plain.split("\n\n") if each.strip())
    return PostText(paragraphs, (_UNREAD,), is_read=False)


def _from_own_format(columns: Mapping[str, str], markdown: Sequence[str]) -> PostText | None:
    """Return the text from the format it was written in, None where none can be read.

    `markdown` are the cards of Markdown as readers saw them, which count where they are as many as were written.
    """
    for name, reader in _READERS.items():
        if written := columns.get(name, ""):
            cards = CardWriter()
            try:
                source = reader(written, cards)
                if markdown and len(markdown) == cards.markdown_cards:
                    cards = CardWriter(shown_markdown=markdown)
                    source = reader(written, cards)
            except (ValueError, RecursionError):
                continue
            return PostText(source, tuple(cards.losses), is_read=cards.is_whole)
    return None


def _markdown_html(source: str, cards: CardWriter) -> str:
    return cards.write("markdown", {"markdown": source})


_READERS: Mapping[str, Callable[[str, CardWriter], str]] = {
    "lexical": lexical_html,
    "mobiledoc": mobiledoc_html,
    "markdown": _markdown_html,
}


def _without_gated(source: str) -> tuple[str, int]:
    """Return HTML without what only members saw, and how many such parts there were."""
    members = 0

    def shown(found: re.Match[str]) -> str:
        nonlocal members
        is_shown = _FOR_ALL.search(found["who"]) is not None
        members += not is_shown
        return found["text"] if is_shown else ""

    return _GATED.sub(shown, source), members


def _with_ids(source: str, shown: str) -> str:
    """Return HTML whose headings have the ids that Ghost gave them, which links lead to."""
    given: dict[str, list[str]] = {}
    for found in _HEADING.finditer(shown):
        if identity := _ID.search(found["attributes"]):
            given.setdefault(text_of(found["text"]).strip(), []).append(html.unescape(identity[1]))
    used: dict[str, int] = {}

    def named(found: re.Match[str]) -> str:
        if _ID.search(found["attributes"]):
            return found[0]
        said = text_of(found["text"]).strip()
        known = given.get(said)
        identity = known.pop(0) if known else _numbered(_slug(said), used)
        named = f' id="{html.escape(unquote(identity))}"' if identity else ""
        return f"<{found[1]}{named}{found['attributes']}>{found['text']}</{found[1]}>"

    return _HEADING.sub(named, source)


def _slug(said: str) -> str:
    """Return the id of a heading as Ghost makes it since 4.0."""
    return _EDGES.sub("", re.sub(r"\s+", "-", _SIGNS.sub("", said.strip().lower())))


def _numbered(identity: str, used: dict[str, int]) -> str:
    count = used.get(identity, 0)
    used[identity] = count + 1
    return f"{identity}-{count}" if count and identity else identity
