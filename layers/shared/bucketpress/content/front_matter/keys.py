"""What the front matter of a post or page says of it."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bucketpress.content.front_matter.addresses import ADDRESS_KEYS, FileName
from bucketpress.content.front_matter.dates import DateError, is_date, read_date
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.names import (
    DATE_KEYS,
    EXPIRY_KEYS,
    GOING_LIVE_KEYS,
    IMAGE_KEYS,
    KNOWN_FORMS,
    SUMMARY_KEYS,
    UPDATED_KEYS,
)
from bucketpress.content.front_matter.state import is_state_key, is_withheld
from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.front_matter.syntax.tree import Mapping as YamlMap
from bucketpress.content.front_matter.syntax.tree import Scalar, plain_value
from bucketpress.content.html.links import LinkFault, Links
from bucketpress.content.problem import error
from bucketpress.content.source_keys import SourceKey, SourceKind

MAX_ID_CHARACTERS = 200
_MAY_BE_NO_DATE = frozenset({"published", "publish", "scheduled", "schedule"})
_DATE_IN_ADDRESS = re.compile(r"(?:^|/)([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?:/|$)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# The namespace of identities made from keys. Changing it would make every post of every site new to feed readers.
_IDENTITIES = uuid.UUID("6f1b6c52-1c0a-5d0e-9f0b-0d6f3c2d7a41")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When a post was published, goes live, changed and is to be withdrawn. Readers see the first."""

    published: datetime | None
    goes_live: datetime | None
    updated: datetime | None
    expires: datetime | None


def dates_of(fields: Fields, source: SourceKey, named: FileName, zone: tzinfo, *, draft: bool) -> Dates:
    """Return the dates; a post that is no draft must have one, in front matter or file name."""
    problems_before = len(fields.problems)
    written = next((name for name in DATE_KEYS if _date_node(fields, name)), None)
    names = dict.fromkeys((*GOING_LIVE_KEYS, *([written] if written else [])))
    moments = {name: _moment(fields, node, zone) for name in names if (node := _date_node(fields, name))}
    published = moments.get(written) if written else None
    elsewhere = _date_elsewhere(fields, named) if written is None else None
    published = _moment(fields, elsewhere, zone) if elsewhere else published
    nothing_said = len(fields.problems) == problems_before
    if published is None and nothing_said and source.kind is SourceKind.POST and not draft:
        fix = "Add `date: 2010-03-05` to its front matter, or name the file like 2010-03-05-title.md."
        fields.problems.append(error("The post has no date.", fix, 1, 1))
    updated, expires = (_optional_moment(fields, names, zone) for names in (UPDATED_KEYS, EXPIRY_KEYS))
    if updated and published:
        updated = max(updated, published)
    embargoes = (moments.get(name) for name in GOING_LIVE_KEYS)
    goes_live = max((moment for moment in (published, *embargoes) if moment), default=None)
    return Dates(published=published, goes_live=goes_live, updated=updated, expires=expires)


def is_draft(fields: Fields, source: SourceKey) -> bool:
    """Return whether any key says that the source is not to be published."""
    return is_withheld(fields, source, KNOWN_FORMS)


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
    return " ".join((fields.text(*SUMMARY_KEYS) or "").split())


def language_of(fields: Fields) -> str | None:
    """Return the language of the post where it is not the site's."""
    found = fields.scalar("lang")
    text = found[1].text.strip() if found else None
    if found and text and not _LANGUAGE.fullmatch(text):
        message = f'"{text}" is not a language code and is ignored.'
        fields.warning(found[1], message, "Write one such as en, de or pt-BR.")
        return None
    return text or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The URL of a post's picture, what it shows, and the keys of the files it may be: beside the post, at the root."""

    url: str | None = None
    alt: str = ""
    keys: tuple[str, str] | None = None


def image_of(fields: Fields, links: Links) -> Image:
    """Return the post's picture, resolved as those in the text are, or else from the site's root."""
    alt = fields.text("image_alt") or ""
    found = fields.node(*IMAGE_KEYS)
    if found is None:
        return Image(alt=alt)
    if isinstance(found[1], YamlMap):
        inner = Fields(found[1])
        alt = alt or inner.text("alt", "caption") or ""
        image = inner.scalar("image", "src", "url", "path", "relative_path")
        fields.problems += inner.problems
    else:
        image = fields.scalar(*IMAGE_KEYS)
    if image is None or not image[1].text.strip():
        return Image(alt=alt)
    written = image[1].text.strip().replace(" ", "%20")
    target = links.target(written)
    if isinstance(target, LinkFault):
        fields.warning(image[1], target.message, target.fix)
        target = target.target
    place = (image[1].line, image[1].column)
    links.note_file(target or "", written)
    if key := links.show(target or ""):
        links.places[key] = place
    return Image(url=target, alt=alt, keys=_keys_of_image(written, target or "", links, place))


def _keys_of_image(written: str, target: str, links: Links, place: tuple[int, int]) -> tuple[str, str] | None:
    """Return the keys of a relative picture beside its post and at the site's root, where other tools look for it."""
    if written.startswith(("/", "../")) or ":" in written:
        return None
    beside, at_root = (links.key_of(url) for url in (target, "/" + written.removeprefix("./")))
    if beside is None or at_root is None or beside == at_root:
        return None
    links.images.setdefault(at_root)
    links.places.setdefault(at_root, place)
    return beside, at_root


def extra_of(fields: Fields) -> Mapping[str, object]:
    """Return what the author wrote under keys nobody here knows."""
    return {key.text: plain_value(value) for key, value in fields.mapping.pairs if not _is_known(key.text)}


def _date_elsewhere(fields: Fields, named: FileName) -> Scalar | None:
    """Return the date in the file's name, else the one in its address: some blogs have it nowhere else."""
    if named.date:
        return Scalar(text=named.date, plain=True, line=1, column=1)
    address = fields.node(*ADDRESS_KEYS)
    if address is None or not isinstance(address[1], Scalar):
        return None
    found = _DATE_IN_ADDRESS.search(address[1].text)
    return replace(address[1], text="-".join(found.groups())) if found else None


def _is_known(key: str) -> bool:
    return key_form(key) in KNOWN_FORMS or is_state_key(key)


def _date_node(fields: Fields, name: str) -> Scalar | None:
    """Return the value that is to be a date; what is written under `published` and the like may be something else."""
    node = fields.value(name)
    if node is None or (name in _MAY_BE_NO_DATE and not (isinstance(node, Scalar) and is_date(node.text))):
        return None
    if isinstance(node, Scalar):
        return node
    message = f"{name} must be one date."
    if not any(problem.message == message for problem in fields.problems):
        fields.error(node, message, f"Write `{name}: 2010-03-05`.")
    return None


def _optional_moment(fields: Fields, names: tuple[str, ...], zone: tzinfo) -> datetime | None:
    found = fields.scalar(*names)
    return _moment(fields, found[1], zone) if found else None


def _moment(fields: Fields, node: Scalar, zone: tzinfo) -> datetime | None:
    try:
        return read_date(node.text, zone)
    except DateError as bad:
        fields.error(node, bad.message, bad.fix)
        return None
