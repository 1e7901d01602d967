"""The call of an operation: the query it was asked with, and what the operation may use to answer it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from bucketpress.api.call_reads import CallReads
from bucketpress.api.cursors import Cursors
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.errors import BucketpressError
from bucketpress.ports import PostIndex
from bucketpress.site.layout import SITE_MAP, SiteMap

T = TypeVar("T")


class MovedPostError(BucketpressError):
    """The post is at another address of the API."""

    def __init__(self, location: str) -> None:
        """Store the address, from the host's root."""
        super().__init__(location)
        self.location = location


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryCall:
    """One call with a query, whatever answers it.

    `media_type` is the one of the route's that the client prefers; `pairs` is the query as written, `values` the query
    as understood.
    """

    cursors: Cursors
    path: str
    media_type: str
    pairs: Mapping[str, str]
    values: Mapping[str, object]

    def value(self, name: str, kind: type[T]) -> T | None:
        """Return a parameter's value, None when it was not given."""
        found = self.values.get(name)
        return found if isinstance(found, kind) else None

    def position(self) -> str:
        """Return the position that the cursor holds, "" without one. Raises ProblemError for another query's cursor."""
        cursor = self.value("cursor", str)
        return self.cursors.read(cursor, self._bound()) if cursor else ""

    def cursor_to(self, position: str | None) -> str | None:
        """Return the cursor for a position in the result of this query, None for None."""
        return self.cursors.write(position, self._bound()) if position is not None else None

    def next_page(self, cursor: str | None) -> str | None:
        """Return the address, from the host's root, of the page that begins at a cursor."""
        if cursor is None:
            return None
        kept = {name: value for name, value in self.pairs.items() if name not in {"cursor", "since"}}
        return address(self.path, {**kept, "cursor": cursor})

    def _bound(self) -> dict[str, str]:
        """Return what decides which items come in which order: a cursor is valid for exactly this."""
        free = {"cursor", "since", "limit", "fields", "include"}
        return {"": self.path} | {name: value for name, value in self.pairs.items() if name not in free}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(QueryCall):
    """One call of an operation on the index.

    `now` is the time before anything was read; `slug` is the variable part of the path.
    """

    reads: CallReads
    now: datetime
    slug: str = ""
    site_map: SiteMap = SITE_MAP

    @property
    def index(self) -> PostIndex:
        """The index itself."""
        return self.reads.index

    @property
    def settings(self) -> SiteSettings:
        """The settings of the site."""
        stored = self.reads.settings()
        return stored.settings if stored else SiteSettings(url="")


def address(path: str, pairs: Mapping[str, str]) -> str:
    """Return an address of this API; `path` is percent-encoded already."""
    return f"{path}?{urlencode(pairs)}" if pairs else path
