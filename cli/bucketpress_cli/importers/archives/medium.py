"""Reads Medium's export: a page of HTML for each post, marked up as h-entry (https://microformats.org/wiki/h-entry)."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from bucketpress.content.html.html_tokens import text_of
from bucketpress_cli.importers.address import parsed
from bucketpress_cli.importers.archives.archive_files import ArchiveFiles
from bucketpress_cli.importers.archives.moments import moment
from bucketpress_cli.importers.conversion.proven_markdown import bare
from bucketpress_cli.importers.publication import ImportedPost, ImportedSite, Loss

_TITLE = re.compile(r'<h1[^>]*class="[^"]*\bp-name\b[^"]*"[^>]*>(.*?)</h1>', re.DOTALL)
_SUMMARY = re.compile(r'<section[^>]*class="[^"]*\bp-summary\b[^"]*"[^>]*>(.*?)</section>', re.DOTALL)
_BODY = re.compile(r'<section[^>]*class="[^"]*\be-content\b[^"]*"[^>]*>(.*)</section>\s*<footer', re.DOTALL)
_TIME = re.compile(r'<time[^>]*class="[^"]*\bdt-published\b[^"]*"[^>]*datetime="([^"]+)"')
_CANONICAL = re.compile(r'<a[^>]*href="([^"]+)"[^>]*class="[^"]*\bp-canonical\b')
_AUTHOR = re.compile(r'<a[^>]*class="[^"]*\bp-author\b[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_REPEATED = re.compile(r'<h[1-4][^>]*class="[^"]*\bgraf--(?:title|subtitle)\b[^"]*"[^>]*>.*?</h[1-4]>', re.DOTALL)
_TAG = re.compile(r"<[a-z][^>]*>", re.IGNORECASE)
_NAMED = re.compile(r"""\s(?:id|name)=(["'])(?P<name>[^"']*)\1""")
_LINKED = re.compile(r"""\shref=["']#([^"']+)["']""")
# Medium does not show the line that parts the first section from what is before it.
_FIRST_LINE = re.compile(r"""\A((?:\s|<(?!hr\b)[^>]*>)*)<hr\b[^>]*>""", re.IGNORECASE)
# The title of a post is a paragraph of its own; that of a response is made of its first words.
_OWN_TITLE = re.compile(r'class="[^"]*\bgraf--title\b')
_RESPONSE = Loss(
    kind="Texts without a title that are most likely responses to other people's posts",
    what="",
    fix="They are drafts. Take `draft: true` out of those that are posts of their own.",
)
_NUMBER = re.compile(r"-?([0-9a-f]{8,12})$")


class MediumExport:
    """A Medium export: an archive or folder with `posts/*.html`."""

    def __init__(self, path: Path, url: str = "") -> None:
        """Take an archive or folder; nothing is read yet. `url` is the address of a publication with its own domain."""
        self._files, self._url = ArchiveFiles(path), url.rstrip("/")

    def site(self) -> ImportedSite:
        """Return what is said of the site, which is little."""
        hosts = frozenset({"cdn-images-1.medium.com", "cdn-images-2.medium.com", "miro.medium.com"})
        return ImportedSite(url=self._url, media_hosts=hosts, typographic=False)

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts. Raises ExportError."""
        for name in self._names():
            last = name.rpartition("/")[2].removesuffix(".html")
            source = self._files.read(name).decode("utf-8", "replace")
            canonical = unescape(_first(_CANONICAL, source))
            found = _NUMBER.search(parsed(canonical).path) or _NUMBER.search(last)
            slug = _NUMBER.sub("", parsed(canonical).path.rpartition("/")[2])
            own = parsed(self._url).netloc
            is_own = bool(own) and parsed(canonical).netloc == own
            author = text_of(_first(_AUTHOR, source))
            title, body = text_of(_first(_TITLE, source)), _body(source)
            is_public = bool(_TIME.search(source)) and not last.startswith("draft_")
            is_response = is_public and not _OWN_TITLE.search(source) and _begins_with(body, title)
            yield ImportedPost(
                title=title,
                html=body,
                slug=slug,
                path=parsed(canonical).path if is_own else "",
                id=f"https://medium.com/p/{found[1]}" if found else "",
                published=moment(_first(_TIME, source)),
                held="hidden" if is_response else "" if is_public else "draft",
                authors=(author,) if author else (),
                summary=text_of(_first(_SUMMARY, source)),
                losses=(_RESPONSE,) if is_response else (),
            )

    def losses(self) -> Iterator[Loss]:
        """Yield what is left out of the export. Raises ExportError."""
        for folder, what in {"claps": "Claps", "highlights": "Highlights", "lists": "Lists"}.items():
            count = sum(f"/{folder}/" in f"/{name}" for name in self._files.names)
            yield from (Loss(kind=what, what="", fix="Bucketpress has none.") for _ in range(count))

    def picture(self, path: str) -> bytes | None:
        """Return nothing: Medium exports no pictures."""
        del path
        return None

    def _names(self) -> Iterator[str]:
        return (name for name in self._files.names if "/posts/" in f"/{name}" and name.endswith(".html"))


def _body(source: str) -> str:
    """Return the text of a post without what is above it again, and without names that nothing links to."""
    text = _FIRST_LINE.sub(r"\1", _REPEATED.sub("", _first(_BODY, source)))
    linked = set(_LINKED.findall(text))

    def without_names(tag: re.Match[str]) -> str:
        return _NAMED.sub(lambda found: found[0] if found["name"] in linked else "", tag[0])

    return _TAG.sub(without_names, text)


def _begins_with(body: str, title: str) -> bool:
    """Return whether a text begins with its own title, whatever signs and spaces are in either."""
    words = bare(title.strip().removesuffix("…"))
    return bool(words) and bare(text_of(body)).startswith(words)


def is_medium(path: Path) -> bool:
    """Return whether an archive or folder is an export of Medium."""
    files = ArchiveFiles(path)
    first = next((name for name in files.names if "/posts/" in f"/{name}" and name.endswith(".html")), None)
    return first is not None and b"h-entry" in files.read(first)[:20_000]


def _first(pattern: re.Pattern[str], source: str) -> str:
    found = pattern.search(source)
    return found[1].strip() if found else ""
