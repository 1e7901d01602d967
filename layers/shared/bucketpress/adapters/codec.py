"""Writes the index's dataclasses as JSON text and reads them back, by their type hints.

Where a hint allows several dataclasses, the name of the one it is stands beside its fields, as `type`.
"""

import json
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

TYPE = "type"

T = TypeVar("T")
_Convert = Callable[[Any], Any]


def encode(value: object) -> str:
    """Write a dataclass, or a frozenset of text, as JSON; equal values give equal text."""
    kind: Any = type(value)
    return json.dumps(_writer(kind)(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """Read what `encode` wrote. Fields that are missing take their defaults, fields unknown are ignored."""
    hint: Any = kind
    value: T = _reader(hint)(json.loads(text))
    return value


@cache
def _writer(kind: Any) -> _Convert:  # noqa: ANN401 - type hints have no common type
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if origin in {Union, types.UnionType}:
        return _union_writer(arguments)
    if origin is frozenset:
        return lambda value: sorted(_written(arguments[:1], value), key=json.dumps)
    if origin is tuple:
        return lambda value: _written(arguments[:1], value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        write_value = _writer(arguments[1])
        return lambda value: {str(key): write_value(item) for key, item in value.items()}
    if kind is datetime:
        return datetime.isoformat
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_writer(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: value.value
    return _as_it_is


def _written(hint: tuple[Any, ...], items: Iterable[Any]) -> list[Any]:
    # Looked up when used: a type may hold itself.
    write = _writer(*hint) if hint else _as_it_is
    return [write(item) for item in items]


def _union_writer(arguments: tuple[Any, ...]) -> _Convert:
    members = _members(arguments)
    if len(members) == 1:
        write = _writer(*members)
        return lambda value: None if value is None else write(value)
    by_type = {member: _writer(member) for member in members}
    return lambda value: None if value is None else {TYPE: type(value).__name__, **by_type[type(value)](value)}


def _dataclass_writer(kind: Any) -> _Convert:  # noqa: ANN401
    hints = get_type_hints(kind)
    return lambda value: {name: _writer(hint)(getattr(value, name)) for name, hint in hints.items()}


@cache
def _reader(kind: Any) -> _Convert:  # noqa: ANN401
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _union_reader(arguments)
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
    return _as_it_is


def _collection(origin: _Convert, item: Any) -> _Convert:  # noqa: ANN401
    return lambda value: origin(map(_reader(item), value))


def _union_reader(arguments: tuple[Any, ...]) -> _Convert:
    members = _members(arguments)
    if len(members) == 1:
        read = _reader(*members)
        return lambda value: None if value is None else read(value)
    by_name = {member.__name__: _reader(member) for member in members}
    return lambda value: None if value is None else by_name[value[TYPE]](value)


def _dataclass_reader(kind: Any) -> _Convert:  # noqa: ANN401
    hints = get_type_hints(kind)
    # Looked up when first used: a type may hold itself.
    readers = cache(lambda: {name: _reader(hint) for name, hint in hints.items()})

    def read(value: Any) -> Any:  # noqa: ANN401
        # What is stored as it is, most of an entry, is not passed through a function.
        return kind(
            **{
                name: value[name] if reader is _as_it_is else reader(value[name])
                for name, reader in readers().items()
                if name in value
            }
        )

    return read


def _members(arguments: tuple[Any, ...]) -> list[Any]:
    return [argument for argument in arguments if argument is not types.NoneType]


def _as_it_is(value: Any) -> Any:  # noqa: ANN401
    return value
