"""The operation on the changes of posts, for clients that keep a copy of the site."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from bucketpress.api.call import Call
from bucketpress.api.http import Payload, Representation
from bucketpress.api.post_json import as_json
from bucketpress.api.problems import conflicting
from bucketpress.records.post_change import PostChange, change_instant
from bucketpress.services.queries.change_feed import Place, place_at, read_changes
from bucketpress.site.urls import absolute

DEFAULT_LIMIT = 100


def list_changes(call: Call) -> Representation:
    """List the latest change of each post, the oldest change first."""
    since = call.value("since", datetime)
    if since is not None and "cursor" in call.values:
        raise conflicting("since is where to begin, cursor is where to go on: give one of them.")
    position, _, settled = call.position().partition("\0")
    place = place_at(since, call.now) if since is not None else Place(position=position, settled=settled)
    page = read_changes(call.index, place, limit=call.value("limit", int) or DEFAULT_LIMIT, now=call.now)
    cursor = call.cursor_to(f"{page.following.position}\0{page.following.settled}")

    def render() -> Payload:
        members = {"items": [_change(call, each) for each in page.changes], "next_cursor": cursor, "more": page.more}
        return Payload(data=as_json(members), next_page=call.next_page(cursor) if page.more else None)

    return Representation(validator=repr((page, sorted(call.pairs.items()))), render=render)


def _change(call: Call, change: PostChange) -> Mapping[str, object]:
    return {
        "source": hashlib.sha256(change.key.encode()).hexdigest()[:32],
        "change": change.kind.value,
        "revision": change.revision,
        "at": change_instant(change.at),
        "id": change.id,
        "slug": change.slug,
        "path": change.path,
        "url": absolute(call.settings.url, change.path),
    }
