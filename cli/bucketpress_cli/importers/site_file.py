"""The `site.yaml` of an imported site."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from bucketpress.content.settings.menu import LINK
from bucketpress.content.settings.reader import MAX_SETTINGS_BYTES
from bucketpress.content.slugs import label_slug
from bucketpress_cli.importers.address import is_own, path_in
from bucketpress_cli.importers.post_file import quoted
from bucketpress_cli.importers.publication import ImportedSite

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_ZONE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*")


def site_file(site: ImportedSite, *, permalink: str, timezone: str) -> tuple[bytes, int]:
    """Return the settings of a site, and how many of its redirects there was no room for."""
    head = "".join(f"{line}\n" for line in _lines(site, permalink, timezone))
    rows = [f"  - {{from: {quoted(former)}, to: {quoted(current)}}}\n" for former, current in site.redirects]
    # Whole folders are few and come last, and each stands for many addresses.
    rows.sort(key=lambda row: '*"' not in row)
    kept: list[str] = []
    size = len(head.encode()) + len("redirects:\n")
    for row in rows:
        size += len(row.encode())
        if size <= MAX_SETTINGS_BYTES:
            kept.append(row)
    return (head + ("redirects:\n" + "".join(kept) if kept else "")).encode(), len(rows) - len(kept)


def origin(url: str) -> str:
    """Return an address without its path, "" where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


def _within(url: str, site_url: str) -> str:
    """Return where an entry of a menu leads, as a path where it is one of the site; "" for what menus cannot have."""
    link = quote(path_in(url, site_url) or "/") if is_own(url, site_url) else url
    return link if LINK.fullmatch(link) else ""


def _lines(site: ImportedSite, permalink: str, timezone: str) -> Iterator[str]:
    yield f"title: {quoted(site.title or 'Untitled site')}"
    if address := origin(site.url):
        yield f"url: {quoted(address)}"
    if site.description:
        yield f"description: {quoted(site.description)}"
    if _LANGUAGE.fullmatch(site.language):
        yield f"language: {site.language}"
    if timezone and timezone != "UTC" and _ZONE.fullmatch(timezone):
        yield f"timezone: {timezone}"
    if permalink:
        yield f"permalink: {permalink}"
    if not site.typographic:
        yield "smart_punctuation: false"
    entries = [(label, to) for label, url in site.menu if (to := _within(url, site.url)) and label.strip()]
    if entries:
        yield "menu:"
        yield from (f"  - {{label: {quoted(label)}, path: {quoted(to)}}}" for label, to in entries)
    names = {slug: name for name in site.authors.values() if (slug := label_slug(name))}
    if names:
        yield "authors:"
        yield from (f"  {quoted(slug)}: {quoted(name)}" for slug, name in names.items())
