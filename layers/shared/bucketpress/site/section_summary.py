"""What a parent section shows of a child: the archive of its years, a year of its months, the tags of each tag."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def summary_of_whole(
    section: str, label: str, entries: Sequence[Entry], *, before: int, parts: Sequence[SectionSummary]
) -> SectionSummary | None:
    """Return what a parent shows of a section that lists some entries, the first `before` of which are in no part."""
    of_entries = summary_of_entries(section, label, entries)
    if of_entries is None:
        return None
    moments = [each.modified for each in (of_entries, *parts) if each.modified]
    count = before + sum(part.count for part in parts)
    return replace(of_entries, count=count, modified=max(moments, default=None))


def days_of(entries: Sequence[Entry]) -> str:
    """Return the label of a part of a month or year: the days of its newest and of its oldest post."""
    first, last = (entry.published.date().isoformat() for entry in (entries[0], entries[-1]) if entry.published)
    return f"{first}/{last}"


def bare(summary: SectionSummary) -> SectionSummary:
    """Return a summary that says only that there is the section."""
    return SectionSummary(section=summary.section, label="", count=0)


def parts_in_months(years: Sequence[SectionSummary]) -> tuple[SectionSummary, ...]:
    """Return what is below the months of some years, the newest first: the indexes of the sitemaps of their parts."""
    found = (part for year in years for month in year.detail for part in month.detail)
    return tuple(sorted(found, key=lambda part: part.section, reverse=True))
