"""The feed: one description of a listing's newest posts, from which RSS, Atom and JSON Feed are written alike."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bucketpress.content.post import Author
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.entry_ids import NAMESPACE, entry_id
from bucketpress.site.layout import feed_paths, listing_path
from bucketpress.site.pages.template_context import Item, site_name
from bucketpress.site.text import clean, clean_html
from bucketpress.site.urls import absolute, absolute_html, absolute_reference, link

GENERATOR = "Bucketpress"
# When a feed without posts last changed. Any fixed moment will do; the clock would not.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author as feeds name them; `url` is their page."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One member of a feed. `html` is None when the site's feeds carry only summaries."""

    id: str
    url: str
    title: str
    summary: str
    html: str | None
    published: datetime
    modified: datetime
    authors: tuple[Person, ...]
    tags: tuple[str, ...]
    image: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The newest posts of a listing, newest first; every URL is absolute, every text is legal in XML.

    `hub` is the WebSub hub that tells subscribers of news, `icon` the site's; "" where there is none.
    """

    id: str
    title: str
    description: str
    publisher: str
    language: str
    home_url: str
    rss_url: str
    atom_url: str
    json_url: str
    modified: datetime
    entries: tuple[FeedEntry, ...]
    hub: str = ""
    icon: str = ""


def feed_of(settings: SiteSettings, listing: str, *, items: Sequence[Item], label: str, description: str) -> Feed:
    """Describe a listing's feed. Posts come newest first; those beyond `feed_items` are left out."""
    entries = tuple(_entry(settings, item) for item in items[: settings.feed_items])
    title = site_name(settings)
    rss_url, atom_url, json_url = (absolute(settings.url, path) for path in feed_paths(listing))
    return Feed(
        id=f"urn:uuid:{uuid.uuid5(NAMESPACE, settings.url + listing_path(listing))}",
        title=clean(title if listing == "all" else f"{title}: {label}"),
        description=clean(description or title),
        publisher=clean(title),
        language=clean(settings.language),
        home_url=absolute(settings.url, listing_path(listing)),
        rss_url=rss_url,
        atom_url=atom_url,
        json_url=json_url,
        modified=max((entry.modified for entry in entries), default=EPOCH),
        entries=entries,
        hub=settings.hub,
        icon=settings.url + link(settings.appearance.favicon) if settings.appearance.favicon else "",
    )


def _entry(settings: SiteSettings, item: Item) -> FeedEntry:
    entry = item.entry
    url = absolute(settings.url, entry.path)
    published = entry.published or EPOCH
    full = settings.feed_content != "summary"
    return FeedEntry(
        id=entry_id(entry),
        url=url,
        title=clean(entry.title).strip() or url,
        summary=clean(entry.summary),
        html=clean_html(absolute_html(item.body.html, url)) if full else None,
        published=published,
        # An update that claims to precede publication would be refused by readers.
        modified=max(entry.updated or published, published),
        authors=tuple(_person(settings, author) for author in entry.authors),
        tags=tuple(clean(_label(settings, tag.slug, tag.label)) for tag in entry.tags),
        image=clean(absolute_reference(url, entry.image)) if entry.image else "",
        lang=clean(entry.lang or ""),
    )


def _person(settings: SiteSettings, author: Author) -> Person:
    profile = settings.authors.get(author.slug)
    name = clean(profile.name if profile else author.name) or author.slug
    return Person(name=name, url=absolute(settings.url, listing_path(f"author:{author.slug}")))


def _label(settings: SiteSettings, slug: str, label: str) -> str:
    profile = settings.tags.get(slug)
    return profile.label if profile else label
