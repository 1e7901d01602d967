"""template.yaml as it stands, with the short tags as the functions they stand for."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def properties(name: str) -> dict[str, Any]:
    """Return the properties of a resource."""
    found: dict[str, Any] = template()["Resources"][name]["Properties"]
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type."""
    return {name: body["Properties"] for name, body in template()["Resources"].items() if body["Type"] == kind}


def statements(role: str) -> list[dict[str, Any]]:
    """Return the statements of a role's policies."""
    return [each for policy in properties(role)["Policies"] for each in policy["PolicyDocument"]["Statement"]]


class TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as the functions they stand for."""


def intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt":
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


TemplateLoader.add_multi_constructor("!", intrinsic)


@cache
def template() -> dict[str, Any]:
    """Read the template; a short tag such as `!Ref X` becomes `{"Ref": "X"}`."""
    document: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader=TemplateLoader)
    return document
