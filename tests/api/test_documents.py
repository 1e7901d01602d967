"""The committed OpenAPI document and documentation page are what the routes say, and load nothing from elsewhere."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bucketpress.api import listing_api
from bucketpress.api.endpoints import feed_page
from bucketpress.api.endpoints.documentation import STATIC_FOLDER
from bucketpress.api.problems import PROBLEM_TYPES
from bucketpress.api.routes import ADDRESSES, Address
from bucketpress.services.publish import publisher
from tests.support.api import client_of
from tests.support.world import World
from tools.api_description.__main__ import described

ROOT = Path(__file__).parents[2]


def _content(route: Address) -> dict[str, Any]:
    document = json.loads((STATIC_FOLDER / "openapi.json").read_text("utf-8"))
    content: dict[str, Any] = document["paths"][route.path.replace("<slug>", "{slug}")]["get"]["responses"]["200"][
        "content"
    ]
    return content


def test_what_is_served_is_what_the_routes_say() -> None:
    for file, text in described().items():
        assert file.read_text("utf-8") == text, f"{file.name} is out of date: run `make api-description`"


def test_every_route_has_an_example_of_what_it_answers() -> None:
    content = {route.name: _content(route) for route in ADDRESSES if route.reads_index}

    for name, representations in content.items():
        assert "example" in representations["application/json"], f"{name}: give its schema an example"


def test_every_route_and_parameter_is_described_with_an_example() -> None:
    document = json.loads((STATIC_FOLDER / "openapi.json").read_text("utf-8"))
    paths = {path.replace("{slug}", "<slug>"): item["get"] for path, item in document["paths"].items()}

    assert document["openapi"] == "3.1.0"
    assert paths.keys() == {route.path for route in ADDRESSES}
    for route in ADDRESSES:
        described = {each["name"]: each for each in paths[route.path]["parameters"] if each.get("in") == "query"}
        assert list(described) == [parameter.name for parameter in route.parameters]
        assert all(each["description"] and each["example"] is not None for each in described.values())


@pytest.mark.parametrize("parameter", {each.name: each for route in ADDRESSES for each in route.parameters}.values())
def test_an_example_is_one_of_its_parameter(parameter: object) -> None:
    assert parameter.read(str(parameter.example)) is not None  # type: ignore[attr-defined]


def test_every_problem_type_leads_to_its_description() -> None:
    page = (STATIC_FOLDER / "docs.html").read_text("utf-8")

    for kind in PROBLEM_TYPES:
        assert kind.uri == f"/v1/docs#{kind.name}"
        assert f'id="{kind.name}"' in page


def test_the_documentation_loads_one_stylesheet_of_its_own_and_nothing_else() -> None:
    client = client_of(World())
    page = client.get("/v1/docs", headers={"accept": "text/html"})

    loaded = re.findall(r"<(?:script|img|link|iframe|style)[^>]*>|@import|url\(", page.body.decode())

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert loaded == ['<link rel="stylesheet" href="/v1/docs.css">']
    assert client.get("/v1/docs.css").headers["content-type"] == "text/css; charset=utf-8"
    assert "url(" not in client.get("/v1/docs.css").body.decode()


def test_a_cold_start_loads_nothing_that_only_other_functions_or_a_build_need() -> None:
    heavy = ["boto3", "comrak", "jinja2", "markupsafe", "nh3", "pydantic", "pygments", "yaml"]
    ours = [feed_page.__name__, publisher.__name__]
    script = f"import sys, app, {listing_api.__name__}; print([n for n in {heavy + ours} if n in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT / "functions" / "listing_api",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
