"""What the site says to programs at its door: robots.txt (RFC 9309) and llms.txt."""

from collections.abc import Iterable

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.languages.messages import Messages
from bucketpress.site.layout import (
    ALL,
    ARCHIVE_DIRECTORY,
    AUTHOR_DIRECTORY,
    SITE_MAP,
    TAG_DIRECTORY,
    SiteMap,
)
from bucketpress.site.pages.template_context import site_name
from bucketpress.site.section_summary import SectionSummary
from bucketpress.site.text import clean
from bucketpress.site.urls import absolute, absolute_reference, link


def robots(settings: SiteSettings, sitemaps: Iterable[SectionSummary] = (), site_map: SiteMap = SITE_MAP) -> bytes:
    """Write robots.txt: everything may be read, and where the sitemaps are.

    An index of sitemaps may not list another one, so those of the parts of busy months stand here.
    """
    _, index_key = site_map.keys(ARCHIVE_DIRECTORY)
    keys = (index_key, *(site_map.parse_section(each.section).sitemap for each in sitemaps))
    lines = "".join(f"Sitemap: {absolute(settings.url, f'/{key}')}\n" for key in keys)
    return f"User-agent: *\nAllow: /\n\n{lines}".encode()


def llms(settings: SiteSettings, words: Messages, site_map: SiteMap = SITE_MAP) -> bytes:
    """Write llms.txt: what the site is, where its lists are, and that every page is there as Markdown too."""
    title = _line(site_name(settings))
    directories = (
        (words.archive, site_map.path(ARCHIVE_DIRECTORY), words.archive_description.format(title=title)),
        (words.tags, site_map.path(TAG_DIRECTORY), words.tags_description.format(title=title)),
        (words.authors, site_map.path(AUTHOR_DIRECTORY), words.authors_description.format(title=title)),
    )
    pages = [_linked(label, absolute(settings.url, path), note) for label, path, note in directories]
    known = {"/", *(path for _, path, _ in directories)}
    pages += [
        _linked(item.label, absolute_reference(absolute(settings.url, "/"), link(item.path)))
        for item in settings.menu
        if item.path not in known
    ]
    paths = zip(site_map.feeds, site_map.feed_paths(ALL), strict=True)
    feeds = [_linked(feed.label, absolute(settings.url, path)) for feed, path in paths]
    description = [f"> {_line(settings.description)}", ""] if settings.description.strip() else []
    heads = [f"# {title}", "", *description, words.as_markdown, "", f"## {words.contents}", ""]
    return "\n".join([*heads, *pages, "", f"## {words.newest_posts}", "", *feeds, ""]).encode()


def _linked(label: str, url: str, note: str = "") -> str:
    name = _line(label).replace("[", "(").replace("]", ")")
    return f"- [{name}]({url})" + (f": {note}" if note else "")


def _line(text: str) -> str:
    return " ".join(clean(text).split())
