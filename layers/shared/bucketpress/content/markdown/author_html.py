"""What an author's HTML becomes in a page: tags with quotes that match, frames of known hosts, anchors, alignment."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from bucketpress.content.html.html_tokens import ALLOWED, Tag, Token, begins_tag, end, start
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

_ALIGNED = frozenset({"center", "justify", "left", "right"})
_TEXT_ALIGN = re.compile(r"(?:^|;)\s*+text-align\s*+:\s*+(center|justify|left|right)\b", re.IGNORECASE)
_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "youtube-nocookie.com"})
_QUIET_YOUTUBE = "www.youtube-nocookie.com"
_VIDEO = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LAZY_SOURCES = ("data-src", "data-original", "data-lazy-src")
_SIDE = re.compile(r"\s*+([0-9]{1,5})(?:\.[0-9]++)?(px|%)?\s*+")
_TAG_NAMES = "|".join(sorted(ALLOWED, key=len, reverse=True))
# Only what has an attribute can be nothing but a tag.
_SUSPECT = re.compile(
    rf"<(?P<name>{_TAG_NAMES}|center|font)(?=\s[^<>]{{1,2000}}?[a-z-]\s?=)(?P<rest>[^<>]{{1,2500}}+)>",
    re.IGNORECASE | re.ASCII,
)
_CURLY = re.compile(r"=\s?[\u201c-\u201f]")
_MATCHED_ATTRIBUTE = re.compile(
    r"""(?P<name>[A-Za-z][\w:-]{0,60}+)\s{0,9}=\s{0,9}
    (?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|[\u201c-\u201f](?P<curly>[^\u201c-\u201f]*+)[\u201c-\u201f]
    |["']?(?P<bare>[^\s"'`]++)["']?)""",
    re.VERBOSE | re.ASCII,
)


def author_html(tokens: Iterable[Token], hosts: frozenset[str]) -> Iterator[Token]:
    """Pass tokens of raw HTML on as pages have them; `hosts` are those whose frames are shown."""
    for token in tokens:
        if isinstance(token, str) or token.closing:
            if not (isinstance(token, Tag) and token.name in {"embed", "iframe"}):
                yield token
        elif token.name in {"embed", "iframe"}:
            yield from _frame(token, hosts)
        elif token.attributes:
            if understood := _understood(token):
                yield understood
        elif token.name not in {"img", "input", "source"}:
            yield token


def repair_tags(text: str) -> tuple[str, LineMap]:
    """Return a text in which the tags that only a browser would understand are written as Markdown knows them."""
    return rewrite_prose(text, _SUSPECT, _repaired) if _SUSPECT.search(text) else (text, LineMap())


def frame_address(written: str, hosts: frozenset[str]) -> str | None:
    """Return the address of a frame, YouTube's by the host that sets no cookies; None when its host is not known."""
    address = written.strip()
    address = "https:" + address if address.startswith("//") else re.sub(r"^http:", "https:", address)
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    host = parts.netloc.lower()
    if parts.scheme != "https" or "\\" in address:
        return None
    if host in _YOUTUBE | {_QUIET_YOUTUBE} and not hosts.isdisjoint({*_YOUTUBE, _QUIET_YOUTUBE}):
        return _quiet_youtube(host, parts.path, parts.query)
    return address if host in hosts else None


def _quiet_youtube(host: str, path: str, query: str) -> str | None:
    asked = parse_qs(query)
    segments = [segment for segment in path.split("/") if segment]
    video = (asked.get("v") or segments[-1:] or [""])[0]
    # "/v/ID&hl=en" is how flash players were told more.
    video = video.partition("&")[0]
    if not _VIDEO.fullmatch(video) or (host != "youtu.be" and video == "watch"):
        return None
    start_at = (asked.get("start") or asked.get("t") or [""])[0].removesuffix("s")
    wanted = [f"start={start_at}"] if start_at.isdecimal() and start_at.isascii() else []
    if _VIDEO.fullmatch(play_list := (asked.get("list") or [""])[0]):
        wanted.append(f"list={play_list}")
    return f"https://{_QUIET_YOUTUBE}/embed/{video}" + ("?" + "&".join(wanted) if wanted else "")


def _frame(tag: Tag, hosts: frozenset[str]) -> Iterator[Token]:
    """Show a frame of a known host; any other becomes a link to what it would have shown."""
    written = next((tag.attributes[name] for name in ("src", *_LAZY_SOURCES) if tag.attributes.get(name)), "")
    address = frame_address(written, hosts)
    if address:
        kept = {name: value for name, value in tag.attributes.items() if name not in {"src", "id", "class"}}
        sides = {name: match[1] + (match[2] or "").replace("px", "") for name, match in _sides(kept)}
        others = {name: value for name, value in kept.items() if name not in {"width", "height"}}
        title = kept.get("title", "").strip() or urlsplit(address).netloc.removeprefix("www.")
        yield Tag(name="iframe", attributes={"src": address, **others, "title": title, **sides})
        yield end("iframe")
    elif tag.name == "iframe" and (shown := _host_of(written)):
        yield from (start("a", href=written.strip()), shown, end("a"))


def _sides(attributes: dict[str, str]) -> Iterator[tuple[str, re.Match[str]]]:
    for name in ("width", "height"):
        if match := _SIDE.fullmatch(attributes.get(name, "")):
            yield name, match


def _host_of(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    known = parts.scheme in {"http", "https"} and re.fullmatch(r"[A-Za-z0-9.-]{1,253}", parts.netloc)
    return parts.netloc.lower().removeprefix("www.") if known else ""


def _understood(tag: Tag) -> Tag | None:
    """Return a tag as pages spell it; None when nothing can be shown of it."""
    attributes = dict(tag.attributes)
    if tag.name == "a" and "name" in attributes:
        attributes.setdefault("id", attributes["name"])
    if tag.name == "img" and not attributes.get("src", "").strip():
        lazy = next((attributes[name] for name in _LAZY_SOURCES if attributes.get(name)), None)
        if lazy is None:
            return None
        attributes["src"] = lazy
    if tag.name == "source" and "src" not in attributes:
        return None
    if tag.name == "input" and attributes.get("type", "").lower() != "checkbox":
        return None
    if tag.name in {"audio", "video"}:
        attributes["controls"] = ""  # No script will ever start it.
    _align(attributes)
    return tag if attributes == tag.attributes else replace(tag, attributes=attributes)


def _align(attributes: dict[str, str]) -> None:
    """Return the class for an alignment."""
    styled = _TEXT_ALIGN.search(attributes.get("style", ""))
    wanted = (styled[1] if styled else attributes.get("align", "")).strip().lower()
    attributes.pop("align", None)
    if wanted in _ALIGNED:
        attributes["class"] = f"{attributes.get('class', '')} align-{wanted}".strip()


def _repaired(match: re.Match[str]) -> tuple[str, int] | None:
    whole = begins_tag(match.string, match.start()) and not _CURLY.search(match["rest"])
    if whole or "\n\n" in match[0]:
        return None
    kept: dict[str, str] = {}
    for found in _MATCHED_ATTRIBUTE.finditer(match["rest"]):
        value = next(found[kind] for kind in ("double", "single", "curly", "bare") if found[kind] is not None)
        kept.setdefault(found["name"].lower(), value.replace('"', "&quot;").strip())
    written = "".join(f' {name}="{value}"' for name, value in kept.items())
    closed = " /" if match["rest"].endswith("/") else ""
    return f"<{match['name']}{written}{closed}>", match.end()
