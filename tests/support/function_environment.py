"""An environment in which any of the functions starts, made from what their settings read."""

from dataclasses import fields

from bucketpress.environment import (
    ListingApiSettings,
    PublishSettings,
    RefreshSettings,
    SearchSettings,
    UpkeepSettings,
    VariantsSettings,
)

KINDS = (ListingApiSettings, PublishSettings, RefreshSettings, SearchSettings, UpkeepSettings, VariantsSettings)


def function_environment() -> dict[str, str]:
    """Return every variable that a function reads, and a region."""
    found = {field.name: field.type for kind in KINDS for field in fields(kind)}
    return {name.upper(): _value(name, kind) for name, kind in found.items()} | {"AWS_DEFAULT_REGION": "eu-west-1"}


def _value(name: str, kind: object) -> str:
    if kind is int:
        return "16"
    if name.endswith("queue_url"):
        return "https://sqs.eu-west-1.amazonaws.com/1/queue"
    return "https://blog.example" if name.endswith("url") else "value"
