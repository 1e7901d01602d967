"""The parameters of queries: declared once, for reading requests and for the OpenAPI document."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import parse_qsl

from bucketpress.api.cursors import MAX_CHARACTERS
from bucketpress.api.problems import INVALID_PARAMETER, UNKNOWN_PARAMETER, ProblemError, invalid

MAX_PAIRS = 50
MAX_TEXT_CHARACTERS = 500  # in UTF-8 at most 2,000 bytes: a key of the index may have 2,048
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# RFC 3339, section 5.6.
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:)(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_LEAP_SECOND = "60"


class UnreadableError(ValueError):
    """A value is not one of its parameter; the message says what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a query. `read` raises UnreadableError; `schema` says what it takes, as JSON Schema."""

    name: str
    description: str
    schema: Mapping[str, object]
    example: object
    read: Callable[[str], object]


def pairs_of(query: str) -> dict[str, str]:
    """Return the pairs of a query string. Raises ProblemError for one that is not UTF-8 or repeats a name."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_PAIRS)
    except ValueError as error:
        message = f"The query is not UTF-8, or has more than {MAX_PAIRS} parameters."
        raise ProblemError(INVALID_PARAMETER, message) from error
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise invalid(name, f"{name} is given twice.")
        values[name] = value
    return values


def read_query(parameters: Iterable[Parameter], pairs: Mapping[str, str]) -> dict[str, object]:
    """Read the values of a query. Raises ProblemError for the first that is unknown or wrong."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in pairs:
        if name not in known:
            allowed = f"It knows {', '.join(sorted(known))}." if known else "It knows none."
            raise ProblemError(UNKNOWN_PARAMETER, f"This address knows no parameter {name!r}. {allowed}", name)
    values: dict[str, object] = {}
    for name, text in pairs.items():
        try:
            values[name] = known[name].read(text)
        except UnreadableError as error:
            raise invalid(name, f"{name} must be {error}.") from error
    return values


def number(name: str, bounds: tuple[int, int], description: str, example: int, default: int | None = None) -> Parameter:
    """Declare a whole number within bounds, both included."""
    low, high = bounds
    schema: dict[str, object] = {"type": "integer", "minimum": low, "maximum": high}
    if default is not None:
        schema["default"] = default
    return Parameter(
        name=name, description=description, schema=schema, example=example, read=partial(_number, low=low, high=high)
    )


def text(name: str, description: str, example: str, most: int = MAX_TEXT_CHARACTERS) -> Parameter:
    """Declare a text that is compared as it is; `most` is how many characters it may have."""
    schema = {"type": "string", "minLength": 1, "maxLength": most}
    return Parameter(name=name, description=description, schema=schema, example=example, read=partial(_text, most=most))


def choice(name: str, choices: tuple[str, ...], description: str) -> Parameter:
    """Declare one of a few words, the first being the default."""
    schema = {"type": "string", "enum": list(choices), "default": choices[0]}
    return Parameter(
        name=name, description=description, schema=schema, example=choices[-1], read=partial(_choice, choices=choices)
    )


def names(name: str, choices: tuple[str, ...], description: str, example: str) -> Parameter:
    """Declare a list of words, separated by commas."""
    word = f"({'|'.join(choices)})"
    schema = {"type": "string", "pattern": f"^{word}(,{word})*$", "maxLength": MAX_TEXT_CHARACTERS}
    return Parameter(
        name=name, description=description, schema=schema, example=example, read=partial(_names, choices=choices)
    )


def moment(name: str, description: str, example: str, *, days: bool) -> Parameter:
    """Declare a moment as RFC 3339 writes it; a day may stand in for one with `days`."""
    exact: dict[str, object] = {"type": "string", "format": "date-time"}
    schema = {"anyOf": [{"type": "string", "format": "date"}, exact]} if days else exact
    return Parameter(
        name=name, description=description, schema=schema, example=example, read=_day_or_moment if days else _moment
    )


def cursor() -> Parameter:
    """Declare a cursor."""
    return Parameter(
        name="cursor",
        description="Where to go on: `next_cursor` of the page before, with the same other parameters.",
        schema={"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS, "pattern": "^[A-Za-z0-9_-]+$"},
        example="AWvZ0m3nU8u1b8qQnYkq4hYyMDEwLTAzLTAx",
        read=_cursor,
    )


def _number(value: str, *, low: int, high: int) -> int:
    # At most nine digits: int() of a very long text is slow, and refused beyond a few thousand.
    if not re.fullmatch(r"-?\d{1,9}", value, re.ASCII) or not low <= int(value) <= high:
        message = f"a whole number from {low} to {high}"
        raise UnreadableError(message)
    return int(value)


def _text(value: str, *, most: int) -> str:
    if not 1 <= len(value) <= most:
        message = f"a text of 1 to {most} characters"
        raise UnreadableError(message)
    return value


def _choice(value: str, *, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise UnreadableError(" or ".join(choices))
    return value


def _names(value: str, *, choices: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(value.split(","))
    if len(value) > MAX_TEXT_CHARACTERS or not set(words) <= set(choices):
        message = f"a list, separated by commas, of {', '.join(choices)}"
        raise UnreadableError(message)
    return words


def _cursor(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value) or len(value) > MAX_CHARACTERS:
        message = "a cursor this API made"
        raise UnreadableError(message)
    return value


def _day_or_moment(value: str) -> date | datetime:
    if not _DAY.fullmatch(value):
        return _moment(value)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        message = "a day of the calendar such as 2010-03-05"
        raise UnreadableError(message) from error


def _moment(value: str) -> datetime:
    match = _MOMENT.fullmatch(value)
    if match:
        day, time, second, _, offset = match.groups()
        second = "59" if second == _LEAP_SECOND else second
        try:
            written = datetime.fromisoformat(f"{day}T{time}{second}{offset.upper().replace('Z', '+00:00')}")
            return written.astimezone(UTC)
        except (ValueError, OverflowError):  # no such day, or one that UTC's calendar does not have
            pass
    message = "a moment such as 2010-03-05T14:00:00Z"
    raise UnreadableError(message)
