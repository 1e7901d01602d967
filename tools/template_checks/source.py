"""A template as it stands, with the short tags as the functions they stand for."""

from pathlib import Path
from typing import Any

import yaml


class TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as the functions they stand for."""


def read_template(path: Path) -> dict[str, Any]:
    """Read a template; a short tag such as `!Ref X` becomes `{"Ref": "X"}`."""
    document: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=TemplateLoader)  # noqa: S506 - a SafeLoader
    return document


def _intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - there are no other nodes
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt":
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


TemplateLoader.add_multi_constructor("!", _intrinsic)
