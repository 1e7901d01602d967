"""Sitemaps (https://www.sitemaps.org/protocol.html): by month, of the pages, and the index of them all."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from bucketpress.content.post import Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.layout import SITE_MAP, SiteMap, YearSubject
from bucketpress.site.section_summary import SectionSummary
from bucketpress.site.text import rfc3339
from bucketpress.site.urls import absolute
from bucketpress.site.xml_document import child, document

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(settings: SiteSettings, entries: Iterable[Entry], *, home: bool = False) -> bytes:
    """Write the sitemap of entries: the date of each is its own, and one without a date claims none.

    Texts whose original is elsewhere are left out: a sitemap lists canonical addresses.
    """
    root = ET.Element("urlset", xmlns=_NAMESPACE)
    if home:
        _location(root, "url", absolute(settings.url, "/"), None)
    for entry in (each for each in entries if each.canonical is None):
        _location(root, "url", absolute(settings.url, entry.path), entry.modified)
    return document(root)


def sitemap_index(
    settings: SiteSettings,
    years: Iterable[SectionSummary],
    others: Iterable[SectionSummary],
    site_map: SiteMap = SITE_MAP,
) -> bytes:
    """Write the index of the sitemaps: those outside of the years, then every month's, newest first."""
    root = ET.Element("sitemapindex", xmlns=_NAMESPACE)
    months = sorted((part for year in years for part in year.detail), key=lambda part: part.section, reverse=True)
    for part in (*others, *months):
        if key := site_map.parse_section(part.section).sitemap:
            _location(root, "sitemap", absolute(settings.url, f"/{key}"), part.modified)
    return document(root)


def split_years(
    children: Iterable[SectionSummary], site_map: SiteMap = SITE_MAP
) -> tuple[list[SectionSummary], list[SectionSummary]]:
    """Return the summaries of the archive's years, newest first, and those of its other children."""
    years: list[SectionSummary] = []
    others: list[SectionSummary] = []
    for part in children:
        is_year = isinstance(site_map.parse_section(part.section).subject, YearSubject)
        (years if is_year else others).append(part)
    return sorted(years, key=lambda year: year.section, reverse=True), others


def _location(parent: ET.Element, tag: str, url: str, modified: datetime | None) -> None:
    element = child(parent, tag)
    child(element, "loc", url)
    if modified is not None:
        child(element, "lastmod", rfc3339(modified))
