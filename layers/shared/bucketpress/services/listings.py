"""Listings: the index as integrators see it. Nothing unpublished is in the rows it reads."""

import base64
import binascii
from dataclasses import dataclass

from bucketpress.content.post import Body, Entry
from bucketpress.errors import BucketpressError
from bucketpress.ports import PostIndex
from bucketpress.site.sections import ALL

_CURSOR_VERSION = "1"
ROWS_LOOKED_AT = 500


class InvalidCursorError(BucketpressError):
    """The cursor is not one that this listing gave."""


class NotPublishedError(BucketpressError):
    """No published post answers to the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """Some entries of a listing, newest first, and the cursor of those that follow (None at the end)."""

    entries: tuple[Entry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listings:
    """Reads published posts by listing and by slug."""

    index: PostIndex

    def site_url(self) -> str:
        """Give the site's origin, "" before the first source was published."""
        stored = self.index.settings()
        return stored.settings.url if stored else ""

    def page(self, *, tag: str | None, author: str | None, limit: int, cursor: str | None) -> ListingPage:
        """Return the newest published posts, of a tag or of an author, or both, that come after the cursor.

        Raises InvalidCursorError.
        """
        listing = f"tag:{tag}" if tag is not None else f"author:{author}" if author is not None else ALL
        bound = (tag or "", author or "")
        end = _read_cursor(cursor, bound) if cursor is not None else ""
        if tag is None or author is None:
            found = self.index.entries(listing, end=end, limit=limit + 1)
            more = len(found) > limit
            found = found[:limit]
            following = found[-1].position if more else None
        else:
            found, following = self._of_author(listing, author, end, limit)
        return ListingPage(entries=found, next_cursor=_write_cursor(following, bound) if following else None)

    def _of_author(self, listing: str, author: str, end: str, limit: int) -> tuple[tuple[Entry, ...], str | None]:
        """Read an author's rows of a listing, and where to go on.

        The rows looked at are bounded, whatever the size of the listing: a page may have fewer than asked, even none,
        and still a cursor.
        """
        found: list[Entry] = []
        for row in self.index.entries(listing, end=end, limit=ROWS_LOOKED_AT):
            end = row.position
            found += [row] if any(name.slug == author for name in row.authors) else []
            if len(found) == limit:
                break
        more = self.index.entries(listing, end=end, limit=1) if end else ()
        return tuple(found), end if more else None

    def post(self, slug: str) -> tuple[Entry, Body]:
        """Return the newest published post with a slug. Raises NotPublishedError."""
        entries = self.index.entries(f"slug:{slug}", limit=1)
        body = self.index.body(entries[0].key) if entries else None
        if body is None:
            raise NotPublishedError(slug)
        return entries[0], body


def _write_cursor(position: str, bound: tuple[str, str]) -> str:
    text = "\0".join((_CURSOR_VERSION, *bound, position))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, bound: tuple[str, str]) -> str:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidCursorError(cursor) from error
    version, _, rest = text.partition("\0")
    tag, _, rest = rest.partition("\0")
    author, _, position = rest.partition("\0")
    if version != _CURSOR_VERSION or (tag, author) != bound or not position:
        raise InvalidCursorError(cursor)
    return position
