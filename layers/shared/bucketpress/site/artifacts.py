"""The artifact, and the names of the artifacts each section may have."""

import hashlib
from dataclasses import dataclass

from bucketpress.content.keys import artifact_key, twin_key
from bucketpress.site.urls import listing_path, month_path, year_path

HTML = "text/html; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
CSS = "text/css; charset=utf-8"
XML = "application/xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json"

# A new post shows within a minute; meanwhile a cache may serve what it has while it looks for news.
FRESH = "public, max-age=60, stale-while-revalidate=600"
# The name changes with the content, so the content of a name never does.
IMMUTABLE = "public, max-age=31536000, immutable"

_HTML_ENDINGS = (".html", ".htm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One object of the site bucket.

    `key` is neither percent-encoded nor led by a slash. `redirect_to` is a percent-encoded reference; `status` says
    with which status the object is to be served, None for 200.
    """

    key: str
    data: bytes
    content_type: str
    cache_control: str = FRESH
    redirect_to: str | None = None
    status: int | None = None

    @property
    def etag(self) -> str:
        """The ETag a single-part PUT without KMS gives the object: the MD5 of its bytes in hexadecimal."""
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest()


def is_page(path: str) -> bool:
    """Tell whether a path is a page's, which has a Markdown twin; any other is a file's."""
    return artifact_key(path).lower().endswith(_HTML_ENDINGS)


def post_keys(path: str) -> tuple[str, ...]:
    """Name the artifacts of a path: the page and its Markdown twin, or a single file."""
    return (artifact_key(path), twin_key(path)) if is_page(path) else (artifact_key(path),)


def head_keys(listing: str) -> tuple[str, str, str, str]:
    """Name the artifacts of a listing's head: the page, then RSS, Atom and JSON Feed."""
    page = artifact_key(listing_path(listing))
    folder = page.removesuffix("index.html")
    return page, f"{folder}feed.xml", f"{folder}atom.xml", f"{folder}feed.json"


def year_keys(listing: str, year: int) -> tuple[str]:
    """Name the artifact of one year of a listing."""
    return (artifact_key(year_path(listing, year)),)


def month_keys(year: int, month: int) -> tuple[str, str]:
    """Name the artifacts of one month of all posts: the page and its sitemap."""
    return artifact_key(month_path(year, month)), f"sitemap-{year:04d}-{month:02d}.xml"


def directory_keys(name: str) -> tuple[str, ...]:
    """Name the artifacts of a directory: archive, tags, authors or pages. Raises KeyError for any other."""
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
