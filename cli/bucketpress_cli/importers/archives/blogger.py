"""Reads Blogger's export: an Atom feed of everything, in its older form and in that of Google Takeout.

See https://developers.google.com/blogger/docs/2.0/developers_guide_protocol and RFC 4287.
"""

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bucketpress.content.html.html_tokens import text_of
from bucketpress.content.slugs import label_slug
from bucketpress_cli.importers.address import parsed, path_in
from bucketpress_cli.importers.archives.moments import moment
from bucketpress_cli.importers.publication import ImportedPost, ImportedSite, Loss
from bucketpress_cli.importers.xml_stream import XmlElement, elements

_KIND = "http://schemas.google.com/blogger/2008/kind#"
_ABOUT = frozenset({"title", "entry"})
_SETTING = re.compile(r"\.settings\.(BLOG_[A-Z_]+)$")
# What is beside the feed in an archive of Takeout, with the same settings.
_TABLE = "settings.csv"
_TYPES = frozenset({"post", "page"})
_NUMBERED = re.compile(r"\.(post|page)-[0-9]+$")
_CLOSED = Loss(
    kind="Posts of a blog that only those invited could read",
    what="",
    fix="All are drafts. Take `draft: true` out of those that anyone may read.",
)
# How Blogger's editor writes a picture with a caption: a table of one column.
_CAPTIONED = re.compile(
    r"""<table\b[^>]*class=["']tr-caption-container["'][^>]*>\s*(?:<tbody>)?\s*<tr\b[^>]*>\s*<td\b[^>]*>"""
    r"""(?P<picture>(?:(?!</?t(?:able|r|d)\b|<img\b).)*+<img\b(?:(?!</?t(?:able|r|d)\b).)*+)</td>\s*</tr>\s*<tr\b[^>]*>\s*"""
    r"""<td\b[^>]*class=["']tr-caption["'][^>]*>(?P<caption>(?:(?!</?t(?:able|r|d)\b).)*+)</td>\s*</tr>\s*(?:</tbody>)?"""
    r"""\s*</table>""",
    re.IGNORECASE | re.DOTALL,
)
_FIGURE = r"<figure>\g<picture><figcaption>\g<caption></figcaption></figure>"
_KINDS = "http://schemas.google.com/g/2005#kind"
_HOSTS = frozenset({*(f"{number}.bp.blogspot.com" for number in range(1, 5)), "blogger.googleusercontent.com"})


@dataclass(slots=True)
class _About:
    """What an export says of a blog: its title, the address of its first post's host, labels, settings by name."""

    title: str = ""
    address: str = ""
    labels: set[str] = field(default_factory=set)
    settings: dict[str, str] = field(default_factory=dict)

    def note(self, element: XmlElement) -> None:
        """Take note of what an element says."""
        if element.name == "title":
            self.title = self.title or html.unescape(element.text.strip())
        elif found := _SETTING.search(element.value("id")):
            self.settings[found[1]] = element.value("content")
        elif _kind(element) in _TYPES:
            self.labels.update(_labels(element))
            if not self.address and (link := _link(element)):
                self.address = "{0.scheme}://{0.netloc}".format(parsed(link))


class BloggerExport:
    """A Blogger export; `url` is where the site was, where the export does not say it."""

    def __init__(self, file: Path, url: str = "") -> None:
        """Take a file; nothing is read yet."""
        self._file, self._given = file, url.rstrip("/")

    @cached_property
    def _about(self) -> _About:
        about = _About(settings=_settings_beside(self._file))
        for element in self._elements(_ABOUT):
            about.note(element)
        about.address = self._given or about.address
        return about

    def site(self) -> ImportedSite:
        """Return what is said of the site. Raises ExportError."""
        about = self._about
        return ImportedSite(
            title=about.title or about.settings.get("BLOG_NAME", ""),
            url=about.address,
            description=text_of(about.settings.get("BLOG_DESCRIPTION", "")),
            language=about.settings.get("BLOG_LOCALE", "").replace("_", "-"),
            timezone=about.settings.get("BLOG_TIME_ZONE", ""),
            redirects=(
                ("/feeds/posts/default", "/atom.xml"),
                ("/feeds/posts/summary", "/atom.xml"),
                *((f"/search/label/{label}", f"/tags/{label_slug(label)}/") for label in sorted(about.labels)),
            ),
            media_hosts=_HOSTS,
            typographic=False,
        )

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts and pages. Raises ExportError."""
        for entry in self._elements(frozenset({"entry"})):
            kind = _kind(entry)
            if kind in _TYPES and entry.value("blogger:status") != "SOFT_TRASHED":
                path = entry.value("blogger:filename") or path_in(_link(entry), self._about.address)
                yield ImportedPost(
                    title=html.unescape(entry.value("title")),
                    html=_CAPTIONED.sub(_FIGURE, entry.value("content")),
                    path=path,
                    slug=path.rpartition("/")[2].removesuffix(".html"),
                    id=entry.value("id"),
                    published=moment(entry.value("published")),
                    updated=moment(entry.value("updated")),
                    is_page=kind == "page",
                    held=_held(entry) or ("private" if self._is_closed else ""),
                    tags=tuple(_labels(entry)),
                    summary=html.unescape(entry.value("blogger:metaDescription")),
                    authors=tuple(author.value("name") for author in entry.all("author") if author.value("name")),
                )

    def losses(self) -> Iterator[Loss]:
        """Yield what is left out of the file. Raises ExportError."""
        for entry in self._elements(frozenset({"entry"})):
            if _kind(entry) == "comment":
                yield Loss(kind="Comments", what="", fix="Bucketpress shows none. Keep the export.")
            elif entry.value("blogger:status") == "SOFT_TRASHED":
                yield Loss(kind="Posts in the trash, and such never saved", what="")
            elif _kind(entry) in _TYPES and self._is_closed:
                yield _CLOSED

    def picture(self, path: str) -> bytes | None:
        """Return nothing: Blogger exports pictures apart."""
        del path
        return None

    @property
    def _is_closed(self) -> bool:
        """Whether only those who were invited could read the blog."""
        return self._about.settings.get("BLOG_READ_ACCESS_MODE", "") not in {"", "PUBLIC"}

    def _elements(self, wanted: frozenset[str]) -> Iterator[XmlElement]:
        with self._file.open("rb") as opened:
            yield from elements(opened, wanted)


def _settings_beside(feed: Path) -> dict[str, str]:
    """Return the settings by name from the file that Takeout puts beside a feed, none where it is not there."""
    table = feed.with_name(_TABLE)
    if not table.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig", "replace")))
    first = next(iter(rows), {})
    return {name.strip().upper(): value.strip() for name, value in first.items() if name and isinstance(value, str)}


def _kind(entry: XmlElement) -> str:
    """Return `post`, `page`, `comment` or another word for what an entry is."""
    if told := entry.value("blogger:type"):
        return told.lower()
    terms = [category.attributes.get("term", "") for category in entry.all("category")]
    kind = next((term.removeprefix(_KIND) for term in terms if term.startswith(_KIND)), "")
    if kind or any(entry.all("thr:in-reply-to")):
        return kind
    # The feed that everybody can read has no kinds, but the same ids.
    found = _NUMBERED.search(entry.value("id"))
    return found[1] if found else ""


def _held(entry: XmlElement) -> str:
    control = next((control.value("app:draft") for control in entry.all("app:control")), "no")
    status = entry.value("blogger:status")
    if control != "no" or status == "DRAFT":
        return "draft"
    return "" if status in {"", "LIVE", "SCHEDULED"} else "hidden"


def _labels(entry: XmlElement) -> Iterator[str]:
    for category in entry.all("category"):
        # Takeout's labels have a scheme of the blog's own, or none.
        term = category.attributes.get("term", "").strip()
        if term and category.attributes.get("scheme") != _KINDS and not term.startswith(_KIND):
            yield term


def _link(entry: XmlElement) -> str:
    links = (link.attributes for link in entry.all("link"))
    return next((link.get("href", "") for link in links if link.get("rel") == "alternate"), "")
