"""Reads the rows that the sections of search are made from, and renders them; nothing where a site has no search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bucketpress.ports import PostIndex
from bucketpress.services.refresh.contradiction import ContradictionError
from bucketpress.site.artifact import Artifact
from bucketpress.site.layout import SEARCH, CellSubject, parse_section, search_section
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import Split, bounds_of, cell_above, is_narrowest
from bucketpress.site.search.segment_writer import MAX_DOCUMENTS
from bucketpress.site.section_summary import SectionSummary

_Made: TypeAlias = tuple[Sequence[Artifact], SectionSummary | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCell:
    """What a cell is: a segment, split, or nothing."""

    artifacts: Sequence[Artifact] = ()
    summary: SectionSummary | None = None
    split: Split | None = None


def search_of_cell(index: PostIndex, renderer: Renderer, cell: str) -> MadeCell:
    """Render what search knows of the posts of a cell: nothing unless the cell above is split and this one is not.

    Whether the one above is split is read as it was committed, which sends this section when that changes. A bounded
    number of rows and bodies is read, whatever a cell has.
    """
    above = cell_above(cell)
    if not renderer.settings.search or (above is not None and index.section(search_section(above)).split is None):
        return MadeCell()
    start, end = bounds_of(cell)
    is_last = is_narrowest(cell)
    most = MAX_DOCUMENTS if is_last else renderer.segment_limits.posts
    entries = index.entries(SEARCH, start=start, end=end, limit=most + 1)
    if len(entries) > most and not is_last:
        return MadeCell(split=Split.COUNT)
    keys = [entry.key for entry in entries[:most]]
    bodies = index.bodies(keys, markdown=False)
    if len(bodies) < len(keys):
        raise ContradictionError
    name = search_section(cell)
    items = [Item(entry=entry, body=bodies[entry.key]) for entry in entries[:most]]
    made = renderer.segment(name, items, is_last=is_last)
    if not made:
        return MadeCell(split=Split.SIZE if items else None)
    return MadeCell(artifacts=made, summary=SectionSummary(section=name, label=made[0].etag, count=len(items)))


def search_manifest(index: PostIndex, renderer: Renderer, name: str) -> _Made:
    """Render the manifest: its children are the segments, which show their ETags of themselves."""
    if not renderer.settings.search:
        return (), None
    return renderer.search({_cell_of(summary.section): summary for summary in index.children(name)}), None


def _cell_of(section: str) -> str:
    subject = parse_section(section).subject
    if not isinstance(subject, CellSubject):
        raise TypeError(section)
    return subject.cell
