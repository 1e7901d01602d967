"""What the site says to programs at its door: robots.txt (RFC 9309) and llms.txt."""

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.languages.messages import Messages
from bucketpress.site.layout import ALL, feed_paths
from bucketpress.site.pages.template_context import site_name
from bucketpress.site.text import clean
from bucketpress.site.urls import absolute, absolute_reference, link


def robots(settings: SiteSettings) -> bytes:
    """Write robots.txt: everything may be read, and where the sitemap is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {absolute(settings.url, '/sitemap.xml')}\n".encode()


def llms(settings: SiteSettings, words: Messages) -> bytes:
    """Write llms.txt: what the site is, where its lists are, and that every page is there as Markdown too."""
    title = _line(site_name(settings))
    directories = (
        (words.archive, "/archive/", words.archive_description.format(title=title)),
        (words.tags, "/tags/", words.tags_description.format(title=title)),
        (words.authors, "/authors/", words.authors_description.format(title=title)),
    )
    pages = [_linked(label, absolute(settings.url, path), note) for label, path, note in directories]
    pages += [
        _linked(item.label, absolute_reference(absolute(settings.url, "/"), link(item.path)))
        for item in settings.menu
        if item.path not in {"/", "/archive/", "/tags/", "/authors/"}
    ]
    names = zip(("RSS", "Atom", "JSON Feed"), feed_paths(ALL), strict=True)
    feeds = [_linked(name, absolute(settings.url, path)) for name, path in names]
    description = [f"> {_line(settings.description)}", ""] if settings.description.strip() else []
    heads = [f"# {title}", "", *description, words.as_markdown, "", f"## {words.contents}", ""]
    return "\n".join([*heads, *pages, "", f"## {words.newest_posts}", "", *feeds, ""]).encode()


def _linked(label: str, url: str, note: str = "") -> str:
    name = _line(label).replace("[", "(").replace("]", ")")
    return f"- [{name}]({url})" + (f": {note}" if note else "")


def _line(text: str) -> str:
    return " ".join(clean(text).split())
