"""Reads the rows that the sections of search are made from, and renders them; nothing where a site has no search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bucketpress.content.post import Body, Entry
from bucketpress.ports import PostIndex
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.refresh.contradiction import ContradictionError
from bucketpress.site.artifact import Artifact
from bucketpress.site.layout import SEARCH, CellSubject, parse_section, search_section
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import (
    Split,
    bounds_of,
    cell_above,
    cells_at,
    is_narrowest,
    search_position,
)
from bucketpress.site.search.segment_writer import MAX_DOCUMENTS
from bucketpress.site.section_summary import SectionSummary

# How many times as many posts as a segment may have are found until a cell that was split is replaced by those below.
KEPT_FOR_A_MOMENT = 2

_Made: TypeAlias = tuple[Sequence[Artifact], SectionSummary | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCell:
    """What a cell is: a segment, split, or nothing.

    A cell that has just been split is both, as long as not all of those below are made: no post is to be missed in
    between. `follow` are the sections to refresh once more until that is over.
    """

    artifacts: Sequence[Artifact] = ()
    summary: SectionSummary | None = None
    split: Split | None = None
    follow: frozenset[str] = frozenset()


def search_of_cell(index: PostIndex, renderer: Renderer, cell: str) -> MadeCell:
    """Render what search knows of the posts of a cell: nothing unless the cell above is split and this one is not.

    Whether the one above is split is read as it was committed, which sends this section when that changes. A bounded
    number of rows and bodies is read, whatever a cell has.
    """
    if not renderer.settings.search:
        return MadeCell()
    start, end = bounds_of(cell)
    is_last = is_narrowest(cell)
    most = MAX_DOCUMENTS if is_last else renderer.segment_limits.posts
    found = index.entries(SEARCH, start=start, end=end, limit=most + 1)
    entries, name = found[:most], search_section(cell)
    is_many = len(found) > most and not is_last
    keys = [] if is_many else [entry.key for entry in entries]
    # After the cell's own record, and no matter whether before its rows.
    bodies, parent = _with_cell_above(index, keys, cell)
    if parent is not None and parent.split is None:
        return MadeCell()
    told = frozenset({parent.name} if parent is not None and _is_leaving(parent) else ())
    items = () if is_many else _items(bodies, entries)
    made = renderer.segment(name, items, is_last=is_last)
    split = Split.COUNT if is_many else Split.SIZE if items and not made else None
    # Where it was a segment, or takes the place of one, no post of that is to be missed before those below are made.
    if split and (told or index.section(name).summary is not None):
        limit = min(KEPT_FOR_A_MOMENT * most, MAX_DOCUMENTS)
        entries = index.entries(SEARCH, start=start, end=end, limit=limit)
        unmade = _unmade_below(index, cell, entries)
        bodies = index.bodies([entry.key for entry in entries], markdown=False) if unmade else {}
        made = renderer.segment(name, _items(bodies, entries), is_last=True) if unmade else ()
        told |= unmade
    summary = SectionSummary(section=name, label=made[0].etag, count=len(entries)) if made else None
    return MadeCell(artifacts=made, summary=summary, split=split, follow=told)


def _with_cell_above(
    index: PostIndex, keys: Sequence[str], cell: str
) -> tuple[Mapping[str, Body], SectionRecord | None]:
    """Return bodies of posts, and the record of the cell above, None for a widest one."""
    above = cell_above(cell)
    if above is not None:
        return index.bodies_and_section(keys, search_section(above))
    return index.bodies(keys, markdown=False) if keys else {}, None


def _items(bodies: Mapping[str, Body], entries: Sequence[Entry]) -> Sequence[Item]:
    if len(bodies) < len(entries):
        raise ContradictionError
    return [Item(entry=entry, body=bodies[entry.key]) for entry in entries]


def _is_leaving(record: SectionRecord) -> bool:
    """Return whether a cell is split and still a segment: until those below are made."""
    return record.split is not None and record.summary is not None


def _unmade_below(index: PostIndex, cell: str, entries: Sequence[Entry]) -> frozenset[str]:
    """Return which sections below a cell that is split are not made yet."""
    below = {cells_at(search_position(entry)) for entry in entries}
    records = index.sections({search_section(cells[cells.index(cell) + 1]) for cells in below})
    return frozenset(name for name, record in records.items() if record.summary is None and record.split is None)


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
