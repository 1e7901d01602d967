"""The site map: the table of every kind of section, and what each has.

How a section's name is written and read, which artifacts it has, its parent, its rank and its delay stand here and
nowhere else; `site_map` derives both directions from it. This module and what it imports know nothing of sources, so
that `content` may ask it which paths are taken.
"""

from functools import lru_cache

from bucketpress.site.artifact_keys import (
    artifact_key,
    claim_path,
    is_page,
    is_twin,
    looks_like_file,
    page_keys,
    path_keys,
    twin_key,
    without_index,
)
from bucketpress.site.feeds.formats import FEED_FORMATS
from bucketpress.site.section_kinds import (
    SHARED_DELAY_SECONDS,
    CellSubject,
    ListingSubject,
    MonthSubject,
    PartSubject,
    PathSubject,
    PictureSubject,
    Section,
    SectionKind,
    YearSubject,
    known_beginning,
)
from bucketpress.site.site_map import SiteMap, month_of

__all__ = [
    "SHARED_DELAY_SECONDS",
    "CellSubject",
    "ListingSubject",
    "MonthSubject",
    "PartSubject",
    "PathSubject",
    "PictureSubject",
    "Section",
    "SectionKind",
    "SiteMap",
    "YearSubject",
    "artifact_key",
    "claim_path",
    "is_page",
    "is_twin",
    "looks_like_file",
    "month_of",
    "page_keys",
    "path_keys",
    "twin_key",
    "without_index",
]

ALL = "all"
PAGES = "pages"
TAG = "tag:"
AUTHOR = "author:"
SITE = "site"
PARTS = "parts"
PARTS_OF_MONTH = f"{PARTS}:{ALL}:{{year}}-{{month}}"
ARCHIVE_DIRECTORY = "directory:archive"
TAG_DIRECTORY = "directory:tags"
AUTHOR_DIRECTORY = "directory:authors"
PAGE_DIRECTORY = "directory:pages"
# What has no address of its own choosing: our stylesheets and the files beside posts. No author names a folder so.
OWN_SEGMENT = "_bucketpress"
API_SEGMENT = "v1"
STYLESHEET = f"{OWN_SEGMENT}/style.{{digest}}.css"
# Smaller versions of the picture at a path; the digest is of what they were made from.
VARIANT = f"{OWN_SEGMENT}/variants{{picture}}/{{digest}}-{{width}}.webp"
COVER = f"{OWN_SEGMENT}/variants{{picture}}/{{digest}}-cover.jpg"
SEARCH = "search"
# Below it is what search reads. The distribution gives none of it to readers.
SEARCH_SEGMENT = "_search"
SEGMENT = f"{SEARCH_SEGMENT}/{{cell}}.segment"
SEARCH_MANIFEST = f"{SEARCH_SEGMENT}/manifest.json"
SEARCH_PAGE = "search/index.html"

# Pages and assets come before the links to them, and children before their parents.
_SITE_RANK, _PATH_RANK, _PART_RANK, _PARTS_RANK, _MONTH_RANK = range(5)
_YEAR_RANK, _HEAD_RANK, _DIRECTORY_RANK, _ARCHIVE_RANK = range(5, 9)


def listing_kinds(listing: str, folder: str, directory: str) -> tuple[SectionKind, ...]:
    """Return the rows of a kind of listing: its head, its years, and the parts of these.

    For instance of `tag:{slug}` below `tags/{slug}/`.
    """
    head = SectionKind(
        name=f"head:{listing}",
        keys=(f"{folder}index.html",),
        has_feeds=True,
        parent=directory,
        listing=listing,
        rank=_HEAD_RANK,
    )
    year = SectionKind(
        name=f"period:{listing}:{{year}}",
        keys=(f"{folder}{{year}}/index.html",),
        parent=head.name,
        listing=listing,
        rank=_YEAR_RANK,
    )
    part = SectionKind(
        name=f"part:{listing}:{{year}}:{{part}}",
        keys=(f"{folder}{{year}}/{{part}}/index.html",),
        parent=year.name,
        listing=listing,
        whole=year.name,
        rank=_PART_RANK,
    )
    return head, year, part


POST = SectionKind(name="post:{path}", rank=_PATH_RANK, delay_seconds=0)
ASSET = SectionKind(name="asset:{path}", rank=_PATH_RANK, delay_seconds=0)
# They come before the pages that offer them.
VARIANTS = SectionKind(name="variants:{picture}", keys=(VARIANT, COVER), rank=_SITE_RANK, delay_seconds=0)
SECTION_KINDS = (
    VARIANTS,
    SectionKind(name=SITE, keys=("404.html", "robots.txt", "llms.txt", SEARCH_PAGE, STYLESHEET), rank=_SITE_RANK),
    SectionKind(
        name=f"part:{ALL}:{{year}}-{{month}}:{{part}}",
        keys=("{year}/{month}/{part}/index.html",),
        sitemap="sitemap-{year}-{month}-{part}.xml",
        parent=PARTS_OF_MONTH,
        listing=ALL,
        whole=f"period:{ALL}:{{year}}-{{month}}",
        rank=_PART_RANK,
    ),
    # What the sitemaps of the parts of a month are listed in: an index of sitemaps may list no other.
    SectionKind(
        name=PARTS_OF_MONTH,
        sitemap="sitemap-{year}-{month}-parts.xml",
        parent=f"period:{ALL}:{{year}}-{{month}}",
        listing=PARTS,
        rank=_PARTS_RANK,
    ),
    SectionKind(
        name=f"period:{ALL}:{{year}}-{{month}}",
        keys=("{year}/{month}/index.html",),
        sitemap="sitemap-{year}-{month}.xml",
        parent=f"period:{ALL}:{{year}}",
        listing=ALL,
        rank=_MONTH_RANK,
    ),
    SectionKind(
        name=f"period:{ALL}:{{year}}",
        keys=("{year}/index.html",),
        parent=ARCHIVE_DIRECTORY,
        listing=ALL,
        rank=_YEAR_RANK,
    ),
    # The front page counts nothing, and so waits for nothing but pages.
    SectionKind(name=f"head:{ALL}", keys=("index.html",), has_feeds=True, listing=ALL, rank=_PART_RANK),
    *listing_kinds(f"{TAG}{{slug}}", "tags/{slug}/", TAG_DIRECTORY),
    *listing_kinds(f"{AUTHOR}{{slug}}", "authors/{slug}/", AUTHOR_DIRECTORY),
    SectionKind(name=TAG_DIRECTORY, keys=("tags/index.html",), rank=_DIRECTORY_RANK),
    SectionKind(name=AUTHOR_DIRECTORY, keys=("authors/index.html",), rank=_DIRECTORY_RANK),
    SectionKind(name=PAGE_DIRECTORY, sitemap="sitemap-pages.xml", parent=ARCHIVE_DIRECTORY, rank=_DIRECTORY_RANK),
    SectionKind(name=ARCHIVE_DIRECTORY, keys=("archive/index.html", "sitemap.xml"), told=SITE, rank=_ARCHIVE_RANK),
    SectionKind(name=f"{SEARCH}:{{cell}}", keys=(SEGMENT,), parent=SEARCH, rank=_MONTH_RANK),
    SectionKind(name=SEARCH, keys=(SEARCH_MANIFEST,), rank=_YEAR_RANK),
)
_LISTINGS_KEPT = 4096  # every card, feed entry and answer of the API names some, the same again and again
SEGMENTS = frozenset({OWN_SEGMENT, API_SEGMENT, SEARCH_SEGMENT})
SITE_MAP = SiteMap(SECTION_KINDS, pages=POST, files=ASSET, feeds=FEED_FORMATS, segments=SEGMENTS)
SITE_WIDE = SITE_MAP.site_wide
parse_section = SITE_MAP.parse_section
path_section = SITE_MAP.path_section
head_section = SITE_MAP.head_section
year_section = SITE_MAP.year_section
section_of_artifact = SITE_MAP.section_of_artifact


def variants_section(path: str) -> str:
    """Return the section of the smaller versions of the picture at a path."""
    return VARIANTS.name.format(picture=path)


def is_variants(name: str) -> bool:
    """Return whether a section is one of smaller versions of a picture."""
    return name.startswith(known_beginning(VARIANTS.name, {}))


def variant_key(path: str, digest: str, width: int) -> str:
    """Return the key of one smaller version of the picture at a path."""
    return VARIANT.format(picture=path, digest=digest, width=width)


def cover_key(path: str, digest: str) -> str:
    """Return the key of the picture at a path in the shape in which other sites show it."""
    return COVER.format(picture=path, digest=digest)


def month_section(month: str) -> str:
    """Return the section of one month (`2010-03`) of all posts."""
    return SITE_MAP.month_section(ALL, month)


def search_section(cell: str) -> str:
    """Return the section of what search knows of the posts of one cell (`2010`, `2010-03-01`)."""
    return f"{SEARCH}:{cell}"


def segment_key(cell: str) -> str:
    """Return the key of the segment of one cell."""
    return SEGMENT.format(cell=cell)


def parent_section(name: str) -> str | None:
    """Return the section that shows this one's count, None at the top of a chain."""
    return parse_section(name).parent


def rank(name: str) -> int:
    """Return when a section's turn is: pages come before the links to them, and children before their parents."""
    return parse_section(name).kind.rank


@lru_cache(maxsize=_LISTINGS_KEPT)
def listing_path(listing: str) -> str:
    """Return the path of a listing's front page: `/`, `/tags/voip/`, `/authors/jane-doe/`."""
    return SITE_MAP.path(head_section(listing))


def year_path(listing: str, year: int) -> str:
    """Return the path of one year of a listing: `/2010/`, `/tags/voip/2010/`."""
    return SITE_MAP.path(year_section(listing, year))


def month_path(year: int, month: int) -> str:
    """Return the path of one month of all posts."""
    return SITE_MAP.path(month_section(f"{year:04d}-{month:02d}"))
