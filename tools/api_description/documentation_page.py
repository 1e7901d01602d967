"""Makes the documentation page from the OpenAPI document: plain HTML that loads one stylesheet of its own host."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from bucketpress.api.problems import PROBLEM_TYPES
from tools.api_description.openapi_document import openapi_document

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/v1/docs.css">
</head>
<body>
<main>
<h1>{title}</h1>
<p>{introduction}</p>
<p>The same for machines: <a href="/v1/openapi.json">openapi.json</a>, OpenAPI 3.1.</p>"""
_TAIL = """</main>
</body>
</html>
"""


def documentation_page() -> str:
    """Return the page."""
    document = openapi_document()
    title = f"{document['info']['title']}, version {document['info']['version']}"
    lines = [_HEAD.format(title=html.escape(title), introduction=_marked(document["info"]["description"])), "<nav><ul>"]
    operations = [(path, item["get"]) for path, item in document["paths"].items()]
    lines += [
        f'<li><a href="#{each["operationId"]}"><code>GET {html.escape(path)}</code></a> {_marked(each["summary"])}</li>'
        for path, each in operations
    ]
    lines.append('<li><a href="#problems">Problems</a></li></ul></nav>')
    for path, each in operations:
        lines += _operation(path, each)
    lines += ['<h2 id="problems">Problems</h2>', "<dl>"]
    for kind in PROBLEM_TYPES:
        lines.append(f'<dt id="{kind.name}"><code>{kind.name}</code>: {int(kind.status)} {kind.title}</dt>')
        lines.append(f"<dd>{_marked(kind.description)}</dd>")
    return "\n".join([*lines, "</dl>", _TAIL])


def _operation(path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<section id="{operation["operationId"]}">'
    yield f"<h2><code>GET {html.escape(path)}</code></h2>"
    yield f"<p>{_marked(operation['summary'])}. {_marked(operation['description'])}</p>"
    named = [each for each in operation["parameters"] if "name" in each]
    if named:
        yield "<table><thead><tr><th>parameter</th><th>takes</th><th>meaning</th></tr></thead><tbody>"
        for each in named:
            cells = f"<td>{_takes(each['schema'])}</td><td>{_marked(each['description'])}</td>"
            yield f"<tr><td><code>{each['name']}</code></td>{cells}</tr>"
        yield "</tbody></table>"
    statuses = ", ".join(f"<code>{status}</code>" for status in sorted(operation["responses"]))
    yield f"<p>Answers: {statuses}.</p>"
    for media_type, content in operation["responses"]["200"]["content"].items():
        if "example" in content:
            example = html.escape(json.dumps(content["example"], ensure_ascii=False, indent=2), quote=False)
            yield f"<details><summary><code>{media_type}</code></summary><pre><code>{example}</code></pre></details>"
    yield "</section>"


def _takes(schema: dict[str, Any]) -> str:
    """Return in words what a parameter takes."""
    if "enum" in schema:
        return " or ".join(f"<code>{html.escape(each)}</code>" for each in schema["enum"])
    if "anyOf" in schema:
        return "a day or a moment (RFC 3339)"
    if schema["type"] == "integer":
        return f"{schema['minimum']} to {schema['maximum']}"
    return "a moment (RFC 3339)" if schema.get("format") == "date-time" else "text"


def _marked(text: str) -> str:
    """Return text as HTML; what stands between backticks becomes code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))
