"""The operations on the site as a whole: its tags and authors, its archive, itself, and what happened to its posts."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from bucketpress.api.call import Call
from bucketpress.api.http import JSON, POLLED, Rendered, Reply
from bucketpress.api.negotiation import chosen
from bucketpress.api.post_json import as_json, listing_url
from bucketpress.api.problems import conflicting
from bucketpress.records.post_change import PostChange, change_instant
from bucketpress.services.queries.change_feed import Place, place_at, read_changes
from bucketpress.site.layout import (
    ALL,
    ARCHIVE_DIRECTORY,
    AUTHOR_DIRECTORY,
    TAG_DIRECTORY,
    feed_paths,
    head_section,
    month_path,
    parse_section,
    year_path,
)
from bucketpress.site.section_summary import SectionSummary
from bucketpress.site.urls import absolute

DEFAULT_LIMIT = 100


def list_tags(call: Call) -> Reply:
    """List the tags of published posts, by slug."""
    return _directory(call, TAG_DIRECTORY, "tag", "label")


def list_authors(call: Call) -> Reply:
    """List the authors of published posts, by slug."""
    return _directory(call, AUTHOR_DIRECTORY, "author", "name")


def get_archive(call: Call) -> Reply:
    """List years and months with how many posts each has, the newest first."""
    chosen(call.accept, (JSON,))
    found = call.index.children(ARCHIVE_DIRECTORY)
    years = [child for child in found if parse_section(child.section).year is not None]

    def render() -> Rendered:
        return Rendered(data=as_json({"years": [_year(call, year) for year in reversed(years)]}))

    return Reply(basis=repr(years), render=render)


def get_site(call: Call) -> Reply:
    """Say what the site says of itself."""
    chosen(call.accept, (JSON,))
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
    return Reply(basis=repr(members), render=lambda: Rendered(data=as_json(members)))


def list_changes(call: Call) -> Reply:
    """List what became of posts, the oldest change first."""
    chosen(call.accept, (JSON,))
    since = call.value("since", datetime)
    if since is not None and "cursor" in call.values:
        raise conflicting("since is where to begin, cursor is where to go on: give one of them.")
    position, _, settled = call.place().partition("\0")
    place = place_at(since, call.now) if since is not None else Place(position=position, settled=settled)
    page = read_changes(call.index, place, limit=call.value("limit", int) or DEFAULT_LIMIT, now=call.now)
    cursor = call.cursor_to(f"{page.following.position}\0{page.following.settled}")

    def render() -> Rendered:
        members = {"items": [_change(call, each) for each in page.changes], "next_cursor": cursor, "more": page.more}
        return Rendered(data=as_json(members), next_page=call.next_page(cursor) if page.more else None)

    return Reply(basis=repr((page, sorted(call.pairs.items()))), render=render, cache_control=POLLED)


def _directory(call: Call, directory: str, kind: str, label: str) -> Reply:
    chosen(call.accept, (JSON,))
    limit = call.value("limit", int) or DEFAULT_LIMIT
    found = call.index.children(directory, after=call.place(), limit=limit + 1)
    shown = found[:limit]
    cursor = call.cursor_to(shown[-1].section if len(found) > limit else None)

    def render() -> Rendered:
        members = {"items": [_listing(call, child, kind, label) for child in shown], "next_cursor": cursor}
        return Rendered(data=as_json(members), next_page=call.next_page(cursor))

    return Reply(basis=repr((shown, sorted(call.pairs.items()))), render=render)


def _listing(call: Call, child: SectionSummary, kind: str, label: str) -> Mapping[str, object]:
    listing = child.section.removeprefix(head_section(""))
    return {
        "slug": listing.removeprefix(f"{kind}:"),
        label: child.label,
        "count": child.count,
        "url": listing_url(call.settings, listing),
    }


def _year(call: Call, child: SectionSummary) -> Mapping[str, object]:
    year = int(child.label)
    months = [int(month.label[-2:]) for month in child.detail]
    counts = [month.count for month in child.detail]
    return {
        "year": year,
        "count": child.count,
        "url": absolute(call.settings.url, year_path(ALL, year)),
        "months": [
            {"month": month, "count": count, "url": absolute(call.settings.url, month_path(year, month))}
            for month, count in reversed([*zip(months, counts, strict=True)])
        ],
    }


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
