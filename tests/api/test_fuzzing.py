"""Schemathesis against the OpenAPI document: what the document promises is what the API does, whatever it is sent."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

from tests.support.api import client_of, served
from tests.support.sample_site import sample_world
from tools.environments import api_environment

HERE = Path(__file__).parent
CALLS = 10_000


def test_ten_thousand_generated_calls_find_nothing_that_the_document_does_not_say(tmp_path: Path) -> None:
    with served(client_of(sample_world())) as (url, statuses):
        schemathesis = [api_environment().command("schemathesis"), "--config-file", str(HERE / "schemathesis.toml")]
        run = ["run", f"{url}/v1/openapi.json", "--report", "json", "--report-json-path", str(tmp_path / "report.json")]

        done = subprocess.run(
            [*schemathesis, *run],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(HERE)},  # genuine_cursors.py is beside this file
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert len(statuses) >= CALLS, Counter(statuses)
    assert not [status for status in statuses if status.partition(" ")[2].startswith("5")]
    assert json.loads((tmp_path / "report.json").read_text())
