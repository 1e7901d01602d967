"""What withholds a post or page: every way to say that it is not to be published, and whatever could be one."""

import re
from collections.abc import Iterator
from enum import Enum

from bucketpress.content.front_matter.dates import is_date
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.syntax.key_form import is_misspelt, key_form, word_form
from bucketpress.content.front_matter.syntax.yaml_tree import TRUTHS, Mapping, Node, Scalar, Sequence
from bucketpress.content.source_keys import SourceKey

# Words for a draft in the languages people blog in, as a key (`entwurf: ja`) and as a value (`status: entwurf`).
_DRAFT_WORDS = frozenset(
    {
        *("draft", "drafts", "unpublished", "entwurf", "brouillon", "borrador", "rascunho", "bozza", "szkic"),
        *("utkast", "taslak", "черновик", "чернетка", "草稿", "下書き", "초안"),
    }
)
_TRUE_WITHHOLDS = _DRAFT_WORDS | {
    *("isdraft", "hidden", "ishidden", "hide", "private", "isprivate", "unlisted", "isunlisted", "isunpublished"),
    *(
        "unpublish",
        "donotpublish",
        "dontpublish",
        "nopublish",
        "headless",
        "wip",
        "embargoed",
        "eleventyexcludefromcollections",
    ),
}
_FALSE_WITHHOLDS = frozenset(
    {"published", "publish", "ispublished", "public", "ispublic", "listed", "islisted", "visible", "dgpublish"}
)
_WORDS = frozenset({"status", "state", "visibility", "poststatus", "publishstatus", "publicationstatus"})
_SECRETS = frozenset({"password", "postpassword"})
# Eleventy and Jekyll write nothing where the address is false.
_ADDRESSES = frozenset({"permalink", "url"})
_BUILD = "build"  # Hugo's `build` and `_build`
_BUILD_HELD = {"render": frozenset({"never", "link", "false"}), "list": frozenset({"never", "local", "false"})}
_BUILD_SHOWN = frozenset({"always", "true"})
_HELD = _DRAFT_WORDS | {
    *("hidden", "private", "pending", "unlisted", "wip", "trash", "auto-draft", "inherit", "skip", "embargoed"),
    *("members", "paid", "tiers", "archived", "deleted", "in progress", "in review", "review", "idea", "todo"),
}
_SHOWN = frozenset({"published", "publish", "public", "live", "scheduled", "future", "visible", "featured", "listed"})
_FORMS = _TRUE_WITHHOLDS | _FALSE_WITHHOLDS | _WORDS | _SECRETS | {_BUILD}
# Those that a slip of the finger is looked for in; shorter ones are too like other words.
_SLIPS = ("draft", "isdraft", "hidden", "private", "unlisted", "unpublished", "published", "publish", "status")
_OTHER_WORDS = frozenset(
    {"craft", "graft", "kraft", "raft", "drift", "daft", "drafty", "publisher", "stats", "statue", "enlisted", "ridden"}
)
_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FALSE = "Write `draft: false`, or leave the key out, to publish it."


class Says(Enum):
    """What a value says of a source: show it, hold it back, or something nobody understands."""

    SHOW = "show"
    HOLD = "hold"
    UNCLEAR = "unclear"


def is_state_key(key: str) -> bool:
    """Return whether a key decides if a source is published."""
    return key_form(key) in _FORMS


def is_like_state_key(key: str) -> bool:
    """Return whether a key is nearly one that decides if a source is published."""
    return _slip(key_form(key)) != ""


def state_of(key: str, text: str) -> Says | None:
    """Return what one `key: value` says of a source, None when it is about something else or says nothing."""
    form, word = key_form(key), word_form(text)
    if not text.strip():
        return None
    truth = TRUTHS.get(word)
    if form in _TRUE_WITHHOLDS:
        return Says.UNCLEAR if truth is None else Says.HOLD if truth else Says.SHOW
    if form in _FALSE_WITHHOLDS:
        if form in {"published", "publish"} and is_date(text):
            return None
        return Says.UNCLEAR if truth is None else Says.SHOW if truth else Says.HOLD
    if form in _WORDS:
        return Says.HOLD if word in _HELD else Says.SHOW if word in _SHOWN else Says.UNCLEAR
    if form in _SECRETS or (form in _ADDRESSES and truth is False):
        return Says.HOLD
    return None


def is_withheld(fields: Fields, source: SourceKey, known: frozenset[str]) -> bool:
    """Return whether anything says that a source is not to be published.

    What could say so and is not understood is an error. `known` are the forms of the keys that mean something else.
    """
    withheld = source.draft
    for key, value in fields.mapping.pairs:
        form = key_form(key.text)
        if form == _BUILD:
            withheld |= _build_withholds(fields, value)
        elif form in _FORMS or form in _ADDRESSES:
            withheld |= _withholds(fields, key, value)
        elif form not in known:
            _note_likeness(fields, key, value)
    return withheld


def _withholds(fields: Fields, key: Scalar, value: Node) -> bool:
    if isinstance(value, Scalar) and value.absent:
        return False
    said = [state_of(key.text, item.text) if item else Says.UNCLEAR for item in _scalars(value)]
    if key_form(key.text) in _ADDRESSES:
        return Says.HOLD in said
    if Says.UNCLEAR in said or not said:
        _not_understood(fields, key.text, value)
    return Says.HOLD in said


def _not_understood(fields: Fields, key: str, value: Node) -> None:
    if key_form(key) in _WORDS:
        shown = f' "{value.text.strip()}"' if isinstance(value, Scalar) else ""
        message = f"The {key}{shown} is not known, so nothing is published."
        fields.error(value, message, "Write draft, hidden or published; what means something else needs another key.")
    else:
        message = f"{key} must be true or false; what is meant is not known, so nothing is published."
        fields.error(value, message, f"Write `{key}: true` or `{key}: false`.")


def _build_withholds(fields: Fields, value: Node) -> bool:
    """Return whether Hugo would render a page nowhere or list it nowhere."""
    if not isinstance(value, Mapping):
        return False
    withheld = False
    for key, choice in value.pairs:
        held = _BUILD_HELD.get(key_form(key.text))
        if held is None:
            continue
        words = {word_form(item.text) if item else "?" for item in _scalars(choice)} - {""}
        withheld |= not words.isdisjoint(held)
        if words - held - _BUILD_SHOWN:
            fields.error(choice, f"build.{key.text} is not known, so nothing is published.", "Write always or never.")
    return withheld


def _note_likeness(fields: Fields, key: Scalar, value: Node) -> None:
    """Report an unknown key as an error where its author may have meant one that withholds."""
    meant = _meant(key.text, value)
    if meant:
        message = f"{key.text} is not a key; it may be meant to hold this back, so nothing is published."
        fields.error(key, message, f"Did you mean `{meant}`? {_FALSE}")


def _meant(key: str, value: Node) -> str:
    if isinstance(value, Mapping):
        return next(("draft" for inner, choice in value.pairs if _is_draft_said(inner.text, choice)), "")
    items = list(_scalars(value))
    words = [word_form(item.text) if item else "" for item in items]
    if not any(words):
        return ""
    form = key_form(key)
    slip = _slip(form)
    if slip and any(item is None or state_of(slip, item.text) is not Says.SHOW for item in items):
        return slip
    if not _DRAFT_WORDS.isdisjoint(words):
        return "status: draft"
    parts = {part.casefold() for part in _PARTS.findall(_CAMEL.sub(" ", key))}
    named = not (_DRAFT_WORDS | {"unlisted"}).isdisjoint(parts)
    return "draft: true" if named and any(TRUTHS.get(word) for word in words) else ""


def _slip(form: str) -> str:
    """Return the key that was meant by one with a slip of the finger in it, "" if none was."""
    return next((meant for meant in _SLIPS if is_misspelt(form, meant)), "") if form not in _OTHER_WORDS else ""


def _is_draft_said(key: str, value: Node) -> bool:
    if isinstance(value, Mapping):
        return any(_is_draft_said(inner.text, choice) for inner, choice in value.pairs)
    form = key_form(key)
    if form not in _DRAFT_WORDS | {"isdraft", "published", "publish"}:
        return False
    return any(item is None or state_of(form, item.text) is Says.HOLD for item in _scalars(value))


def _scalars(node: Node) -> Iterator[Scalar | None]:
    """Yield the single values in a node, and None for each that is none."""
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        yield item if isinstance(item, Scalar) else None
