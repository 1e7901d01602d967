"""RSS 2.0 (https://www.rssboard.org/rss-specification and its profile of best practice)."""

from xml.etree import ElementTree as ET

from bucketpress.site.feeds.feed import GENERATOR, Feed, FeedEntry
from bucketpress.site.text import rfc822
from bucketpress.site.xml_document import child, document

_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


def rss(feed: Feed, url: str) -> bytes:
    """Write a feed as RSS 2.0; `url` is its own address."""
    root = ET.Element("rss", version="2.0")
    channel = child(root, "channel")
    child(channel, "title", feed.title)
    child(channel, "link", feed.home_url)
    child(channel, f"{{{_ATOM}}}link", href=url, rel="self", type="application/rss+xml")
    if feed.hub:
        child(channel, f"{{{_ATOM}}}link", href=feed.hub, rel="hub")
    child(channel, "description", feed.description)
    child(channel, "language", feed.language)
    child(channel, "lastBuildDate", rfc822(feed.modified))
    child(channel, "generator", GENERATOR)
    for entry in feed.entries:
        _item(channel, entry)
    return document(root)


def _item(channel: ET.Element, entry: FeedEntry) -> None:
    item = child(channel, "item")
    child(item, "title", entry.title)
    child(item, "link", entry.url)
    child(item, "guid", entry.guid, isPermaLink="false")
    child(item, "pubDate", rfc822(entry.published))
    # "author" of RSS is an e-mail address, which is never published.
    for author in entry.authors:
        child(item, f"{{{_DUBLIN_CORE}}}creator", author.name)
    for tag in entry.tags:
        child(item, "category", tag)
    child(item, "description", entry.summary)
    if entry.html is not None:
        child(item, f"{{{_CONTENT}}}encoded", entry.html)
