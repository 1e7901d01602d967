"""The address of a post or page: what its author asked for, else what its key and date give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.front_matter.fields import Fields, items_of
from bucketpress.content.front_matter.permalinks import (
    TOKENS,
    AddressParts,
    expand,
    has_tokens,
    needs_date,
    spelled_out,
    unknown_token,
)
from bucketpress.content.front_matter.syntax.tree import TRUTHS, Node, Scalar
from bucketpress.content.paths import decoded, href, own_path, page_path, path_fault
from bucketpress.content.problem import error
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.slugs import SlugStyle, file_slug, label_slug, slugify
from bucketpress.content.source_keys import DEFAULT_PERMALINK, SourceKey, SourceKind, is_markdown, root_of
from bucketpress.content.translations import split_language

_DATED_NAME = re.compile(r"(?P<date>\d{4}-\d{1,2}-\d{1,2})[-_ ]*(?P<rest>.*)", re.DOTALL)
_NO_SLUG = re.compile(r"[/\\?#%\x00-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"https?://[^\s/?#\"'<>\\]+[^\s\"'<>\\]*")
CANONICAL_KEYS = ("canonical_url", "canonical")
ADDRESS_KEYS = ("url", "permalink", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What the name of a Markdown file says: the name of its folder when it is an `index.md`.

    `folders` are those between the root of sources and the name, `section` is what the root is called, `permalink` the
    pattern of its posts' addresses. `date` is as written, `language` the one that the name ends in, if any.
    """

    name: str
    section: str = ""
    permalink: str = DEFAULT_PERMALINK
    language: str | None = None
    folders: tuple[str, ...] = ()
    date: str | None = None
    is_home: bool = False

    @property
    def title(self) -> str:
        """The name as a title."""
        words = re.sub(r"[-_]+", " ", self.name).strip()
        return words[:1].upper() + words[1:]


def file_name(source: SourceKey) -> FileName:
    """Return the parts of a source's key."""
    root = root_of(source.key)
    *folders, last = source.key.removeprefix(root.prefix if root else "").split("/")
    name, language = split_language(last.rpartition(".")[0] if is_markdown(last) else last)
    is_home = name == "index" and not folders
    if name == "index" and folders:
        name = folders.pop()
    dated = _DATED_NAME.fullmatch(name) if source.kind is SourceKind.POST else None
    return FileName(
        name=(dated["rest"] or name) if dated else name,
        section=root.prefix.strip("/").rpartition("/")[2].lstrip("_") if root else "",
        permalink=root.permalink if root else DEFAULT_PERMALINK,
        language=language,
        folders=tuple(folders),
        date=dated["date"] if dated else None,
        is_home=is_home,
    )


def address_of(
    fields: Fields, source: SourceKey, title: str, published: datetime | None, settings: SiteSettings
) -> tuple[str, str]:
    """Return slug and path. What is wrong with them is noted in the fields."""
    named = file_name(source)
    slug = _slug(fields, named, title, settings)
    parts = AddressParts(
        slug=slug,
        filename=file_slug(named.name) or slug,
        section=named.section,
        folders=[_segment(folder, settings) or "untitled" for folder in named.folders],
        categories=[label_slug(category, settings.slugs) for category in _categories(fields)],
        published=published,
    )
    found = fields.scalar(*ADDRESS_KEYS)
    written = _written(fields, found[0], found[1], parts, settings) if found else None
    if written is not None:
        return slug, written
    if source.kind is SourceKind.PAGE:
        path = "/" + "/".join([*parts.folders, slug]) + "/"
    elif published is None:
        path = f"/drafts/{slug}/"  # Never seen by a reader: only a draft may be without a date.
    else:
        path = page_path(expand(settings.permalink or named.permalink, parts))
    slug_node = fields.scalar("slug")
    _check_made(fields, slug_node[1] if slug_node else None, path, named)
    return slug, path


def _written(fields: Fields, name: str, node: Scalar, parts: AddressParts, settings: SiteSettings) -> str | None:
    """Return the path that front matter asks for, None when it is left to the pattern."""
    text = node.text.strip()
    if node.plain and TRUTHS.get(text.lower()) is not None:
        if TRUTHS[text.lower()]:  # Where it is false, the source is withheld.
            fields.warning(node, f"The {name} must be a path, not {text}.", "Write one such as /2010/03/a-post/.")
        return None
    address = own_path(text, settings.url)
    if address is None:
        fix = "Write a path of this site; `canonical_url` is for where else the text stands."
        fields.warning(node, f"The {name} {text} is an address of another site and is ignored.", fix)
        return None
    if has_tokens(address):
        address = spelled_out(address)
        if unknown := unknown_token(address, written=True):
            fields.error(node, f"The {name} knows {', '.join(TOKENS)}; {unknown} is none of them.", "Write it out.")
            return None
        if parts.published is None and needs_date(address):
            fields.warning(node, f"The {name} {text} needs a date.", "Add `date: 2010-03-05`.")
            return None
        address = expand(address, parts)
    path = page_path(address if address.startswith("/") else f"/{address}")
    if fault := path_fault(path):
        fix = "Write a whole path such as /2010/03/a-post/, or only a `slug`."
        fields.error(node, f"The {name} {text} {fault}.", fix)
    return path


def canonical_of(fields: Fields, path: str, settings: SiteSettings) -> str | None:
    """Return the address of the original of a text, on this site or another; None where that is its own."""
    found = fields.scalar(*CANONICAL_KEYS)
    text = found[1].text.strip() if found else ""
    if not found or not text:
        return None
    own = own_path(text, settings.url)
    if own is not None and own.startswith("/") and not own.startswith("//"):
        named = page_path(own.partition("#")[0].partition("?")[0])
        return None if named == path else settings.url + href(named)
    if own is None and _ADDRESS.fullmatch(text):
        return text
    fields.warning(
        found[1], f"The {found[0]} {text} is no address and is ignored.", "Write https://blog.example/post/."
    )
    return None


def _categories(fields: Fields) -> Iterator[str]:
    for name in ("categories", "category"):
        found = fields.node(name)
        for item in items_of(found[1]) if found else ():
            if isinstance(item, Scalar):
                words = re.split("[,;\uff0c\u3001]", item.text) if found and item is found[1] else [item.text]
                yield from (word.strip() for word in words if word.strip())


def _slug(fields: Fields, named: FileName, title: str, settings: SiteSettings) -> str:
    written = fields.scalar("slug")
    if written is None:
        return _segment(named.name, settings) or slugify(title, settings.slugs) or "untitled"
    text = decoded(written[1].text.strip())
    slug = _segment(text.rstrip("/").rpartition("/")[2], settings)
    if not slug or _NO_SLUG.search(text.strip("/")):
        slug = slug or _segment(named.name, settings) or slugify(title, settings.slugs) or "untitled"
        message = f'A slug is the last part of an address; "{text}" is read as {slug}.'
        fields.warning(written[1], message, "Write a whole path as `url: /2010/03/a-post/`.")
    return slug


def _segment(text: str, settings: SiteSettings) -> str:
    return file_slug(text) if settings.slugs == SlugStyle.FILENAME else slugify(text, settings.slugs)


def _check_made(fields: Fields, slug: Node | None, path: str, named: FileName) -> None:
    if named.is_home and slug is None:
        message = "The home page is made by Bucketpress; an index.md there has no address."
        fields.problems.append(error(message, "Give the file another name, or a `url`."))
        return
    fault = path_fault(path)
    if fault is None:
        return
    message, fix = f"Its path {path} {fault}.", "Give it another `slug`."
    if slug is None:
        fields.problems.append(error(message, fix))
    else:
        fields.error(slug, message, fix)
