"""Reads the rows that the sections of search are made from, and renders them; nothing where a site has no search."""

from collections.abc import Sequence
from typing import TypeAlias

from bucketpress.content.post import Entry
from bucketpress.ports import PostIndex
from bucketpress.services.refresh.contradiction import ContradictionError
from bucketpress.services.refresh.periods import span_of, within
from bucketpress.site.artifact import Artifact
from bucketpress.site.layout import ALL, PAGES
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.segment_writer import MAX_DOCUMENTS
from bucketpress.site.section_summary import SectionSummary

_Made: TypeAlias = tuple[Sequence[Artifact], SectionSummary | None]


def search_of_month(index: PostIndex, renderer: Renderer, name: str, month: str) -> _Made:
    """Render what search knows of the posts of one month (`2010-03`)."""
    if not renderer.settings.search:
        return (), None
    start, end = span_of(month)
    # The span is a little longer than the month.
    rows = index.entries(ALL, start=start, end=end, limit=2 * MAX_DOCUMENTS)
    return _segment(index, renderer, name, within(month, rows)[:MAX_DOCUMENTS])


def search_of_pages(index: PostIndex, renderer: Renderer, name: str) -> _Made:
    """Render what search knows of the pages."""
    if not renderer.settings.search:
        return (), None
    return _segment(index, renderer, name, index.entries(PAGES, limit=MAX_DOCUMENTS))


def search_manifest(index: PostIndex, renderer: Renderer, name: str) -> _Made:
    """Render the manifest: its children are the segments, which show their ETags of themselves."""
    return (renderer.search(index.children(name)), None) if renderer.settings.search else ((), None)


def _segment(index: PostIndex, renderer: Renderer, name: str, entries: Sequence[Entry]) -> _Made:
    bodies = index.bodies([entry.key for entry in entries], markdown=False)
    if len(bodies) < len(entries):
        raise ContradictionError
    made = renderer.segment(name, [Item(entry=entry, body=bodies[entry.key]) for entry in entries])
    if not made:
        return (), None
    return made, SectionSummary(section=name, label=made[0].etag, count=len(entries))
