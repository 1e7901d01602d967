"""Reads WordPress's export file, WXR: RSS with elements of its own, one item for everything WordPress stores.

See https://wordpress.org/documentation/article/tools-export-screen/ and `export_wp` in WordPress.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from bucketpress.content.html.html_tokens import text_of
from bucketpress.content.slugs import label_slug
from bucketpress_cli.importers.address import path_in
from bucketpress_cli.importers.publication import ImportedPost, ImportedSite, Loss
from bucketpress_cli.importers.wordpress.post_text import html_of_post, pictures_html
from bucketpress_cli.importers.xml_stream import XmlElement, elements

_SITE = frozenset(
    {"title", "link", "description", "language", "wp:author", "wp:base_blog_url", "wp:category", "wp:tag"}
)
_NO_DATE = "0000-00-00 00:00:00"
_SHOWN = frozenset({"publish", "future"})
_LEFT_OUT = frozenset({"trash", "auto-draft", "inherit"})
_TYPES = frozenset({"post", "page"})
# What WordPress keeps as items and nobody reads as a post.
_INTERNAL = frozenset(
    {
        *("attachment", "revision", "nav_menu_item", "custom_css", "customize_changeset", "oembed_cache"),
        *("user_request", "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_family"),
    }
)
_UNCATEGORISED = frozenset({"uncategorized", "uncategorised"})
_OWN_LINK = re.compile(r"""(?<=href=["'])(https?://[^"'\s]*?[?&](?:amp;|\#038;)?(?:p|page_id)=\d+[^"'\s]*)""")


@dataclass(slots=True)
class _Known:
    """What the items say of each other: pictures by id, those of a post, addresses by id, what is left out."""

    site: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, tuple[str, str]] = field(default_factory=dict)
    pictures_of: dict[str, list[str]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    terms: dict[str, tuple[str, str]] = field(default_factory=dict)
    losses: Counter[Loss] = field(default_factory=Counter)
    offsets: Counter[str] = field(default_factory=Counter)


class WordPressExport:
    """A WXR file, which is read twice: once for what items say of each other, once for the posts."""

    def __init__(self, file: Path, url: str = "") -> None:
        """Take a file; nothing is read yet. `url` is where the site was, where the export is wrong about it."""
        self._file, self._url = file, url.rstrip("/")
        self._found: _Known | None = None

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
            redirects=tuple(_redirects(known, urlsplit(url).path.rstrip("/"))),
            media_hosts=frozenset(
                host for address, _ in known.pictures.values() if (host := urlsplit(address).netloc.lower())
            ),
        )

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts and pages as the file has them. Raises ExportError."""
        for item in self._items():
            kind = item.value("wp:post_type")
            if kind in _TYPES and item.value("wp:status") not in _LEFT_OUT:
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

    def _known(self) -> _Known:
        if self._found is None:
            self._found = _Known()
            with self._file.open("rb") as opened:
                for element in elements(opened, _SITE | {"item"}):
                    _note(element, self._found)
        return self._found

    def _post(self, item: XmlElement, *, is_page: bool) -> ImportedPost:
        known = self._known()
        text, losses = html_of_post(
            item.value("content:encoded"), lambda ids: self._gallery(item, ids), _meta(item, "footnotes")
        )
        zone = _offset(item)
        thumbnail = _meta(item, "_thumbnail_id")
        image, image_alt = known.pictures.get(thumbnail, ("", ""))
        return ImportedPost(
            title=text_of(item.value("title")),
            html=_OWN_LINK.sub(lambda found: self._resolved(found[1]), text),
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
            image=image,
            image_alt=image_alt,
            losses=losses,
        )

    def _gallery(self, item: XmlElement, ids: Sequence[str]) -> Sequence[str]:
        known = self._known()
        wanted = ids or known.pictures_of.get(item.value("wp:post_id"), ())
        return pictures_html([known.pictures[each] for each in wanted if each in known.pictures])

    def _resolved(self, address: str) -> str:
        """Return the path of a post that an address names by its number."""
        asked = parse_qs(urlsplit(html.unescape(address)).query)
        number = (asked.get("p") or asked.get("page_id") or [""])[0]
        own = urlsplit(self._known().site.get("link", "")).netloc.lower()
        same = urlsplit(address).netloc.lower() == own
        return self._known().paths.get(number, address) if same else address


def _note(element: XmlElement, known: _Known) -> None:
    if element.name == "item":
        _note_item(element, known)
    elif element.name == "wp:author":
        login = element.value("wp:author_login")
        known.authors[login] = html.unescape(element.value("wp:author_display_name")) or login
    elif element.name in {"wp:category", "wp:tag"}:
        kind = "category" if element.name == "wp:category" else "tag"
        nicename = element.value("wp:category_nicename") or element.value("wp:tag_slug")
        name = html.unescape(element.value("wp:cat_name") or element.value("wp:tag_name"))
        known.terms[f"{kind}/{nicename}"] = kind, name
    else:
        known.site.setdefault(element.name, element.text.strip())


def _note_item(item: XmlElement, known: _Known) -> None:
    kind, number, status = (item.value(f"wp:{name}") for name in ("post_type", "post_id", "status"))
    comments = sum(1 for _ in item.all("wp:comment"))
    if comments and kind in _TYPES:
        lost = Loss(kind="Comments", what="", fix="Bucketpress shows none. Keep the export, or a page of the old site.")
        known.losses[lost] += comments
    if kind == "attachment":
        known.pictures[number] = item.value("wp:attachment_url"), html.escape(_meta(item, "_wp_attachment_image_alt"))
        known.pictures_of.setdefault(item.value("wp:post_parent"), []).append(number)
    elif kind in _TYPES and status in _LEFT_OUT:
        known.losses[Loss(kind="Posts in the trash, and such never saved", what=status)] += 1
    elif kind in _TYPES:
        if path := path_in(item.value("link"), known.site.get("link", "")):
            known.paths[number] = path
        known.offsets[str(_offset(item))] += 1
    elif kind not in _INTERNAL:
        fix = "What a plug-in stores is not a post. Export it with the plug-in if you need it."
        known.losses[Loss(kind="Items of other types", what=kind, fix=fix)] += 1


def _redirects(known: _Known, base: str) -> Iterator[tuple[str, str]]:
    """Yield where the lists of tags, categories and authors are now, first those that are called differently."""
    for address, (_, name) in known.terms.items():
        slug = label_slug(name)
        last = address.partition("/")[2]
        if slug and last and slug != last:
            yield f"{base}/{address}/", f"/tags/{slug}/"
    for login, name in known.authors.items():
        if (slug := label_slug(name)) and slug != login:
            yield f"{base}/author/{login}/", f"/authors/{slug}/"
    for folder, current in {"category": "tags", "tag": "tags", "author": "authors"}.items():
        yield f"{base}/{folder}/*", f"/{current}/:splat"


def _held(item: XmlElement) -> str:
    """Return why readers did not see a post; a state that nobody knows holds back."""
    if item.value("wp:post_password"):
        return "private"
    status = item.value("wp:status")
    return "" if status in _SHOWN else status if status in {"draft", "pending", "private"} else "hidden"


def _tags(item: XmlElement) -> Iterator[str]:
    for category in item.all("category"):
        is_tag = category.attributes.get("domain") in {"category", "post_tag", None}
        if is_tag and category.attributes.get("nicename") not in _UNCATEGORISED and category.text.strip():
            yield html.unescape(category.text.strip())


def _authors(item: XmlElement, known: _Known) -> Iterator[str]:
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


def _meta(item: XmlElement, key: str) -> str:
    found = (meta for meta in item.all("wp:postmeta") if meta.value("wp:meta_key") == key)
    return next((meta.value("wp:meta_value") for meta in found), "")


def _read(text: str) -> datetime | None:
    if not text or text == _NO_DATE:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _offset(item: XmlElement) -> timezone:
    """Return how far the site's clock was from UTC, by a post's two dates."""
    local, universal = _read(item.value("wp:post_date")), _read(item.value("wp:post_date_gmt"))
    if local is None or universal is None:
        return UTC
    minutes = round((local - universal).total_seconds() / 60)
    return timezone(timedelta(minutes=minutes)) if abs(minutes) <= 14 * 60 else UTC


def _moment(item: XmlElement, name: str, zone: timezone) -> datetime | None:
    universal, local = _read(item.value(f"{name}_gmt")), _read(item.value(name))
    if universal is not None:
        return universal.astimezone(zone)
    return local.replace(tzinfo=zone) if local else None
