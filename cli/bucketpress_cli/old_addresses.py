"""Reads the addresses a site had elsewhere, from its sitemap or from a list."""

import html
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOCATION = re.compile(r"<loc>\s*([^<]{1,2000}?)\s*</loc>")
MAX_BYTES = 50 * 1024 * 1024  # of a sitemap: sitemaps.org


def read_old_addresses(file: Path) -> tuple[str, ...]:
    """Return the paths in a sitemap, or those of a file with a path or URL a line. Raises OSError."""
    with file.open("rb") as opened:
        text = opened.read(MAX_BYTES).decode("utf-8", "replace").removeprefix("\ufeff")
    if "<loc>" in text:
        written = [html.unescape(found) for found in _LOCATION.findall(text)]
    else:
        written = [line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple(path for path in map(_path, written) if path)


def _path(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    path = unicodedata.normalize("NFC", unquote(path))
    return path if path.startswith("/") else f"/{path}" if path else ""
