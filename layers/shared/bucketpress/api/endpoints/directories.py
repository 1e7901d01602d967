"""The operations on what a site is sorted by: its tags, its authors and its archive of years and months."""

from collections.abc import Mapping

from bucketpress.api.call import Call
from bucketpress.api.http import Payload, Representation
from bucketpress.api.post_json import as_json
from bucketpress.site.layout import (
    ALL,
    ARCHIVE_DIRECTORY,
    AUTHOR_DIRECTORY,
    TAG_DIRECTORY,
    ListingSubject,
    YearSubject,
    month_path,
    year_path,
)
from bucketpress.site.section_summary import SectionSummary
from bucketpress.site.urls import absolute

DEFAULT_LIMIT = 100


def list_tags(call: Call) -> Representation:
    """List the tags of published posts, by slug."""
    return _directory(call, TAG_DIRECTORY, "label")


def list_authors(call: Call) -> Representation:
    """List the authors of published posts, by slug."""
    return _directory(call, AUTHOR_DIRECTORY, "name")


def get_archive(call: Call) -> Representation:
    """List years and months with how many posts each has, the newest first."""
    found = call.index.children(ARCHIVE_DIRECTORY)
    years = [child for child in found if isinstance(call.site_map.parse_section(child.section).subject, YearSubject)]

    def render() -> Payload:
        return Payload(data=as_json({"years": [_year(call, year) for year in reversed(years)]}))

    return Representation(validator=repr(years), render=render)


def _directory(call: Call, directory: str, label: str) -> Representation:
    limit = call.value("limit", int) or DEFAULT_LIMIT
    found = call.index.children(directory, after=call.position(), limit=limit + 1)
    shown = found[:limit]
    cursor = call.cursor_to(shown[-1].section if len(found) > limit else None)

    def render() -> Payload:
        members = {"items": [_listing(call, child, label) for child in shown], "next_cursor": cursor}
        return Payload(data=as_json(members), next_page=call.next_page(cursor))

    return Representation(validator=repr((shown, sorted(call.pairs.items()))), render=render)


def _listing(call: Call, child: SectionSummary, label: str) -> Mapping[str, object]:
    subject = call.site_map.parse_section(child.section).subject
    listing = subject.listing if isinstance(subject, ListingSubject) else ""
    return {
        "slug": listing.partition(":")[2],
        label: child.label,
        "count": child.count,
        "url": absolute(call.settings.url, call.site_map.path(child.section)),
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
