"""MDX, as Docusaurus and others write it: imports, exports, components, and expressions between braces."""

import re

from bucketpress.content.dialects import pieces
from bucketpress.content.dialects.page import Page
from bucketpress.content.markdown.comments.hidden import hidden_element
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,200}+\}){0,300}+\}){0,1000}+\}"
_ATTRIBUTE = rf"""\s++(?:[\w:-]++(?:=(?:"[^"]*+"|'[^']*+'|{_BRACES}))?+|{_BRACES})"""
_COMMENT = r"(?<!\{)\{[ ]?/\*"
_COMPONENT = rf"<(?P<close>/?)(?P<name>[A-Za-z][\w.-]*+)(?P<attributes>(?:{_ATTRIBUTE}){{0,40}}+)\s*+/?>"
_FRAGMENT = r"(?<!\]: )(?<!\]:)</?>"  # `[//]: <> (…)` is a note.
# Nothing but a program says where it takes its names from like this.
IMPORT = r"^(?P<import>import\s(?:[\w\s{},*$]{1,300}?\sfrom\s)?[\"'][^\"'\n]{1,200}[\"'];?[ \t]{0,9}$)"
LIGHT = re.compile(rf"(?P<comment>{_COMMENT})|{IMPORT}|{_COMPONENT}|{_FRAGMENT}", re.MULTILINE)
MDX = re.compile(
    rf"(?P<comment>{_COMMENT})|^(?P<module>(?:import|export)\b)|{_COMPONENT}|{_FRAGMENT}|(?<!\\)(?P<expression>\{{(?![#:.%{{]))",
    re.MULTILINE,
)
_VALUE = re.compile(rf"""([\w:-]+)=(?:"([^"]*)"|'([^']*)'|({_BRACES}))""")
_REQUIRED = re.compile(r"""\{\s*(?:require\(\s*)?["'`]([^"'`$]*)["'`]""")
_TEXT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|`([^`$]*)`)\s*""")
_MAX_MODULE = 4000
_CLOSED = re.compile(r"</([a-z]\w{0,60}+\.[\w.-]{1,60}+)>")
_SHALLOW = frozenset({"", " ", "  ", "   "})
_DEEPER_FENCE = re.compile(r"\n(?P<indent>[ ]{4,20}+)(?P<ticks>`{3,9}+)[^`\n]{0,200}+(?=\n)")
_HEADING_ID = re.compile(r"[ ]?/\*\s*([\w-]{1,100})\s*\*/\}[ \t]*$", re.MULTILINE)


def rewrite(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite a text of MDX."""
    return rewrite_prose(text, MDX, _Components(text, page).rewrite)


def rewrite_components(text: str, page: Page) -> tuple[str, LineMap]:
    """Rewrite what only MDX can mean in a text that is not said to be MDX: comments, and attributes between braces."""
    return rewrite_prose(text, LIGHT, _Components(text, page).rewrite)


class _Components:
    def __init__(self, text: str, page: Page) -> None:
        self._text = text
        self._page = page
        self._next_end = 0
        self._closed = frozenset(_CLOSED.findall(text))

    def rewrite(self, match: re.Match[str]) -> tuple[str, int] | None:
        groups = match.groupdict()
        if groups["comment"]:
            return self._comment(match)
        if groups.get("module"):
            return self._module(match)
        if groups.get("import"):
            return self._import(match)
        if groups.get("expression"):
            return self._expression(match)
        if not groups["name"]:
            return "", match.end()  # A fragment.
        return self._component(match)

    def _comment(self, match: re.Match[str]) -> tuple[str, int] | None:
        heading = _HEADING_ID.match(self._text, match.start() + 1)
        line = self._text[self._text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if heading and line.lstrip().startswith("#"):
            return f"{{#{heading[1]}}}", heading.end()
        if 0 <= self._next_end < match.end():
            self._next_end = self._text.find("*/", match.end())
        if self._next_end < 0:
            return None
        end = self._text.find("}", self._next_end, self._next_end + 10)
        return ("", end + 1) if end >= 0 else None

    def _is_in_paragraph(self, start: int) -> bool:
        before = self._text[max(0, start - 2) : start]
        return bool(before.strip("\n")) and not before.endswith((";\n", "'\n", '"\n'))

    def _import(self, match: re.Match[str]) -> tuple[str, int] | None:
        if self._is_in_paragraph(match.start()):
            return None
        self._page.leave_out("import …", match.start())
        return "", match.end()

    def _module(self, match: re.Match[str]) -> tuple[str, int] | None:
        if self._is_in_paragraph(match.start()):
            return None
        end = match.start()
        while end < len(self._text) and end - match.start() < _MAX_MODULE:
            blank = self._text.find("\n\n", end + 1)
            end = len(self._text) if blank < 0 else blank
            written = self._text[match.start() : end]
            if written.count("{") <= written.count("}"):
                break
        self._page.leave_out(f"{match[0]} …", match.start())
        return "", end

    def _expression(self, match: re.Match[str]) -> tuple[str, int] | None:
        found = re.compile(_BRACES).match(self._text, match.start())
        if found is None or "\n\n" in found[0]:
            return None
        text = _TEXT.fullmatch(found[0][1:-1])
        if text:
            return next(part for part in text.groups() if part is not None), found.end()
        self._page.leave_out(f"{{{' '.join(found[0][1:-1].split())[:60]}}}", match.start())
        return "", found.end()

    def _component(self, match: re.Match[str]) -> tuple[str, int] | None:
        name, attributes = match["name"], match["attributes"]
        if "." in name and name[0].islower() and not attributes and name not in self._closed:
            return None  # The name of a file or a host: `#include <stdio.h>`.
        if "." not in name and hidden_element(self._text, match.start()):
            return ("" if match[0].endswith("/>") else f"<{name} hidden>"), match.end()
        is_component = name[0].isupper() or "." in name
        if not is_component and "{" not in attributes and "className" not in attributes:
            return None
        if not is_component:
            kept = "".join(f' {key}="{value}"' for key, value in _attributes(attributes).items())
            return f"<{match['close']}{name}{kept}>", match.end()
        if "{" not in attributes and not re.search("youtube|^Image$|^Img$", name, re.IGNORECASE) and "." not in name:
            return self._own_line(match)  # Known to the tokeniser, which unwraps it.
        values = _attributes(attributes)
        made = self._known(name, values)
        if made is None and not match["close"]:
            self._page.leave_out(f"<{name}>", match.start())
        return made or "", match.end()

    def _own_line(self, match: re.Match[str]) -> tuple[str, int] | None:
        """Return a component that has its line for itself, with what is below it read as Markdown."""
        start, end = match.span()
        indent = self._text[self._text.rfind("\n", 0, start) + 1 : start]
        if indent not in _SHALLOW or match["name"].isupper() or not self._text.startswith("\n", end):
            return None
        fence = _DEEPER_FENCE.match(self._text, end)
        if fence is None:  # What is deeper would become code.
            return None if self._text.startswith(("\n    ", "\n\t"), end) else (match[0] + "\n", end)
        closing = f"\n{fence['indent']}{fence['ticks']}\n"
        closes = self._text.find(closing, fence.end(), fence.end() + _MAX_MODULE)
        if closes < 0:
            return None
        code = self._text[end:closes].replace("\n" + fence["indent"], "\n" + indent)
        return f"{match[0]}\n{code}\n{indent}{fence['ticks']}\n", closes + len(closing) - 1

    def _known(self, name: str, values: dict[str, str]) -> str | None:
        if re.search("youtube", name, re.IGNORECASE):
            return pieces.youtube(self._page, values.get("id") or values.get("videoId") or values.get("url") or "")
        if name.lower() in {"image", "img", "figure", "thumbnail"}:
            return pieces.image(values.get("src", ""), values.get("alt", ""), values.get("caption", "")) or None
        return None


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, double, single, braces in _VALUE.findall(written):
        value = double or single
        if braces:
            text = _REQUIRED.match(braces)
            number = re.fullmatch(r"\{\s*([0-9]{1,5})\s*\}", braces)
            value = text[1] if text else number[1] if number else ""
            if not value:
                continue
        found["class" if key == "className" else key] = value.replace('"', "&quot;")
    return found
