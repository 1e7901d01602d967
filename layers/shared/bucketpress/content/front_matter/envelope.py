"""The envelope of a Markdown file: front matter in one of its forms, then the text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bucketpress.content.front_matter.block import NOTHING, read_block
from bucketpress.content.front_matter.misplaced_lines import (
    MAX_BLOCK_LINES,
    bare_block,
    begins_like_front_matter,
    held_back_above,
    is_key_line,
    misplaced,
)
from bucketpress.content.front_matter.syntax.fences import content_start, is_closing, opening, strip_junk
from bucketpress.content.front_matter.syntax.tree import Mapping
from bucketpress.content.problem import Problem, error, has_errors, warning

_EMPTY = error("The file is empty.", "Write something in it; until then an older version stays.", 1, 1)
_TOML_FENCE = re.compile(r"\+{3,}[ \t]*(?:toml)?[ \t]*(?:#.*)?", re.IGNORECASE)
_JSON_FENCE = re.compile(r";{3,}[ \t]*(?:json)?", re.IGNORECASE)
_GAP = r"(?:\s++|//[^\n]*+\n|/\*(?:[^*]|\*(?!/))*+\*/)*+"
_JSON_OBJECT = re.compile(
    rf"{_GAP}\{{(?:{_GAP}|\s*+#[^\n]*+\n\s*+)[\"']?\w[\w -]{{0,60}}[\"']?\s*:|{_GAP}\{{{_GAP}\}}\s*\n"
)
_JSON_PAIR = re.compile(r"\"[^\"\n]{1,60}\"[ \t]*:")
# The first word of a text that is prose is seldom one of these; a date or a title is said of the text itself.
_SAID_OF_PROSE = frozenset({"summary", "description", "excerpt", "image", "cover", "hero", "schedule", "scheduled"})
_YAML = frozenset({"", "yaml", "yml"})
# Languages that other tools read front matter in, and we do not: `---js`.
_FOREIGN = frozenset({"js", "javascript", "jsx", "ts", "coffee", "coffeescript", "cson", "edn", "ini", "xml"})
_LANGUAGES = {
    "toml": "toml",
    **dict.fromkeys(("json", "jsonc", "json5", "hjson"), "json"),
    **dict.fromkeys(_YAML, "yaml"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A file taken apart; `first_line` is the line its body begins in."""

    fields: Mapping
    body: str
    first_line: int
    problems: tuple[Problem, ...] = ()


def open_envelope(text: str) -> Envelope:
    """Split a file's text into front matter and body. After an error in `problems` `fields` is empty."""
    begin = content_start(text)
    if begin == len(text):
        return _refused(held_back_above(text) or _EMPTY)
    line = text.count("\n", 0, begin) + 1
    rest = text[begin:]
    envelope = _fenced_yaml(rest.split("\n"), line) or _toml(rest.split("\n"), line) or _json(rest, line)
    if envelope is None:
        envelope = _bare(rest.split("\n"), line)
    if envelope is None:
        slipped = misplaced(text, 1, after_front_matter=False)
        return _refused(slipped) if slipped else Envelope(fields=NOTHING, body=text, first_line=1)
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
    return Envelope(fields=NOTHING, body="", first_line=1, problems=problems)


def _fenced_yaml(lines: list[str], line: int) -> Envelope | None:
    """Return the front matter that begins with a fence in a line; None where it is a thematic break above a text."""
    fence, below = opening(lines[0]), lines[1:]
    if fence is None:
        return None
    end = _end_of(below)
    closed = fence.plain and end is not None and all(below[:end])
    named = fence.language in (_LANGUAGES.keys() - {""}) | _FOREIGN
    if not closed and not named and not begins_like_front_matter(below[:end]):
        return None
    if end is None:
        return _refused(error("The front matter has no end.", "Put a line with only --- after it.", line, 1))
    language = _LANGUAGES.get(fence.language)
    if language is None:
        message = f"Front matter in {fence.language} between lines of --- is not understood."
        return _refused(error(message, "Write YAML: lines of `key: value`.", line, 1))
    odd = () if fence.plain or language != "yaml" else (_odd_fence(line),)
    return _taken_apart(language, below, end, line + 1, odd)


def _odd_fence(line: int) -> Problem:
    return warning("This line above the front matter is not a plain ---; it is read as one.", "Write ---.", line, 1)


def _end_of(lines: list[str]) -> int | None:
    """Return the number of the line that closes front matter: one at the margin rather than one that is indented."""
    indented: int | None = None
    for number, line in enumerate(lines):
        if is_closing(line):
            if not line.startswith((" ", "\t")):
                return number
            indented = number if indented is None else indented
    return indented


def _toml(lines: list[str], line: int) -> Envelope | None:
    if not _is(_TOML_FENCE, lines[0]):
        return None
    below = lines[1:]
    end = next((number for number, text in enumerate(below) if _is(_TOML_FENCE, text)), None)
    if end is None:
        return _refused(error("The front matter has no end.", "Put a line with only +++ after it.", line, 1))
    return _taken_apart("toml", below, end, line + 1)


def _json(rest: str, line: int) -> Envelope | None:
    """Take apart a JSON object, or its pairs between or above lines of `;;;`, as Hexo reads them."""
    lines = rest.split("\n")
    fenced = _is(_JSON_FENCE, lines[0])
    if _JSON_OBJECT.match(rest) and not fenced:
        fields, problems, size = read_block("object", rest, line)
        if has_errors(problems):
            return _refused(*problems)
        ended = rest.find("\n", size)
        ended = len(rest) if ended < 0 else ended
        if strip_junk(rest[size:ended]).strip(";,"):
            message = "There is text right behind the JSON object."
            return _refused(error(message, "Begin the text in a line of its own.", line + rest.count("\n", 0, size), 1))
        below = line + rest.count("\n", 0, ended) + 1
        return Envelope(fields=fields, body=rest[ended + 1 :], first_line=below, problems=problems)
    if not fenced and not _JSON_PAIR.match(rest):
        return None
    below_fence = lines[1:] if fenced else lines
    end = next((number for number, text in enumerate(below_fence) if _is(_JSON_FENCE, text)), None)
    if end is None:
        return _refused(error("The front matter has no end.", "Put a line with only ;;; after it.", line, 1))
    return _taken_apart("json", below_fence, end, line + fenced)


def _bare(lines: list[str], line: int) -> Envelope | None:
    """Take apart lines of `key: value` that a blank line or a fence ends; None when they are prose."""
    end = bare_block(lines[:MAX_BLOCK_LINES])
    if end is not None:
        return _taken_apart("yaml", lines, end, line)
    key = unicodedata.normalize("NFKC", strip_junk(lines[0])).partition(":")[0]
    if is_key_line(lines[0], known=True) and key.strip().casefold() not in _SAID_OF_PROSE:
        message = "This begins like front matter, but not every line up to the next blank one is `key: value`."
        return _refused(error(message, "Put a line with only --- before and after the front matter.", line, 1))
    return None


def _taken_apart(
    language: str, lines: Sequence[str], end: int, first_line: int, odd: tuple[Problem, ...] = ()
) -> Envelope:
    """Read the lines above `end` as front matter, and take those below it for the text."""
    fields, problems, _ = read_block(language, "\n".join(lines[:end]), first_line)
    problems = (*odd, *problems)
    fields = NOTHING if has_errors(problems) else fields
    return Envelope(fields=fields, body="\n".join(lines[end + 1 :]), first_line=first_line + end + 1, problems=problems)


def _is(fence: re.Pattern[str], line: str) -> bool:
    return fence.fullmatch(unicodedata.normalize("NFKC", strip_junk(line))) is not None
