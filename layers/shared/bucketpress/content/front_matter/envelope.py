"""The envelope of a Markdown file: front matter between `---` lines, then the text."""

import re
from dataclasses import dataclass
from itertools import takewhile

from bucketpress.content.front_matter.fences import Fence, content_start, is_closing, opening, strip_junk
from bucketpress.content.front_matter.key_form import key_form
from bucketpress.content.front_matter.misplaced import (
    MAX_BLOCK_LINES,
    bare_block,
    begins_like_front_matter,
    held_back_above,
    is_key_line,
    misplaced,
)
from bucketpress.content.front_matter.yaml_tree import (
    NOT_VALID,
    Mapping,
    Node,
    Scalar,
    YamlError,
    read_yaml,
    repeated_keys,
)
from bucketpress.content.problem import Problem, error, has_errors, warning

MAX_FRONT_MATTER_BYTES = 8 * 1024
MAX_RETRIES = 20
_FLATTENED = frozenset({"params", "extra", "taxonomies"})
_BARE_VALUE = re.compile(r"([A-Za-z_][\w -]{0,60}:[ \t]+)(?![\"'|>])(.*\S)[ \t]*")
_OTHER_FORMS = (
    (re.compile(r"\+{3,}[ \t]*[a-z]*[ \t]*(?:#.*)?\n"), "TOML (+++)"),
    (re.compile(r"\{\s*[\"']?\w[\w -]*[\"']?\s*:|;;;"), "JSON"),
)
_YAML = frozenset({"", "yaml", "yml"})
_NOTHING = Mapping(pairs=(), line=1, column=1)
_EMPTY = error("The file is empty.", "Write something in it; until then an older version stays.", 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A file taken apart; `first_line` is the line its body begins in."""

    fields: Mapping
    body: str
    first_line: int
    problems: tuple[Problem, ...] = ()


def open_envelope(text: str) -> Envelope:
    """Take a file's text apart. Errors are in `problems`, and then `fields` is empty."""
    begin = content_start(text)
    if begin == len(text):
        return _refused(held_back_above(text) or _EMPTY)
    line = text.count("\n", 0, begin) + 1
    rest = text[begin:]
    first, _, below = rest.partition("\n")
    fence = opening(first)
    envelope = _fenced(fence, below, line) if fence is not None else _other_form(rest, line)
    if envelope is None:
        slipped = misplaced(text, 1, after_front_matter=False)
        return _refused(slipped) if slipped else Envelope(fields=_NOTHING, body=text, first_line=1)
    return _checked(envelope, held_back_above(text[:begin]))


def _checked(envelope: Envelope, above: Problem | None) -> Envelope:
    """Refuse an envelope that says nothing about nothing, or that something around it contradicts."""
    if has_errors(envelope.problems):
        return envelope
    body = envelope.body
    if not envelope.fields.pairs and content_start(body) == len(body):
        return _refused(_EMPTY)
    problem = above or misplaced(body, envelope.first_line, after_front_matter=True)
    return _refused(*envelope.problems, problem) if problem else envelope


def _refused(*problems: Problem) -> Envelope:
    return Envelope(fields=_NOTHING, body="", first_line=1, problems=problems)


def _other_form(rest: str, line: int) -> Envelope | None:
    name = next((name for form, name in _OTHER_FORMS if form.match(rest)), None)
    lines = list(takewhile(strip_junk, rest.split("\n")))
    if name is None and (
        is_key_line(lines[0], known=True) or bare_block(rest.split("\n", MAX_BLOCK_LINES)) is not None
    ):
        name = "a bare block"
    if name is None:
        return None
    return _refused(
        error(
            f"This front matter is {name}; only YAML between lines of --- is understood so far.",
            "Put a line with only --- before and after it, with `key: value` lines between.",
            line,
            1,
        )
    )


def _fenced(fence: Fence, below: str, line: int) -> Envelope | None:
    """Take apart what begins with a fence in a line; None when it is a line drawn across the page above a text."""
    lines = below.split("\n")
    end = _end_of(lines)
    closed = fence.plain and end is not None and all(lines[:end])
    if not closed and not begins_like_front_matter(lines[:end]):
        return None
    if end is None:
        return _refused(error("The front matter has no end.", "Put a line with only --- after it.", line, 1))
    if fence.language not in _YAML:
        message = f"Front matter in {fence.language} between lines of --- is not understood."
        return _refused(error(message, "Write YAML: lines of `key: value`.", line, 1))
    fields, problems = _read_block(lines[:end], line + 1)
    if not fence.plain:
        odd = warning("This line above the front matter is not a plain ---; it is read as one.", "Write ---.", line, 1)
        problems = (odd, *problems)
    fields = _NOTHING if has_errors(problems) else fields
    return Envelope(fields=fields, body="\n".join(lines[end + 1 :]), first_line=line + end + 2, problems=problems)


def _end_of(lines: list[str]) -> int | None:
    """Return the number of the line that closes front matter: one at the margin rather than one that is indented."""
    closing = [number for number, line in enumerate(lines) if is_closing(line)]
    at_margin = (number for number in closing if not lines[number].startswith((" ", "\t")))
    return next(at_margin, closing[0] if closing else None)


def _read_block(lines: list[str], first_line: int) -> tuple[Mapping, tuple[Problem, ...]]:
    size = len("\n".join(lines).encode())
    if size > MAX_FRONT_MATTER_BYTES:
        message = f"Front matter may have {MAX_FRONT_MATTER_BYTES:,} bytes; this has {size:,}."
        return _NOTHING, (error(message, "Move long text into the body.", first_line, 1),)
    fixed: list[Problem] = []
    while True:
        try:
            node = read_yaml("\n".join(lines), first_line=first_line)
        except YamlError as bad:
            fix = _quote_value(lines, bad.problem, first_line) if len(fixed) < MAX_RETRIES else None
            if fix is None:
                return _NOTHING, (*fixed, bad.problem)
            fixed.append(fix)
            continue
        if node is None:
            return _NOTHING, tuple(fixed)
        if not isinstance(node, Mapping):
            message = "Front matter must be lines of `key: value`."
            return _NOTHING, (*fixed, error(message, "Write `title: A title`.", node.line, node.column))
        return _flattened(node), (*fixed, *_repeated(node))


def _quote_value(lines: list[str], problem: Problem, first_line: int) -> Problem | None:
    """Put the rest of the line YAML stumbled over in quotes; None when that is not what is wrong."""
    number = (problem.line or 0) - first_line
    if not 0 <= number < len(lines):
        return None
    match = _BARE_VALUE.fullmatch(lines[number])
    if match is None or not problem.message.startswith(NOT_VALID):
        return None
    key, value = match.groups()
    lines[number] = f"{key}'{value.replace(chr(39), chr(39) * 2)}'"
    return warning(
        f"The value of {key.partition(':')[0]} is not valid YAML without quotes; the whole rest of the line is taken.",
        f"Write `{lines[number]}`.",
        problem.line,
        len(key) + 1,
    )


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
