"""Zola's shortcodes, which look like calls, and its links from the root of the content."""

import re

from bucketpress.content.dialects import pieces
from bucketpress.content.dialects.hugo import HANDLERS as HUGO_HANDLERS
from bucketpress.content.dialects.page import Page
from bucketpress.content.dialects.tags import Tag, TagReader
from bucketpress.content.dialects.template_tags import CONTAINERS
from bucketpress.content.dialects.template_tags import HANDLERS as TEMPLATE_HANDLERS
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

OPENINGS = re.compile(
    r"\{\{/\*|\{%/\*|(?P<end>\{%-?[ ]?end[ ]?-?%\})|\{[{%](?=-?\s{0,9}[A-Za-z_][\w:]{0,60}\()"
    r"|(?P<link>\]\(@/(?P<path>[^)\s]{1,300})\)|\]:\s{0,9}@/(?P<target>\S{1,300}))"
)
_CLOSINGS = {"{{": "}}", "{%": "%}", "{{/*": "*/}}", "{%/*": "*/%}"}
_CALL = re.compile(r"-?\s*([A-Za-z_][\w:]*)\((.*)\)\s*-?", re.DOTALL)


def rewrite(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text with Zola's shortcodes and links."""
    return rewrite_prose(text, OPENINGS, _Shortcodes(text, page).rewrite)


class _Shortcodes:
    def __init__(self, text: str, page: Page) -> None:
        self._reader = TagReader(text)
        self._page = page
        self._open: list[bool] = []  # Of each body that is open whether it is a container.

    def rewrite(self, match: re.Match[str]) -> tuple[str, int] | None:
        if match["link"]:
            path = match["path"] or match["target"]
            before, after = ("](", ")") if match["path"] else ("]: ", "")
            return before + self._page.to_key(self._page.root + path) + after, match.end()
        if match["end"]:
            ends = self._open.pop() if self._open else False
            tag, _ = self._reader.tag("end", match.start(), match.end())
            return (pieces.end_container(tag) if ends else ""), match.end()
        closing = _CLOSINGS[match[0]]
        found = self._reader.until(closing, match.end())
        if found is None:
            return None
        inside, end = found
        if match[0].endswith("/*"):
            return pieces.shown_as_code(f"{match[0][:2]} {inside.strip()} {closing[2:]}"), end
        return self._call(inside, match.start(), end)

    def _call(self, inside: str, start: int, end: int) -> tuple[str, int]:
        has_body = self._reader.text.startswith("{%", start)
        call = _CALL.fullmatch(inside.strip())
        if call is None:
            self._page.leave_out("{{ … }}", start)
            return "", end
        tag, block = self._reader.tag(f"{call[1]} {call[2]}", start, end, _closing if has_body else None)
        made = self._made(tag)
        if made is None:
            self._page.leave_out(f"{{{{ {tag.name}() }}}}", start)
        if has_body and block.end == end:
            self._open.append(made is not None and tag.name in CONTAINERS)
        return made or "", block.end

    def _made(self, tag: Tag) -> str | None:
        if tag.name in {"quote", "blockquote"}:
            inner = tag.inner()
            return (
                None if inner is None else pieces.quotation(tag, inner, pieces.plain(tag.first("author", "by", "cite")))
            )
        handler = HUGO_HANDLERS.get(tag.name) or TEMPLATE_HANDLERS.get(tag.name)
        return handler(tag, self._page) if handler else None


def _closing(_: str) -> str:
    return r"\{%-?\s*end\s*-?%\}"
