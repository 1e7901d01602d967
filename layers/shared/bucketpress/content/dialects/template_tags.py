"""Tags between `{%` and `%}` as blogs use them: those of Jekyll, Octopress, Hexo, Pelican's and Eleventy's plug-ins.

A handler returns the Markdown that takes a tag's place, None for what cannot be rendered.
"""

import posixpath
import re
from collections.abc import Callable
from urllib.parse import quote

from bucketpress.content.dialects import pieces
from bucketpress.content.dialects.page import Page
from bucketpress.content.dialects.tags import Tag

Handler = Callable[[Tag, Page], str | None]

_IMAGE_FILE = re.compile(r"\S+\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]\S*)?", re.IGNORECASE)
_SIDE = re.compile(r"[0-9]{1,5}(?:px|%|em)?")
_RAW = re.compile(r"\{%-?\s*(?:end)?(?:raw|verbatim)\s*-?%\}")
_TITLE_AND_SOURCE = re.compile(r"(?P<title>.*?)[ \t]*(?P<link>https?://\S+)?", re.DOTALL)


def _code(tag: Tag, _: Page) -> str | None:
    inner = tag.inner()
    if inner is None:
        return None
    words = [word for word in tag.words if re.fullmatch(r"[\w+#.-]{1,40}", word)]
    language = tag.value("lang", "language") or (words[0] if words and tag.name in {"highlight", "code"} else "")
    return pieces.fence(tag, language, _RAW.sub("", inner))


def _comment(tag: Tag, _: Page) -> str | None:
    return None if tag.inner() is None else ""


def _left_out_whole(tag: Tag, _: Page) -> str | None:
    tag.inner()
    return None


def _blockquote(tag: Tag, _: Page) -> str | None:
    inner = tag.inner()
    if inner is None:
        return None
    match = _TITLE_AND_SOURCE.fullmatch(tag.rest.strip())
    title = match["title"].strip(" ,") if match else ""
    address = (match["link"] or "") if match else ""
    source = pieces.link(title, address) if address else pieces.plain(title)
    return pieces.quotation(tag, inner, source)


def _note(tag: Tag, _: Page) -> str:
    words = tag.words
    kind = words[0].lower() if words and re.fullmatch(r"[A-Za-z-]{1,30}", words[0]) else ""
    title = " ".join(words[1:] if kind else words)
    if tag.name not in {"note", "callout", "admonition", "notice", "alert"}:
        return pieces.container(tag, tag.name, " ".join(words))
    tones = {"primary": "note", "success": "tip", "default": "note", "danger": "danger"}
    return pieces.container(tag, tones.get(kind, kind) or "note", "" if title in {"md", "no-icon"} else title)


def _details(tag: Tag, _: Page) -> str:
    return pieces.container(tag, "details", " ".join(tag.words) or "More")


def _image(tag: Tag, page: Page) -> str | None:
    words = list(tag.words)
    at = next((i for i, word in enumerate(words) if _IMAGE_FILE.fullmatch(word) or "/" in word), None)
    source = tag.value("src", "url", "file", "path", "image", "image_path", "img", "name", "filename")
    rest = words
    if not source and at is not None:
        source, rest = words[at], [word for word in words[at + 1 :] if not _SIDE.fullmatch(word)]
    if not source or not (_IMAGE_FILE.fullmatch(source.strip()) or tag.name in {"img", "image", "asset_img"}):
        return None
    caption = tag.value("caption", "description", "title") or (rest[0] if rest else "")
    alt = tag.value("alt", "alt_text") or (rest[1] if len(rest) > 1 else "")
    if tag.name == "asset_img":
        source = _asset(source, page)
    return pieces.image(source, alt, caption, tag.value("link", "href"))


def _asset(name: str, page: Page) -> str:
    """Return where a post of Hexo has a file of its own: in the folder called like it, that of an index beside it.

    See https://hexo.io/docs/asset-folders.
    """
    stem = posixpath.splitext(posixpath.basename(page.key))[0]
    return name if stem == "index" or name.startswith("/") or ":" in name else f"{quote(stem)}/{name}"


def _asset_path(tag: Tag, page: Page) -> str | None:
    name = tag.first("path")
    return _asset(name, page) if name else None


def _asset_link(tag: Tag, page: Page) -> str | None:
    words = tag.words
    return pieces.link(" ".join(words[1:]) or words[0], _asset(words[0], page)) if words else None


def _youtube(tag: Tag, page: Page) -> str | None:
    found = pieces.youtube(page, tag.first("id", "video_id", "video", "url", "src"))
    return pieces.block(tag, found) if found else None


def _vimeo(tag: Tag, page: Page) -> str | None:
    found = pieces.vimeo(page, tag.first("id", "video_id", "url"))
    return pieces.block(tag, found) if found else None


def _video(tag: Tag, page: Page) -> str | None:
    files = [word for word in tag.words if re.search(r"\.(?:mp4|m4v|mov|ogv|webm)$", word, re.IGNORECASE)]
    source = tag.value("src", "url") or (files[0] if files else "")
    if not source:
        return _youtube(tag, page)
    poster = next((word for word in tag.words if _IMAGE_FILE.fullmatch(word)), "")
    return pieces.block(tag, pieces.video(page, source, poster))


def _gist(tag: Tag, _: Page) -> str | None:
    words = [part for word in tag.words for part in word.removeprefix("https://gist.github.com/").split("/")]
    return pieces.gist(words or list(tag.named.values()))


def _post_url(tag: Tag, page: Page) -> str | None:
    name = tag.first("slug", "path").strip("/")
    if not name:
        return None
    path, _, fragment = name.partition("#")
    path = path if posixpath.splitext(path)[1] in {".md", ".markdown"} else path + page.extension
    return page.to_key(page.root + path + (f"#{fragment}" if fragment else ""))


def _post_link(tag: Tag, page: Page) -> str | None:
    words = [word for word in tag.words if word not in {"true", "false"}]
    address = _post_url(tag, page)
    return pieces.link(" ".join(words[1:]) or words[0].partition("#")[0], address) if words and address else None


def _link(tag: Tag, page: Page) -> str | None:
    path = tag.rest.strip().strip("\"'").lstrip("/")
    if not path:
        return None
    below = re.search(r"(?:^|/)(?:_posts|_drafts|content/posts?)/(.+)$", path)
    if below:
        return page.to_key(page.root + below[1])
    return page.to_key(path) if path.endswith((".md", ".markdown")) else "/" + path


def _include(tag: Tag, page: Page) -> str | None:
    name = tag.first("file")
    if re.search("youtube", name, re.IGNORECASE) and tag.named:
        return _youtube(Tag(name="youtube", rest="", position=tag.position, named=tag.named, indent=tag.indent), page)
    if re.search("vimeo", name, re.IGNORECASE) and tag.named:
        return _vimeo(Tag(name="vimeo", rest="", position=tag.position, named=tag.named, indent=tag.indent), page)
    if re.search("figure|image|img|picture|photo", name, re.IGNORECASE) and tag.named:
        return _image(Tag(name="img", rest="", position=tag.position, named=tag.named, indent=tag.indent), page)
    return None


def _include_code(tag: Tag, _: Page) -> str | None:
    words = [word for word in tag.words if not word.startswith("lang:")]
    path = next((word for word in words if "." in word), "")
    title = " ".join(word for word in words if word != path)
    return pieces.link(title or path, "/downloads/code/" + path.lstrip("/")) if path else None


def _literal(tag: Tag, _: Page) -> str | None:
    return pieces.shown_as_code(f"{{% {tag.rest} %}}") if tag.rest else None


def _contents(tag: Tag, _: Page) -> str:
    return pieces.block(tag, "\n[TOC]\n")


def _linked_text(tag: Tag, _: Page) -> str | None:
    words = tag.words
    address = next((word for word in words if word.startswith(("https://", "http://"))), "")
    text = next((word for word in words if word != address), "")
    return pieces.link(text, address) if text and address else None


def _markdown(_: Tag, __: Page) -> str:
    """Return what ends the element around, in which Markdown would not be read."""
    return "\n\n"


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("markdown", "endmarkdown", "md", "endmd"), _markdown),
    **dict.fromkeys(("highlight", "codeblock", "code", "prism"), _code),
    **dict.fromkeys(("comment",), _comment),
    **dict.fromkeys(
        ("for", "tablerow", "capture", "case", "if", "unless", "ifchanged", "macro", "set_block"), _left_out_whole
    ),
    **dict.fromkeys(("blockquote", "quote", "pullquote", "centerquote", "cq"), _blockquote),
    **dict.fromkeys(("note", "callout", "admonition", "notice", "alert", "tip", "info", "warning", "danger"), _note),
    **dict.fromkeys(("details", "fold", "spoiler", "collapse", "hideToggle"), _details),
    **dict.fromkeys(("img", "image", "figure", "picture", "asset_img", "responsive_image", "fullimage"), _image),
    "asset_path": _asset_path,
    "asset_link": _asset_link,
    **dict.fromkeys(("youtube", "youtubeEmbed", "youtuber"), _youtube),
    "vimeo": _vimeo,
    "video": _video,
    "gist": _gist,
    **dict.fromkeys(("post_url", "post_path"), _post_url),
    "post_link": _post_link,
    "link": _link,
    **dict.fromkeys(("include", "include_relative", "include_cached", "render", "partial"), _include),
    **dict.fromkeys(("include_code", "include-code"), _include_code),
    "literal": _literal,
    **dict.fromkeys(("toc", "table_of_contents"), _contents),
    **dict.fromkeys(("indieweblink", "extlink", "getScreenshotHtml"), _linked_text),
}
QUOTATIONS = frozenset(name for name, handler in HANDLERS.items() if handler is _blockquote)
# What ends a container that is begun without its text being taken.
CONTAINERS = frozenset(name for name, handler in HANDLERS.items() if handler in {_note, _details})
