"""What `pip install bucketpress` brings: the package and the command, and nothing that needs a checkout."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SHIPPED = ("layers/shared/bucketpress", "cli/bucketpress_cli")


def test_the_wheel_holds_the_package_and_the_command_alone() -> None:
    targets = PROJECT["tool"]["hatch"]["build"]["targets"]

    assert targets["wheel"] == {"packages": list(SHIPPED)}
    assert set(targets["sdist"]) == {"include"}
    assert {path for path in targets["sdist"]["include"] if (ROOT / path).is_dir()} == set(SHIPPED)


def test_the_command_starts_from_what_is_shipped() -> None:
    module, _, name = PROJECT["project"]["scripts"]["bucketpress"].partition(":")
    file = ROOT / "cli" / Path(*module.split(".")).with_suffix(".py")

    assert any(file.is_relative_to(ROOT / folder) for folder in SHIPPED)
    assert f"\n{name} = " in file.read_text("utf-8")


@pytest.mark.slow
def test_nothing_shipped_imports_what_is_not() -> None:
    own = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"cli"}
    for folder in SHIPPED:
        for path in (ROOT / folder).rglob("*.py"):
            imported = {
                name.split(".")[0]
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                for name in (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
            }
            assert not imported & own, f"{path.relative_to(ROOT)} imports what a wheel does not hold"
