"""Atom 1.0 (RFC 4287)."""

from xml.etree import ElementTree as ET

from bucketpress.site.feeds.feed import GENERATOR, Feed, FeedEntry, Person
from bucketpress.site.text import rfc3339
from bucketpress.site.xml_document import LANGUAGE, child, document


def atom(feed: Feed, url: str) -> bytes:
    """Write a feed as Atom; `url` is its own address."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", LANGUAGE: feed.language})
    child(root, "id", feed.id)
    child(root, "title", feed.title, type="text")
    child(root, "subtitle", feed.description, type="text")
    child(root, "updated", rfc3339(feed.modified))
    child(root, "link", href=url, rel="self", type="application/atom+xml")
    child(root, "link", href=feed.home_url, rel="alternate", type="text/html")
    if feed.hub:
        child(root, "link", href=feed.hub, rel="hub")
    if feed.icon:
        child(root, "icon", feed.icon)
    child(root, "generator", GENERATOR)
    # RFC 4287, 4.1.1: a feed must name an author unless every entry does.
    _author(root, Person(name=feed.publisher, url=feed.home_url))
    for entry in feed.entries:
        _entry(root, entry)
    return document(root)


def _entry(root: ET.Element, entry: FeedEntry) -> None:
    element = child(root, "entry")
    if entry.lang:
        element.set(LANGUAGE, entry.lang)
    child(element, "id", entry.id)
    child(element, "title", entry.title, type="text")
    child(element, "link", href=entry.url, rel="alternate", type="text/html")
    child(element, "published", rfc3339(entry.published))
    child(element, "updated", rfc3339(entry.modified))
    for author in entry.authors:
        _author(element, author)
    for tag in entry.tags:
        child(element, "category", term=tag)
    child(element, "summary", entry.summary, type="text")
    if entry.html is not None:
        child(element, "content", entry.html, type="html")


def _author(parent: ET.Element, person: Person) -> None:
    author = child(parent, "author")
    child(author, "name", person.name)
    child(author, "uri", person.url)
