"""What a title, a tag or a line says beside the keys that decide: a word for a draft that stands by itself."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from bucketpress.content.front_matter.fields import Fields, items_of
from bucketpress.content.front_matter.names import TITLE_KEYS
from bucketpress.content.front_matter.state import Says, is_state_key, state_of
from bucketpress.content.front_matter.state_words import DRAFT_WORDS
from bucketpress.content.front_matter.syntax.key_form import key_form, word_form
from bucketpress.content.front_matter.syntax.tree import Node, Scalar
from bucketpress.content.front_matter.tags_and_authors import TAG_KEYS
from bucketpress.content.problem import Problem, error

_PHRASES = frozenset(
    {
        *(
            "do not publish",
            "don't publish",
            "do not publish yet",
            "don't publish yet",
            "not for publication",
            "not for publication yet",
            "not published",
            "not yet published",
            "work in progress",
            "unfinished",
        ),
        *("nicht veröffentlichen", "in arbeit", "ne pas publier", "no publicar", "não publicar", "non pubblicare"),
        *("не публиковать", "勿发布", "非公開", "未完成"),
    }
)
# In brackets they are about the post; in front of a colon they may be its first words: "Private: a memoir".
_BRACKETED = frozenset(
    {"private", "hidden", "unlisted", "embargo", "embargoed", "internal", "todo", "tbd", "confidential"}
)
_MARKS = DRAFT_WORDS | _PHRASES | {"wip"}
# What may stand with such a word and change nothing: "[Draft 2]", "(first draft)", "DRAFT v3 - My title".
_BESIDE = re.compile(
    r"(?:v|version|no|nr)?[0-9.]{0,6}|first|rough|early|final|only|post|copy|still|untitled|yet|please"
)
_WORD = re.compile(r"[\w.]+")
_BRACKETS = re.compile(
    r"[\[({<\u3010\u3014\uff08\uff3b\u300c\u00ab]([^\[\](){}<>\u3010\u3011\u3014\u3015\uff08\uff09\uff3b\uff3d\u300c\u300d\u00ab\u00bb]{2,60})"
    r"[\])}>\u3011\u3015\uff09\uff3d\u300d\u00bb]"
)
_PARTED = re.compile(r"\s*[:\uff1a|\uff5c/~\u2013\u2014\u2015\u00b7\u2022*_#]+\s*|\s+-+\s+|\s*--+\s*|(?<![!.])[!.]+\s+")
_HASH = re.compile(r"(?<!\S)#(\w[\w/-]*)")
_LOUD = re.compile(r"(?:DRAFT|WIP(?! [Ll]imit)|UNPUBLISHED|ENTWURF|BROUILLON|BORRADOR)\b(?=.*[a-z])")
_HEADING = re.compile(r"^[ ]{0,3}#[ \t]([^\n]{1,1000})", re.MULTILINE)
_VALUE = re.compile(r"[ -]*[\w.-]{1,60}[ \t]*:[ \t]+(?P<value>[^\s\"'|>{\[].*)")
_SAID_INSIDE = re.compile(r"[\s,;](?P<key>[\w-]{3,20})[ \t]{0,3}[:=][ \t]{0,3}(?P<value>\w{1,20})[ \t,;.]*")
_TAG_FORMS = frozenset(map(key_form, TAG_KEYS))
_FIX = "Write `draft: true` to hold it back, or `draft: false` to publish it as it is."


def says_draft(text: str) -> bool:
    """Return whether a line names a post a draft, rather than speaks of one.

    The word stands in brackets ("[DRAFT] My title"), in front of or behind a mark that parts it from the rest
    ("Draft: My title", "My title - WIP"), loudly before it ("WIP My title"), or alone.
    """
    plain = _plain(text)
    for found in _BRACKETS.finditer(plain):
        at_an_end = not (word_form(plain[: found.start()]) and word_form(plain[found.end() :]))
        if at_an_end and _is_mark(found[1], _MARKS | _BRACKETED):
            return True
    if any(_is_mark(part, _MARKS) for tag in _HASH.finditer(plain) for part in tag[1].split("/")):
        return True
    parts = [part for part in _PARTED.split(_BRACKETS.sub(" ", plain)) if part.strip()]
    if parts and (_is_mark(parts[0], _MARKS) or _is_mark(parts[-1], _MARKS)):
        return True
    return _LOUD.match(plain) is not None or plain.startswith("TODO:")


def line_says_draft(text: str) -> bool:
    """Return whether a line is nothing but words for a draft, or tags of which one is such a word.

    It may wear any marks: `**DRAFT**`, `> DRAFT - do not publish!`, `#status/draft #ideas`.
    """
    plain = _plain(text)
    tags = _HASH.findall(plain)
    if tags and not word_form(_HASH.sub("", plain)):
        return any(word_form(part) in _MARKS for tag in tags for part in tag.split("/"))
    parts = [part for part in re.split("[,;]", _PARTED.sub(",", plain)) if word_form(part)]
    marks = [part for part in parts if _is_mark(part, _MARKS)]
    return bool(marks) and all(part in marks or word_form(part) in _BRACKETED for part in parts)


def _plain(text: str) -> str:
    """Return a line in compatible characters and with single spaces, since long runs are looked at again and again."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def tag_says_draft(text: str) -> bool:
    """Return whether one of the tags in a text is a word for a draft."""
    return any(word_form(tag) in _MARKS for tag in re.split("[,;\uff0c\u3001]", text))


def lines_in_doubt(text: str, first_line: int) -> Iterator[Problem]:
    """Yield an error for each line of YAML that says behind another value, without quotes, what withholds."""
    for number, line in enumerate(text.split("\n")):
        value = _VALUE.fullmatch(line)
        for said in _SAID_INSIDE.finditer(value["value"]) if value else ():
            decides = is_state_key(said["key"]) and key_form(said["key"]) != "password"
            if decides and said.end() == len(said.string) and state_of(said["key"], said["value"]) is Says.HOLD:
                message = f'"{said[0].strip(" ,;")}" may be meant to hold this back, so nothing is published.'
                fix = "Write it in a line of its own, or put the whole value in quotes."
                yield error(message, fix, first_line + number, line.rfind(said["key"]) + 1)


def note_doubts(fields: Fields, title: str, text: str, line: int) -> None:
    """Report as errors what may be meant to hold a post back, unless front matter says that it is to be published.

    A title that is not in front matter is a heading of `text`, which begins in a line of its file.
    """
    if _is_to_be_shown(fields):
        return
    found = fields.node(*TITLE_KEYS)
    heading = None if found else _HEADING.search(text)
    # Emphasis parts a word from the rest, and is no part of the title.
    if says_draft(title) or (heading and says_draft(heading[1])):
        place: Node = found[1] if found else Scalar(text=title, plain=True, line=line, column=1)
        message = f'The title "{title[:60]}" says that this is a draft, so nothing is published.'
        fields.error(place, message, _FIX)
    for item in _tags(fields):
        if tag_says_draft(item.text):
            message = f'The tag "{item.text.strip()[:60]}" says that this is a draft, so nothing is published.'
            fields.error(item, message, _FIX)


def _is_mark(text: str, words: Collection[str]) -> bool:
    """Return whether a text is a word for a draft, with nothing beside it but what changes nothing."""
    said = word_form(text)
    parts = _WORD.findall(said)
    others = [part for part in parts if part not in words]
    return said in words or (len(others) < len(parts) and all(map(_BESIDE.fullmatch, others)))


def _is_to_be_shown(fields: Fields) -> bool:
    """Return whether a key says in so many words that the source is to be published."""
    pairs = ((key.text, value.text) for key, value in fields.mapping.pairs if isinstance(value, Scalar))
    return any(is_state_key(key) and state_of(key, text) is Says.SHOW for key, text in pairs)


def _tags(fields: Fields) -> list[Scalar]:
    nodes = [value for key, value in fields.mapping.pairs if key_form(key.text) in _TAG_FORMS]
    return [item for node in nodes for item in items_of(node) if isinstance(item, Scalar)]
