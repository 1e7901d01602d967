"""What Markdown's blocks become: figures, tables, code, tasks, headings with anchors.

Each function takes the tokens of well-formed HTML and returns them changed.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bucketpress.content.html.anchors import PAGE_IDS, github_slug, text_id
from bucketpress.content.html.highlight import highlight
from bucketpress.content.html.html_tokens import MORE, Tag, Token, end, is_end, is_start, start, tokens_text

MAX_LABEL_CHARACTERS = 100
# Of all blocks together, each counted as so many characters more: beginning with one takes time too.
MAX_HIGHLIGHTED_CHARACTERS = 24 * 1024
HIGHLIGHTED_BLOCK_CHARACTERS = 40
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Of `rust,ignore`, `jsx{1,3}`, `{.python}` and `js:title=x` the language.
_LANGUAGE = re.compile(r"language-\{?\.?([A-Za-z0-9][\w+#-]*)")
_MORE_TEXT = re.compile(r"&lt;!--\s*more\s*--&gt;", re.IGNORECASE)
_COMMENT_TEXT = re.compile(r"\s*(?:&lt;!--(?:(?!--&gt;).)*--&gt;\s*)+", re.DOTALL)


def mark_more(tokens: Sequence[Token]) -> list[Token]:
    """Replace `<!--more-->` shown as text by its token, unless it stands in code."""
    out: list[Token] = []
    in_code = 0
    for token in tokens:
        if isinstance(token, Tag) and token.name in {"code", "pre"}:
            in_code += -1 if token.closing else 1
        if isinstance(token, str) and not in_code and "more" in token and _MORE_TEXT.search(token):
            for part in _MORE_TEXT.split(token):
                out += [part, MORE]
            out.pop()
        else:
            out.append(token)
    return out


def wrap_loose_text(tokens: Sequence[Token]) -> list[Token]:
    """Wrap raw HTML that is shown as text in paragraphs, and drop comments that stand alone."""
    out: list[Token] = []
    depth = 0
    for token in tokens:
        if isinstance(token, Tag):
            if token is not MORE and token.name not in {"img", "br", "hr", "input"}:
                depth += -1 if token.closing else 1
            out.append(token)
        elif depth or not token.strip():
            out.append(token)
        elif _COMMENT_TEXT.fullmatch(token):
            out.append("\n")
        else:
            out += ["\n", start("p"), token.strip(), end("p"), "\n"]
    return out


def take_heading(tokens: Sequence[Token]) -> tuple[str, list[Token]]:
    """Return the text of the first `h1` and the tokens without it; "" and all tokens when there is none."""
    for first, token in enumerate(tokens):
        if isinstance(token, Tag) and token.name == "h1" and not token.closing:
            last = next((i for i in range(first, len(tokens)) if is_end(tokens[i], "h1")), len(tokens) - 1)
            return tokens_text(tokens[first:last]), [*tokens[:first], *tokens[last + 1 :]]
    return "", list(tokens)


def headings(tokens: Sequence[Token]) -> tuple[list[Token], frozenset[str]]:
    """Add an id and an anchor to every heading, and turn each `h1` into an `h2`; return all ids as well."""
    out: list[Token] = []
    ids = {token.attributes["id"] for token in tokens if isinstance(token, Tag) and "id" in token.attributes}
    used: Counter[str] = Counter()
    opened: int | None = None
    for token in tokens:
        if isinstance(token, str) or token.name not in _HEADINGS:
            out.append(token)
            continue
        name = "h2" if token.name == "h1" else token.name
        if not token.closing:
            opened = len(out)
            out.append(token if name == token.name else replace(token, name=name))
        elif opened is not None:
            own = out[opened]
            written = own.attributes.get("id") if isinstance(own, Tag) else None
            identity = written or _unused(text_id(github_slug(tokens_text(out[opened:])) or "section"), ids, used)
            if isinstance(own, Tag):
                out[opened] = replace(own, attributes={**own.attributes, "id": identity})
            anchor = start("a", class_="anchor", href=f"#{identity}", aria_hidden="true", tabindex="-1")
            out += [anchor, end("a"), end(name)]
            opened = None
    return out, frozenset(ids)


def prefix_ids(tokens: Sequence[Token]) -> list[Token]:
    """Prefix the ids an author wrote that would be taken for one of the page's own."""
    return [
        replace(token, attributes={**token.attributes, "id": text_id(token.attributes["id"])})
        if isinstance(token, Tag) and token.attributes.get("id", "").startswith(PAGE_IDS)
        else token
        for token in tokens
    ]


def figures(tokens: Sequence[Token]) -> list[Token]:
    """Turn an image that stands alone in its paragraph and has a title into a figure."""
    out: list[Token] = []
    opened: int | None = None
    for token in tokens:
        if is_start(token, "p"):
            opened = len(out)
        out.append(token)
        if is_end(token, "p") and opened is not None:
            if figure := _figure(out[opened + 1 : -1]):
                out[opened:] = figure
            opened = None
    return out


def _figure(inside: list[Token]) -> list[Token] | None:
    linked = bool(inside) and is_start(inside[0], "a") and is_end(inside[-1], "a")
    picture = inside[1:-1] if linked else inside
    image = picture[0] if len(picture) == 1 else None
    if not (isinstance(image, Tag) and image.name == "img"):
        return None
    caption = image.attributes.get("title", "").strip()
    if not caption:
        return None
    bare = replace(image, attributes={name: value for name, value in image.attributes.items() if name != "title"})
    picture = [inside[0], bare, inside[-1]] if linked else [bare]
    text = html.escape(caption, quote=False)
    return [start("figure"), *picture, start("figcaption"), text, end("figcaption"), end("figure")]


def images(tokens: Sequence[Token]) -> list[Token]:
    """Mark the first picture as what readers see first, and every other for lazy loading."""
    out: list[Token] = []
    first = True
    for token in tokens:
        if isinstance(token, Tag) and token.name == "img":
            late = {"decoding": "async", "fetchpriority": "high"} if first else {"loading": "lazy", "decoding": "async"}
            out.append(replace(token, attributes={**token.attributes, **late}))
            first = False
        else:
            out.append(token)
    return out


def tasks(tokens: Sequence[Token]) -> list[Token]:
    """Label the checkbox of each task with its text, which is otherwise only next to it visually."""
    out = list(tokens)
    for position, token in enumerate(tokens):
        if isinstance(token, Tag) and token.name == "input" and not token.closing:
            text = tokens_text(tokens[position + 1 : _end_of_item(tokens, position + 1)])
            label = text[:MAX_LABEL_CHARACTERS].strip() or "-"
            out[position] = replace(token, attributes={"aria-label": label, **token.attributes})
    return out


def _end_of_item(tokens: Sequence[Token], position: int) -> int:
    """Return where the first line of a list's item ends: at its end, or where a list inside it begins."""
    for i in range(position, len(tokens)):
        token = tokens[i]
        if isinstance(token, Tag) and (token.name in {"ul", "ol"} or is_end(token, "li") or token.name == "input"):
            return i
    return len(tokens)


def tables(tokens: Sequence[Token]) -> list[Token]:
    """Wrap tables in a region that can be scrolled by keyboard, labelled by the header cells."""
    out: list[Token] = []
    depth = 0
    for position, token in enumerate(tokens):
        if is_start(token, "table"):
            depth += 1
            if depth == 1:
                label = _table_label(tokens, position)
                out.append(start("div", class_="table", tabindex="0", role="region", aria_label=label))
            out.append(token)
        elif is_end(token, "table") and depth:
            depth -= 1
            out += [token, end("div")] if not depth else [token]
        elif isinstance(token, Tag) and "align" in token.attributes:
            others = {name: value for name, value in token.attributes.items() if name != "align"}
            out.append(replace(token, attributes={"class": f"align-{token.attributes['align']}", **others}))
        else:
            out.append(token)
    return out


def _table_label(tokens: Sequence[Token], position: int) -> str:
    """Return the texts of the header cells from a place on; the end of a cell may be missing."""
    label = ""
    opened: int | None = None
    for i in range(position, len(tokens)):
        token = tokens[i]
        if not isinstance(token, Tag) or token.name not in {"th", "td", "table"}:
            continue
        if opened is not None and (cell := tokens_text(tokens[opened:i])):
            label += f", {cell}"
        opened = i if is_start(token, "th") else None
        if is_start(token, "td") or is_end(token, "table") or len(label) > MAX_LABEL_CHARACTERS:
            break
    return label[2 : MAX_LABEL_CHARACTERS + 2].strip(" ,") or "Table"


def code(tokens: Sequence[Token]) -> list[Token]:
    """Highlight blocks of code that name a language, and let every block be scrolled by keyboard."""
    out: list[Token] = []
    budget = MAX_HIGHLIGHTED_CHARACTERS
    opened: int | None = None
    for token in tokens:
        if is_start(token, "pre"):
            opened = len(out)
            out.append(start("pre", tabindex="0"))
            continue
        out.append(token)
        if is_end(token, "pre") and opened is not None:
            match out[opened + 1 : -1]:
                case [Tag(name="code") as opening, str(text), Tag(name="code")]:
                    coloured = _coloured(opening, text, budget)
                    if coloured is not None:
                        budget -= len(text) + HIGHLIGHTED_BLOCK_CHARACTERS
                        block: list[Token] = [
                            start("pre", class_="highlight", tabindex="0"),
                            opening,
                            coloured,
                            end("code"),
                        ]
                        out[opened:-1] = block
            opened = None
    return out


def _coloured(opening: Tag, text: str, budget: int) -> str | None:
    language = _LANGUAGE.match(opening.attributes.get("class", ""))
    return highlight(html.unescape(text), language[1]) if language and len(text) <= budget else None


def _unused(wanted: str, taken: set[str], used: Counter[str]) -> str:
    """Return an id nobody has; `used` remembers the numbers given, so that many equal headings stay cheap."""
    identity = wanted
    while identity in taken:
        used[wanted] += 1
        identity = f"{wanted}-{used[wanted]}"
    taken.add(identity)
    return identity
