"""Every kind of artifact, compared with the files a person has reviewed (`pytest --update-golden` writes them anew)."""

import re
from pathlib import Path

import pytest

from tests.unit.site.sample import whole_site

GOLDEN = Path(__file__).parents[2] / "golden"
SITE = whole_site()
# The stylesheet is reviewed where it is written; only that pages name it is looked at here.
STYLE = re.compile(rb"_bucketpress/style\.[0-9a-f]+\.css")
KEYS = [key for key in SITE if not key.startswith("_bucketpress/")]


@pytest.mark.parametrize("key", KEYS)
def test_an_artifact_is_what_was_reviewed(key: str, request: pytest.FixtureRequest) -> None:
    data = STYLE.sub(b"_bucketpress/style.css", SITE[key].data)
    file = GOLDEN / key

    if request.config.getoption("--update-golden"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    assert file.read_bytes() == data


def test_no_golden_file_is_left_over(request: pytest.FixtureRequest) -> None:
    found = {file.relative_to(GOLDEN).as_posix(): file for file in GOLDEN.rglob("*") if file.is_file()}

    if request.config.getoption("--update-golden"):
        for key in found.keys() - set(KEYS):
            found.pop(key).unlink()

    assert found.keys() == set(KEYS)
