"""The last step before readers: only what is on the list gets through, always."""

import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import nh3

from bucketpress.content.encoding import printable
from bucketpress.content.html.html_tokens import ALLOWED

_EVERYWHERE = {"class", "dir", "id", "lang", "title"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href", "aria-hidden", "aria-label", "tabindex", "role"},
    "aside": {"role"},
    "audio": {"src", "controls", "loop", "preload"},
    "bdo": {"dir"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "div": {"aria-label", "role", "tabindex"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "input": {"aria-label", "checked"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "pre": {"tabindex"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "track": {"src", "kind", "label", "srclang"},
    "video": {"src", "controls", "height", "loop", "muted", "playsinline", "poster", "preload", "width"},
}
_IFRAME = {"src", "title", "width", "height", "allowfullscreen"}
# nh3 could add these itself, but writes them in another order in every process.
_FRAME_RULES = (
    ' loading="lazy" referrerpolicy="strict-origin-when-cross-origin"'
    ' sandbox="allow-popups allow-presentation allow-same-origin allow-scripts"'
)
_URLS = frozenset({"href", "src", "cite", "poster"})
_SCHEMES = {"http", "https", "mailto"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
# What browsers leave out of a URL before they look at it (WHATWG URL, "basic URL parser", steps 1 to 3).
_UNSEEN = re.compile(r"[\x00-\x20]")
# HTML drops one line end after <pre>: it would go on every reading.
_PRE = re.compile(r"(<pre(?: [^>]*)?>)\n+")
_FRAME = re.compile(r"(<iframe(?: [^>]*)?)>.*?</iframe>", re.DOTALL)
_INPUT = re.compile(r'<input((?: [a-z-]+="[^"]*")*)>')
_LABEL = re.compile(r' aria-label="[^"]*"')
_EMPTY = '""'
_MAX_ROUNDS = 5


def sanitise(source: str, embed_hosts: Iterable[str] = ()) -> str:
    """Return HTML with nothing in it but the elements, attributes and URLs on the list.

    Sanitising the result again changes nothing.
    """
    cleaner = _cleaner(frozenset(embed_hosts))
    for _ in range(_MAX_ROUNDS):
        clean = printable(cleaner.clean(source)).replace("&nbsp;", "\u00a0")
        for beginning, pattern, made in _REPAIRS:
            clean = pattern.sub(made, clean) if beginning in clean else clean
        if clean == source:
            return clean
        source = clean
    # Nothing Markdown makes gets here; raw HTML that reads differently each time is shown, not trusted.
    return f"<pre>{html.escape(source.strip(), quote=False)}</pre>"


def _as_embed(frame: re.Match[str]) -> str:
    """Empty a frame, whose content no browser reads as HTML, and fence it in; one that shows nothing goes."""
    return f"{frame[1]}{_FRAME_RULES}></iframe>" if " src=" in frame[1] else ""


def _as_tick(field: re.Match[str]) -> str:
    """Leave of any form field the mark of a task: a box nobody can tick, named for those who cannot see it."""
    label = _LABEL.search(field[1])
    ticked = " checked=" + _EMPTY if " checked=" in _LABEL.sub("", field[1]) else ""
    return f'<input type="checkbox"{label[0] if label else ""}{ticked} disabled={_EMPTY}>'


# In this order. Each with what must be there for it to find anything.
_REPAIRS: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("<pre", _PRE, r"\1"),
    ("<iframe", _FRAME, _as_embed),
    ("<input", _INPUT, _as_tick),
)


@lru_cache(maxsize=8)
def _cleaner(hosts: frozenset[str]) -> nh3.Cleaner:
    def kept(tag: str, name: str, value: str) -> str | None:
        return _kept(tag, name, value, hosts)

    return nh3.Cleaner(
        tags=set(ALLOWED) - ({"embed"} if hosts else {"embed", "iframe"}),
        attributes=_ATTRIBUTES | {"iframe": _IFRAME} if hosts else _ATTRIBUTES,
        attribute_filter=kept,
        generic_attribute_prefixes=set(),
        link_rel=None,
        url_schemes=_SCHEMES,
    )


def is_safe_url(url: str) -> bool:
    """Return whether a page may hold a URL: http, https, mailto, or relative without a hidden host."""
    seen = _UNSEEN.sub("", url).replace("\\", "/")
    if seen.startswith("//"):
        return False
    scheme = _SCHEME.match(seen)
    if scheme is None:
        return ":" not in seen.partition("/")[0].partition("?")[0].partition("#")[0]
    return scheme[0].lower() in _SCHEMES


def is_embed(url: str, hosts: Iterable[str]) -> bool:
    """Return whether a frame may show a URL: https, at one of the hosts."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.netloc.lower() in hosts and "\\" not in url
    except ValueError:
        return False


def _kept(tag: str, name: str, value: str, hosts: frozenset[str]) -> str | None:
    if tag == "iframe" and name == "src":
        return value if is_embed(value, hosts) else None
    if name in _URLS:
        return value if is_safe_url(value) else None
    if name == "tabindex":
        return value if value in {"0", "-1"} else None
    return value
