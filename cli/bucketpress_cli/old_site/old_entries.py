"""Reads the addresses and feed ids that a site had elsewhere: from its sitemaps, its feeds or a list."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from xml.parsers import expat

from bucketpress.content.encoding import decode
from bucketpress.content.problem import Problem
from bucketpress_cli.importers.publication import ExportError
from bucketpress_cli.importers.xml_stream import XmlElement, elements

_HEAD_BYTES = 64 * 1024
_ADDRESS_BEGINS = ("/", "http://", "https://")
# What newsletters and feeds add to addresses to count visits, and no page is told by.
_TRACKING = "utm_"


@dataclass(frozen=True, slots=True, kw_only=True)
class OldEntry:
    """An address of the old site, decoded, with its query, and the id of a feed's entry; "" where there is none."""

    address: str
    id: str = ""


def read_old_entries(file: Path) -> tuple[OldEntry, ...]:
    """Return the entries of a sitemap, an RSS, Atom or JSON feed, or a list. Raises OSError and ExportError.

    A file without any is an error: what cannot be read must not pass for a site that has lost nothing.
    """
    with file.open("rb") as opened:
        head = opened.read(_HEAD_BYTES)
    if head.startswith(b"\x1f\x8b"):
        message = f"{file} is compressed: unpack it with gunzip."
        raise ExportError(message)
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    found = _json_entries(file) if is_json else _xml_entries(file, root) if (root := _root(head)) else _listed(file)
    entries = tuple(entry for entry in found if entry.address or entry.id)
    if not entries:
        message = f"{file} names no address. Save the old site's sitemap or feed again."
        raise ExportError(message)
    return entries


def read_old_addresses(file: Path) -> tuple[str, ...]:
    """Return the paths in a sitemap, a feed or a list, composed as ours are. Raises OSError and ExportError."""
    found = (entry.address.partition("?")[0] for entry in read_old_entries(file))
    return tuple(unicodedata.normalize("NFC", path) for path in found if path)


def _root(head: bytes) -> str:
    """Return the name of the element that a document begins with, "" where it is no XML."""
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name)
    with suppress(expat.ExpatError):
        parser.Parse(head, False)  # noqa: FBT003 - positional only
    return names[0] if names else "<" if head.lstrip().startswith(b"<") else ""


def _xml_entries(file: Path, root: str) -> Iterator[OldEntry]:
    name = root.rpartition(":")[2]
    if name == "sitemapindex":
        message = f"{file} only names other sitemaps: save those, and give them all."
        raise ExportError(message)
    if name not in _ENTRIES:
        message = f"{file} is neither a sitemap nor a feed that can be read."
        raise ExportError(message)
    wanted, read = _ENTRIES[name]
    with file.open("rb") as opened:
        try:
            yield from map(read, elements(opened, frozenset({wanted})))
        except ExportError as error:
            message = f"{file} cannot be read. {error}"
            raise ExportError(message) from error


def _url_entry(element: XmlElement) -> OldEntry:
    return OldEntry(address=_address(element.value("loc")))


def _atom_entry(element: XmlElement) -> OldEntry:
    links = [link.attributes for link in element.all("link")]
    link = next((each.get("href", "") for each in links if each.get("rel", "alternate") == "alternate"), "")
    return OldEntry(address=_address(link), id=element.value("id"))


def _rss_entry(element: XmlElement) -> OldEntry:
    link, guid = element.value("link"), element.value("guid")
    is_address = all(each.attributes.get("isPermaLink") != "false" for each in element.all("guid"))
    address = link or (guid if is_address and guid.startswith(_ADDRESS_BEGINS) else "")
    return OldEntry(address=_address(address), id=guid or link)


# What an entry is called, and how it is read, by the document's root.
_ENTRIES: dict[str, tuple[str, Callable[[XmlElement], OldEntry]]] = {
    "urlset": ("url", _url_entry),
    "feed": ("entry", _atom_entry),
    "rss": ("item", _rss_entry),
    "RDF": ("item", _rss_entry),
}


def _json_entries(file: Path) -> Iterator[OldEntry]:
    try:
        read = json.loads(file.read_bytes())
    except ValueError as error:
        message = f"{file} is not JSON: {error}."
        raise ExportError(message) from error
    items = read.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield OldEntry(address=_address(str(item.get("url") or "")), id=str(item.get("id") or ""))


def _listed(file: Path) -> Iterator[OldEntry]:
    decoded = decode(file.read_bytes())
    if isinstance(decoded, Problem):
        message = f"{file} is neither a sitemap nor a feed nor a list. {decoded}"
        raise ExportError(message)
    for number, line in enumerate(decoded.text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        address = line.split()[0]
        if not address.startswith(_ADDRESS_BEGINS):
            message = f"{file} has no address in line {number}, such as /2010/03/a-post/: {line[:80]}"
            raise ExportError(message)
        yield OldEntry(address=_address(address))


def _address(link: str) -> str:
    """Return an address decoded, without its host, and with its query where that may tell pages apart."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    query = parts.query
    if _TRACKING in query:
        pairs = parse_qsl(query, keep_blank_values=True)
        query = urlencode([(name, value) for name, value in pairs if not name.startswith(_TRACKING)])
    return (unquote(parts.path) or "/") + (f"?{query}" if query else "") if link.strip() else ""
