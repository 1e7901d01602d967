"""template.yaml as it stands, with the short tags as the functions they stand for."""

from functools import cache
from pathlib import Path
from typing import Any

from tools.template_checks.source import read_template

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
    """Return the statements of a role's policies, those under a condition as where it holds."""
    found = (each for policy in properties(role)["Policies"] for each in policy["PolicyDocument"]["Statement"])
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in found]


@cache
def template() -> dict[str, Any]:
    """Read template.yaml."""
    return read_template(ROOT / "template.yaml")
