"""The record of one section."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bucketpress.content.pictures.encoding_fault import RefusedPicture
from bucketpress.content.pictures.picture_findings import PictureFindings
from bucketpress.content.pictures.variants import PictureVariants
from bucketpress.site.search.cells import Split
from bucketpress.site.section_summary import SectionSummary

# In an outbox it stands before the key of a source. No section is called so.
_SOURCE = "source:"
# The same before two positions: all parts that begin between them.
_PARTS = "parts-between:"


def source_to_publish(key: str) -> str:
    """Return how the outbox of a section names a source that has to be published again."""
    return _SOURCE + key


def parts_to_refresh(low: str, high: str) -> str:
    """Return how the outbox of a section names its parts that begin after one position and up to another."""
    return f"{_PARTS}{low}\n{high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRecord:
    """Everything the index knows of one section. A section never refreshed has revision 0.

    `artifacts` maps object keys to ETags, `written` the same keys to when each was last rewritten. `refreshed` are the
    moments of the last commits, oldest first, `began` is when the run that made the last of them began to read.
    `summary` is what its parent shows of it. `outbox` names the sections still to be refreshed because this one
    changed, behind `source:` the sources still to be published again, and behind `parts-between:` its own parts.
    `variants` are those of a picture that are finished, `refused` says why there are none of its present version.
    `findings` are what stood out in a picture when it was copied.
    `split` says that a cell of search is no segment itself, and why. `parts_until` is the position at which the newest
    of a month's or year's parts begins, "" where there are none: which parts there are is decided by it alone.
    `had_parts` says that there ever were any.
    """

    name: str
    revision: int = 0
    generation: str = ""
    artifacts: Mapping[str, str] = field(default_factory=dict)
    summary: SectionSummary | None = None
    outbox: frozenset[str] = frozenset()
    refreshed: tuple[datetime, ...] = ()
    began: datetime | None = None
    written: Mapping[str, datetime] = field(default_factory=dict)
    variants: PictureVariants | None = None
    split: Split | None = None
    refused: RefusedPicture | None = None
    findings: PictureFindings | None = None
    parts_until: str = ""
    had_parts: bool = False

    @property
    def waiting_sections(self) -> frozenset[str]:
        """Return the sections in the outbox."""
        return frozenset(name for name in self.outbox if not name.startswith((_SOURCE, _PARTS)))

    @property
    def waiting_parts(self) -> frozenset[tuple[str, str]]:
        """Return between which positions the parts in the outbox begin."""
        spans = (name.removeprefix(_PARTS).split("\n") for name in self.outbox if name.startswith(_PARTS))
        return frozenset((low, high) for low, high in spans)

    @property
    def waiting_sources(self) -> frozenset[str]:
        """Return the keys of the sources in the outbox."""
        return frozenset(name.removeprefix(_SOURCE) for name in self.outbox if name.startswith(_SOURCE))

    @property
    def refreshed_at(self) -> datetime | None:
        """Return when it was last refreshed, None if never."""
        return self.refreshed[-1] if self.refreshed else None
