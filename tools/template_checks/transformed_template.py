"""A template as CloudFormation gets it, and what its parts refer to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.template_checks.policy import as_list

Resource = dict[str, Any]
NOTHING = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template after SAM's transformation, and what the schemas of its types say.

    `naming` are the properties that name a resource of a type, `calls` what CloudFormation calls for one.
    """

    document: Mapping[str, Any]
    naming: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    calls: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def resources(self) -> Mapping[str, Resource]:
        """Return the resources by their logical ids."""
        found: Mapping[str, Resource] = self.document["Resources"]
        return found

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Return the properties of every resource of a type."""
        found = self.resources.items()
        return {name: body.get("Properties", {}) for name, body in found if body["Type"] == kind}


def target(value: Any) -> str:
    """Return the logical id that a Ref, a GetAtt or a Sub of one resource refers to, nothing for another value."""
    if not isinstance(value, dict):
        return ""
    if "Ref" in value:
        return str(value["Ref"])
    if "Fn::GetAtt" in value:
        got = value["Fn::GetAtt"]
        return str(got[0] if isinstance(got, list) else got.partition(".")[0])
    found = re.fullmatch(r"\$\{(\w+)(\.\w+)?\}", str(value.get("Fn::Sub", "")))
    return found.group(1) if found else ""


def statements(document: Resource) -> list[Resource]:
    """Return the statements of a policy, those that depend on a condition as if it held, and as if it did not."""
    found = []
    for each in as_list(document["Statement"]):
        branches = each["Fn::If"][1:] if "Fn::If" in each else [each]
        found += [branch for branch in branches if branch != NOTHING]
    return found
