"""What the items of a WordPress export say of each other: pictures, addresses and terms by their ids, losses."""

import html
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from bucketpress.content.slugs import label_slug
from bucketpress_cli.importers.address import parsed, path_in
from bucketpress_cli.importers.publication import Loss
from bucketpress_cli.importers.xml_stream import XmlElement

LEFT_OUT = frozenset({"trash", "auto-draft", "inherit"})
TYPES = frozenset({"post", "page"})
# What WordPress keeps as items and nobody reads as a post.
_INTERNAL = frozenset(
    {
        *("attachment", "revision", "custom_css", "customize_changeset", "oembed_cache"),
        *("user_request", "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_family"),
    }
)
UNCATEGORISED = frozenset({"uncategorized", "uncategorised"})
_NO_DATE = "0000-00-00 00:00:00"
# Where WordPress.com keeps the pictures of a site.
_WORDPRESS_COM = ".wordpress.com", ".files.wordpress.com"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the site: its address, what it shows, and what stands below it, the last two as HTML."""

    address: str = ""
    alt: str = ""
    caption: str = ""

    def figure(self) -> str:
        """Return it as HTML."""
        below = f"<figcaption>{self.caption}</figcaption>" if self.caption else ""
        return f'<figure><img src="{html.escape(self.address)}" alt="{self.alt}">{below}</figure>'


@dataclass(slots=True)
class Known:
    """What the items say of each other: pictures by id, those of a post, addresses by id, what is left out."""

    site: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    pictures_of: dict[str, list[str]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    losses: Counter[Loss] = field(default_factory=Counter)

    def path_of(self, address: str) -> str:
        """Return the path of an address of the site, which may have moved since to another one; "" for any other."""
        own = (self.site.get(name, "") for name in ("link", "wp:base_blog_url"))
        return next(filter(None, (path_in(address, url) for url in own if url)), "")

    def media_hosts(self, site_url: str) -> frozenset[str]:
        """Return the hosts that the site's pictures are on."""
        hosts = {parsed(picture.address).netloc.lower() for picture in self.pictures.values()}
        own = parsed(site_url).netloc.lower()
        if own.endswith(_WORDPRESS_COM[0]):
            hosts.add(own.replace(*_WORDPRESS_COM))
        return frozenset(filter(None, hosts))


def note(element: XmlElement, known: Known) -> None:
    """Take note of what an element says."""
    if element.name == "item":
        _note_item(element, known)
    elif element.name == "wp:author":
        login = element.value("wp:author_login")
        known.authors[login] = html.unescape(element.value("wp:author_display_name")) or login
    elif element.name in {"wp:category", "wp:tag"}:
        kind = "category" if element.name == "wp:category" else "tag"
        nicename = element.value("wp:category_nicename") or element.value("wp:tag_slug")
        name = html.unescape(element.value("wp:cat_name") or element.value("wp:tag_name"))
        known.terms[f"{kind}/{nicename}"] = name
        if kind == "category" and (parent := element.value("wp:category_parent")):
            known.parents[nicename] = parent
    else:
        known.site.setdefault(element.name, element.text.strip())


def _note_item(item: XmlElement, known: Known) -> None:
    kind, number, status = (item.value(f"wp:{name}") for name in ("post_type", "post_id", "status"))
    comments = sum(1 for _ in item.all("wp:comment"))
    if comments and kind in TYPES:
        lost = Loss(kind="Comments", what="", fix="Bucketpress shows none. Keep the export, or a page of the old site.")
        known.losses[lost] += comments
    if kind == "attachment":
        alt = html.escape(meta(item, "_wp_attachment_image_alt"))
        known.pictures[number] = Picture(item.value("wp:attachment_url"), alt, item.value("excerpt:encoded"))
        known.pictures_of.setdefault(item.value("wp:post_parent"), []).append(number)
    elif kind in TYPES and status in LEFT_OUT:
        known.losses[Loss(kind="Posts in the trash, and such never saved", what=status)] += 1
    elif kind in TYPES:
        if path := known.path_of(item.value("link")):
            known.paths[number] = path
    elif kind == "nav_menu_item":
        known.losses[Loss(kind="Entries of menus", what="", fix="Write those you need into `menu` of site.yaml.")] += 1
    elif kind not in _INTERNAL:
        fix = "What a plug-in stores is not a post. Export it with the plug-in if you need it."
        known.losses[Loss(kind="Items of other types", what=kind, fix=fix)] += 1


def redirects(known: Known, base: str) -> Iterator[tuple[str, str]]:
    """Yield where the lists of tags, categories and authors are now, first those that are called differently."""
    for address, name in known.terms.items():
        slug = label_slug(name)
        kind, _, last = address.partition("/")
        path = f"{kind}/{_below_parents(last, known.parents)}" if kind == "category" else address
        if last in UNCATEGORISED:
            yield f"{base}/{path}/", "/archive/"
        elif slug and last and f"{kind}/{slug}" != path:
            yield f"{base}/{path}/", f"/tags/{slug}/"
    for login, name in known.authors.items():
        if (slug := label_slug(name)) and slug != login:
            yield f"{base}/author/{login}/", f"/authors/{slug}/"
    yield from ((f"{base}/feed/{name}/", feed) for name, feed in {"atom": "/atom.xml", "rss2": "/feed.xml"}.items())
    for folder, current in {"category": "tags", "tag": "tags", "author": "authors"}.items():
        yield f"{base}/{folder}/*", f"/{current}/:splat"


def _below_parents(name: str, parents: Mapping[str, str]) -> str:
    """Return the address of a category, in which those above it stand before it."""
    path = [name]
    while (parent := parents.get(path[0])) and parent not in path:
        path.insert(0, parent)
    return "/".join(path)


def meta(item: XmlElement, key: str) -> str:
    """Return the first value that a plug-in or WordPress stored under a key, "" for none."""
    return next(metas(item, key), "")


def metas(item: XmlElement, key: str) -> Iterator[str]:
    """Return all values stored under a key."""
    found = (meta for meta in item.all("wp:postmeta") if meta.value("wp:meta_key") == key)
    return (meta.value("wp:meta_value") for meta in found)


def read(text: str) -> datetime | None:
    """Return a date as WordPress writes it, or as ISO 8601 does, as if it were of UTC; None for none."""
    if not text or text == _NO_DATE:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def offset(item: XmlElement) -> timezone:
    """Return how far the site's clock was from UTC, by a post's two dates."""
    local, universal = read(item.value("wp:post_date")), read(item.value("wp:post_date_gmt"))
    if local is None or universal is None:
        return UTC
    minutes = round((local - universal).total_seconds() / 60)
    return timezone(timedelta(minutes=minutes)) if abs(minutes) <= 14 * 60 else UTC
