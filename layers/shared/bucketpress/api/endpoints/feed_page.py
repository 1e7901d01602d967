"""Pages of posts as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), with the very items of the site's feed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bucketpress.content.post import Body, Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.feeds.feed_builder import feed_of
from bucketpress.site.feeds.json_feed import json_feed_members
from bucketpress.site.layout import ALL
from bucketpress.site.pages.template_context import Item


def feed_items(
    settings: SiteSettings, found: Iterable[tuple[Entry, Body | None]]
) -> Iterator[tuple[Entry, Mapping[str, object]]]:
    """Yield each entry with its item of the feed."""
    one = replace(settings, feed_items=1)
    for entry, body in found:
        if body is not None:
            members = json_feed_members(
                feed_of(one, ALL, items=[Item(entry=entry, body=body)], label="", description=""), settings.url
            )
            items = members["items"]
            if isinstance(items, list):
                yield entry, items[0]


def feed_members(
    settings: SiteSettings, items: Sequence[Mapping[str, object]], here: str, next_page: str | None
) -> Mapping[str, object]:
    """Return a feed's members; `here` and `next_page` are addresses from the host's root."""
    feed = feed_of(settings, ALL, items=[], label="", description=settings.description)
    members = {**json_feed_members(feed, settings.url + here), "items": list(items)}
    return {**members, "next_url": settings.url + next_page} if next_page else members
