"""Jekyll, and what Octopress, Hexo, Pelican's plug-ins and Eleventy write alike: Liquid's tags and values."""

import re
from dataclasses import replace

from bucketpress.content.dialects import pieces
from bucketpress.content.dialects.liquid import Values
from bucketpress.content.dialects.page import Page
from bucketpress.content.dialects.tags import Tag, TagReader
from bucketpress.content.dialects.template_tags import CONTAINERS, HANDLERS, QUOTATIONS
from bucketpress.content.html.links import UNKNOWN_VALUE
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

_CLOSINGS = {"{%": "%}", "{{": "}}", "{#": "#}"}
OPENINGS = re.compile(r"\{%|\{\{(?![<%])|\{#(?=[\s-])")
_VALUES = re.compile(r"\{\{(?![<%])")
_TAGS = re.compile(r"\{%|\{\{")
_ADDRESS_FOLLOWS = re.compile(r"\s*+(?:/|\{\{|\{%)")
_WITHIN_ADDRESS = re.compile(
    r"(?:\]\(\s?<?|^[ ]{0,3}\[[^\[\]\n]{1,100}\]:[ \t]?<?|(?:href|src)=[\"']?)(?!\s*$)[^()<>\s\"']{1,300}$",
    re.MULTILINE,
)
_LEADS, _TITLE_FOLLOWS = re.compile(r"\]\(\s{0,3}$"), re.compile(r"\s++[\"'(]")
_SITE_ADDRESS = frozenset({"site.url", "site.baseurl", "config.url", "config.root", "site.root"})
_SILENT = frozenset({"assign", "set", "else", "elsif", "elif", "when", "extends", "block", "import", "from", "layout"})


class LiquidRewriter:
    """Rewrites the tags and values of one text."""

    def __init__(self, text: str, page: Page, values: Values | None = None) -> None:
        """Begin at the beginning of a text."""
        self._reader = TagReader(text)
        self._page = page
        self._values = values or Values(page)

    def rewrite(self, match: re.Match[str]) -> tuple[str, int] | None:
        """Return what takes the place of the tag that begins at a match, and where it ends."""
        closing = _CLOSINGS[match[0]]
        found = self._reader.until(closing, match.end())
        if found is None:
            return None
        inside, end = found[0].strip("-"), found[1]
        if closing == "#}":
            return "", end
        if closing == "}}":
            return self._value(inside.strip(), match.start(), end), end
        return self._tag(inside, match.start(), end)

    def _value(self, written: str, start: int, end: int) -> str:
        if written in _SITE_ADDRESS and _ADDRESS_FOLLOWS.match(self._reader.text, end):
            return ""  # What follows is an address of this site.
        value = self._values.value(written)
        leads = _LEADS.search(self._reader.text, max(0, start - 9), start)
        if value is None:
            self._page.leave_out(f"{{{{ {' '.join(written.split())[:60]} }}}}", start)
            if _WITHIN_ADDRESS.search(self._reader.text, max(0, start - 310), start):
                return UNKNOWN_VALUE
            return "<>" if leads and _TITLE_FOLLOWS.match(self._reader.text, end) else ""
        if leads:
            return re.sub(r"\s", "%20", value)
        return value if not _TAGS.search(value) else pieces.shown_as_code(value.replace("\n", " "))

    def _tag(self, inside: str, start: int, end: int) -> tuple[str, int]:
        tag, block = self._reader.tag(inside, start, end, _closing)
        if tag.name in QUOTATIONS:
            tag = replace(tag, inner=lambda: self._translated(block.inner()))
        made = self._made(tag)
        if made is None:
            self._page.leave_out(f"{{% {tag.name or '…'} %}}", start)
        return made or "", block.end

    def _translated(self, text: str | None) -> str | None:
        if text is None:
            return None
        # Not deeper: what is inside ends at the first end, so that it holds no whole quotation.
        return rewrite_prose(text, OPENINGS, LiquidRewriter(text, self._page, self._values).rewrite)[0]

    def _made(self, tag: Tag) -> str | None:
        if tag.name in {"raw", "verbatim"}:
            inner = tag.inner()
            return None if inner is None else shown_raw(inner)
        if tag.name.startswith("end") and tag.name not in HANDLERS:
            return pieces.end_container(tag) if tag.name[3:] in CONTAINERS else ""
        if tag.name in {"assign", "set"}:
            return "" if self._values.assign(tag.rest) else None
        if tag.name in _SILENT:
            return ""
        handler = HANDLERS.get(tag.name)
        return handler(_evaluated(tag, self._values), self._page) if handler else None


def _closing(name: str) -> str:
    return rf"\{{%-?\s*(?:end{re.escape(name)}|end)\s*-?%\}}"


def rewrite(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text with Liquid's tags and values."""
    return rewrite_prose(text, OPENINGS, LiquidRewriter(text, page).rewrite)


def rewrite_tags(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text of which nobody said that it has tags: values count only where there are tags."""
    values = Values(page)
    tagged, lines = rewrite_prose(text, re.compile(r"\{%(?=-?\s*[A-Za-z])"), LiquidRewriter(text, page, values).rewrite)
    if tagged == text:
        return text, lines
    valued, more = rewrite_prose(tagged, _VALUES, LiquidRewriter(tagged, page, values).rewrite)
    return valued, more.over(lines)


def shown_raw(text: str) -> str:
    """Return text that is meant to show template syntax: as code, where it is not code already."""
    reader = TagReader(text)

    def shown(match: re.Match[str]) -> tuple[str, int] | None:
        found = reader.until(_CLOSINGS[match[0]], match.end())
        if found is None:
            return None
        return pieces.shown_as_code(" ".join(text[match.start() : found[1]].split())), found[1]

    return rewrite_prose(text, OPENINGS, shown)[0]


def _evaluated(tag: Tag, values: Values) -> Tag:
    """Return a tag whose arguments hold no values of their own any more."""
    if "{{" not in tag.rest:
        return tag

    def value(match: re.Match[str]) -> str:
        return values.value(match[1]) or ""

    def read(text: str) -> str:
        return re.sub(r"\{\{-?([^{}]*)-?\}\}", value, text)

    return replace(
        tag,
        rest=read(tag.rest),
        words=[read(word) for word in tag.words],
        named={name: read(text) for name, text in tag.named.items()},
    )
