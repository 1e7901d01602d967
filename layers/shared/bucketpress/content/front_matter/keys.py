"""What the front matter of a post or page says of it."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bucketpress.content.front_matter.addresses import ADDRESS_KEYS, ALIAS_KEYS, FileName
from bucketpress.content.front_matter.dates import DateError, is_date, read_date
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.tags_and_authors import AUTHOR_KEYS, TAG_KEYS
from bucketpress.content.front_matter.yaml_tree import TRUTHS, Scalar, plain_value
from bucketpress.content.front_matter.yaml_tree import Mapping as YamlMap
from bucketpress.content.markdown.links import Links
from bucketpress.content.problem import error
from bucketpress.content.source_keys import SourceKey, SourceKind

MAX_ID_CHARACTERS = 200
DATE_KEYS = ("date", "published", "publishDate", "pubDate", "published_at", "created")
_UPDATED_KEYS = ("updated", "lastmod", "modified", "last_modified_at", "updated_at")
_EXPIRY_KEYS = ("expires", "expiryDate", "unpublishDate")
TITLE_KEYS = ("title", "headline", "linkTitle")
_SUMMARY_KEYS = ("summary", "description", "excerpt", "custom_excerpt")
_IMAGE_KEYS = ("image", "cover", "hero", "feature_image", "thumbnail", "og_image")
_STATE_KEYS = ("draft", "publish", "status")
_OTHER_KEYS = ("id", "guid", "lang", "toc", "image_alt")
_KNOWN = frozenset(
    [
        *(*DATE_KEYS, *_UPDATED_KEYS, *_EXPIRY_KEYS, *TITLE_KEYS, *_SUMMARY_KEYS, *_IMAGE_KEYS, *_STATE_KEYS),
        *(*TAG_KEYS, *AUTHOR_KEYS, *ADDRESS_KEYS, *ALIAS_KEYS, *_OTHER_KEYS, "slug"),
    ]
)
_HIDDEN = frozenset({"draft", "hidden", "private", "pending", "unlisted"})
_SHOWN = frozenset({"published", "publish", "public", "live", "scheduled", "future"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# The namespace of identities made from keys. Changing it would make every post of every site new to feed readers.
_IDENTITIES = uuid.UUID("6f1b6c52-1c0a-5d0e-9f0b-0d6f3c2d7a41")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When a post was published, changed and is to be withdrawn."""

    published: datetime | None
    updated: datetime | None
    expires: datetime | None


def dates_of(fields: Fields, source: SourceKey, named: FileName, zone: tzinfo, *, draft: bool) -> Dates:
    """Return the dates; a post that is no draft must have one, in front matter or file name."""
    problems_before = len(fields.problems)
    written = next((found for name in DATE_KEYS if (found := _date_node(fields, name))), None)
    published = _moment(fields, written, zone) if written else None
    if written is None and named.date:
        published = _moment(fields, Scalar(text=named.date, plain=True, line=1, column=1), zone)
    nothing_said = len(fields.problems) == problems_before
    if published is None and nothing_said and source.kind is SourceKind.POST and not draft:
        fix = "Add `date: 2010-03-05` to its front matter, or name the file like 2010-03-05-title.md."
        fields.problems.append(error("The post has no date.", fix, 1, 1))
    updated, expires = (_optional_moment(fields, names, zone) for names in (_UPDATED_KEYS, _EXPIRY_KEYS))
    return Dates(published=published, updated=updated, expires=expires)


def is_draft(fields: Fields, source: SourceKey) -> bool:
    """Tell whether any key says that the source is not to be published."""
    published = fields.node("published")
    withheld = fields.flag("draft") is True or fields.flag("publish") is False or source.draft
    if published and isinstance(published[1], Scalar) and not is_date(published[1].text):
        withheld = fields.flag("published") is False or withheld
    status = fields.scalar("status")
    word = status[1].text.strip().lower() if status else ""
    if status and word not in _HIDDEN | _SHOWN:
        fields.error(status[1], f'The status "{word}" is not known.', "Write draft, hidden or published.")
    return withheld or word in _HIDDEN


def identity_of(fields: Fields, source: SourceKey) -> str:
    """Return the id of the feed entry: the author's, else one derived from the key alone."""
    found = fields.scalar("id", "guid")
    text = found[1].text.strip() if found else ""
    if found and (len(text) > MAX_ID_CHARACTERS or re.search(r"[\x00-\x1f\x7f-\x9f#]", text)):
        message = f"An id may have {MAX_ID_CHARACTERS} characters, without # and control characters."
        fields.error(found[1], message, "Write a short one, such as tag:blog.example,2010:a-post.")
    return text or f"urn:uuid:{uuid.uuid5(_IDENTITIES, source.key)}"


def summary_of(fields: Fields) -> str:
    """Return the author's summary on one line, "" when there is none."""
    return " ".join((fields.text(*_SUMMARY_KEYS) or "").split())


def language_of(fields: Fields) -> str | None:
    """Return the language of the post where it is not the site's."""
    found = fields.scalar("lang")
    text = found[1].text.strip() if found else None
    if found and text and not _LANGUAGE.fullmatch(text):
        message = f'"{text}" is not a language code and is ignored.'
        fields.warning(found[1], message, "Write one such as en, de or pt-BR.")
        return None
    return text or None


def image_of(fields: Fields, links: Links) -> tuple[str | None, str]:
    """Return the URL of the post's picture, resolved as those in the text are, and what it shows."""
    alt = fields.text("image_alt") or ""
    found = fields.node(*_IMAGE_KEYS)
    if found is None:
        return None, alt
    if isinstance(found[1], YamlMap):
        inner = Fields(found[1])
        alt = alt or inner.text("alt", "caption") or ""
        image = inner.scalar("image", "src", "url", "path", "relative_path")
        fields.problems += inner.problems
    else:
        image = fields.scalar(*_IMAGE_KEYS)
    if image is None or not image[1].text.strip():
        return None, alt
    before = len(links.problems)
    target = links.target(image[1].text.strip().replace(" ", "%20"))
    for problem in links.problems[before:]:
        fields.warning(image[1], problem.message, problem.fix)
    del links.problems[before:]
    if key := links.show(target or ""):
        links.places[key] = (image[1].line, image[1].column)
    return target, alt


def extra_of(fields: Fields) -> Mapping[str, object]:
    """Return what the author wrote under keys nobody here knows."""
    return {key.text: plain_value(value) for key, value in fields.mapping.pairs if key.text not in _KNOWN}


def _date_node(fields: Fields, name: str) -> Scalar | None:
    node = fields.mapping.get(name)
    if node is None:
        return None
    if not isinstance(node, Scalar):
        fields.error(node, f"{name} must be one date.", f"Write `{name}: 2010-03-05`.")
        return None
    if name == "published" and node.text.strip().lower() in TRUTHS:
        return None
    return node


def _optional_moment(fields: Fields, names: tuple[str, ...], zone: tzinfo) -> datetime | None:
    found = fields.scalar(*names)
    return _moment(fields, found[1], zone) if found else None


def _moment(fields: Fields, node: Scalar, zone: tzinfo) -> datetime | None:
    try:
        return read_date(node.text, zone)
    except DateError as bad:
        fields.error(node, bad.message, bad.fix)
        return None
