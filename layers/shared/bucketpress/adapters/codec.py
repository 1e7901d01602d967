"""Writes the index's dataclasses as JSON text and reads them back, by their type hints."""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: object) -> str:
    """Write a dataclass as JSON; equal values give equal text."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """Read what `encode` wrote. Fields that are missing take their defaults, fields unknown are ignored."""
    hint: Any = kind
    value: T = _reader(hint)(json.loads(text))
    return value


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted((_plain(item) for item in value), key=json.dumps)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - type hints have no common type
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        (inner,) = (argument for argument in arguments if argument is not types.NoneType)
        read_inner = _reader(inner)
        return lambda value: None if value is None else read_inner(value)
    if origin in {tuple, frozenset}:
        return _collection(origin, arguments[0])
    if origin is not None and issubclass(origin, Mapping):
        read_value = _reader(arguments[1])
        return lambda value: {key: read_value(item) for key, item in value.items()}
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda value: value


def _collection(origin: Callable[[Any], Any], item: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    def read(value: Any) -> Any:  # noqa: ANN401
        # Looked up when used: a type may hold itself.
        return origin(map(_reader(item), value))

    return read


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    hints = get_type_hints(kind)

    def read(value: Any) -> Any:  # noqa: ANN401
        return kind(**{name: _reader(hint)(value[name]) for name, hint in hints.items() if name in value})

    return read
