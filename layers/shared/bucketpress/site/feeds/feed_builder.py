"""Builds the feed of a listing from its newest posts."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from bucketpress.content.post import Author
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.entry_ids import NAMESPACE, entry_id, rss_guid
from bucketpress.site.feeds.feed import Feed, FeedEntry, Person
from bucketpress.site.layout import ALL, AUTHOR, SITE_MAP, SiteMap
from bucketpress.site.pages.template_context import Item, site_name
from bucketpress.site.text import clean, clean_html
from bucketpress.site.urls import absolute, absolute_html, absolute_reference, link

# When a feed without posts last changed. Any fixed moment will do; the clock would not.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed_of(
    settings: SiteSettings,
    listing: str,
    *,
    items: Sequence[Item],
    label: str,
    description: str,
    site_map: SiteMap = SITE_MAP,
) -> Feed:
    """Describe a listing's feed, however large it becomes; see `fitted_feed`.

    Posts come newest first; those beyond `feed_items` are left out.
    """
    entries = tuple(_entry(settings, item, site_map) for item in items[: settings.feed_items])
    title = site_name(settings)
    path = site_map.path(site_map.head_section(listing))
    return Feed(
        id=f"urn:uuid:{uuid.uuid5(NAMESPACE, settings.url + path)}",
        title=clean(title if listing == ALL else f"{title}: {label}"),
        description=clean(description or title),
        publisher=clean(title),
        language=clean(settings.language),
        home_url=absolute(settings.url, path),
        modified=max((entry.modified for entry in entries), default=EPOCH),
        entries=entries,
        hub=settings.hub,
        icon=settings.url + link(settings.appearance.favicon) if settings.appearance.favicon else "",
    )


def entry_text(settings: SiteSettings, item: Item) -> str:
    """Return the HTML of a post as feeds carry it."""
    return clean_html(absolute_html(item.body.html, absolute(settings.url, item.entry.path)))


def _entry(settings: SiteSettings, item: Item, site_map: SiteMap) -> FeedEntry:
    entry = item.entry
    url = absolute(settings.url, entry.path)
    published = entry.published or EPOCH
    return FeedEntry(
        id=entry_id(entry),
        guid=rss_guid(entry),
        url=url,
        title=clean(entry.title).strip() or url,
        summary=clean(entry.summary),
        html=entry_text(settings, item) if settings.feed_content != "summary" else None,
        published=published,
        # An update that claims to precede publication would be refused by readers.
        modified=max(entry.updated or published, published),
        authors=tuple(_person(settings, author, site_map) for author in entry.authors),
        tags=tuple(clean(_label(settings, tag.slug, tag.label)) for tag in entry.tags),
        image=clean(absolute_reference(url, entry.cover)) if entry.cover else "",
        lang=clean(entry.lang or ""),
    )


def _person(settings: SiteSettings, author: Author, site_map: SiteMap) -> Person:
    profile = settings.authors.get(author.slug)
    name = clean(profile.name if profile else author.name) or author.slug
    return Person(name=name, url=absolute(settings.url, site_map.path(site_map.head_section(f"{AUTHOR}{author.slug}"))))


def _label(settings: SiteSettings, slug: str, label: str) -> str:
    profile = settings.tags.get(slug)
    return profile.label if profile else label
