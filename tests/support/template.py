"""The SAM template as plain values."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as what they tag."""


TemplateLoader.add_multi_constructor(
    "!",
    lambda loader, _suffix, node: (
        loader.construct_scalar(node)
        if isinstance(node, yaml.ScalarNode)
        else loader.construct_sequence(node, deep=True)
        if isinstance(node, yaml.SequenceNode)
        else loader.construct_mapping(node, deep=True)
    ),
)


@cache
def template() -> dict[str, Any]:
    """Read the template; a short tag such as `!Ref X` becomes what it tags."""
    document: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), Loader=TemplateLoader)
    return document


def properties(name: str) -> dict[str, Any]:
    """Return the properties of a resource."""
    found: dict[str, Any] = template()["Resources"][name]["Properties"]
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type."""
    return {name: body["Properties"] for name, body in template()["Resources"].items() if body["Type"] == kind}
