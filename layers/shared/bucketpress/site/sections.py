"""The sections of a site: their names, their parents, and which of them a changed post touches."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.keys import SourceKind, claim_path
from bucketpress.content.post import Entry
from bucketpress.site.identity import slug_name

ALL = "all"
PAGES = "pages"
SITE = "site"
ARCHIVE_DIRECTORY = "directory:archive"
TAG_DIRECTORY = "directory:tags"
AUTHOR_DIRECTORY = "directory:authors"
PAGE_DIRECTORY = "directory:pages"
# Where other systems put their feeds, and where ours are: subscribers of a site that has moved here find them. A source
# published at one of these paths has it; only where there never was one do they lead on.
FORMER_FEEDS = {
    "/feed/": "/feed.xml",
    "/rss/": "/feed.xml",
    "/rss.xml": "/feed.xml",
    "/index.xml": "/feed.xml",
    "/feeds/all.atom.xml": "/atom.xml",
}
# The folder of stylesheets, the only artifacts whose names no section's name tells.
ASSETS = "assets/"

_SITE_ARTIFACTS = {"404.html", "robots.txt", "llms.txt"}
_HEAD_ARTIFACTS = {"index.html", "feed.xml", "atom.xml", "feed.json"}
_DIRECTORY_ARTIFACTS = {
    "archive/index.html": ARCHIVE_DIRECTORY,
    "sitemap.xml": ARCHIVE_DIRECTORY,
    "tags/index.html": TAG_DIRECTORY,
    "authors/index.html": AUTHOR_DIRECTORY,
    "sitemap-pages.xml": PAGE_DIRECTORY,
}
_SITEMAP = re.compile(r"sitemap-(\d{4}-\d{2})\.xml")
_LISTING = re.compile(r"(tag|author)s/([^/]+)(?:/(\d{4}))?")
_PERIOD = re.compile(r"(\d{4})(?:/(\d{2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section's name taken apart.

    `subject` is a path for `post` and `asset`, a listing for `head` and `period`, a name for `directory`.
    `month` is None for a year; both are None for everything but a `period`.
    """

    kind: str
    subject: str = ""
    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the order of all posts, with the month (`2010-03`) whose archive page lists it."""

    month: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a commit makes stale: sections by name, and spots whose neighbours must be looked up afterwards."""

    sections: frozenset[str] = frozenset()
    spots: frozenset[Spot] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What readers see of a published post: its entry, and a digest of its body."""

    entry: Entry
    body_digest: str


def path_section(path: str) -> str:
    """Name the section of whatever is published at `path`, a page or an asset.

    The path alone decides, so that a page and an asset that want one path are decided between in one section.
    """
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    return f"asset:{path}" if dot and extension.lower() not in {"html", "htm"} else f"post:{path}"


SITE_WIDE = (
    *(f"head:{ALL}", ARCHIVE_DIRECTORY, TAG_DIRECTORY, AUTHOR_DIRECTORY, PAGE_DIRECTORY, SITE),
    *map(path_section, FORMER_FEEDS),
)


def head_section(listing: str) -> str:
    """Name the section of a listing's front page and feeds."""
    return f"head:{listing}"


def year_section(listing: str, year: int) -> str:
    """Name the section of one year of a listing."""
    return f"period:{listing}:{year:04d}"


def month_section(month: str) -> str:
    """Name the section of one month (`2010-03`) of all posts."""
    return f"period:{ALL}:{month}"


def month_of(moment: datetime) -> str:
    """Return the month of an aware local datetime as `2010-03`."""
    return f"{moment.year:04d}-{moment.month:02d}"


def parse_section(name: str) -> Section:
    """Take a section's name apart. Raises ValueError for a name no function here makes."""
    kind, _, rest = name.partition(":")
    if kind in {"post", "asset"} and rest.startswith("/"):
        return Section(kind=kind, subject=rest)
    if (kind == "head" and rest) or name in SITE_WIDE:
        return Section(kind=kind, subject=rest)
    if kind == "period":
        listing, _, period = rest.rpartition(":")
        year, _, month = period.partition("-")
        if listing and year.isdecimal() and (not month or (month.isdecimal() and listing == ALL)):
            return Section(kind=kind, subject=listing, year=int(year), month=int(month) if month else None)
    message = f"{name!r} is not the name of a section"
    raise ValueError(message)


def section_of_artifact(key: str) -> str:
    """Name the section an object of the site bucket belongs to; for a stray object, the one it would belong to."""
    if key in _SITE_ARTIFACTS or key.startswith(ASSETS):
        return SITE
    if match := _SITEMAP.fullmatch(key):
        return month_section(match[1])
    folder, _, name = key.rpartition("/")
    if key in _DIRECTORY_ARTIFACTS:
        return _DIRECTORY_ARTIFACTS[key]
    if name in _HEAD_ARTIFACTS:
        if not folder:
            return head_section(ALL)
        if match := _LISTING.fullmatch(folder):
            listing = f"{match[1]}:{match[2]}"
            return year_section(listing, int(match[3])) if match[3] else head_section(listing)
        if match := _PERIOD.fullmatch(folder):
            return month_section(f"{match[1]}-{match[2]}") if match[2] else year_section(ALL, int(match[1]))
    page = key.removesuffix(".md") if key.lower().endswith((".html.md", ".htm.md")) else key
    for index in ("index.html", "index.md"):
        if name == index:
            page = f"{folder}/"
    return path_section(f"/{page}")


def parent_section(name: str) -> str | None:
    """Name the section that shows this one's count, None at the top of a chain."""
    section = parse_section(name)
    if section.kind == "period" and section.year is not None:
        if section.month is not None:
            return year_section(ALL, section.year)
        return ARCHIVE_DIRECTORY if section.subject == ALL else head_section(section.subject)
    if section.kind == "head" and section.subject.startswith("tag:"):
        return TAG_DIRECTORY
    if section.kind == "head" and section.subject.startswith("author:"):
        return AUTHOR_DIRECTORY
    return ARCHIVE_DIRECTORY if name == PAGE_DIRECTORY else None


def rank(name: str) -> int:
    """Order sections so that pages come before the links to them, and children before parents."""
    if name == SITE:
        return 0
    section = parse_section(name)
    if section.kind in {"post", "asset"}:
        return 1
    if section.kind == "period":
        return 2 if section.month is not None else 3
    return 4 if section.kind == "head" else 5 if name != ARCHIVE_DIRECTORY else 6


def listings_of(entry: Entry) -> frozenset[str]:
    """Name the listings a published source is a row of."""
    if entry.kind is SourceKind.ASSET:
        return frozenset()
    if entry.kind is SourceKind.PAGE:
        return frozenset({PAGES})
    tags = (f"tag:{tag.slug}" for tag in entry.tags)
    authors = (f"author:{author.slug}" for author in entry.authors)
    return frozenset({ALL, slug_name(entry.slug), *tags, *authors})


def touched(old: Shown | None, new: Shown | None) -> Touched:
    """Say what becomes stale when readers' view of a source goes from `old` to `new`; None is "not published"."""
    shown = [view for view in (old, new) if view is not None]
    if _seen(old) == _seen(new) and (old is None or new is None or old.body_digest == new.body_digest):
        return Touched()
    sections: set[str] = set()
    for view in shown:
        sections |= sections_showing(view.entry)
    if _as_neighbour(old) == _as_neighbour(new):
        return Touched(sections=frozenset(sections))
    # The counts that travel upwards may end as they were, while the years before and after have changed.
    sections |= {year_section(ALL, year) for view in shown if (year := _year_of(view.entry)) is not None}
    return Touched(sections=frozenset(sections), spots=frozenset(_spots(view.entry for view in shown)))


def sections_of_neighbour(neighbour: Entry, month: str) -> set[str]:
    """Name the sections that link to a spot in `month` from its neighbour.

    A neighbour in another month is what that month's archive page links to as previous or next; likewise a year.
    """
    sections = {path_section(claim_path(neighbour.path))}
    if neighbour.published is None:
        return sections
    other = month_of(neighbour.published)
    if other != month:
        sections.add(month_section(other))
    if other[:4] != month[:4]:
        sections.add(year_section(ALL, neighbour.published.year))
    return sections


def sections_showing(entry: Entry) -> set[str]:
    """Name every section that shows a published source's entry itself."""
    sections = {path_section(claim_path(entry.path))}
    if entry.kind is SourceKind.PAGE:
        return sections | {PAGE_DIRECTORY}
    if entry.kind is SourceKind.ASSET or entry.published is None:
        return sections
    sections |= {head_section(ALL), month_section(month_of(entry.published))}
    for listing in listings_of(entry):
        if listing.startswith(("tag:", "author:")):
            sections |= {head_section(listing), year_section(listing, entry.published.year)}
    return sections


def _spots(entries: Iterable[Entry]) -> set[Spot]:
    return {
        Spot(month=month_of(entry.published), position=entry.position)
        for entry in entries
        if entry.published is not None and entry.kind is SourceKind.POST
    }


def _year_of(entry: Entry) -> int | None:
    return entry.published.year if entry.published is not None and entry.kind is SourceKind.POST else None


def _seen(view: Shown | None) -> str | None:
    # By text: two datetimes of one instant are equal in Python, yet may fall into different months of two zones.
    return None if view is None else repr(view.entry.local())


def _as_neighbour(view: Shown | None) -> tuple[str, str, str] | None:
    if view is None or view.entry.published is None:
        return None
    return view.entry.path, view.entry.title, f"{month_of(view.entry.published)} {view.entry.position}"
