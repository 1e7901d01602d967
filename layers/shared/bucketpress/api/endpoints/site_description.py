"""The operation on the site itself: its title, address, language and feeds."""

from bucketpress.api.call import Call
from bucketpress.api.http import Payload, Representation
from bucketpress.api.post_json import as_json
from bucketpress.site.layout import ALL
from bucketpress.site.urls import absolute


def get_site(call: Call) -> Representation:
    """Return the site's title, address, language and feeds."""
    settings = call.settings
    paths = zip(call.site_map.feeds, call.site_map.feed_paths(ALL), strict=True)
    members = {
        "title": settings.title,
        "description": settings.description,
        "url": settings.url,
        "language": settings.language,
        "timezone": settings.timezone,
        "feeds": {feed.name: absolute(settings.url, path) for feed, path in paths},
    }
    return Representation(validator=repr(members), render=lambda: Payload(data=as_json(members)))
