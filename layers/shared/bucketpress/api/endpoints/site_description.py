"""The operation on the site itself: its title, address, language and feeds."""

from bucketpress.api.call import Call
from bucketpress.api.http import Payload, Representation
from bucketpress.api.post_json import as_json
from bucketpress.site.layout import ALL, feed_paths
from bucketpress.site.urls import absolute


def get_site(call: Call) -> Representation:
    """Return the site's title, address, language and feeds."""
    settings = call.settings
    rss, atom, json_feed = (absolute(settings.url, path) for path in feed_paths(ALL))
    members = {
        "title": settings.title,
        "description": settings.description,
        "url": settings.url,
        "language": settings.language,
        "timezone": settings.timezone,
        "feeds": {"rss": rss, "atom": atom, "json": json_feed},
    }
    return Representation(validator=repr(members), render=lambda: Payload(data=as_json(members)))
