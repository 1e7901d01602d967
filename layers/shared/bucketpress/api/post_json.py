"""A post as the API writes it: its members, and its body in the forms asked for."""

import json
from collections.abc import Mapping
from functools import lru_cache

from bucketpress.content.post import Body, Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.entry_ids import entry_id
from bucketpress.site.layout import AUTHOR, TAG, listing_path
from bucketpress.site.text import plain_text, rfc3339
from bucketpress.site.urls import absolute, absolute_html, absolute_reference

FIELDS = (
    "id",
    "slug",
    "path",
    "url",
    "title",
    "summary",
    "published",
    "updated",
    "tags",
    "authors",
    "image",
    "image_alt",
    "lang",
)
_LISTINGS_KEPT = 4096  # a page of a hundred posts names four hundred, most of them several times
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
BODIES = ("html", "markdown", "text")


def post_members(entry: Entry, settings: SiteSettings) -> dict[str, object]:
    """Return everything but the body. URLs are absolute, times as RFC 3339 writes them."""
    url = absolute(settings.url, entry.path)
    return {
        "id": entry_id(entry),
        "slug": entry.slug,
        "path": entry.path,
        "url": url,
        "title": entry.title,
        "summary": entry.summary,
        "published": rfc3339(entry.published) if entry.published else None,
        "updated": rfc3339(entry.updated) if entry.updated else None,
        "tags": [
            {"slug": tag.slug, "label": tag.label, "url": listing_url(settings, f"{TAG}{tag.slug}")}
            for tag in entry.tags
        ],
        "authors": [
            {"slug": author.slug, "name": author.name, "url": listing_url(settings, f"{AUTHOR}{author.slug}")}
            for author in entry.authors
        ],
        "image": absolute_reference(url, entry.image) if entry.image else None,
        "image_alt": entry.image_alt,
        "lang": entry.lang or settings.language,
    }


def body_members(body: Body, url: str, forms: tuple[str, ...]) -> dict[str, object]:
    """Return a body in the forms asked for; in HTML every URL is absolute."""
    return {form: _form(body, url, form) for form in BODIES if form in forms}


def only(members: Mapping[str, object], fields: tuple[str, ...] | None) -> dict[str, object]:
    """Leave out what was not asked for; None asks for everything."""
    return {name: value for name, value in members.items() if fields is None or name in fields or name in BODIES}


def listing_url(settings: SiteSettings, listing: str) -> str:
    """Return the address of a tag's or an author's page."""
    return _listing_url(settings.url, listing)


@lru_cache(maxsize=_LISTINGS_KEPT)
def _listing_url(site_url: str, listing: str) -> str:
    return absolute(site_url, listing_path(listing))


def as_json(value: object) -> bytes:
    """Write a JSON document."""
    return _JSON.encode(value).encode("utf-8", "replace")


def _form(body: Body, url: str, form: str) -> str:
    if form == "html":
        return absolute_html(body.html, url)
    return body.markdown if form == "markdown" else " ".join(plain_text(body.html).split())
