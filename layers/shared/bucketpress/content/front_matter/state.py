"""What withholds a post or page: every way to say that it is not to be published, and whatever could be one."""

import re
from collections.abc import Iterator
from enum import Enum

from bucketpress.content.front_matter.dates import is_date
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.state_words import (
    ABOUT_THE_POST,
    ADDED,
    ADDRESSES,
    BUILD,
    BUILD_HELD,
    BUILD_SHOWN,
    DRAFT_WORDS,
    FALSE_WITHHOLDS,
    FORMS,
    HELD,
    IF_FALSE,
    IF_TRUE,
    NEGATIONS,
    NOT_ALL_READERS,
    OTHER_WORDS,
    READERS,
    SAYS_DRAFT,
    SECRETS,
    SHOWN,
    SLIPS,
    TRUE_WITHHOLDS,
    TRUTHS,
    WHOLE_WORDS,
    WORDS,
)
from bucketpress.content.front_matter.syntax.key_form import is_misspelt, key_form, word_form
from bucketpress.content.front_matter.syntax.tree import Mapping, Node, Scalar, Sequence
from bucketpress.content.source_keys import SourceKey

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
    return key_form(key) in FORMS


def is_like_state_key(key: str) -> bool:
    """Return whether a key is nearly one that decides if a source is published."""
    return _slip(key_form(key)) != ""


def state_of(key: str, text: str) -> Says | None:
    """Return what one `key: value` says of a source, None when it is about something else or says nothing."""
    form, word = key_form(key), word_form(text)
    if not text.strip():
        return None
    truth = TRUTHS.get(word)
    if form in TRUE_WITHHOLDS:
        return Says.UNCLEAR if truth is None else Says.HOLD if truth else Says.SHOW
    if form in FALSE_WITHHOLDS:
        if form in {"published", "publish"} and is_date(text):
            return None
        return Says.UNCLEAR if truth is None else Says.SHOW if truth else Says.HOLD
    if form in WORDS:
        if form == "state" and not _may_be_a_state(word):
            return None  # A place: California, Bayern.
        return Says.HOLD if word in HELD else Says.SHOW if word in SHOWN else Says.UNCLEAR
    if form in SECRETS or (form in ADDRESSES and truth is False):
        return Says.HOLD
    return None


def _may_be_a_state(word: str) -> bool:
    """Return whether a value of `state` is one of publishing, or near one, rather than the name of a place."""
    parts = set(word.replace("-", " ").split())
    known = HELD | SHOWN | TRUTHS.keys()
    return bool(parts & (known | NEGATIONS)) or any(is_misspelt(word, each) for each in SLIPS)


def holds_in_other_words(key: str, text: str) -> bool:
    """Return whether a key that decides in some tools only, or one with more words in it, holds a source back."""
    form, word = key_form(key), word_form(text)
    truth = TRUTHS.get(word)
    if form in READERS:
        return word in NOT_ALL_READERS
    if (form in IF_TRUE and truth is True) or (form in IF_FALSE and (truth is False or word == "never")):
        return True
    parts = [part.casefold() for part in _PARTS.findall(_CAMEL.sub(" ", key))]
    core = [part for part in parts if part not in ADDED | NEGATIONS]
    if len(parts) == 1 or len(core) != 1:
        return word in HELD and len(core) > 0 and core[-1] in WORDS and not set(core[:-1]) - WHOLE_WORDS
    if core[0] in WORDS:
        return word in HELD
    negated = not NEGATIONS.isdisjoint(parts)
    if truth is None or core[0] not in WHOLE_WORDS or (core[0] == "draft" and not negated):
        return False
    return truth is ((core[0] in TRUE_WITHHOLDS) is not negated)


def is_withheld(fields: Fields, source: SourceKey, known: frozenset[str]) -> bool:
    """Return whether anything says that a source is not to be published.

    What could say so and is not understood is an error. `known` are the forms of the keys that mean something else.
    """
    withheld = source.draft
    for key, value in fields.mapping.pairs:
        form = key_form(key.text)
        if form == BUILD and not isinstance(value, Scalar):
            withheld |= _build_withholds(fields, value)
        elif (form in FORMS and form != BUILD) or form in ADDRESSES:
            withheld |= _withholds(fields, key, value)
        elif form not in known:
            withheld |= any(item and holds_in_other_words(key.text, item.text) for item in _scalars(value))
            _note_likeness(fields, key, value)
    return withheld


def _withholds(fields: Fields, key: Scalar, value: Node) -> bool:
    if isinstance(value, Scalar) and value.absent:
        return False
    said = [state_of(key.text, item.text) if item else Says.UNCLEAR for item in _scalars(value)]
    if key_form(key.text) in ADDRESSES:
        return Says.HOLD in said
    if Says.UNCLEAR in said or not said:
        _not_understood(fields, key.text, value)
    return Says.HOLD in said


def _not_understood(fields: Fields, key: str, value: Node) -> None:
    if key_form(key) in WORDS:
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
        held = BUILD_HELD.get(key_form(key.text))
        if held is None:
            continue
        words = {word_form(item.text) if item else "?" for item in _scalars(choice)} - {""}
        withheld |= not words.isdisjoint(held)
        if words - held - BUILD_SHOWN:
            fields.error(choice, f"build.{key.text} is not known, so nothing is published.", "Write always or never.")
    return withheld


def _note_likeness(fields: Fields, key: Scalar, value: Node) -> None:
    """Report an unknown key as an error where its author may have meant one that withholds."""
    meant = _meant(key.text, value)
    if meant:
        message = f"{key.text} is not a key; it may be meant to hold this back, so nothing is published."
        fields.error(key, message, f"Did you mean `{meant}`? {_FALSE}")


def _meant(key: str, value: Node) -> str:
    maps = [value] if isinstance(value, Mapping) else value.items if isinstance(value, Sequence) else []
    inside = [pair for each in maps if isinstance(each, Mapping) for pair in each.pairs]
    if any(_is_draft_said(inner.text, choice) for inner, choice in inside):
        return "draft"
    if any(_is_never_built(inner.text, choice) for inner, choice in inside):
        return "build: {render: never}"
    if key_form(key) in ABOUT_THE_POST and any(_holds(inner.text, choice) for inner, choice in inside):
        return "draft: true"
    if isinstance(value, Mapping):
        return ""
    items = list(_scalars(value))
    words = [word_form(item.text) if item else "" for item in items]
    if not any(words):
        return ""
    form = key_form(key)
    slip = _slip(form)
    if slip and any(item is None or state_of(slip, item.text) is not Says.SHOW for item in items):
        return slip
    if not SAYS_DRAFT.isdisjoint(words) or any(item and _is_pair_held(item.text) for item in items):
        return "status: draft"
    parts = {part.casefold() for part in _PARTS.findall(_CAMEL.sub(" ", key))}
    named = not (DRAFT_WORDS | {"unlisted"}).isdisjoint(parts)
    return "draft: true" if named and any(TRUTHS.get(word) for word in words) else ""


def _slip(form: str) -> str:
    """Return the key that was meant by one with a slip of the finger in it, "" if none was."""
    return next((meant for meant in SLIPS if is_misspelt(form, meant)), "") if form not in OTHER_WORDS else ""


def _holds(key: str, value: Node) -> bool:
    """Return whether a key in a map about the post holds it back."""
    return any(
        item is not None and (state_of(key, item.text) is Says.HOLD or holds_in_other_words(key, item.text))
        for item in _scalars(value)
    )


def _is_pair_held(text: str) -> bool:
    """Return whether a value is itself a key and a value, and holds a source back: `meta: "draft: true"`."""
    key, colon, value = text.partition(":")
    return bool(colon) and is_state_key(key) and state_of(key, value) is Says.HOLD


def _is_draft_said(key: str, value: Node) -> bool:
    if isinstance(value, Mapping):
        return any(_is_draft_said(inner.text, choice) for inner, choice in value.pairs)
    form = key_form(key)
    if form in WORDS:
        return any(item is not None and word_form(item.text) in DRAFT_WORDS for item in _scalars(value))
    if form not in DRAFT_WORDS | {"isdraft", "published", "publish"}:
        return False
    return any(item is None or state_of(form, item.text) is Says.HOLD for item in _scalars(value))


def _is_never_built(key: str, value: Node) -> bool:
    """Return whether a key in a map, such as Hugo's `cascade`, is a `build` that shows nothing."""
    if key_form(key) != BUILD or not isinstance(value, Mapping):
        return False
    said = {word_form(item.text) for _, choice in value.pairs for item in _scalars(choice) if item}
    return not said.isdisjoint(BUILD_HELD["render"])


def _scalars(node: Node) -> Iterator[Scalar | None]:
    """Yield the single values in a node, and None for each that is none."""
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        yield item if isinstance(item, Scalar) else None
