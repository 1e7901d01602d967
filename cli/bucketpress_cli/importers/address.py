"""Addresses of the site that is imported: its pages, its pictures, and those elsewhere."""

import html
import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

_ATTRIBUTE = re.compile(
    r"""(?P<before>\s(?:href|src|poster)\s*=\s*)(?P<quote>["'])(?P<url>[^"']*)(?P=quote)""", re.IGNORECASE
)
# Possessive, so that a quote without its partner costs no more than once through the text.
_TAG = re.compile(r"""<[a-z](?:[^<>"']++|"[^"]*+"|'[^']*+'|["'])*+>""", re.IGNORECASE)
_PICTURE_SETS = re.compile(r"""\s(?:srcset|data-srcset)\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
_SLASHES = re.compile("/{2,}")  # which every server takes for one
_PHOTON = re.compile(r"(?:https?:)?//i[0-9]\.wp\.com/", re.IGNORECASE)
_SUBSTACK = re.compile(
    r"https://(?:substackcdn|cdn\.substack)\.com/image/fetch/[^/]*/(https(?::|%3A).+)", re.IGNORECASE
)
_PICTURE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|ico|pdf|mp3|m4a|ogg|mp4|m4v|webm|mov|zip|docx?|xlsx?|pptx?)$"
)


def parsed(address: str) -> SplitResult:
    """Return the parts of an address, all empty where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def without_proxy(address: str) -> str:
    """Return the address of a picture that WordPress.com or Substack serves smaller, as it was before."""
    if wrapped := _SUBSTACK.fullmatch(address):
        return unquote(wrapped[1])
    found = _PHOTON.match(address)
    return f"https://{address[found.end() :].partition('?')[0]}" if found else address


def path_in(address: str, site_url: str) -> str:
    """Return the path of an address of the site, decoded; "" where it is another site's, or has a query."""
    try:
        parts, own = urlsplit(address), urlsplit(site_url)
    except ValueError:
        return ""
    same = not parts.netloc or _host(parts.netloc) == _host(own.netloc)
    path = unquote(_SLASHES.sub("/", parts.path))
    return path if same and not parts.query and path.strip("/") else ""


def is_own(address: str, site_url: str) -> bool:
    """Return whether an address is one of the site: `www.` and the scheme tell no sites apart."""
    try:
        host = urlsplit(address).netloc
        return (not host and not address.startswith("//")) or _host(host) == _host(urlsplit(site_url).netloc)
    except ValueError:
        return False


def is_file(path: str) -> bool:
    """Return whether a path is that of a picture, a film, a document."""
    return _PICTURE.search(path.lower()) is not None


def rewritten(source: str, rewrite: Callable[[str], str]) -> str:
    """Return HTML with every address rewritten, but for those that a text shows as code."""

    def attribute(found: re.Match[str]) -> str:
        url = html.unescape(found["url"]).strip()
        return f'{found["before"]}"{html.escape(rewrite(url))}"'

    return in_tags(source, lambda tag: _ATTRIBUTE.sub(attribute, _PICTURE_SETS.sub("", tag)))


def in_tags(source: str, rewrite: Callable[[str], str]) -> str:
    """Return HTML with every tag that starts an element rewritten."""
    return _TAG.sub(lambda tag: rewrite(tag[0]), source)


def _host(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")
