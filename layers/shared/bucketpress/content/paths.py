"""Paths of the site: where an artifact lies, how a path is written in a link, and which paths are spoken for."""

import re
import unicodedata
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes

# What has no address of its own choosing: our stylesheets and the files beside posts. No author names a folder so.
OWN_SEGMENT = "_bucketpress"
MADE_SEGMENTS = frozenset({"tags", "authors", "archive", "v1", OWN_SEGMENT})
_MADE_FILES = re.compile(
    r"/(?:index\.html?|feed\.xml|atom\.xml|feed\.json|sitemap(?:-[^/]*)?\.xml|404\.html|robots\.txt|llms\.txt)"
)
_PERIOD = re.compile(r"/[0-9]{4}/(?:[0-9]{2}/)?")
_HTML_TWIN = re.compile(r"\.html?\.md$", re.IGNORECASE)
_HTML = re.compile(r"\.html?$", re.IGNORECASE)
# S3 reads a "+" in a URL as a space, so it is encoded although RFC 3986 would let it stand.
_SAFE = "/-._~!*(),:;=@$"
MAX_PATH_BYTES = 700
MAX_SEGMENT_BYTES = 240


def claim_path(path: str) -> str:
    """Return the path without a trailing `index.html`: what two sources that want one address have in common."""
    return path.removesuffix("index.html") if path.endswith("/index.html") else path


def artifact_key(path: str) -> str:
    """Return the key of the object that answers at a path: `2010/03/x/index.html` for `/2010/03/x/`."""
    return path[1:] + "index.html" if path.endswith("/") else path[1:]


def twin_key(path: str) -> str:
    """Return the key of the Markdown twin of the page at a path: `x/index.md` for `/x/`, `a.html.md` for `/a.html`."""
    return path[1:] + ("index.md" if path.endswith("/") else ".md")


def href(path: str) -> str:
    """Write a path as a URL's path: UTF-8, percent-encoded (RFC 3986) where it must be."""
    return quote(path, safe=_SAFE)


def page_path(text: str) -> str:
    """Return the path a page gets for an address as typed: decoded, NFC, ending in `/` unless it names an HTML file.

    Case and `.html` stay. The result still has to pass `path_fault`.
    """
    with suppress(UnicodeDecodeError):  # A "%" that encodes nothing is itself.
        text = unquote_to_bytes(text).decode()
    path = claim_path(unicodedata.normalize("NFC", text))
    return path if path.endswith("/") or _HTML.search(path) else path + "/"


def path_fault(path: str) -> str | None:
    """Return why a page cannot have a path, None when it can."""
    if not path.startswith("/"):
        return 'does not begin with "/"'
    if re.search(r"[\x00-\x1f\x7f-\x9f\\?#\ud800-\udfff]", path):
        return "holds a character an address cannot have"
    segments = path[1:].removesuffix("/").split("/")
    if path != "/" and any(segment in {"", ".", ".."} for segment in segments):
        return 'has an empty part, "." or ".."'
    if len(href(path)) > MAX_PATH_BYTES or any(len(segment.encode()) > MAX_SEGMENT_BYTES for segment in segments):
        return "is too long"
    return "belongs to a page Bucketpress makes itself" if is_made(path) else None


def is_made(path: str) -> bool:
    """Return whether Bucketpress itself writes to a path that a page could ask for."""
    first = path[1:].partition("/")[0]
    return (
        path == "/"
        or first in MADE_SEGMENTS
        or first in {"static", ".source"}
        or _PERIOD.fullmatch(path) is not None
        or _MADE_FILES.fullmatch("/" + first) is not None
    )


def asset_fault(path: str) -> str | None:
    """Return why a static file cannot have a path, None when it can."""
    first = path[1:].partition("/")[0]
    if first in MADE_SEGMENTS or _PERIOD.fullmatch(claim_path(path)) or _MADE_FILES.fullmatch(path):
        return f"{path} belongs to a page Bucketpress makes itself."
    if path.endswith("/index.md") or _HTML_TWIN.search(path):
        return f"{path} could be the Markdown twin of a page."
    if "." not in path.rpartition("/")[2] and not path.startswith("/.well-known/"):
        return f"{path} has no extension, and an address without one is a page's."
    return None
