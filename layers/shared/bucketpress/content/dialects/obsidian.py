"""Obsidian's links and embeds between double brackets, its comments, and the ids of its blocks."""

import posixpath
import re

from bucketpress.content.dialects import pieces
from bucketpress.content.dialects.page import Page
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

SYNTAX = re.compile(
    r"(?P<embed>!?)\[\[(?P<target>[^\[\]|\n]{0,300})(?:\\?\|(?P<label>[^\[\]\n]{0,300}))?\]\]"
    r"|(?P<comment>%%)|(?P<block>[ \t]\^[A-Za-z0-9-]{1,60}[ \t]{0,9}$)",
    re.MULTILINE,
)
_PICTURE = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:mp4|m4v|mov|mkv|ogv|webm)$", re.IGNORECASE)
_SIZE = re.compile(r"[0-9]{1,5}(?:x[0-9]{1,5})?")


def rewrite(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text with Obsidian's links, embeds and comments."""
    comment_end = 0

    def rewritten(match: re.Match[str]) -> tuple[str, int] | None:
        nonlocal comment_end
        if match["block"]:
            return "", match.end()
        if match["comment"]:
            if 0 <= comment_end < match.end():
                comment_end = text.find("%%", match.end())
            return ("", comment_end + 2) if comment_end >= 0 else None
        return _link(match, page), match.end()

    return rewrite_prose(text, SYNTAX, rewritten)


def _link(match: re.Match[str], page: Page) -> str:
    target, label = match["target"].strip(), (match["label"] or "").strip()
    path, mark, heading = target.partition("#")
    path = path.strip()
    if match["embed"] and _PICTURE.search(path):
        sized = _SIZE.fullmatch(label.rpartition("|")[2])
        name = posixpath.splitext(posixpath.basename(path))[0]
        return pieces.image(_near(path, page), name if sized or not label else label)
    if match["embed"] and _VIDEO.search(path):
        return pieces.video(page, _near(path, page))
    text = label or (target.replace("#", " > ") if path else heading.rpartition("#")[2])
    section = f"#{heading.rpartition('#')[2]}" if mark and not heading.startswith("^") else ""
    if not path:
        return pieces.link(text, section)
    key = path if posixpath.splitext(path)[1] else path + page.extension
    return pieces.link(text, _near(key, page) + section.replace(" ", "-"))


def _near(path: str, page: Page) -> str:
    """Return where a name leads: beside the source, or below the root where it has folders."""
    if "/" in path.removeprefix("./"):
        return page.to_key(page.root + path.lstrip("/").removeprefix("./"))
    return path
