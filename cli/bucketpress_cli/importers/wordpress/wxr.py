"""Reads WordPress's export file, WXR: RSS with elements of its own, one item for everything WordPress stores.

See https://wordpress.org/documentation/article/tools-export-screen/ and `export_wp` in WordPress.
"""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote

from bucketpress.content.html.html_tokens import text_of
from bucketpress_cli.importers.address import in_tags, is_own, parsed
from bucketpress_cli.importers.publication import ImportedPost, ImportedSite, Loss
from bucketpress_cli.importers.wordpress.known_items import (
    LEFT_OUT,
    TYPES,
    UNCATEGORISED,
    Known,
    Picture,
    meta,
    metas,
    note,
    offset,
    read,
    redirects,
)
from bucketpress_cli.importers.wordpress.post_text import html_of_post, with_enclosures
from bucketpress_cli.importers.xml_stream import XmlElement, elements

_SITE = frozenset(
    {"title", "link", "description", "language", "wp:author", "wp:base_blog_url", "wp:category", "wp:tag"}
)
_SHOWN = frozenset({"publish", "future"})
_CANONICAL_KEYS = ("_yoast_wpseo_canonical", "rank_math_canonical_url", "_aioseop_custom_link")
# What plug-ins for members say of a post that not everybody may read, with what they say of one that everybody may.
_FREE = frozenset({"", "0"})
_ACCESS = {
    "_jetpack_newsletter_access": _FREE | {"everybody"},
    "_members_access_role": _FREE,
    "_memberful_acl": _FREE | {"a:0:{}"},
    "_um_accessible": _FREE | {"1"},  # 1: those who are not logged in
    "_wpmem_block": _FREE,
    "groups-read": _FREE,
    "groups-groups_read_post": _FREE,
    "rcp_subscription_level": _FREE,
    "rcp_user_level": _FREE | {"All", "None"},
}
_FOR_SOME = Loss(
    kind="Posts that a plug-in kept for members",
    what="",
    fix="They are drafts. Take `draft: true` out of those that everybody may read.",
)
_RESTRICTED = re.compile(r'"_um_accessible";(?:s:1:"2"|i:2)')
_OWN_LINK = re.compile(r"""(?<=href=["'])(https?://[^"'\s]*?[?&](?:amp;|\#038;)?(?:p|page_id)=\d+[^"'\s]*)""")


class WordPressExport:
    """A WXR file, which is read twice: once for what items say of each other, once for the posts."""

    def __init__(self, file: Path, url: str = "") -> None:
        """Take a file; nothing is read yet. `url` is where the site was, where the export is wrong about it."""
        self._file, self._url = file, url.rstrip("/")
        self._found: Known | None = None

    def site(self) -> ImportedSite:
        """Return what is said of the site. Raises ExportError."""
        known = self._known()
        url = self._url or known.site.get("wp:base_blog_url") or known.site.get("link", "")
        return ImportedSite(
            title=html.unescape(known.site.get("title", "")),
            url=url,
            description=html.unescape(known.site.get("description", "")),
            language=known.site.get("language", ""),
            authors={login: name for login, name in known.authors.items() if name},
            redirects=tuple(redirects(known, parsed(url).path.rstrip("/"))),
            media_hosts=known.media_hosts(url),
        )

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts and pages as the file has them. Raises ExportError."""
        for item in self._items():
            kind = item.value("wp:post_type")
            if kind in TYPES and item.value("wp:status") not in LEFT_OUT:
                yield self._post(item, is_page=kind == "page")

    def losses(self) -> Iterator[Loss]:
        """Yield what is left out of the file. Raises ExportError."""
        yield from self._known().losses.elements()

    def picture(self, path: str) -> bytes | None:
        """Return nothing: WordPress exports no pictures."""
        del path
        return None

    def _items(self) -> Iterator[XmlElement]:
        with self._file.open("rb") as opened:
            yield from elements(opened, frozenset({"item"}))

    def _known(self) -> Known:
        if self._found is None:
            self._found = Known()
            with self._file.open("rb") as opened:
                for element in elements(opened, _SITE | {"item"}):
                    note(element, self._found)
        return self._found

    def _post(self, item: XmlElement, *, is_page: bool) -> ImportedPost:
        known = self._known()
        text, losses = html_of_post(
            item.value("content:encoded"), lambda ids: self._gallery(item, ids), meta(item, "footnotes")
        )
        zone = offset(item)
        thumbnail = meta(item, "_thumbnail_id")
        image = known.pictures.get(thumbnail, Picture())
        played = [value.split("\n")[0].strip() for value in metas(item, "enclosure")]
        return ImportedPost(
            title=text_of(item.value("title")),
            html=with_enclosures(in_tags(text, self._with_paths), played),
            slug=unquote(item.value("wp:post_name")),
            path=known.paths.get(item.value("wp:post_id"), ""),
            id=item.value("guid"),
            published=_moment(item, "wp:post_date", zone) or _announced(item),
            updated=_moment(item, "wp:post_modified", zone),
            is_page=is_page,
            held=_held(item),
            tags=tuple(dict.fromkeys(_tags(item))),
            authors=tuple(dict.fromkeys(_authors(item, known))),
            summary=text_of(item.value("excerpt:encoded")),
            image=image.address,
            image_alt=html.unescape(image.alt),
            featured=item.value("wp:is_sticky") == "1",
            canonical=_canonical(item, self._url or known.site.get("link", "")),
            losses=(*losses, *([_FOR_SOME] if _is_for_some(item) else ())),
        )

    def _gallery(self, item: XmlElement, ids: Sequence[str]) -> Sequence[str]:
        known = self._known()
        wanted = ids or known.pictures_of.get(item.value("wp:post_id"), ())
        return [known.pictures[each].figure() for each in wanted if each in known.pictures]

    def _with_paths(self, tag: str) -> str:
        return _OWN_LINK.sub(lambda found: self._resolved(found[1]), tag)

    def _resolved(self, address: str) -> str:
        """Return the path of a post that an address names by its number."""
        asked = parse_qs(parsed(html.unescape(address)).query)
        number = (asked.get("p") or asked.get("page_id") or [""])[0]
        own = parsed(self._known().site.get("link", "")).netloc.lower()
        same = parsed(address).netloc.lower() == own
        return self._known().paths.get(number, address) if same else address


def _canonical(item: XmlElement, site_url: str) -> str:
    """Return the address on another site that a post names as its original, by what plug-ins call it."""
    named = next(filter(None, (meta(item, key) for key in _CANONICAL_KEYS)), "")
    return named if named.startswith(("http://", "https://")) and not is_own(named, site_url) else ""


def _held(item: XmlElement) -> str:
    """Return why readers did not see a post; a state that nobody knows holds back."""
    if item.value("wp:post_password") or _is_for_some(item):
        return "private"
    status = item.value("wp:status")
    return "" if status in _SHOWN else status if status in {"draft", "pending", "private"} else "hidden"


def _is_for_some(item: XmlElement) -> bool:
    """Return whether a plug-in for members says that not everybody may read a post."""
    said = any(set(metas(item, key)) - free for key, free in _ACCESS.items())
    return said or _RESTRICTED.search(meta(item, "um_content_restriction")) is not None


def _tags(item: XmlElement) -> Iterator[str]:
    for category in item.all("category"):
        is_tag = category.attributes.get("domain") in {"category", "post_tag", None}
        if is_tag and category.attributes.get("nicename") not in UNCATEGORISED and category.text.strip():
            yield html.unescape(category.text.strip())


def _authors(item: XmlElement, known: Known) -> Iterator[str]:
    """Yield the names of a post's authors: those that a plug-in lists, else the one that WordPress knows."""
    listed = [
        html.unescape(each.text.strip()) for each in item.all("category") if each.attributes.get("domain") == "author"
    ]
    login = item.value("dc:creator")
    yield from filter(None, listed or [known.authors.get(login, login)])


def _announced(item: XmlElement) -> datetime | None:
    """Return the date that the feed of a post would say, where it is public and no other is there."""
    if item.value("wp:status") != "publish":
        return None
    try:
        return parsedate_to_datetime(item.value("pubDate"))
    except ValueError:
        return None


def _moment(item: XmlElement, name: str, zone: timezone) -> datetime | None:
    universal, local = read(item.value(f"{name}_gmt")), read(item.value(name))
    if universal is not None:
        return universal.astimezone(zone)
    return local.replace(tzinfo=zone) if local else None
