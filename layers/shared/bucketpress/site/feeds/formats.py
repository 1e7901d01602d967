"""The table of feed formats. A format is one row here and the module that writes it; all else follows from the row."""

from collections.abc import Callable
from dataclasses import dataclass

from bucketpress.site.feeds.atom import atom
from bucketpress.site.feeds.feed import Feed
from bucketpress.site.feeds.json_feed import json_feed
from bucketpress.site.feeds.rss import rss


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """One row: a format in which each listing's feed is written.

    `name` is how the API calls it, `label` how pages do, `file_name` how the file beside a listing's front page is
    called. `write` is given the feed and the absolute URL of that file. `former_paths` are where other systems put
    their feed of this format: subscribers of a site that has moved here find it.
    """

    name: str
    label: str
    file_name: str
    content_type: str
    write: Callable[[Feed, str], bytes]
    former_paths: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The content type without its parameters, as links give it."""
        return self.content_type.partition(";")[0]


FEED_FORMATS = (
    FeedFormat(
        name="rss",
        label="RSS",
        file_name="feed.xml",
        content_type="application/rss+xml; charset=utf-8",
        write=rss,
        former_paths=("/feed/", "/rss/", "/rss.xml", "/index.xml"),
    ),
    FeedFormat(
        name="atom",
        label="Atom",
        file_name="atom.xml",
        content_type="application/atom+xml; charset=utf-8",
        write=atom,
        former_paths=("/feeds/all.atom.xml",),
    ),
    FeedFormat(
        name="json",
        label="JSON Feed",
        file_name="feed.json",
        content_type="application/feed+json",
        write=json_feed,
    ),
)
