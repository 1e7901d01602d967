"""What rendered HTML lacks until other sources are known: where links to them lead, how large their pictures are."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

from bucketpress.content.images import ImageSize
from bucketpress.content.source_keys import href

# Begins the address of a link to another source until that source's path is known.
MARKER = "/.source/"
# How wide a picture is shown: as wide as the text, which is as wide as a small screen.
SIZES = "(min-width: 48em) 44em, 100vw"
NOTHING: Mapping[str, str] = MappingProxyType({})
# Tags of sanitised HTML: quotes are the only way to hold a ">" in one.
_IMAGE = re.compile(r'<img((?: [a-z-]+(?:="[^"]*")?)*)>')
_ATTRIBUTES = re.compile(r' ([a-z-]+)(?:="([^"]*)")?')
_PATH_OF = re.compile(r"[?#].*", re.DOTALL)
_MARKED_LINK = re.compile(r'(<a(?: [a-z-]+(?:="[^"]*")?)*?) href="/\.source/([^"#?]*)(?:\?[^"#]*)?(#[^"]*)?"')


def path_of(url: str) -> str:
    """Return a URL without its query and fragment."""
    return _PATH_OF.sub("", url)


def resolve_links(html: str, paths: Mapping[str, str | None]) -> str:
    """Replace the marker of every link to a source by its path; without a path the link's text stays alone."""

    def resolved(match: re.Match[str]) -> str:
        path = paths.get(unquote(match[2]))
        return f'{match[1]} href="{href(path)}{match[3] or ""}"' if path else match[1]

    return _MARKED_LINK.sub(resolved, html) if MARKER in html else html


def size_images(html: str, sizes: Mapping[str, ImageSize], offered: Mapping[str, str] = NOTHING) -> str:
    """Add width and height to every image of sanitised HTML that has neither, and the smaller versions `offered`.

    Both are by path. With the size nothing on a page moves when the picture arrives.
    """

    def sized(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTES.findall(match[1]))
        path = path_of(attributes.get("src", ""))
        size, added = sizes.get(path), ""
        if size is not None and attributes.keys().isdisjoint({"width", "height"}):
            added = f' width="{size.width}" height="{size.height}"'
        if srcset := offered.get(path):
            width = attributes.get("width", "")
            added += f' srcset="{srcset}" sizes="{f"{width}px" if width.isdecimal() else SIZES}"'
        return f"<img{match[1]}{added}>" if added else match[0]

    return _IMAGE.sub(sized, html) if sizes else html
