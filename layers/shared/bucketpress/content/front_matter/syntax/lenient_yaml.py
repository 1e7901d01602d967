"""YAML as people write it: a line that YAML stumbles over is read again in quotes, with a warning."""

import re

from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.front_matter.syntax.tree import FormatError, Node
from bucketpress.content.front_matter.syntax.yaml_tree import read_yaml
from bucketpress.content.problem import Problem, warning

MAX_RETRIES = 20
_VALUE = re.compile(
    r"(?P<key>[ ]*(?:- +)?[\"']?(?P<name>[^\W\d_][\w .-]{0,60})[\"']?[ \t]*:[ \t]+)(?P<value>\S.*?)[ \t]*"
)
_ITEM = re.compile(r"(?P<key>[ ]*- +)(?P<value>\S.*?)[ \t]*")
_BLOCK = re.compile(r"[|>][+-]?[0-9]?[+-]?(?:[ ]+#.*)?")
_CUT = re.compile(r"(?:^|\s)#")
_HASHES = re.compile(r"#\S+(?:[ \t]+#\S+)*")
_HASH_IN_LIST = re.compile(r"(?<=[\[,])([ \t]*)(#[^\s,\[\]\"']+)")
_LIST = re.compile(r"\[[^\[\]{}\"']*\]")
_QUOTES = 2


def read_lenient(
    text: str, *, first_line: int = 1, whole: frozenset[str] = frozenset()
) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read one YAML document; return it and warnings of what was repaired. Raises FormatError when it cannot be read.

    `whole` are the forms of the keys whose value is taken with what stands after a `#`, which YAML leaves out.
    """
    lines = text.split("\n")
    repairs = _keep_hashes(lines, first_line, whole)
    while True:
        try:
            return read_yaml("\n".join(lines), first_line=first_line), tuple(repairs)
        except FormatError as bad:
            fix = _repair(lines, bad, first_line) if len(repairs) < MAX_RETRIES else None
            if fix is None:
                bad.problems = tuple(repairs)
                raise
            repairs.append(fix)


def _keep_hashes(lines: list[str], first_line: int, whole: frozenset[str]) -> list[Problem]:
    """Quote what YAML would take for a comment although it is part of a title, a tag or a summary."""
    kept = []
    inside = False
    for number, line in enumerate(lines):
        match = _VALUE.fullmatch(line)
        if not line.startswith((" ", "\t", "-")):
            inside = key_form(line.partition(":")[0]) in whole
        if not inside or "#" not in line:
            continue
        item = _ITEM.fullmatch(line)
        found = match if match and not item else item
        if found is None or not _CUT.search(found["value"]) or found["value"][0] in "\"'|>{":
            continue
        value = found["value"]
        lines[number] = found["key"] + _with_hashes(value)
        if lines[number] != line:
            message = "What stands after # is a comment in YAML; here it is read as part of the value."
            kept.append(
                warning(message, f"Write `{lines[number].strip()}`.", number + first_line, len(found["key"]) + 1)
            )
    return kept


def _with_hashes(value: str) -> str:
    if value.startswith("["):
        return _HASH_IN_LIST.sub(lambda found: found[1] + _quoted(found[2]), value)
    if _HASHES.fullmatch(value) and value.count("#") > 1:
        return "[" + ", ".join(_quoted(word) for word in value.split()) + "]"
    return _quoted(value)


def _repair(lines: list[str], bad: FormatError, first_line: int) -> Problem | None:
    """Change the line YAML stumbled over; None when there is no way to."""
    number = (bad.problem.line or 0) - first_line
    if not bad.may_be_text or not 0 <= number < len(lines):
        return None
    line = lines[number]
    if line.startswith("\t") or "\t" in line[: len(line) - len(line.lstrip())]:
        for each, text in enumerate(lines):
            bare = text.lstrip(" \t")
            lines[each] = text[: len(text) - len(bare)].replace("\t", "  ") + bare
        return warning("Lines are indented with tabs; each is read as two spaces.", "Use spaces.", bad.problem.line, 1)
    found = _VALUE.fullmatch(line) or _ITEM.fullmatch(line)
    if found is None or _BLOCK.fullmatch(found["value"]) or _is_quoted_by_us(found["value"]):
        return None
    key = found["key"].replace("\t", " ")
    lines[number] = key + (_quoted_list(found["value"]) or _quoted(_unquoted(found["value"])))
    name = (found["key"].strip(" -").partition(":")[0]) or "an entry"
    return warning(
        f"The value of {name} is not valid YAML without quotes; the whole rest of the line is taken.",
        f"Write `{lines[number].strip()}`.",
        bad.problem.line,
        len(found["key"]) + 1,
    )


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quoted_list(value: str) -> str:
    """Return a list of words in one line, each in quotes; "" when the value is none."""
    if not _LIST.fullmatch(value):
        return ""
    return "[" + ", ".join(_quoted(item.strip()) for item in value[1:-1].split(",") if item.strip()) + "]"


def _unquoted(value: str) -> str:
    """Return a value without the quotes around it, unless the first only closes before the end: `'a' and 'b'`."""
    if len(value) <= _QUOTES or value[0] != value[-1] or value[0] not in "\"'":
        return value
    inner = value.find(value[0], 1)
    return value[1:-1] if inner < len(value) - 1 and value[inner + 1].isalnum() else value


def _is_quoted_by_us(value: str) -> bool:
    return len(value) >= _QUOTES and value[0] == value[-1] == "'" and "'" not in value[1:-1].replace("''", "")
