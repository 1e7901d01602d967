"""The manifest: which segments there are, and what a search needs to know of the site itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.section_summary import SectionSummary

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSegment:
    """A segment as the manifest lists it: the key of its object, the ETag of its bytes, how many posts it has."""

    key: str
    etag: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The segments, oldest first; the site's address without a final slash, its language."""

    url: str
    language: str
    segments: tuple[ListedSegment, ...]


def write_manifest(settings: SiteSettings, segments: Sequence[tuple[str, SectionSummary]]) -> bytes:
    """Return the manifest of some segments, given by key."""
    members = {
        "version": VERSION,
        "url": settings.url,
        "language": settings.language,
        "documents": sum(summary.count for _, summary in segments),
        "segments": [[key, summary.label, summary.count] for key, summary in segments],
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def read_manifest(data: bytes) -> Manifest:
    """Read what `write_manifest` wrote. Raises ValueError for what is none: a withdrawn one says that it is gone."""
    members = json.loads(data)
    if not isinstance(members, dict) or members.get("version") != VERSION:
        message = "this is not the manifest of a search index"
        raise ValueError(message)
    segments = (ListedSegment(key=key, etag=etag, count=count) for key, etag, count in members["segments"])
    return Manifest(url=members["url"], language=members["language"], segments=tuple(segments))
