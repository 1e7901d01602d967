"""What a parent section shows of a child: the archive of its years, a year of its months, the tags of each tag."""

from dataclasses import dataclass
from datetime import datetime


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
