"""Writes the OpenAPI document and the documentation page to where the API serves them from: `make api-description`."""

from pathlib import Path

from bucketpress.api.endpoints.documentation import STATIC_FOLDER
from tools.api_description.documentation_page import documentation_page
from tools.api_description.openapi_document import openapi_json


def described() -> dict[Path, str]:
    """Return every file that is made from the routes, with its text."""
    return {STATIC_FOLDER / "openapi.json": openapi_json(), STATIC_FOLDER / "docs.html": documentation_page()}


if __name__ == "__main__":
    for file, text in described().items():
        file.write_text(text, "utf-8")
