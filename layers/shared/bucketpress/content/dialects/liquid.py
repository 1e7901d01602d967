"""Values between `{{` and `}}`, as far as posts use them: texts, variables of page and site, and a few filters.

There is no loop and no call: a value costs what its text is long.
"""

import html
import re
from collections.abc import Callable
from urllib.parse import quote

from bucketpress.content.dialects.page import Page
from bucketpress.content.slugs import slugify

MAX_VALUE_CHARACTERS = 4000
_PARTS = re.compile(r"""(?:"[^"]*"|'[^']*'|[^|"'])++""")
_TEXT = re.compile(r"""\s*+(?:"([^"]*)"|'([^']*)')\s*+""")
_NUMBER = re.compile(r"\s*+-?[0-9]+(?:\.[0-9]+)?\s*+")
_FILTER = re.compile(r"\s*+(\w+)\s*+(?::\s*+(.*)|\((.*)\))?\s*+", re.DOTALL)
_ITEMS = re.compile(r""""([^"]*)"|'([^']*)'|([^,\s]+)""")

Filter = Callable[[Page, str, list[str]], str]


def _absolute(page: Page, value: str, _: list[str]) -> str:
    return value if re.match(r"[a-z]+:|#", value) else page.settings.url + "/" + value.lstrip("/")


def _relative(_: Page, value: str, __: list[str]) -> str:
    return value if re.match(r"[a-z]+:|#|\./|\.\./", value) else "/" + value.lstrip("/")


def _default(_: Page, value: str, words: list[str]) -> str:
    return value or "".join(words[:1])


def _replace(_: Page, value: str, words: list[str]) -> str:
    return value.replace(words[0], words[1]) if len(words) > 1 and words[0] else value


FILTERS: dict[str, Filter] = {
    "absolute_url": _absolute,
    "append": lambda _, value, words: value + "".join(words[:1]),
    "capitalize": lambda _, value, __: value[:1].upper() + value[1:],
    "default": _default,
    "downcase": lambda _, value, __: value.lower(),
    "escape": lambda _, value, __: html.escape(value),
    "lower": lambda _, value, __: value.lower(),
    "prepend": lambda _, value, words: "".join(words[:1]) + value,
    "relative_url": _relative,
    "remove": lambda _, value, words: value.replace(words[0], "") if words and words[0] else value,
    "replace": _replace,
    "slugify": lambda _, value, __: slugify(value),
    "strip": lambda _, value, __: value.strip(),
    "trim": lambda _, value, __: value.strip(),
    "upcase": lambda _, value, __: value.upper(),
    "upper": lambda _, value, __: value.upper(),
    "uri_escape": lambda _, value, __: quote(value, safe="/-._~:?#@!$&'()*+,;=%"),
    "url": _relative,
    "url_encode": lambda _, value, __: quote(value),
}


class Values:
    """Evaluates values for one page; `assign` makes variables."""

    def __init__(self, page: Page) -> None:
        """Know the page, and no variable yet."""
        self._page = page
        self._assigned: dict[str, str] = {}

    def assign(self, statement: str) -> bool:
        """Make a variable of `name = value`; return whether the value is known."""
        name, _, value = statement.partition("=")
        found = self.value(value)
        if found is not None:
            self._assigned[name.strip()] = found
        else:
            self._assigned.pop(name.strip(), None)
        return found is not None

    def value(self, written: str) -> str | None:
        """Return a value as text; None when it is not known."""
        first, *filters = _PARTS.findall(written) or [""]
        value = self._operand(first)
        for each in filters:
            match = _FILTER.fullmatch(each)
            if match is None:
                return None
            words = [a or b or (self._operand(c) or "") for a, b, c in _ITEMS.findall(match[2] or match[3] or "")]
            apply = FILTERS.get(match[1])
            if value is None and match[1] == "default":
                value = ""
            # An unknown filter of a known text leaves the text.
            value = apply(self._page, value, words)[:MAX_VALUE_CHARACTERS] if apply and value is not None else value
        return value

    def _operand(self, written: str) -> str | None:
        if text := _TEXT.fullmatch(written):
            return text[1] if text[1] is not None else text[2]
        if _NUMBER.fullmatch(written):
            return written.strip()
        name = written.strip()
        if name in self._assigned:
            return self._assigned[name]
        return self._variable(name)

    def _variable(self, name: str) -> str | None:
        scope, _, rest = name.partition(".")
        if scope in {"site", "config"}:
            settings = self._page.settings
            return {
                "url": settings.url,
                "baseurl": "",
                "root": "/",
                "title": settings.title,
                "description": settings.description,
            }.get(rest)
        if scope in {"page", "post"}:
            return self._page.variables.get(rest)
        return None if rest else self._page.variables.get(name)  # Eleventy's own are without a scope.
