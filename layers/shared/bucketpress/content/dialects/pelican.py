"""Pelican's links to other sources and files, and the tags of its plug-ins."""

import re

from bucketpress.content.dialects import jekyll
from bucketpress.content.dialects.page import Page
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose
from bucketpress.content.slugs import slugify

LINKS = re.compile(
    r"(?:\{(?P<kind>filename|static|attach|index|category|tag|author)\}|\|(?P<old>filename|static|attach)\|)"
    r"(?P<path>[^\s)\"'<>]{0,300})"
)


def rewrite(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text with Pelican's links and Liquid-like tags."""

    def linked(match: re.Match[str]) -> tuple[str, int] | None:
        before = text[max(0, match.start() - 1) : match.start()]
        if before not in {"(", '"', "'", "<", "="} and not (match["kind"] and before == " "):
            return None
        return _address(match["kind"] or match["old"], match["path"], page), match.end()

    links, lines = rewrite_prose(text, LINKS, linked)
    tagged, more = jekyll.rewrite_tags(links, page)
    return tagged, more.over(lines)


def _address(kind: str, path: str, page: Page) -> str:
    if kind == "filename":
        return page.to_key(page.root + path.lstrip("/")) if path.startswith("/") else path
    if kind in {"category", "tag"}:
        return f"/tags/{slugify(path)}/"
    if kind == "author":
        return f"/authors/{slugify(path)}/"
    return path if kind != "index" else "/"
