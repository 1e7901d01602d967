"""The manifest: which segments there are, and what a search needs to know of the site itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.layout import segment_key
from bucketpress.site.search.cells import bounds_of, is_below
from bucketpress.site.section_summary import SectionSummary

VERSION = 2
# Of an ETag: enough to tell the versions of one object apart. The manifest is read and written often.
ETAG_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSegment:
    """A segment as the manifest lists it: its key, how its ETag begins, how many posts it has, and its cell.

    Older manifests do not tell the cell.
    """

    key: str
    etag: str
    count: int
    cell: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The segments, oldest first; the site's address without a final slash, its language."""

    url: str
    language: str
    segments: tuple[ListedSegment, ...]


def write_manifest(settings: SiteSettings, segments: Mapping[str, SectionSummary]) -> bytes:
    """Return the manifest of some segments, given by cell, in any order.

    While cells become one, that one is listed and they are still: then it alone counts, so that nothing is found twice.
    """
    cells = frozenset(segments)
    apart = sorted((cell for cell in cells if not is_below(cell, cells)), key=bounds_of)
    members = {
        "version": VERSION,
        "url": settings.url,
        "language": settings.language,
        "documents": sum(segments[cell].count for cell in apart),
        "segments": [[cell, segments[cell].label[:ETAG_CHARACTERS], segments[cell].count] for cell in apart],
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def read_manifest(data: bytes) -> Manifest:
    """Read what `write_manifest` wrote. Raises ValueError for what is none: a withdrawn one says that it is gone."""
    members = json.loads(data)
    version = members.get("version") if isinstance(members, dict) else None
    if version not in {1, VERSION}:
        message = "this is not the manifest of a search index"
        raise ValueError(message)
    # Version 1 has keys. It is what there is after an upgrade, until the rebuild comes to the manifest.
    segments = (
        ListedSegment(key=name, etag=etag, count=count)
        if version == 1
        else ListedSegment(key=segment_key(name), etag=etag, count=count, cell=name)
        for name, etag, count in members["segments"]
    )
    return Manifest(url=members["url"], language=members["language"], segments=tuple(segments))
