"""What withholds a post or page: every way to say that it is not to be published, and whatever could be one."""

import re
from collections.abc import Iterator
from enum import Enum

from bucketpress.content.front_matter.dates import is_date
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.syntax.key_form import is_misspelt, key_form, word_form
from bucketpress.content.front_matter.syntax.tree import TRUTHS, Mapping, Node, Scalar, Sequence
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
        "非公開",
        "隐藏",
    ),
}
_FALSE_WITHHOLDS = frozenset(
    {
        *("published", "publish", "ispublished", "public", "ispublic", "listed", "islisted", "visible", "dgpublish"),
        *("veröffentlicht", "publié", "publicado", "pubblicato", "gepubliceerd", "опубликовано", "公開", "发布"),
    }
)
# Keys that withhold when they are plainly true, or false; with any other value they are about something else.
_IF_TRUE = frozenset(
    {
        *("archived", "confidential", "deleted", "disabled", "encrypted", "exclude", "excluded", "ignore", "ignored"),
        *("inactive", "inprogress", "internal", "invisible", "membersonly", "premium", "protected", "removed"),
        *("restricted", "secret", "skip", "subscribersonly", "trashed", "unfinished", "incomplete", "workinprogress"),
        *("notpublished", "notpublic", "neverpublish", "dghide"),
    }
)
_IF_FALSE = frozenset(
    {
        *("active", "isactive", "build", "display", "enabled", "finished", "isready", "isvisible", "live", "islive"),
        *("online", "output", "publishable", "ready", "readytopublish", "render", "show"),
    }
)
_READERS = frozenset({"access", "audience"})
_NOT_ALL_READERS = frozenset(
    {
        *("hidden", "internal", "members", "only_paid", "only paid", "paid", "premium", "private", "restricted"),
        *("subscribers", "members only", "members-only", "subscribers only", "admin", "staff"),
    }
)
# What a key may add to one that decides, and still decide: `post_status`, `hidden_post`, `publish_to_web`.
_ADDED = frozenset(
    {
        *("article", "be", "blog", "can", "content", "document", "entry", "for", "in", "is", "item", "on", "page"),
        *("post", "publication", "publishing", "review", "should", "site", "the", "this", "to", "web", "workflow"),
    }
)
_NEGATIONS = frozenset({"dont", "never", "no", "not"})
_WHOLE_WORDS = frozenset({"publish", "published", "public", "hidden", "private", "draft", "unlisted", "visible"})
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
_SHOWN = frozenset(
    {
        *("published", "publish", "public", "live", "scheduled", "future", "visible", "featured", "listed"),
        *("active", "complete", "completed", "current", "done", "evergreen", "everyone", "final", "finished"),
        *("online", "posted", "released", "veröffentlicht", "publié", "publicado", "pubblicato", "已发布", "公開"),
    }
)
_TRUTHS = {
    **TRUTHS,
    **dict.fromkeys(("ja", "oui", "si", "sí", "sim", "tak", "да", "是", "はい"), True),
    **dict.fromkeys(("nein", "non", "nej", "nee", "não", "nie", "нет", "否", "いいえ"), False),
}
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
    truth = _TRUTHS.get(word)
    if form in _TRUE_WITHHOLDS:
        return Says.UNCLEAR if truth is None else Says.HOLD if truth else Says.SHOW
    if form in _FALSE_WITHHOLDS:
        if form in {"published", "publish"} and is_date(text):
            return None
        return Says.UNCLEAR if truth is None else Says.SHOW if truth else Says.HOLD
    if form in _WORDS:
        if form == "state" and not _may_be_a_state(word):
            return None  # A place: California, Bayern.
        return Says.HOLD if word in _HELD else Says.SHOW if word in _SHOWN else Says.UNCLEAR
    if form in _SECRETS or (form in _ADDRESSES and truth is False):
        return Says.HOLD
    return None


def _may_be_a_state(word: str) -> bool:
    """Return whether a value of `state` is one of publishing, or near one, rather than the name of a place."""
    parts = set(word.replace("-", " ").split())
    known = _HELD | _SHOWN | _TRUTHS.keys()
    return bool(parts & (known | _NEGATIONS)) or any(is_misspelt(word, each) for each in _SLIPS)


def _holds_in_other_words(key: str, text: str) -> bool:
    """Return whether a key that decides in some tools only, or one with more words in it, holds a source back."""
    form, word = key_form(key), word_form(text)
    truth = _TRUTHS.get(word)
    if form in _READERS:
        return word in _NOT_ALL_READERS
    if (form in _IF_TRUE and truth is True) or (form in _IF_FALSE and truth is False):
        return True
    parts = [part.casefold() for part in _PARTS.findall(_CAMEL.sub(" ", key))]
    core = [part for part in parts if part not in _ADDED | _NEGATIONS]
    if len(parts) == 1 or len(core) != 1:
        return word in _HELD and len(core) > 0 and core[-1] in _WORDS and not set(core[:-1]) - _WHOLE_WORDS
    if core[0] in _WORDS:
        return word in _HELD
    negated = not _NEGATIONS.isdisjoint(parts)
    if truth is None or core[0] not in _WHOLE_WORDS or (core[0] == "draft" and not negated):
        return False
    return truth is ((core[0] in _TRUE_WITHHOLDS) is not negated)


def is_withheld(fields: Fields, source: SourceKey, known: frozenset[str]) -> bool:
    """Return whether anything says that a source is not to be published.

    What could say so and is not understood is an error. `known` are the forms of the keys that mean something else.
    """
    withheld = source.draft
    for key, value in fields.mapping.pairs:
        form = key_form(key.text)
        if form == _BUILD and not isinstance(value, Scalar):
            withheld |= _build_withholds(fields, value)
        elif (form in _FORMS and form != _BUILD) or form in _ADDRESSES:
            withheld |= _withholds(fields, key, value)
        elif form not in known:
            withheld |= any(item and _holds_in_other_words(key.text, item.text) for item in _scalars(value))
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
    maps = [value] if isinstance(value, Mapping) else value.items if isinstance(value, Sequence) else []
    inside = [pair for each in maps if isinstance(each, Mapping) for pair in each.pairs]
    if any(_is_draft_said(inner.text, choice) for inner, choice in inside):
        return "draft"
    if any(_is_never_built(inner.text, choice) for inner, choice in inside):
        return "build: {render: never}"
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
    if form in _WORDS:
        return any(item is not None and word_form(item.text) in _DRAFT_WORDS for item in _scalars(value))
    if form not in _DRAFT_WORDS | {"isdraft", "published", "publish"}:
        return False
    return any(item is None or state_of(form, item.text) is Says.HOLD for item in _scalars(value))


def _is_never_built(key: str, value: Node) -> bool:
    """Return whether a key in a map, such as Hugo's `cascade`, is a `build` that shows nothing."""
    if key_form(key) != _BUILD or not isinstance(value, Mapping):
        return False
    said = {word_form(item.text) for _, choice in value.pairs for item in _scalars(choice) if item}
    return not said.isdisjoint(_BUILD_HELD["render"])


def _scalars(node: Node) -> Iterator[Scalar | None]:
    """Yield the single values in a node, and None for each that is none."""
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        yield item if isinstance(item, Scalar) else None
