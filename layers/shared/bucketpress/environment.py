"""The environment of a function, read here and nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

T = TypeVar(
    "T",
    "PublishSettings",
    "RefreshSettings",
    "VariantsSettings",
    "ListingApiSettings",
    "SearchSettings",
    "UpkeepSettings",
)
# Stands for the address of a queue, or the name of a function, that there is not.
OFF = "off"


class MissingSettingError(Exception):
    """An environment variable that the function needs is not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """What the publish function reads."""

    table_name: str
    content_bucket: str
    site_bucket: str
    source_queue_url: str
    page_queue_url: str
    variant_queue_url: str
    site_url: str
    domain_proofs: str
    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshSettings:
    """What the refresh function reads."""

    table_name: str
    content_bucket: str
    site_bucket: str
    page_queue_url: str
    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantsSettings:
    """What the variants function reads."""

    table_name: str
    content_bucket: str
    site_bucket: str
    source_queue_url: str
    variant_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingApiSettings:
    """What the listing API function reads."""

    table_name: str
    cursor_secret: str
    origin_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """What the search function reads."""

    site_bucket: str
    connections: int
    cursor_secret: str
    origin_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepSettings:
    """What the upkeep function reads."""

    table_name: str
    content_bucket: str
    site_bucket: str
    source_queue_url: str
    page_queue_url: str
    source_dead_letter_queue_url: str
    page_dead_letter_queue_url: str
    variant_queue_url: str
    variant_dead_letter_queue_url: str
    variants_function: str
    audit_every_minutes: int
    full_audit_every_hours: int
    refresh_within_days: int


def is_starting(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether this is a Lambda function, whose modules are loaded before its first call.

    See "Defined runtime environment variables" in the documentation of Lambda.
    """
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in environment


def read_settings(kind: type[T], environment: Mapping[str, str] = os.environ) -> T:
    """Read a function's settings: each field from the variable of its name in capitals.

    Raises MissingSettingError, naming every variable that is missing; ValueError for a number that is none.
    """
    variables = {field.name: field.name.upper() for field in fields(kind)}
    missing = [variable for variable in variables.values() if not environment.get(variable)]
    if missing:
        message = f"set {', '.join(missing)}"
        raise MissingSettingError(message)
    values: dict[str, Any] = {name: environment[variable] for name, variable in variables.items()}
    return kind(**values | {field.name: int(values[field.name]) for field in fields(kind) if field.type is int})
