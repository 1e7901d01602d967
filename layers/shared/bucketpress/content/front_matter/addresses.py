"""The address of a post or page: what its author asked for, else what its key and date give."""

import re
from dataclasses import dataclass
from datetime import datetime

from bucketpress.content.front_matter.fields import Fields, items_of
from bucketpress.content.front_matter.yaml_tree import Node, Scalar
from bucketpress.content.paths import decoded, page_path, path_fault
from bucketpress.content.problem import error
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.slugs import SlugStyle, file_slug, slugify
from bucketpress.content.source_keys import SourceKey, SourceKind, is_markdown, root_of

MAX_ALIASES = 5
_DATED_NAME = re.compile(r"(?P<date>\d{4}-\d{1,2}-\d{1,2})[-_ ]*(?P<rest>.*)", re.DOTALL)
_NO_SLUG = re.compile(r"[/\\?#%\x00-\x1f\x7f-\x9f]")
ADDRESS_KEYS = ("url", "permalink", "path")
ALIAS_KEYS = ("aliases", "redirect_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What the name of a Markdown file says: the name of its folder when it is an `index.md`.

    `folders` are those between the root of sources and the name, `date` is as written.
    """

    name: str
    folders: tuple[str, ...] = ()
    date: str | None = None
    is_home: bool = False

    @property
    def title(self) -> str:
        """The name as a title."""
        words = re.sub(r"[-_]+", " ", self.name).strip()
        return words[:1].upper() + words[1:]


def file_name(source: SourceKey) -> FileName:
    """Take a source's key apart."""
    root = root_of(source.key)
    *folders, last = source.key.removeprefix(root.prefix if root else "").split("/")
    name = last.rpartition(".")[0] if is_markdown(last) else last
    is_home = name == "index" and not folders
    if name == "index" and folders:
        name = folders.pop()
    dated = _DATED_NAME.fullmatch(name) if source.kind is SourceKind.POST else None
    if dated is None:
        return FileName(name=name, folders=tuple(folders), is_home=is_home)
    return FileName(name=dated["rest"] or name, folders=tuple(folders), date=dated["date"])


def address_of(
    fields: Fields, source: SourceKey, title: str, published: datetime | None, settings: SiteSettings
) -> tuple[str, str]:
    """Return slug and path. What is wrong with them is noted in the fields."""
    named = file_name(source)
    slug = _slug(fields, named, title, settings)
    found = fields.scalar(*ADDRESS_KEYS)
    if found:
        path = page_path(found[1].text.strip())
        fault = path_fault(path)
        if fault:
            fix = "Write a whole path such as /2010/03/a-post/, or only a `slug`."
            fields.error(found[1], f"The {found[0]} {found[1].text.strip()} {fault}.", fix)
        return slug, path
    if source.kind is SourceKind.PAGE:
        folders = [_segment(folder, settings) or "untitled" for folder in named.folders]
        path = "/" + "/".join([*folders, slug]) + "/"
    else:
        path = _dated_path(settings.permalink, slug, published)
    slug_node = fields.scalar("slug")
    _check_made(fields, slug_node[1] if slug_node else None, path, named)
    return slug, path


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


def aliases_of(fields: Fields) -> tuple[str, ...]:
    """Return the paths that should lead to the post as well, each once. Names without a `/` lead nowhere yet."""
    paths: dict[str, None] = {}
    for name in ALIAS_KEYS:
        found = fields.node(name)
        for item in items_of(found[1]) if found else ():
            text = item.text.strip() if isinstance(item, Scalar) else ""
            if not isinstance(item, Scalar):
                fields.error(item, "An alias must be text.", "Write a list of paths such as [/old/address/].")
            elif "/" in text:
                path = page_path(text if text.startswith("/") else "/" + text)
                fault = path_fault(path)
                if fault:
                    fields.error(item, f"The alias {text} {fault}.", "Write a path such as /old/address/.")
                paths[path] = None
        if found and len(paths) > MAX_ALIASES:
            message = f"A post may have {MAX_ALIASES} aliases; this one has {len(paths)}."
            fields.error(found[1], message, "Keep those that are still linked to.")
    return tuple(paths)


def _dated_path(pattern: str, slug: str, published: datetime | None) -> str:
    if published is None:
        return f"/drafts/{slug}/"  # Never seen by a reader: only a draft may be without a date.
    tokens = {
        ":year": f"{published.year:04d}",
        ":month": f"{published.month:02d}",
        ":day": f"{published.day:02d}",
        ":slug": slug,
    }
    return re.sub(r":(?:year|month|day|slug)", lambda token: tokens[token[0]], pattern)


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
