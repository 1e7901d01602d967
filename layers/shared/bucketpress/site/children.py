"""What a parent section shows of a child: the archive of its years, a year of its months, the tags of each tag."""

from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child section as its parent shows it: how it is called and how many posts it has.

    `modified` is the latest change in it by the posts' own account, `detail` the children of the child.
    """

    section: str
    label: str
    count: int
    modified: datetime | None = None
    detail: "tuple[Child, ...]" = ()


class ChildJson(TypedDict):
    """A child as plain data, ready for JSON."""

    section: str
    label: str
    count: int
    modified: NotRequired[str]
    detail: "NotRequired[list[ChildJson]]"


def child_to_json(child: Child) -> ChildJson:
    """Return a child as plain data; equal children give equal data."""
    data = ChildJson(section=child.section, label=child.label, count=child.count)
    if child.modified is not None:
        data["modified"] = child.modified.isoformat()
    if child.detail:
        data["detail"] = [child_to_json(part) for part in child.detail]
    return data


def child_from_json(data: ChildJson) -> Child:
    """Return the child that `child_to_json` made the data of."""
    return Child(
        section=data["section"],
        label=data["label"],
        count=int(data["count"]),
        modified=datetime.fromisoformat(data["modified"]) if "modified" in data else None,
        detail=tuple(child_from_json(part) for part in data.get("detail", ())),
    )
