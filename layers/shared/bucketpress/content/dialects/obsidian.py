"""Obsidian's links and embeds between double brackets, its comments, the ids of its blocks, and fields of Dataview."""

import posixpath
import re

from bucketpress.content.dialects import pieces
from bucketpress.content.dialects.page import Page
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose
from bucketpress.content.source_keys import SourceKind, classify, is_markdown, root_of

# In a table the bar before a label has a backslash, which is not of the target.
SYNTAX = re.compile(
    r"(?P<embed>!?)\[\[(?P<target>[^\[\]|\n]{0,300}?)(?:\\?\|(?P<label>[^\[\]\n]{0,300}))?\]\]"
    r"|(?P<comment>%%)|(?P<block>[ \t]\^[A-Za-z0-9-]{1,60}[ \t]{0,9}$)",
    re.MULTILINE,
)
_NAME = r"[^\W\d_][\w -]{0,60}"
# Dataview shows these so: https://blacksmithgu.github.io/obsidian-dataview/annotation/add-metadata/.
_FIELD = re.compile(
    rf"^(?P<start>[ \t]{{0,20}}(?:[-*+][ \t]+)?)(?P<name>{_NAME})::[ \t]+(?=\S)"
    rf"|(?<!\])\[(?P<shown>{_NAME})::[ \t]{{0,9}}(?P<value>[^\[\]\n]{{0,300}})\](?![(\[])"
    rf"|\({_NAME}::[ \t]{{0,9}}(?P<alone>[^()\n]{{0,300}})\)",
    re.MULTILINE,
)
# Obsidian gives MathJax all between the signs, which CommonMark ends at an empty line.
_FORMULA = re.compile(r"\$\$(?P<formula>[^$]{1,10000}+)\$\$")
_EMPTY_LINES = re.compile(r"\n(?:[ \t>]*\n)+")
_PICTURE = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:mp4|m4v|mov|mkv|ogv|webm)$", re.IGNORECASE)
_SIZE = re.compile(r"[0-9]{1,5}(?:x[0-9]{1,5})?")
_BLOCK = re.compile(r"\^[A-Za-z0-9-]{1,60}$")


def rewrite(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text with Obsidian's links, embeds and comments; fields only where the site says it is Obsidian's."""
    comment_end = 0

    def rewritten(match: re.Match[str]) -> tuple[str, int] | None:
        nonlocal comment_end
        if match["block"]:
            return "", match.end()
        if match["comment"]:
            if 0 <= comment_end < match.end():
                comment_end = match.string.find("%%", match.end())
            return ("", comment_end + 2) if comment_end >= 0 else None
        return _link(match, page), match.end()

    whole, whole_lines = rewrite_prose(text, _FORMULA, _without_empty_lines) if "$$" in text else (text, LineMap())
    made, lines = rewrite_prose(whole, SYNTAX, rewritten)
    lines = lines.over(whole_lines)
    if page.settings.dialect != "obsidian" or "::" not in made:
        return made, lines
    made, later = rewrite_prose(made, _FIELD, lambda match: (_field(match), match.end()))
    return made, later.over(lines)


def is_file(path: str) -> bool:
    """Return whether a name is that of a picture or another file; a dot within a note's name tells nothing."""
    return classify(f"pages/{posixpath.basename(path)}").kind is SourceKind.ASSET


def is_shown(path: str) -> bool:
    """Return whether an embed of a file shows it: pictures and videos; of others there is a link."""
    return bool(_PICTURE.search(path) or _VIDEO.search(path))


def _without_empty_lines(match: re.Match[str]) -> tuple[str, int] | None:
    """Return a formula without the empty lines in it; what has no command is no formula."""
    written = match["formula"]
    if "\\" not in written or not _EMPTY_LINES.search(written):
        return None
    return f"$${_EMPTY_LINES.sub(chr(10), written)}$$", match.end()


def _field(match: re.Match[str]) -> str:
    """Return a field as Dataview shows it: with its name, or its value alone."""
    if match["name"]:
        return f"{match['start']}{match['name']}: "
    return f"{match['shown']}: {match['value']}" if match["shown"] else match["alone"]


def _link(match: re.Match[str], page: Page) -> str:
    target, label = match["target"].strip(), (match["label"] or "").strip()
    path, mark, heading = target.partition("#")
    path = _BLOCK.sub("", path).strip()
    name = posixpath.splitext(posixpath.basename(path))[0]
    if match["embed"] and _PICTURE.search(path):
        sized = _SIZE.fullmatch(label.rpartition("|")[2])
        words = label.rpartition("|")[0] if sized else label
        return pieces.image(_near(path, page), words or name)
    if match["embed"] and _VIDEO.search(path):
        return pieces.video(page, _near(path, page))
    if path and is_file(path):
        return pieces.link(label or path, _near(path, page) + (f"#{heading}" if mark else ""))
    text = pieces.words(label) or (_shown(target) if path else pieces.words(heading.rpartition("#")[2]))
    section = f"#{heading.rpartition('#')[2]}" if mark and not heading.startswith("^") else ""
    if not path:
        return pieces.link(text, section)
    key = path if is_markdown(path) else path + page.extension
    return pieces.link(text, _near(key, page) + section.replace(" ", "-"))


def _shown(target: str) -> str:
    """Return what Obsidian shows of a link without a label; the id of a block tells readers nothing."""
    return pieces.words(_BLOCK.sub("", target).rstrip("#").replace("#", " > "))


def _near(path: str, page: Page) -> str:
    """Return where a name leads: to a file of the bucket, beside the source, or below its root where it has folders."""
    if root_of(path):
        return page.to_key(path)
    if "/" in path.removeprefix("./"):
        return page.to_key(page.root + path.lstrip("/").removeprefix("./"))
    return path
