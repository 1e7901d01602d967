"""Print templates as CloudFormation will see them, with the names their types take; runs in SAM CLI's environment.

`sam validate --lint` looks at the template before the transformation, and so misses faults in what SAM makes of it.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REGION = "us-east-1"


def transformed(path: Path) -> dict[str, Any]:
    """Return the template after SAM's transformation, with its parameters' defaults."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    translator = importlib.import_module("samtranslator.translator.translator")
    parser = importlib.import_module("samtranslator.parser.parser")
    reader = importlib.import_module("samcli.yamlhelper")
    template = reader.yaml_parse(path.read_text("utf-8"))
    # As after `sam build` and `sam package`: the translator wants code that lies in S3.
    for resource in template["Resources"].values():
        for code in ("CodeUri", "ContentUri"):
            if code in resource.get("Properties", {}):
                resource["Properties"][code] = "s3://packages/code.zip"
    defaults = {name: each["Default"] for name, each in template["Parameters"].items() if "Default" in each}
    result: dict[str, Any] = translator.Translator({}, parser.Parser()).translate(template, parameter_values=defaults)
    return result


def naming_properties(schema: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the properties that name a resource of a type, as its schema has them.

    A group of several properties names the resource together, such as a stage and the API it belongs to.
    """
    pointer = "/properties/"
    read_only = set(schema.get("readOnlyProperties", []))
    identifiers = [schema["primaryIdentifier"], *schema.get("additionalIdentifiers", [])]
    given = [group for group in identifiers if not set(group) & read_only]
    yield from (tuple(each.removeprefix(pointer) for each in group) for group in given)
    in_groups = {each for group in given for each in group}
    # What the service itself makes is the identifier of these; their names may still be unique in an account.
    fixed = [each.removeprefix(pointer) for each in schema.get("createOnlyProperties", []) if each not in in_groups]
    yield from ((each,) for each in fixed if each.endswith("Name"))
    for name, inner in schema["properties"].items():
        definition = schema.get("definitions", {}).get(inner.get("$ref", "").removeprefix("#/definitions/"), {})
        if name in schema.get("required", []) and "Name" in definition.get("required", []):
            yield (f"{name}/Name",)


def calls(schema: dict[str, Any]) -> list[str]:
    """Return the actions that making, reading, changing and deleting a resource of a type takes, by its schema."""
    handlers = [schema["handlers"].get(name, {}) for name in ("create", "read", "update", "delete")]
    return sorted({call for handler in handlers for call in handler.get("permissions", [])})


def schemas_of(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the schema of each resource type of a template, of those that cfn-lint ships."""
    manager = importlib.import_module("cfnlint.schema").PROVIDER_SCHEMA_MANAGER
    types = {resource["Type"] for resource in template["Resources"].values()}
    return {kind: manager.get_resource_schema(REGION, kind).schema for kind in sorted(types)}


def main() -> None:
    """Write a JSON list to standard output: for each path its `template`, and the `naming` and `calls` of its types."""
    templates = [transformed(Path(path).resolve()) for path in sys.argv[1:]]
    answers = [
        {
            "template": each,
            "naming": {kind: list(naming_properties(schema)) for kind, schema in schemas_of(each).items()},
            "calls": {kind: calls(schema) for kind, schema in schemas_of(each).items()},
        }
        for each in templates
    ]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
