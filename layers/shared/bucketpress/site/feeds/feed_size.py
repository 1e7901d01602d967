"""The size of a listing's feed: in every format it has at most so many bytes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.feeds.feed import Feed, FeedEntry
from bucketpress.site.feeds.feed_builder import entry_text, feed_of
from bucketpress.site.pages.template_context import Item
from bucketpress.site.site_map import SiteMap
from bucketpress.site.urls import absolute

MAX_FEED_BYTES = 1024 * 1024
_TEXT_BYTES = 5  # for a character of a text: `&` in XML
_ELEMENT_BYTES = 100  # of the element or member that holds a text
# More than any format needs: for a character, written twice (`"` in an attribute of XML has six bytes); for the names
# and spaces around an entry, a person or a tag; for the beginning and the end of a feed.
_CHARACTER_BYTES = 12
_MARKUP_BYTES = 600
_FRAME_BYTES = 2000


def fitted_feed(
    settings: SiteSettings, listing: str, *, items: Sequence[Item], label: str, description: str, site_map: SiteMap
) -> Feed:
    """Return a listing's feed; posts come newest first.

    Where it would be too large in any format, older entries lose their text, then their place; a post whose HTML alone
    is larger loses its text without taking another's room.
    """
    bare = replace(settings, feed_content="summary")
    feed = feed_of(bare, listing, items=items, label=label, description=description, site_map=site_map)
    urls = [absolute(settings.url, path) for path in site_map.feed_paths(listing)]
    # Nearly every feed is so small that it need not be written to know so.
    whole = _whole(settings, feed.entries, items, MAX_FEED_BYTES - _most_bytes(feed, urls))
    if whole is not None:
        return replace(feed, entries=whole)

    def size(count: int) -> int:
        shorter = replace(feed, entries=feed.entries[:count])
        return max(len(made.write(shorter, url)) for made, url in zip(site_map.feeds, urls, strict=True))

    count, taken = _places(len(feed.entries), size)
    entries = feed.entries[:count]
    if settings.feed_content != "summary":
        entries = _with_texts(settings, entries, items, MAX_FEED_BYTES - taken)
    return replace(feed, entries=entries)


def _most_bytes(feed: Feed, urls: Sequence[str]) -> int:
    """Return so many bytes that a feed without its texts has not more in any format."""
    own = (feed.id, feed.title, feed.description, feed.publisher, feed.language, feed.home_url, feed.hub, feed.icon)
    characters = sum(map(len, (*own, *urls, feed.publisher, feed.home_url)))
    members = 0
    for entry in feed.entries:
        texts = (entry.id, entry.url, entry.title, entry.summary, entry.image, entry.lang, *entry.tags)
        characters += sum(map(len, texts)) + sum(len(author.name) + len(author.url) for author in entry.authors)
        members += 1 + len(entry.authors) + len(entry.tags)
    return _CHARACTER_BYTES * characters + _MARKUP_BYTES * members + _FRAME_BYTES


def _whole(
    settings: SiteSettings, entries: tuple[FeedEntry, ...], items: Sequence[Item], room: int
) -> tuple[FeedEntry, ...] | None:
    """Return all entries with all the site's feeds carry of them, None where `room` may not do for that."""
    if room < 0 or settings.feed_content == "summary":
        return entries if room >= 0 else None
    carried = items[: len(entries)]
    if all(len(item.body.html) <= MAX_FEED_BYTES // _TEXT_BYTES for item in carried):
        texts = [entry_text(settings, item) for item in carried]
        # Nearly every feed has so little text that it need not be counted exactly.
        if _TEXT_BYTES * sum(map(len, texts)) + _ELEMENT_BYTES * len(texts) <= room:
            return tuple(replace(entry, html=text) for entry, text in zip(entries, texts, strict=True))
    given = _with_texts(settings, entries, items, room)
    return None if any(entry.html is None for entry in given) else given


def _places(count: int, size: Callable[[int], int]) -> tuple[int, int]:
    """Return how many of the newest entries there is room for without their texts, and the size of the feed then."""
    taken = size(count)
    if taken <= MAX_FEED_BYTES:
        return count, taken
    fits, too_many = 0, count
    while too_many - fits > 1:
        half = (fits + too_many) // 2
        if size(half) <= MAX_FEED_BYTES:
            fits = half
        else:
            too_many = half
    return fits, size(fits)


def _with_texts(
    settings: SiteSettings, entries: Sequence[FeedEntry], items: Sequence[Item], room: int
) -> tuple[FeedEntry, ...]:
    """Return a feed whose newest entries have their texts, as many as fit; no text is made absolute that cannot."""
    given: list[FeedEntry] = []
    for entry, item in zip(entries, items, strict=False):
        if room > 0 and _written_bytes(item.body.html) <= MAX_FEED_BYTES:
            text = entry_text(settings, item)
            room -= _written_bytes(text) + _ELEMENT_BYTES
            given.append(replace(entry, html=text) if room >= 0 else entry)
        else:
            given.append(entry)
    return tuple(given)


def _written_bytes(text: str) -> int:
    """Return how many bytes a text takes in the format that needs most for it."""
    size = len(text.encode(errors="replace"))
    in_xml = 3 * (text.count("<") + text.count(">")) + 4 * text.count("&")
    in_json = sum(map(text.count, '"\\\n\t'))
    return size + max(in_xml, in_json)
