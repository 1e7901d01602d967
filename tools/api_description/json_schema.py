"""Builders of JSON Schema (draft 2020-12, which OpenAPI 3.1 uses), in the few shapes that the API's answers have."""

from typing import Any

Schema = dict[str, Any]


def text(description: str, **more: object) -> Schema:
    """Return the schema of a string."""
    return {"type": "string", "description": description, **more}


def maybe(schema: Schema) -> Schema:
    """Return a schema that allows null as well."""
    return {**schema, "type": [schema["type"], "null"]}


def whole(description: str, minimum: int = 0) -> Schema:
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": minimum, "description": description}


def record(description: str, properties: Schema, *, optional: tuple[str, ...] = (), example: object = None) -> Schema:
    """Return the schema of an object; every property is required but the optional ones."""
    required = [name for name in properties if name not in optional]
    schema: Schema = {"type": "object", "description": description, "properties": properties}
    if required:
        schema["required"] = required
    if example is not None:
        schema["examples"] = [example]
    return schema


def rows(schema: str, description: str) -> Schema:
    """Return the schema of a list of a named schema."""
    return {"type": "array", "description": description, "items": reference(schema)}


def reference(name: str) -> Schema:
    """Return a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}
