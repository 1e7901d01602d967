"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Mapping

from bucketpress.site.feeds.feed import Feed, FeedEntry
from bucketpress.site.text import rfc3339


def json_feed(feed: Feed, url: str) -> bytes:
    """Write a feed as JSON Feed; `url` is its own address."""
    return (json.dumps(json_feed_members(feed, url), ensure_ascii=False, indent=1) + "\n").encode()


def json_feed_members(feed: Feed, url: str) -> Mapping[str, object]:
    """Return the members of a feed's document."""
    members: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": url,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.publisher, "url": feed.home_url}],
        "icon": feed.icon,
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
        "items": [_item(entry) for entry in feed.entries],
    }
    return {name: value for name, value in members.items() if value or name == "items"}


def _item(entry: FeedEntry) -> Mapping[str, object]:
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(entry.modified),
        "authors": [{"name": author.name, "url": author.url} for author in entry.authors],
        "tags": list(entry.tags),
        "image": entry.image,
        "language": entry.lang,
    }
    # The specification wants one of the two in every item.
    item |= {"content_text": entry.summary} if entry.html is None else {"content_html": entry.html}
    return {name: value for name, value in item.items() if value or name.startswith("content_")}
