"""The envelope of a Markdown file: front matter between `---` lines, then the text."""

import re
from dataclasses import dataclass

from bucketpress.content.front_matter.yaml_tree import NOT_VALID, Mapping, YamlError, read_yaml
from bucketpress.content.problem import Problem, error, has_errors, warning

MAX_FRONT_MATTER_BYTES = 8 * 1024
MAX_RETRIES = 20
_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_FLATTENED = ("params", "extra", "taxonomies")
_BARE_VALUE = re.compile(r"([A-Za-z_][\w -]{0,60}:[ \t]+)(?![\"'|>])(.*\S)[ \t]*")
_OTHER_FORMS = (
    (re.compile(r"\+\+\+[ \t]*\n"), "TOML (+++)"),
    (re.compile(r"\{\s*\""), "JSON"),
    (re.compile(r"(?:title|date|layout|slug|tags|author):[ \t]+\S", re.IGNORECASE), "a bare block"),
)
_NOTHING = Mapping(pairs=(), line=1, column=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A file taken apart; `first_line` is the line its body begins in."""

    fields: Mapping
    body: str
    first_line: int
    problems: tuple[Problem, ...] = ()


def open_envelope(text: str) -> Envelope:
    """Take a file's text apart. Errors are in `problems`, and then `fields` is empty."""
    for form, name in _OTHER_FORMS:
        if form.match(text):
            problem = error(
                f"This front matter is {name}; only YAML between lines of --- is understood so far.",
                "Put a line with only --- before and after it, with `key: value` lines between.",
                1,
                1,
            )
            return Envelope(fields=_NOTHING, body="", first_line=1, problems=(problem,))
    first, newline, rest = text.partition("\n")
    if not newline or not _FENCE.fullmatch(first):
        return Envelope(fields=_NOTHING, body=text, first_line=1)
    end = _END.search(rest)
    if end is None:
        return _unclosed(text, rest)
    block, body = rest[: end.start()], rest[end.end() + 1 :]
    fields, problems = _read_block(block)
    first_line = 3 + block.count("\n")
    fields = _NOTHING if has_errors(problems) else fields
    return Envelope(fields=fields, body=body, first_line=first_line, problems=problems)


def _unclosed(text: str, rest: str) -> Envelope:
    """Decide whether a first line `---` without a second one is front matter left open, or a rule."""
    if not re.match(r"\s*[A-Za-z_][\w-]*:(?:\s|$)", rest):
        return Envelope(fields=_NOTHING, body=text, first_line=1)
    problem = error("The front matter has no end.", "Put a line with only --- after it.", 1, 1)
    return Envelope(fields=_NOTHING, body="", first_line=1, problems=(problem,))


def _read_block(block: str) -> tuple[Mapping, tuple[Problem, ...]]:
    size = len(block.encode())
    if size > MAX_FRONT_MATTER_BYTES:
        message = f"Front matter may have {MAX_FRONT_MATTER_BYTES:,} bytes; this has {size:,}."
        return _NOTHING, (error(message, "Move long text into the body.", 2, 1),)
    lines = block.split("\n")
    fixed: list[Problem] = []
    while True:
        try:
            node = read_yaml("\n".join(lines), first_line=2)
        except YamlError as bad:
            fix = _quote_value(lines, bad.problem) if len(fixed) < MAX_RETRIES else None
            if fix is None:
                return _NOTHING, (*fixed, bad.problem)
            fixed.append(fix)
            continue
        if node is None:
            return _NOTHING, tuple(fixed)
        if not isinstance(node, Mapping):
            message = "Front matter must be lines of `key: value`."
            return _NOTHING, (*fixed, error(message, "Write `title: A title`.", node.line, node.column))
        return _flattened(node), tuple(fixed)


def _quote_value(lines: list[str], problem: Problem) -> Problem | None:
    """Put the rest of the line YAML stumbled over in quotes; None when that is not what is wrong."""
    number = (problem.line or 0) - 2
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


def _flattened(fields: Mapping) -> Mapping:
    """Lift the keys of Hugo's `params` and Zola's `extra` and `taxonomies` to the top, where they are not yet."""
    pairs = [(key, value) for key, value in fields.pairs if not (key.text in _FLATTENED and isinstance(value, Mapping))]
    names = {key.text for key, _ in pairs}
    for key, value in fields.pairs:
        if key.text in _FLATTENED and isinstance(value, Mapping):
            pairs += [pair for pair in value.pairs if pair[0].text not in names]
            names |= {inner.text for inner, _ in value.pairs}
    return Mapping(pairs=tuple(pairs), line=fields.line, column=fields.column)
