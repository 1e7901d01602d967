"""What the statements of a policy allow, decided as IAM decides it, as far as our policies go."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Statement = Mapping[str, Any]
IF_EXISTS = "IfExists"


def allows(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str] | None = None
) -> bool:
    """Return whether an action on a resource is allowed: some statement has to allow it, and none may deny it.

    `context` is what the request says of itself, by the names that conditions use.
    """
    effects = {each["Effect"] for each in statements if _applies(each, action, resource, context or {})}
    return effects == {"Allow"}


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """Return a part of a template with the values of `names` in the place of Ref and Fn::Sub."""
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if not isinstance(value, Mapping):
        return value
    if "Ref" in value:
        return names.get(value["Ref"], value["Ref"])
    if "Fn::Sub" in value:
        return re.sub(r"\$\{([\w:.]+)\}", lambda found: names.get(found[1], found[1]), value["Fn::Sub"])
    return {key: filled(each, names) for key, each in value.items()}


def as_list(value: Any) -> list[Any]:
    """Return what a policy may write as one text or as a list."""
    return value if isinstance(value, list) else [value]


def _applies(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    return (
        any(fnmatchcase(action.lower(), each.lower()) for each in as_list(statement["Action"]))
        and _names(statement, resource)
        and all(
            _holds(operator, context.get(key), as_list(wanted))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _names(statement: Statement, resource: str) -> bool:
    """Return whether a statement is about a resource: one that it names, or one that is none of those it leaves out."""
    named = "Resource" in statement
    found = any(fnmatchcase(resource, each) for each in as_list(statement["Resource" if named else "NotResource"]))
    return found is named


def _holds(operator: str, found: str | None, wanted: list[str]) -> bool:
    """Return whether a condition holds; one that is not known here never does, so that it allows nothing."""
    if found is None:
        return operator.endswith(IF_EXISTS)
    name = operator.removesuffix(IF_EXISTS)
    if name == "StringEquals":
        return found in wanted
    return name in {"ArnLike", "StringLike"} and any(fnmatchcase(found, each) for each in wanted)
