"""HTML taken apart into tags and text, put together again, and read as plain text."""

import html
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_BLOCK_NAMES = (
    "address article aside blockquote br caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p"
    " pre section summary table tbody td tfoot th thead tr ul"
)
_INLINE_NAMES = (
    "a abbr audio b bdi bdo cite code del dfn em embed i iframe img input ins kbd mark q rp rt ruby s samp small source"
    " span strong sub sup time track u var video wbr"
)
VOID = frozenset({"br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})
BLOCKS = frozenset(_BLOCK_NAMES.split())
ALLOWED = BLOCKS | frozenset(_INLINE_NAMES.split()) | {"col", "colgroup"}
# Their content is not text but code, a form or another language: it goes with them.
_DROPPED_NAMES = "canvas head math noembed noframes noscript script select style svg template textarea title"
_DROPPED_WHOLE = frozenset(_DROPPED_NAMES.split())
# Elements that HTML had once, and what they are called today.
_RENAMED = {"acronym": "abbr", "center": "div", "dir": "ul", "image": "img", "strike": "s", "tt": "code"}
# They mean nothing without what they belong to, so that nobody misses them.
_NOT_MISSED_NAMES = (
    "basefont big blink body button fieldset font footer form header hgroup html label legend main marquee menu nav"
    " nobr object optgroup option param picture"
)
_NOT_MISSED = frozenset(_NOT_MISSED_NAMES.split())
_GIST = re.compile(r"(?:https?:)?//gist\.github\.com/([\w.-]+/)?([0-9a-fA-F]{1,64})(?:\.js)?(?:\?[^\s]*)?", re.ASCII)
_MAX_ATTRIBUTES = 30
# CommonMark 0.31, "Raw HTML": the same tags that Markdown knows, and what comrak writes. Nothing here backtracks.
_VALUE = r"""\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++)"""
_ATTRIBUTE = rf"\s++[a-zA-Z_:@][\w.:@-]*+(?:{_VALUE})?+"
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?P<attributes>(?:{_ATTRIBUTE}){{0,{_MAX_ATTRIBUTES}}}+)\s*+/?>",
    re.ASCII,
)
_QUOTE = '"'
_MARKUP = re.compile(r"<[^<>]*>")  # Highlighted code is one piece of text.
_SPACES = "\t\n\r\f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A start or end tag; values of attributes are decoded."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    closing: bool = False

    def has_class(self, name: str) -> bool:
        """Return whether the class attribute holds a name."""
        return name in self.attributes.get("class", "").split()


# Text is kept as it stands in HTML, with its entities.
Token = Tag | str

_STARTS = {name: Tag(name=name) for name in ALLOWED}
_ENDS = {name: Tag(name=name, closing=True) for name in ALLOWED}

# Most tags stand as they are written here; what is in a frame is left out with it.
_PLAIN_TAGS = {f"<{name}>": tag for name, tag in _STARTS.items() if name != "iframe"} | {
    f"</{name}>": tag for name, tag in _ENDS.items()
}
_LONGEST_PLAIN = max(map(len, _PLAIN_TAGS))

# Where the author wrote <!--more-->. Nothing is written for it.
MORE = Tag(name="more")
_MORE_COMMENT = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)


def begins_tag(text: str, position: int) -> bool:
    """Return whether a tag, as Markdown knows them, begins at a position."""
    return _TAG.match(text, position) is not None


def is_dropped(name: str) -> bool:
    """Return whether an element is left out with what is in it."""
    return name.lower() in _DROPPED_WHOLE


def start(name: str, **attributes: str) -> Tag:
    """Return a start tag; a trailing underscore of a name is dropped and inner ones become hyphens."""
    return Tag(name=name, attributes={key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()})


def end(name: str) -> Tag:
    """Return an end tag."""
    return Tag(name=name, closing=True)


def is_start(token: Token, name: str) -> bool:
    """Return whether a token begins an element of a name."""
    return isinstance(token, Tag) and token.name == name and not token.closing


def is_end(token: Token, name: str) -> bool:
    """Return whether a token ends an element of a name."""
    return isinstance(token, Tag) and token.name == name and token.closing


def tokenise(source: str, left_out: set[str] | None = None) -> Iterator[Token]:
    """Split HTML into tokens, without comments, unknown tags and whole elements that hold no text.

    What is put together again from the tokens cannot be read in two ways: every `<` begins a tag known here. The names
    of the elements an author will miss are added to `left_out`, as they are written.
    """
    missed: set[str] = set() if left_out is None else left_out
    position = 0
    while (opening := source.find("<", position)) >= 0:
        if opening > position:
            yield source[position:opening]
        closing = source.find(">", opening, opening + _LONGEST_PLAIN) + 1
        plain = _PLAIN_TAGS.get(source[opening:closing])
        if plain is not None:
            position = closing
            yield plain
            continue
        match = _TAG.match(source, opening)
        position = yield from _tag(source, match, missed) if match else _no_tag(source, opening)
    if position < len(source):
        yield source[position:]


def _tag(source: str, match: re.Match[str], missed: set[str]) -> Generator[Token, None, int]:
    """Yield what a tag stands for; return where what comes after it begins."""
    position = match.end()
    written = match["name"].lower()
    name = _RENAMED.get(written, written)
    if name in _DROPPED_WHOLE and not match["close"]:
        if gist := _GIST.fullmatch(_attributes(match["attributes"]).get("src", "")) if name == "script" else None:
            address = f"gist.github.com/{gist[1] or ''}{gist[2]}"
            yield from (start("p"), start("a", href=f"https://{address}"), address, end("a"), end("p"))
        else:
            missed.add(match["name"])
        return position if source.endswith("/>", match.start(), position) else _after(source, name, position)
    if name in ALLOWED:
        yield from _known(name, written, match)
        if name == "iframe" and not match["close"]:
            yield end(name)
            return _after(source, name, position)
    elif name not in _NOT_MISSED:
        missed.add(match["name"])
    return position


def _known(name: str, written: str, match: re.Match[str]) -> Iterator[Token]:
    if match["close"]:
        yield _ENDS[name]
    elif match["attributes"] or written == "center":
        centred = {"align": "center"} if written == "center" else {}
        yield Tag(name=name, attributes=centred | _attributes(match["attributes"]))
    else:
        yield _STARTS[name]


def _no_tag(source: str, opening: int) -> Generator[Token, None, int]:
    """Step over a comment or the like; a `<` that begins nothing is text."""
    if _MORE_COMMENT.match(source, opening):
        yield MORE
    if source.startswith("<!--", opening):
        closing, length = source.find("-->", opening + 4), 3
    elif source.startswith(("<!", "<?"), opening):
        closing, length = source.find(">", opening + 2), 1
    else:
        yield "&lt;"
        return opening + 1
    return len(source) if closing < 0 else closing + length


def _after(source: str, name: str, position: int) -> int:
    closing = re.compile(f"</{name}\\s*>", re.IGNORECASE).search(source, position)
    return closing.end() if closing else len(source)


def _attributes(written: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for match in re.finditer(_ATTRIBUTE, written, re.ASCII):
        name, _, value = (part.strip() for part in match[0].partition("="))
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        attributes.setdefault(name.lower(), html.unescape(value) if "&" in value else value)
    return attributes


def write(tokens: Iterable[Token]) -> str:
    """Write tokens as HTML in the sanitiser's own spelling, so that it has nothing to change."""
    return "".join(
        [
            (token.replace("&quot;", '"') if "&" in token else token) if isinstance(token, str) else _write_tag(token)
            for token in tokens
        ]
    )


def _write_tag(tag: Tag) -> str:
    if tag is MORE:
        return ""
    if tag.closing:
        return "" if tag.name in VOID else f"</{tag.name}>"
    if not tag.attributes:
        return f"<{tag.name}>"
    attributes = "".join(
        f' {name}="{html.escape(value, quote=False).replace(_QUOTE, "&quot;")}"'
        for name, value in tag.attributes.items()
    )
    return f"<{tag.name}{attributes}>"


def text_of(source: str) -> str:
    """Return HTML as plain text on one line: entities decoded, white space folded, footnote marks left out."""
    return tokens_text(tokenise(source))


def tokens_text(tokens: Iterable[Token]) -> str:
    """Return tokens as plain text on one line."""
    return _folded(spaced_text(tokens)).strip(" \u00a0")


def spaced_text(tokens: Iterable[Token]) -> str:
    """Return tokens as plain text whose white space is as it comes."""
    parts: list[str] = []
    in_mark = 0
    for token in tokens:
        if isinstance(token, str):
            if not in_mark:
                parts.append(_MARKUP.sub("", token) if "<" in token else token)
        elif token.name == "sup":
            in_mark += _mark_step(token, in_mark)
        elif token.name in BLOCKS:
            parts.append(" ")
    return html.unescape("".join(parts))


def _folded(text: str) -> str:
    """Return a text with one space for any white space as HTML knows it."""
    for space in _SPACES:
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _mark_step(token: Tag, depth: int) -> int:
    """Count how deep in a footnote mark the text after a `sup` tag is."""
    if token.closing:
        return -1 if depth else 0
    return 1 if depth or token.has_class("footnote-ref") else 0
