"""Sitemaps (https://www.sitemaps.org/protocol.html): by month, of the pages, and the index of them all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from bucketpress.content.post import Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.layout import PAGE_DIRECTORY, directory_keys, month_keys, parse_section
from bucketpress.site.section_summary import SectionSummary
from bucketpress.site.text import rfc3339
from bucketpress.site.urls import absolute
from bucketpress.site.xml_document import child, document

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(settings: SiteSettings, entries: Iterable[Entry], *, home: bool = False) -> bytes:
    """Write the sitemap of entries: the date of each is its own, and one without a date claims none."""
    root = ET.Element("urlset", xmlns=_NAMESPACE)
    if home:
        _location(root, "url", absolute(settings.url, "/"), None)
    for entry in entries:
        _location(root, "url", absolute(settings.url, entry.path), entry.modified)
    return document(root)


def sitemap_index(settings: SiteSettings, years: Sequence[SectionSummary], pages: SectionSummary | None) -> bytes:
    """Write the index of the sitemaps of every month, newest first, and of the pages."""
    root = ET.Element("sitemapindex", xmlns=_NAMESPACE)
    if pages is not None:
        _location(root, "sitemap", _sitemap_url(settings, directory_keys("pages")[0]), pages.modified)
    for month in sorted((part for year in years for part in year.detail), key=lambda part: part.section, reverse=True):
        period = parse_section(month.section)
        if period.year is not None and period.month is not None:
            _, key = month_keys(period.year, period.month)
            _location(root, "sitemap", _sitemap_url(settings, key), month.modified)
    return document(root)


def split_pages(children: Iterable[SectionSummary]) -> tuple[list[SectionSummary], SectionSummary | None]:
    """Return the summaries of the archive's years, newest first, and that of the pages."""
    years: list[SectionSummary] = []
    pages: SectionSummary | None = None
    for part in children:
        if part.section == PAGE_DIRECTORY:
            pages = part
        else:
            years.append(part)
    return sorted(years, key=lambda year: year.section, reverse=True), pages


def _location(parent: ET.Element, tag: str, url: str, modified: datetime | None) -> None:
    element = child(parent, tag)
    child(element, "loc", url)
    if modified is not None:
        child(element, "lastmod", rfc3339(modified))


def _sitemap_url(settings: SiteSettings, key: str) -> str:
    return absolute(settings.url, f"/{key}")
