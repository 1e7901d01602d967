"""What every operation is given, and the query it was asked with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from bucketpress.api.cursors import Cursors
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.errors import BucketpressError
from bucketpress.ports import PostIndex

T = TypeVar("T")


class MovedPostError(BucketpressError):
    """The post asked for is at another address of the API."""

    def __init__(self, location: str) -> None:
        """Keep where to."""
        super().__init__(location)
        self.location = location


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of an operation. `now` is the clock before anything was read; `accept` the header, if there is one.

    `pairs` is the query as written, `values` as understood; `slug` the part of the path that varies.
    """

    index: PostIndex
    cursors: Cursors
    settings: SiteSettings
    now: datetime
    path: str
    pairs: Mapping[str, str]
    values: Mapping[str, object]
    accept: str | None = None
    slug: str = ""

    def value(self, name: str, kind: type[T]) -> T | None:
        """Return a parameter's value, None when it was not given."""
        found = self.values.get(name)
        return found if isinstance(found, kind) else None

    def place(self) -> str:
        """Return where to go on, "" for the beginning. Raises ProblemError for a cursor of another query."""
        cursor = self.value("cursor", str)
        return self.cursors.read(cursor, self._bound()) if cursor else ""

    def cursor_to(self, place: str | None) -> str | None:
        """Return the cursor for a place of this query."""
        return self.cursors.write(place, self._bound()) if place is not None else None

    def next_page(self, cursor: str | None) -> str | None:
        """Return the address, from the host's root, of the page a cursor leads to."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.pairs.items() if name not in {"cursor", "since"}}
        return address(self.path, {**kept, "cursor": cursor})

    def _bound(self) -> dict[str, str]:
        """Return what decides which items come in which order: a cursor is good for nothing else."""
        free = {"cursor", "since", "limit", "fields", "include"}
        return {"": self.path} | {name: value for name, value in self.pairs.items() if name not in free}


def address(path: str, pairs: Mapping[str, str]) -> str:
    """Write an address of this API; `path` is percent-encoded already."""
    return f"{path}?{urlencode(pairs)}" if pairs else path
