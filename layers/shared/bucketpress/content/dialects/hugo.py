"""Hugo's shortcodes, and Nikola's, which are written alike."""

import posixpath
import re
from collections.abc import Callable

from bucketpress.content.dialects import pieces
from bucketpress.content.dialects.page import Page
from bucketpress.content.dialects.tags import Tag, TagReader
from bucketpress.content.dialects.template_tags import HANDLERS as TEMPLATE_HANDLERS
from bucketpress.content.dialects.template_tags import Handler
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

OPENINGS = re.compile(r"\{\{(?:[<%](?:/\*)?|/\*)")
_CLOSINGS = {"{{<": ">}}", "{{%": "%}}", "{{/*": "*/}}", "{{</*": "*/>}}", "{{%/*": "*/%}}"}
_ADMONITION_NAMES = "admonition alert callout caution danger error hint important info note notice tip warning"
_ADMONITIONS = frozenset(_ADMONITION_NAMES.split())


def rewrite(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text with shortcodes."""
    return rewrite_prose(text, OPENINGS, _Shortcodes(text, page).rewrite)


class _Shortcodes:
    def __init__(self, text: str, page: Page) -> None:
        self._reader = TagReader(text)
        self._page = page

    def rewrite(self, match: re.Match[str]) -> tuple[str, int] | None:
        closing = _CLOSINGS[match[0]]
        found = self._reader.until(closing, match.end())
        if found is None:
            return None
        inside, end = found[0].strip(), found[1]
        if match[0] == "{{/*":
            return "", end
        if match[0].endswith("/*"):  # It is written to be read.
            return pieces.shown_as_code(f"{match[0][:3]} {inside} {closing[2:]}"), end
        return self._shortcode(inside, match.start(), end)

    def _shortcode(self, inside: str, start: int, end: int) -> tuple[str, int]:
        tag, block = self._reader.tag(inside.lstrip("/").removesuffix("/"), start, end, _closing)
        if inside.startswith("/"):
            return (pieces.end_container(tag) if tag.name in _ADMONITIONS | {"details"} else ""), end
        handler = _handler(tag.name)
        made = handler(tag, self._page) if handler else None
        if made is None:
            self._page.leave_out(f"{{{{< {tag.name or '…'} >}}}}", start)
        return made or "", block.end


def _closing(name: str) -> str:
    return rf"\{{\{{[<%]\s*/\s*{re.escape(name)}\s*[>%]\}}\}}"


def _handler(name: str) -> Handler | None:
    if name in _ADMONITIONS:
        return _admonition
    if name.startswith("code-"):
        return _code
    return HANDLERS.get(name)


def _figure(tag: Tag, _: Page) -> str | None:
    source = tag.value("src", "image", "path", "url", "link") or next(iter(tag.words), "")
    caption = tag.value("caption", "title", "attr") or " ".join(tag.words[2:3])
    alt = tag.value("alt") or " ".join(tag.words[1:2])
    return pieces.image(source, alt, caption, tag.value("link", "href") if tag.value("src") else "") or None


def _thumbnail(tag: Tag, page: Page) -> str | None:
    caption = tag.inner() or ""
    named = {**tag.named, "caption": caption, "src": tag.first("src")}
    return _figure(Tag(name="figure", rest="", position=tag.position, named=named), page)


def _code(tag: Tag, _: Page) -> str | None:
    inner = tag.inner()
    if inner is None:
        return None
    language = tag.name.removeprefix("code-") if tag.name.startswith("code-") else tag.first("lang", "language", "type")
    return pieces.fence(tag, language, inner)


def _mermaid(tag: Tag, _: Page) -> str | None:
    inner = tag.inner()
    return None if inner is None else pieces.fence(tag, "mermaid", inner)


def _admonition(tag: Tag, _: Page) -> str:
    kind, words = tag.name, list(tag.words)
    if kind in {"admonition", "alert", "callout", "hint", "notice"}:
        kind = tag.value("type", "class", "context", "color", "style") or (words.pop(0) if words else "note")
    kind = kind if re.fullmatch(r"[A-Za-z-]{1,30}", kind) else "note"
    return pieces.container(tag, kind.lower(), tag.value("title") or " ".join(words))


def _details(tag: Tag, _: Page) -> str:
    return pieces.container(tag, "details", tag.first("summary", "title") or "More")


def _reference(tag: Tag, page: Page) -> str | None:
    written = tag.first("path")
    path, mark, fragment = written.partition("#")
    fragment = mark + fragment
    if not path:
        return fragment or None
    if not posixpath.splitext(path)[1]:
        path = path.rstrip("/") + page.extension
    if path.startswith("/"):
        return page.to_key(page.root + path.lstrip("/") + fragment)
    return page.to_key(posixpath.normpath(posixpath.join(posixpath.dirname(page.key), path)) + fragment)


def _param(tag: Tag, page: Page) -> str | None:
    found = page.variables.get(tag.first("name"))
    return None if found is None else pieces.plain(found)


def _on_site(address: str) -> Callable[[Tag, Page], str | None]:
    """Make a handler that links to what another site shows."""

    def linked(tag: Tag, _: Page) -> str | None:
        name = tag.value("id") or "/".join(tag.words[:1])
        user = tag.value("user")
        if not re.fullmatch(r"[\w-]{1,80}", name):
            return None
        where = address.format(user=user or "i", id=name)
        return pieces.link(where.removeprefix("https://"), where)

    return linked


def _kept(_: Tag, __: Page) -> str:
    """Return nothing for tags that only dress what is between them."""
    return ""


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("figure", "img", "image", "picture", "imgproc", "postimage"), _figure),
    "thumbnail": _thumbnail,
    **dict.fromkeys(("highlight", "high", "code", "codeblock", "prism", "source"), _code),
    "mermaid": _mermaid,
    "details": _details,
    **dict.fromkeys(("ref", "relref"), _reference),
    "param": _param,
    **{name: TEMPLATE_HANDLERS[name] for name in ("gist", "toc", "video", "vimeo", "youtube")},
    **dict.fromkeys(("tweet", "twitter", "x"), _on_site("https://twitter.com/{user}/status/{id}")),
    "instagram": _on_site("https://www.instagram.com/p/{id}"),
    **dict.fromkeys(("html", "katex", "math", "md", "markdown", "raw", "rawhtml", "unsafe"), _kept),
}
