"""The receipt: what the author is told about one upload."""

from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was read out of a source, whether readers see it or not; of `site.yaml` only the title.

    `goes_live` is from when readers see it where that is not `published`. `tags` are labels, `authors` names.
    """

    title: str
    slug: str
    published: datetime | None = None
    goes_live: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the author is told about one upload.

    `last_good` says that the newest version cannot be published and an older one is live instead; then `understood` is
    what was read out of the older one and `problems` are those of the newest. `note` is one plain sentence about the
    outcome. `version` is the newest version, "" when the source is removed.

    `asked_at` is when the event was sent or the source came due, None where that is not known; `since` is when the
    outcome was first committed and `at` when it last was. `sections` are those touched, without those that
    are looked up afterwards and the parents that are sent by their children; `unlisted` counts the sections that there
    was no room for.
    """

    note: str
    problems: tuple[Problem, ...] = ()
    last_good: bool = False
    understood: Understood | None = None
    version: str = ""
    asked_at: datetime | None = None
    since: datetime | None = None
    at: datetime | None = None
    sections: tuple[str, ...] = ()
    unlisted: int = 0
