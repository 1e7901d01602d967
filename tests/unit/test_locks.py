"""The pinned requirements agree with each other and name no registry."""

import re
import tomllib
from pathlib import Path

import pytest

from tools.locks import NOT_IN_LAYER, distribution_name, locks

ROOT = Path(__file__).parents[2]


def pins(path: str) -> dict[str, str]:
    text = (ROOT / path).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_the_layer_holds_the_versions_the_project_is_tested_with() -> None:
    project, layer = pins("requirements.lock"), pins("layers/shared/requirements.txt")

    assert layer
    assert layer == {name: project[name] for name in layer}


def test_the_layer_holds_every_dependency_but_what_a_terminal_needs() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {distribution_name(each) for each in dependencies}
    layer = pins("layers/shared/requirements.txt")

    assert names - NOT_IN_LAYER <= layer.keys()
    assert not layer.keys() & (NOT_IN_LAYER | {"boto3", "s3transfer"})


@pytest.mark.parametrize("lock", [each.path for each in locks()])
def test_a_lock_has_a_hash_for_everything_and_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    requirements = re.findall(r"^[a-z0-9-]+==.*(?:\n    .*)*", text, re.MULTILINE)

    assert requirements
    assert all("--hash=sha256:" in each for each in requirements)
    assert "://" not in text
