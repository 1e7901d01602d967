"""What an export of another system holds, in plain values: a site, its posts and pages, its pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bucketpress.errors import BucketpressError


class ExportError(BucketpressError):
    """An export cannot be read."""


class TooLargeError(ExportError):
    """A file of an export is larger than one that is held in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that an import does not take along: `kind` is what such have in common, `fix` what can be done."""

    kind: str
    what: str
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSite:
    """What is said of a site as a whole.

    `redirects` are old addresses and where they lead, those ending in `*` whole folders. `authors` are names by the
    last part of their addresses. `media_hosts` are hosts that serve the site's own pictures under other addresses.
    `menu` are labels and where they lead.
    """

    title: str = ""
    url: str = ""
    description: str = ""
    language: str = ""
    timezone: str = ""
    authors: Mapping[str, str] = field(default_factory=dict)
    redirects: tuple[tuple[str, str], ...] = ()
    media_hosts: frozenset[str] = frozenset()
    menu: tuple[tuple[str, str], ...] = ()
    typographic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPost:
    """A post or page. `path` is the address it had, "" where that is not known; `id` identifies it in feeds.

    `held` says in a word why readers do not see it, "" where they do. Dates are aware. `html` is its text. `canonical`
    is the address that the post names as its original one.
    """

    title: str
    html: str
    slug: str = ""
    path: str = ""
    id: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    is_page: bool = False
    held: str = ""
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    summary: str = ""
    image: str = ""
    image_alt: str = ""
    aliases: tuple[str, ...] = ()
    featured: bool = False
    canonical: str = ""
    losses: tuple[Loss, ...] = ()


class Export(Protocol):
    """An export that can be read several times, post by post."""

    def site(self) -> ImportedSite:
        """Return what is said of the site."""
        ...

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts and pages, in an order that is always the same."""
        ...

    def losses(self) -> Iterator[Loss]:
        """Yield what is left out besides what posts themselves lose."""
        ...

    def picture(self, path: str) -> bytes | None:
        """Return a picture that the export holds, by the path it had on the site."""
        ...
