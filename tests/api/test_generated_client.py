"""A public generator makes a client from the OpenAPI document, and the client works."""

import json
import os
import subprocess
from pathlib import Path

from bucketpress.api.endpoints.documentation import STATIC_FOLDER
from tests.support.api import client_of, served
from tests.support.sample_site import sample_world
from tools.environments import api_environment

SCRIPT = Path(__file__).parent / "use_client.py"


def test_a_generated_client_reads_every_address(tmp_path: Path) -> None:
    tools, world = api_environment(), sample_world()
    expected = client_of(world).get("/v1/posts", "tag=voip&order=oldest&limit=100").json["items"]

    made = run(
        [tools.command("openapi-python-client"), "generate", "--path", str(STATIC_FOLDER / "openapi.json")], tmp_path
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "WARNING" not in made.stdout + made.stderr
    (package,) = tmp_path.glob("*/bucketpress_listings_client")
    with served(client_of(world)) as (url, _):
        used = run([tools.command("python"), str(SCRIPT), url], tmp_path, PYTHONPATH=str(package.parent))

    assert used.returncode == 0, used.stderr
    got = json.loads(used.stdout)
    assert got["walked"] == [item["slug"] for item in expected]
    assert (got["year"], got["gone"], got["title"]) == (2010, 410, "Packnet Blog")
    assert got["html"].startswith("<p>Text of post 1 ")
    assert set(got["tags"]) == {"t0", "t1", "t2", "voip"}
    assert set(got["authors"]) == {"Jane Doe", "Ömer Ünal"}
    assert got["years"] == [2010, 2009, 2008]
    assert set(got["changes"]) == {"published", "updated", "removed"}


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # The generator formats what it made with a tool that stands beside it.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
