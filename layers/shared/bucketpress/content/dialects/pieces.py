"""Pieces of Markdown that tags become."""

import re
from urllib.parse import quote

from bucketpress.content.dialects.page import Page
from bucketpress.content.dialects.tags import Tag

_SPECIAL = re.compile(r"([\\`*_\[\]<>{}|$~^=])")
# Markdown in a caption or in what is said of a picture, which are shown as they are written: its words stay.
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((?:[^()\n]|\([^()\n]{0,300}\)){0,1000}\)")
_MARKS = re.compile(r"(?<![\w*`])(\*{1,3}|`{1,2}|__|~~)(?=\S)([^*`\n]{1,300}?)(?<=\S)\1(?![\w*`])")
_TICKS = re.compile("`+")
_ADDRESS = "/-._~!*,;:=@$+&'%?#"
_IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")


def plain(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def link(text: str, address: str) -> str:
    """Write a link; the text alone where there is no address."""
    return f"[{plain(text) or plain(address)}]({_address(address)})" if address else plain(text)


def image(source: str, alt: str = "", caption: str = "", target: str = "") -> str:
    """Write a picture, with its caption as a title, which makes a figure of it; "" without a source."""
    if not source:
        return ""
    title = words(re.sub("<[^<>]{0,500}>", "", caption)).replace("\\", "").replace('"', "\u201d")
    written = f"![{plain(words(alt) or title)}]({_address(source)}" + (f' "{title}")' if title else ")")
    return f"[{written}]({_address(target)})" if target else written


def words(text: str) -> str:
    """Return what a text on one line says, without the marks of links, emphasis and code."""
    return _MARKS.sub(r"\2", _LINK.sub(r"\1", " ".join(text.split())))


def frame(page: Page, address: str, name: str) -> str:
    """Write a frame; a link where the site shows no HTML."""
    if page.settings.raw_html:
        return f'<iframe src="{quote(address, safe=_ADDRESS)}" allowfullscreen></iframe>'
    return link(name, address)


def youtube(page: Page, video: str) -> str | None:
    """Write the frame of a YouTube video, named by its id or address; None when it has neither."""
    found = re.search(r"(?:v=|youtu\.be/|embed/|shorts/|^)([A-Za-z0-9_-]{5,64})(?:[?&#].*)?$", video.strip())
    return frame(page, f"https://www.youtube-nocookie.com/embed/{found[1]}", "YouTube") if found else None


def vimeo(page: Page, video: str) -> str | None:
    """Write the frame of a Vimeo video; None without its number."""
    found = re.search(r"([0-9]{4,20})", video)
    return frame(page, f"https://player.vimeo.com/video/{found[1]}", "Vimeo") if found else None


def gist(words: list[str]) -> str | None:
    """Write a link to a gist named by user and id, or by its id."""
    path = "/".join(words[:2]).strip("/") if len(words) > 1 and _IDENTITY.fullmatch(words[0]) else (words or [""])[0]
    if not path or not all(_IDENTITY.fullmatch(part) for part in path.split("/")):
        path = next((word for word in words if re.fullmatch(r"[\w-]+/[0-9a-f]+|[0-9a-f]{5,}", word)), "")
    return link(f"gist.github.com/{path}", f"https://gist.github.com/{path}") if path else None


def video(page: Page, source: str, poster: str = "") -> str:
    """Write a video of a file; a link where the site shows no HTML."""
    if not page.settings.raw_html:
        return link(source, source)
    more = f' poster="{quote(poster, safe=_ADDRESS)}"' if poster else ""
    return f'<video src="{quote(source, safe=_ADDRESS)}" controls{more}></video>'


def block(tag: Tag, text: str) -> str:
    """Set a piece into lines of its own where a tag stands."""
    written = text.replace("\n", "\n" + tag.indent)
    return ("" if tag.begins_line else "\n\n") + written + ("" if tag.ends_line else "\n\n" + tag.indent)


def fence(tag: Tag, language: str, code: str) -> str:
    """Write a block of code where a tag stands."""
    longest = max((len(run) for run in _TICKS.findall(code)), default=0)
    ticks = "`" * max(3, longest + 1)
    name = language if re.fullmatch(r"[\w+#.-]{0,40}", language) else ""
    inside = code.strip("\n").rstrip()
    start = "" if tag.begins_line else "\n\n"
    return f"{start}{ticks}{name}\n{inside}\n{tag.indent}{ticks}" + ("" if tag.ends_line else f"\n{tag.indent}")


def quotation(tag: Tag, text: str, source: str = "") -> str:
    """Write a quotation, with who said it, where a tag stands."""
    lines = [f"> {line}".rstrip() for line in text.strip().split("\n")]
    if source:
        lines += [">", f"> \u2014 {source}"]
    return block(tag, "\n".join(lines)) + "\n"


def container(tag: Tag, kind: str, title: str = "") -> str:
    """Begin a callout or the like, which `end_container` ends."""
    return block(tag, f"\n::: {kind} {' '.join(title.split())}".rstrip() + "\n")


def end_container(tag: Tag) -> str:
    """End what `container` began."""
    return block(tag, "\n:::\n")


def shown_as_code(text: str) -> str:
    """Write template syntax that is meant to be read."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _address(address: str) -> str:
    return quote(address.strip(), safe=_ADDRESS).replace("(", "%28").replace(")", "%29")
