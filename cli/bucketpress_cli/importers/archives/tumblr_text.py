"""The text of a Tumblr post as HTML: of each type that the API has, and of blocks (https://www.tumblr.com/docs/npf)."""

import html
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from bucketpress_cli.importers.publication import Loss
from bucketpress_cli.importers.wordpress.players import embed

Post = Mapping[str, object]
_UNKNOWN = Loss(
    kind="Posts and blocks of a type that is not known",
    what="",
    fix="Look at these posts, and write what should be seen there.",
)
_TAGS = {"heading1": "h2", "heading2": "h3", "quote": "blockquote", "indented": "blockquote"}
_LISTS = {"ordered-list-item": "ol", "unordered-list-item": "ul"}


def html_of_post(post: Post) -> tuple[str, tuple[Loss, ...]]:
    """Return the text of a post as HTML, and what is lost of it."""
    blocks = post.get("content")
    if isinstance(blocks, list):
        earlier = [_reblogged(row) for row in _rows(post, "trail")]
        text, losses = _from_blocks(_rows(post, "content"))
        return "\n".join([*(shown for shown, _ in earlier), text]), (
            *(loss for _, lost in earlier for loss in lost),
            *losses,
        )
    written = _TYPES.get(_text(post, "type"))
    if written is None:
        return _text(post, "body") or _text(post, "caption"), (_UNKNOWN,)
    return "\n".join(filter(None, written(post))), ()


def _reblogged(row: Post) -> tuple[str, tuple[Loss, ...]]:
    """Return what somebody else wrote and the post answers to, as a quotation, and what is lost of it."""
    blog = row.get("blog")
    name = _escaped(blog, "name") if isinstance(blog, Mapping) else ""
    text, losses = _from_blocks(_rows(row, "content"))
    return (
        f"<blockquote><p><strong>{name}</strong></p>{text}</blockquote>"
        if name
        else f"<blockquote>{text}</blockquote>",
        losses,
    )


def _plain(post: Post) -> Iterator[str]:
    yield _text(post, "body")


def _photo(post: Post) -> Iterator[str]:
    for photo in _rows(post, "photos"):
        size = photo.get("original_size")
        address = _text(size, "url") if isinstance(size, Mapping) else ""
        yield _figure(address, "", _text(photo, "caption"))
    yield _text(post, "caption")


def _quote(post: Post) -> Iterator[str]:
    source = _text(post, "source")
    yield f"<blockquote><p>{_text(post, 'text')}</p></blockquote>"
    yield f"<p>— {source}</p>" if source else ""


def _link(post: Post) -> Iterator[str]:
    yield _linked(_text(post, "url"), _text(post, "title"))
    yield _text(post, "description")


def _chat(post: Post) -> Iterator[str]:
    for line in _rows(post, "dialogue"):
        yield f"<p><strong>{_escaped(line, 'label')}</strong> {_escaped(line, 'phrase')}</p>"


def _sound(post: Post) -> Iterator[str]:
    address = _text(post, "audio_source_url") or _text(post, "audio_url")
    yield embed(address) if address.startswith("https://") else _text(post, "player")
    yield _text(post, "caption")


def _film(post: Post) -> Iterator[str]:
    address = _text(post, "permalink_url") or _text(post, "video_url")
    players = [_text(player, "embed_code") for player in _rows(post, "player")]
    yield embed(address) if address.startswith("https://") else next(reversed(players), "")
    yield _text(post, "caption")


def _answer(post: Post) -> Iterator[str]:
    asked = _text(post, "asking_name")
    who = f"<strong>{html.escape(asked)}</strong>: " if asked else ""
    yield f"<blockquote><p>{who}{_text(post, 'question')}</p></blockquote>"
    yield _text(post, "answer")


_TYPES: Mapping[str, Callable[[Post], Iterator[str]]] = {
    "text": _plain,
    "photo": _photo,
    "quote": _quote,
    "link": _link,
    "chat": _chat,
    "audio": _sound,
    "video": _film,
    "answer": _answer,
}


def _from_blocks(blocks: list[Post]) -> tuple[str, tuple[Loss, ...]]:
    written: list[str] = []
    losses: list[Loss] = []
    for block in blocks:
        kind, subtype = _text(block, "type"), _text(block, "subtype")
        if kind == "text" and subtype in _LISTS:
            _add_item(written, _LISTS[subtype], _formatted(block))
        elif (made := _block(block, kind)) is not None:
            written.append(made)
        else:
            losses.append(_UNKNOWN)
    return "\n".join(filter(None, written)), tuple(losses)


def _block(block: Post, kind: str) -> str | None:
    """Return a block, None for one of a type that is not known."""
    if kind == "text":
        tag, text = _TAGS.get(_text(block, "subtype"), "p"), _formatted(block)
        return f"<{tag}>{f'<p>{text}</p>' if tag == 'blockquote' else text}</{tag}>"
    if kind == "image":
        sizes = _rows(block, "media")
        address = _text(sizes[0], "url") if sizes else ""
        return _figure(address, _text(block, "alt_text"), _escaped(block, "caption"))
    if kind == "link":
        return _linked(_text(block, "url"), _text(block, "title"))
    if kind in {"audio", "video"} and (address := _text(block, "url")).startswith("https://"):
        return embed(address)
    return None


def _add_item(written: list[str], tag: str, text: str) -> None:
    end = f"</{tag}>"
    if written and written[-1].endswith(end):
        written[-1] = f"{written[-1].removesuffix(end)}<li>{text}</li>{end}"
    else:
        written.append(f"<{tag}><li>{text}</li>{end}")


_FORMATS = {"bold": "strong", "italic": "em", "strikethrough": "del", "small": "small"}


def _formatted(block: Post) -> str:
    """Return the text of a block with its marks; where they cross, each is ended and begun again."""
    text = _text(block, "text", as_written=True)
    marks = [mark for mark in _rows(block, "formatting") if _reach(mark) is not None]
    edges = sorted({0, len(text), *(min(edge, len(text)) for mark in marks for edge in _reach(mark) or ())})
    parts: list[str] = []
    for start, end in pairwise(edges):
        part = html.escape(text[start:end], quote=False).replace("\n", "<br>")
        for mark in marks:
            first, last = _reach(mark) or (0, 0)
            if first <= start and end <= last:
                part = _marked(mark, part)
        parts.append(part)
    return "".join(parts)


def _reach(mark: Post) -> tuple[int, int] | None:
    start, end = mark.get("start"), mark.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) and 0 <= start < end else None


def _marked(mark: Post, text: str) -> str:
    kind, url = _text(mark, "type"), _text(mark, "url")
    if kind == "link" and url:
        return f'<a href="{html.escape(url)}">{text}</a>'
    return f"<{_FORMATS[kind]}>{text}</{_FORMATS[kind]}>" if kind in _FORMATS else text


def _figure(address: str, alt: str, caption: str) -> str:
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    picture = f'<img src="{html.escape(address)}" alt="{html.escape(alt)}">'
    return f"<figure>{picture}{below}</figure>" if address else ""


def _linked(url: str, title: str) -> str:
    return f'<p><a href="{html.escape(url)}">{html.escape(title or url)}</a></p>' if url else ""


def _rows(post: Post, name: str) -> list[Post]:
    rows = post.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _escaped(post: Post, name: str) -> str:
    return html.escape(_text(post, name), quote=False)


def _text(post: Post, name: str, *, as_written: bool = False) -> str:
    value = post.get(name)
    return (value if as_written else value.strip()) if isinstance(value, str) else ""
