"""The committed OpenAPI document and documentation page are what the routes say, and load nothing from elsewhere."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bucketpress.api.endpoints.description import FOLDER
from bucketpress.api.problems import PROBLEM_TYPES
from bucketpress.api.routes import ROUTES
from tests.support.api import client_of
from tests.support.world import World
from tools.api_description.documentation_page import documentation_page
from tools.api_description.openapi_document import openapi_json

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "made"), [("openapi.json", openapi_json()), ("docs.html", documentation_page())])
def test_what_is_served_is_what_the_routes_say(name: str, made: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        (FOLDER / name).write_text(made, "utf-8")

    assert (FOLDER / name).read_text("utf-8") == made


def test_every_route_and_parameter_is_described_with_an_example() -> None:
    document = json.loads((FOLDER / "openapi.json").read_text("utf-8"))
    paths = {path.replace("{slug}", "<slug>"): item["get"] for path, item in document["paths"].items()}

    assert document["openapi"] == "3.1.0"
    assert paths.keys() == {route.path for route in ROUTES}
    for route in ROUTES:
        described = {each["name"]: each for each in paths[route.path]["parameters"] if each.get("in") == "query"}
        assert list(described) == [parameter.name for parameter in route.parameters]
        assert all(each["description"] and each["example"] is not None for each in described.values())


@pytest.mark.parametrize("parameter", {each.name: each for route in ROUTES for each in route.parameters}.values())
def test_an_example_is_one_of_its_parameter(parameter: object) -> None:
    assert parameter.read(str(parameter.example)) is not None  # type: ignore[attr-defined]


def test_every_problem_type_leads_to_its_description() -> None:
    page = (FOLDER / "docs.html").read_text("utf-8")

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
    heavy += [
        "bucketpress.api.openapi",
        "bucketpress.api.documentation",
        "bucketpress.api.feed",
        "bucketpress.services.publish",
    ]
    script = f"import sys, app, bucketpress.api.answering; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT / "functions" / "listing_api",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
