"""Paths of the site: where an artifact lies, how a path is written in a link, and which paths are spoken for."""

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urlsplit

from bucketpress.site.layout import (
    SITE_MAP,
    artifact_key,
    claim_path,
    is_page,
    is_twin,
    looks_like_file,
    twin_key,
    without_index,
)

__all__ = [
    "artifact_key",
    "asset_fault",
    "claim_path",
    "href",
    "is_made",
    "looks_like_file",
    "page_path",
    "path_fault",
    "proves_domain",
    "twin_key",
    "without_index",
]

_WITH_HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")
# A link to `/static/x.png` means the file x.png of that folder, and `/.source/` marks a link yet to be resolved.
_NO_PAGE_SEGMENTS = frozenset({"static", ".source"})
# S3 reads a "+" in a URL as a space, so it is encoded although RFC 3986 would let it stand.
_SAFE = "/-._~!*(),:;=@$"
# Where certificate authorities look for proof that a domain is one's own (RFC 8555, and the CA/Browser Forum's rules,
# 3.2.2.4.18). They follow redirects as well.
_DOMAIN_PROOFS = ("/.well-known/acme-challenge/", "/.well-known/pki-validation/")
MAX_PATH_BYTES = 700
MAX_SEGMENT_BYTES = 240


# A post's address is written wherever the post is shown.
@lru_cache(maxsize=8192)
def href(path: str) -> str:
    """Write a path as a URL's path: UTF-8, percent-encoded (RFC 3986) where it must be."""
    return quote(path, safe=_SAFE)


def decoded(text: str) -> str:
    """Return percent-encoded text decoded; a "%" that encodes nothing is itself."""
    with suppress(UnicodeDecodeError):
        return unquote_to_bytes(text).decode()
    return text


def page_path(text: str) -> str:
    """Return the path a page gets for an address as typed: decoded, NFC, ending in `/` or else in an HTML file's name.

    Case and `.html` stay. The result still has to pass `path_fault`.
    """
    path = without_index(unicodedata.normalize("NFC", decoded(text)))
    if is_page(path.rstrip("/")):  # An HTML file's name is no folder's.
        return path.rstrip("/")
    return path if path.endswith("/") else path + "/"


def own_path(address: str, site_url: str) -> str | None:
    """Return the path of an address of this site, with its query and fragment; None for another site's."""
    if not _WITH_HOST.match(address):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc.lower() != urlsplit(site_url).netloc.lower():
        return None
    query = f"?{parts.query}" if parts.query else ""
    return (parts.path or "/") + query + (f"#{parts.fragment}" if parts.fragment else "")


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
    if is_twin(path.removesuffix("/")):
        return "could be the Markdown twin of a page"
    if proves_domain(path):
        return "could prove to a certificate authority that the site's domain is the author's"
    return "belongs to a page Bucketpress makes itself" if is_made(path) else None


def proves_domain(path: str) -> bool:
    """Return whether whoever can publish at a path could be given a certificate for the site's domain."""
    return f"{path}/".lower().startswith(_DOMAIN_PROOFS)


def is_made(path: str) -> bool:
    """Return whether no page can be at a path because of what Bucketpress itself makes, or might make, there."""
    return path[1:].partition("/")[0] in _NO_PAGE_SEGMENTS or SITE_MAP.is_taken(path)


def asset_fault(path: str) -> str | None:
    """Return why a static file cannot have a path, None when it can."""
    if SITE_MAP.is_taken(path):
        return f"{path} belongs to a page Bucketpress makes itself."
    if is_twin(path):
        return f"{path} could be the Markdown twin of a page."
    if "." not in path.rpartition("/")[2] and not path.startswith("/.well-known/"):
        return f"{path} has no extension, and an address without one is a page's."
    return None
