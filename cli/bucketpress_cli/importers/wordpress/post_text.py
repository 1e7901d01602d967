"""The text of a WordPress post as plain HTML, whether written in blocks or in the classic editor."""

import json
import re
from collections.abc import Mapping, Sequence

from bucketpress_cli.importers.publication import Loss
from bucketpress_cli.importers.wordpress.paragraphs import with_paragraphs
from bucketpress_cli.importers.wordpress.players import embed, is_played
from bucketpress_cli.importers.wordpress.shortcodes import Gallery, take_code, without_shortcodes
from bucketpress_cli.importers.wordpress.withheld_parts import (
    BLOCK,
    without_withheld_blocks,
    without_withheld_shortcodes,
)

_EMBED = re.compile(
    r'<div class="wp-block-embed__wrapper">\s*(https?://[^\s<]+)\s*</div>(?=\s*(?:<figcaption|</figure>))'
)
_EMPTY_FIGURE = re.compile(
    r"<figure[^>]*>\s*(<(?P<tag>iframe|audio|video|p)\b(?:(?!</?figure\b).)*?</(?P=tag)>)\s*</figure>", re.DOTALL
)
_HIGHLIGHTED = re.compile(
    r'<!--\s*wp:(?:syntaxhighlighter/code|code)\s+(?P<data>\{.*?\})\s*-->\s*<pre class="', re.DOTALL
)
_CENTRED = re.compile(r'class="(?=[^"]*has-text-align-(center|right)\b)')
_NEXT_PAGE = re.compile(r"<!--\s*nextpage\s*-->")
_FOOTNOTES = re.compile(r"<!--\s*wp:footnotes\s*(?:\{.*?\})?\s*/-->")
_NOTHING_SHOWN = frozenset({"spacer", "more", "nextpage", "separator", "paragraph", "freeform", "template-part"})
_DYNAMIC = "Blocks that WordPress makes when a page is read"
_FIX = "Look at these posts, and write what should be seen there."


def html_of_post(text: str, gallery: Gallery, footnotes: str = "") -> tuple[str, tuple[Loss, ...]]:
    """Return the text of a post as HTML, and what is lost of it. `gallery` finds pictures by their ids.

    `footnotes` are those of the block editor, which WordPress stores beside the text as JSON.
    """
    if "<!-- wp:" in text:
        return _from_blocks(_FOOTNOTES.sub(lambda _: _footnotes(footnotes), text), gallery)
    coded, kept = take_code(_NEXT_PAGE.sub("", text))
    seen, withheld = without_withheld_shortcodes(coded)
    plain, losses = without_shortcodes(seen, gallery)
    shown = with_paragraphs(plain)
    return _put_back(shown, kept), (*withheld, *losses)


def _from_blocks(written: str, gallery: Gallery) -> tuple[str, tuple[Loss, ...]]:
    text, withheld = without_withheld_blocks(written)
    losses = [
        Loss(kind=_DYNAMIC, what=found["name"], fix=_FIX)
        for found in BLOCK.finditer(text)
        if found["self"] and found["name"] not in _NOTHING_SHOWN
    ]
    named = _HIGHLIGHTED.sub(_with_language, text)
    aligned = _CENTRED.sub(lambda found: f'style="text-align:{found[1]}" class="', named)
    shown = _EMPTY_FIGURE.sub(r"\1", _EMBED.sub(lambda found: embed(found[1]), aligned))
    coded, kept = take_code(_NEXT_PAGE.sub("", BLOCK.sub("", shown)))
    seen, more_withheld = without_withheld_shortcodes(coded)
    plain, more = without_shortcodes(seen, gallery)
    return _put_back(plain, kept), (*withheld, *more_withheld, *losses, *more)


def _put_back(text: str, kept: Mapping[str, str]) -> str:
    """Return a text with the code that was taken out; code within code was taken out first."""
    for mark, code in reversed(list(kept.items())):
        text = text.replace(mark, code)
    return text


def _footnotes(written: str) -> str:
    """Return the list of footnotes as WordPress writes it, each with a link back to its mark."""
    try:
        notes = json.loads(written)
    except ValueError:
        return ""
    items = [
        f'<li id="{note["id"]}">{note["content"]} <a href="#{note["id"]}-link">↩</a></li>'
        for note in (notes if isinstance(notes, list) else ())
        if isinstance(note, dict)
        and isinstance(note.get("content"), str)
        and re.fullmatch(r"[\w-]+", str(note.get("id")))
    ]
    return f"<ol>{''.join(items)}</ol>" if items else ""


def _with_language(found: re.Match[str]) -> str:
    try:
        data = json.loads(found["data"])
    except ValueError:
        return found[0]
    language = data.get("language") if isinstance(data, dict) else None
    is_word = isinstance(language, str) and re.fullmatch(r"[\w+#.-]+", language)
    return f'<pre class="language-{language} ' if is_word else found[0]


def with_enclosures(text: str, addresses: Sequence[str]) -> str:
    """Return a text with players for what a feed encloses, such as the episode of a podcast, unless it shows that."""
    hidden = dict.fromkeys(address for address in addresses if address not in text)
    return "".join(embed(address) for address in hidden if is_played(address)) + text
