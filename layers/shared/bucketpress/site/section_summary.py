"""What a parent section shows of a child: the archive of its years, a year of its months, the tags of each tag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.post import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSummary:
    """A child section as its parent shows it: how it is called and how many posts it has.

    `modified` is the latest change in it by the posts' own account, `detail` the children of the child.
    """

    section: str
    label: str
    count: int
    modified: datetime | None = None
    detail: "tuple[SectionSummary, ...]" = ()


def summary_of_entries(section: str, label: str, entries: Sequence[Entry]) -> SectionSummary | None:
    """Return what a parent shows of a section that lists some entries, None where it has none."""
    modified = max((entry.modified for entry in entries if entry.modified), default=None)
    return SectionSummary(section=section, label=label, count=len(entries), modified=modified) if entries else None


def summary_of_children(
    section: str, label: str, children: Sequence[SectionSummary], detail: Sequence[SectionSummary] = ()
) -> SectionSummary | None:
    """Return what a parent shows of a section from what its own children count, None where they count nothing."""
    count = sum(child.count for child in children)
    if not count:
        return None
    modified = max((child.modified for child in children if child.modified), default=None)
    return SectionSummary(section=section, label=label, count=count, modified=modified, detail=tuple(detail))
