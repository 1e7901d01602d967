"""Which sections of search have to look again after a change, as the cells are split now."""

from collections.abc import Iterable

from bucketpress.ports import PostIndex
from bucketpress.records.section_record import SectionRecord
from bucketpress.site.layout import search_section
from bucketpress.site.search.cells import SearchSpot, Split, cells_at

# How many cells are asked for at a time, from the widest on: few sites have more than these one in another.
CELLS_ASKED = 7


def sections_of_search(index: PostIndex, spots: Iterable[SearchSpot]) -> set[str]:
    """Return the sections that may differ after a change at some positions; read them after it was committed.

    The widest cell that is not split holds a position. Those above it change only if they may be split no longer: where
    a post has gone, and where its length decides. When one is split or put together after it was read here, its own
    commit sends those below, and the one that is put together once more.
    """
    sections: set[str] = set()
    left = [(spot, list(map(search_section, cells_at(spot.position)))) for spot in spots]
    while left:
        records = index.sections({name for _, names in left for name in names[:CELLS_ASKED]})
        left = [
            (spot, names[CELLS_ASKED:])
            for spot, names in left
            if not _add_sections(sections, spot, [records[name] for name in names[:CELLS_ASKED]])
        ]
    return sections


def _add_sections(sections: set[str], spot: SearchSpot, records: Iterable[SectionRecord]) -> bool:
    """Add those of some sections, the widest first, that may differ; return whether one was not split."""
    for record in records:
        if record.split is not Split.COUNT or spot.leaves:
            sections.add(record.name)
        if record.split is None:
            return True
    return False
