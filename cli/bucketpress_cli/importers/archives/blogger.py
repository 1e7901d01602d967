"""Reads Blogger's export: an Atom feed of everything, in its older form and in that of Google Takeout.

See https://developers.google.com/blogger/docs/2.0/developers_guide_protocol and RFC 4287.
"""

import html
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from bucketpress.content.slugs import label_slug
from bucketpress_cli.importers.address import parsed, path_in
from bucketpress_cli.importers.archives.moments import moment
from bucketpress_cli.importers.publication import ImportedPost, ImportedSite, Loss
from bucketpress_cli.importers.xml_stream import XmlElement, elements

_KIND = "http://schemas.google.com/blogger/2008/kind#"
_KINDS = "http://schemas.google.com/g/2005#kind"
_HOSTS = frozenset({*(f"{number}.bp.blogspot.com" for number in range(1, 5)), "blogger.googleusercontent.com"})


class BloggerExport:
    """A Blogger export; `url` is where the site was, where the export does not say it."""

    def __init__(self, file: Path, url: str = "") -> None:
        """Take a file; nothing is read yet."""
        self._file, self._given = file, url.rstrip("/")

    @cached_property
    def _head(self) -> tuple[str, str]:
        """The title of the blog and its address, as its first post has it."""
        title = address = ""
        for element in self._elements(frozenset({"title", "entry"})):
            if element.name == "title" and not title:
                title = html.unescape(element.text.strip())
            elif element.name == "entry" and _kind(element) == "post" and (link := _link(element)):
                address = "{0.scheme}://{0.netloc}".format(parsed(link))
                break
        return title, self._given or address

    def site(self) -> ImportedSite:
        """Return what is said of the site. Raises ExportError."""
        title, url = self._head
        labels = {label for entry in self._elements(frozenset({"entry"})) for label in _labels(entry)}
        return ImportedSite(
            title=title,
            url=url,
            redirects=(
                ("/feeds/posts/default", "/atom.xml"),
                ("/feeds/posts/summary", "/atom.xml"),
                *((f"/search/label/{label}", f"/tags/{label_slug(label)}/") for label in sorted(labels)),
            ),
            media_hosts=_HOSTS,
            typographic=False,
        )

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts and pages. Raises ExportError."""
        for entry in self._elements(frozenset({"entry"})):
            kind = _kind(entry)
            if kind in {"post", "page"} and entry.value("blogger:status") != "SOFT_TRASHED":
                path = entry.value("blogger:filename") or path_in(_link(entry), self._head[1])
                yield ImportedPost(
                    title=html.unescape(entry.value("title")),
                    html=entry.value("content"),
                    path=path,
                    slug=path.rpartition("/")[2].removesuffix(".html"),
                    id=entry.value("id"),
                    published=moment(entry.value("published")),
                    updated=moment(entry.value("updated")),
                    is_page=kind == "page",
                    held=_held(entry),
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

    def picture(self, path: str) -> bytes | None:
        """Return nothing: Blogger exports pictures apart."""
        del path
        return None

    def _elements(self, wanted: frozenset[str]) -> Iterator[XmlElement]:
        with self._file.open("rb") as opened:
            yield from elements(opened, wanted)


def _kind(entry: XmlElement) -> str:
    """Return `post`, `page`, `comment` or another word for what an entry is."""
    if told := entry.value("blogger:type"):
        return told.lower()
    terms = (category.attributes.get("term", "") for category in entry.all("category"))
    return next((term.removeprefix(_KIND) for term in terms if term.startswith(_KIND)), "")


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
