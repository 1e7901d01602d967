"""The site map: the sections of a site, their names, their parents, and the artifacts each may have."""

import re
from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.paths import OWN_SEGMENT, artifact_key, twin_key

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
# How stylesheets begin, the only artifacts whose names no section's name tells.
STYLESHEETS = f"{OWN_SEGMENT}/style."
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
_HTML_ENDINGS = (".html", ".htm")


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


def path_section(path: str) -> str:
    """Return the section of the page or asset at `path`.

    The path alone decides, so that a page and an asset that want one path are decided between in one section.
    """
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    return f"asset:{path}" if dot and extension.lower() not in {"html", "htm"} else f"post:{path}"


SITE_WIDE = (
    *(f"head:{ALL}", ARCHIVE_DIRECTORY, TAG_DIRECTORY, AUTHOR_DIRECTORY, PAGE_DIRECTORY, SITE),
    *map(path_section, FORMER_FEEDS),
)


def head_section(listing: str) -> str:
    """Return the section of a listing's front page and feeds."""
    return f"head:{listing}"


def year_section(listing: str, year: int) -> str:
    """Return the section of one year of a listing."""
    return f"period:{listing}:{year:04d}"


def month_section(month: str) -> str:
    """Return the section of one month (`2010-03`) of all posts."""
    return f"period:{ALL}:{month}"


def month_of(moment: datetime) -> str:
    """Return the month of an aware local datetime as `2010-03`."""
    return f"{moment.year:04d}-{moment.month:02d}"


def parse_section(name: str) -> Section:
    """Return the section of a name. Raises ValueError for a name that no function here returns."""
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
    """Return the section an object of the site bucket belongs to, or would belong to where it is a stray one."""
    if key in _SITE_ARTIFACTS or key.startswith(STYLESHEETS):
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
    """Return the section that shows this one's count, None at the top."""
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


def is_page(path: str) -> bool:
    """Return whether a path is a page's, which has a Markdown twin; any other is a file's."""
    return artifact_key(path).lower().endswith(_HTML_ENDINGS)


def post_keys(path: str) -> tuple[str, ...]:
    """Return the artifacts of a path: the page and its Markdown twin, or a single file."""
    return (artifact_key(path), twin_key(path)) if is_page(path) else (artifact_key(path),)


def head_keys(listing: str) -> tuple[str, str, str, str]:
    """Return the artifacts of a listing's head: the page, then RSS, Atom and JSON Feed."""
    page = artifact_key(listing_path(listing))
    folder = page.removesuffix("index.html")
    return page, f"{folder}feed.xml", f"{folder}atom.xml", f"{folder}feed.json"


def year_keys(listing: str, year: int) -> tuple[str]:
    """Return the artifact of one year of a listing."""
    return (artifact_key(year_path(listing, year)),)


def month_keys(year: int, month: int) -> tuple[str, str]:
    """Return the artifacts of one month of all posts: the page and its sitemap."""
    return artifact_key(month_path(year, month)), f"sitemap-{year:04d}-{month:02d}.xml"


def directory_keys(name: str) -> tuple[str, ...]:
    """Return the artifacts of a directory: archive, tags, authors or pages. Raises KeyError for any other."""
    return {
        "archive": ("archive/index.html", "sitemap.xml"),
        "tags": ("tags/index.html",),
        "authors": ("authors/index.html",),
        "pages": ("sitemap-pages.xml",),
    }[name]


def feed_paths(listing: str) -> tuple[str, str, str]:
    """Return the paths of a listing's feeds: RSS, Atom, JSON Feed."""
    folder = listing_path(listing)
    return f"{folder}feed.xml", f"{folder}atom.xml", f"{folder}feed.json"


def listing_path(listing: str) -> str:
    """Return the path of a listing's front page: `/`, `/tags/voip/`, `/authors/jane-doe/`."""
    if listing == ALL:
        return "/"
    kind, _, slug = listing.partition(":")
    return f"/{kind}s/{slug}/"


def year_path(listing: str, year: int) -> str:
    """Return the path of one year of a listing: `/2010/`, `/tags/voip/2010/`."""
    return f"{listing_path(listing)}{year:04d}/"


def month_path(year: int, month: int) -> str:
    """Return the path of one month of all posts."""
    return f"/{year:04d}/{month:02d}/"
