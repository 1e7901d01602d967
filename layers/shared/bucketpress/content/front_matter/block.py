"""The lines of front matter, in any of the languages they may be written in, as one tree."""

from dataclasses import replace

from bucketpress.content.front_matter.doubts import lines_in_doubt
from bucketpress.content.front_matter.names import SUMMARY_KEYS, TITLE_KEYS
from bucketpress.content.front_matter.syntax.json_tree import read_json
from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.front_matter.syntax.lenient_yaml import read_lenient
from bucketpress.content.front_matter.syntax.toml_tree import read_toml
from bucketpress.content.front_matter.syntax.tree import (
    FormatError,
    Mapping,
    Node,
    Scalar,
    Sequence,
    repeated_keys,
)
from bucketpress.content.front_matter.tags_and_authors import TAG_KEYS
from bucketpress.content.markdown.comments.removal import strip_comments
from bucketpress.content.problem import Problem, error, warning

MAX_FRONT_MATTER_BYTES = 8 * 1024
NOTHING = Mapping(pairs=(), line=1, column=1)
_FLATTENED = frozenset({"params", "extra", "taxonomies"})
_WHOLE = frozenset(map(key_form, (*TITLE_KEYS, *SUMMARY_KEYS, *TAG_KEYS)))


def read_block(language: str, text: str, first_line: int) -> tuple[Mapping, tuple[Problem, ...], int]:
    """Read front matter that begins in a line of its file; return its tree, what is odd about it, and where it ends.

    `language` is yaml, toml, json (pairs, in braces or not) or object (JSON, and a text after it).
    """
    try:
        node, problems, size = _read(language, text, first_line)
    except FormatError as bad:
        return NOTHING, (*bad.problems, bad.problem), len(text)
    read = len(text[:size].encode())
    if read > MAX_FRONT_MATTER_BYTES:
        return NOTHING, (_too_large(read, first_line),), size
    if node is None:
        return NOTHING, problems, size
    if not isinstance(node, Mapping):
        message = "Front matter must be lines of `key: value`."
        return NOTHING, (*problems, error(message, "Write `title: A title`.", node.line, node.column)), size
    return _without_comments(_flattened(node)), (*problems, *_repeated(node)), size


def _read(language: str, text: str, first_line: int) -> tuple[Node | None, tuple[Problem, ...], int]:
    if language == "object":
        node, size = read_json(text[:MAX_FRONT_MATTER_BYTES], first_line=first_line)
        return node, (), size
    if len(text.encode()) > MAX_FRONT_MATTER_BYTES:
        raise FormatError(_too_large(len(text.encode()), first_line))
    if language == "toml":
        return read_toml(text, first_line=first_line), (), len(text)
    if language == "json":
        node, size = read_json(text, first_line=first_line, braces=text.lstrip().startswith("{"))
        return node, (), size
    tree, problems = read_lenient(text, first_line=first_line, whole=_WHOLE)
    return tree, (*problems, *lines_in_doubt(text, first_line)), len(text)


def _too_large(size: int, first_line: int) -> Problem:
    message = f"Front matter may have {MAX_FRONT_MATTER_BYTES:,} bytes; this has {size:,}."
    return error(message, "Move long text into the body.", first_line, 1)


def _repeated(fields: Mapping) -> list[Problem]:
    return [
        warning(
            f"The key {key.text} is written twice, first in line {first}; the last is taken.",
            "Keep one of the two.",
            key.line,
            key.column,
        )
        for key, first in repeated_keys(fields)
    ]


def _flattened(fields: Mapping) -> Mapping:
    """Lift the keys of Hugo's `params` and Zola's `extra` and `taxonomies` to the top, before those that are there.

    Of two equal keys the last counts, so that the top one wins.
    """
    lifted: list[tuple[Scalar, Node]] = []
    for key, value in fields.pairs:
        if isinstance(value, Mapping) and key_form(key.text) in _FLATTENED:
            lifted += _flattened(value).pairs
    own = [pair for pair in fields.pairs if not (isinstance(pair[1], Mapping) and key_form(pair[0].text) in _FLATTENED)]
    return Mapping(pairs=(*lifted, *own), line=fields.line, column=fields.column)


def _without_comments(fields: Mapping) -> Mapping:
    """Leave the author's comments out of every value: whatever shows one, no reader is to see them."""
    pairs = tuple((key, _uncommented(value)) for key, value in fields.pairs)
    return replace(fields, pairs=pairs)


def _uncommented(node: Node) -> Node:
    if isinstance(node, Mapping):
        return _without_comments(node)
    if isinstance(node, Sequence):
        return replace(node, items=tuple(map(_uncommented, node.items)))
    text = strip_comments(node.text)
    return node if text == node.text else replace(node, text=text.strip())
