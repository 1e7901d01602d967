"""Imports point one way: a package may import only what stands below it."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "shared" / "bucketpress"
AWS = {"boto3", "botocore", "aws_lambda_powertools", "types_boto3_s3", "types_boto3_sqs", "types_boto3_dynamodb"}
ALLOWED = {
    # Which addresses are taken, only `site` knows: see LEAVES.
    "content": {"content", "errors", "site"},
    "site": {"site", "content", "errors"},
    "api": {"api", "services", "ports", "records", "errors", "site", "content"},
    "services": {"services", "ports", "records", "errors", "site", "content"},
    "adapters": {"adapters", "ports", "records", "errors", "site", "content"},
    "ports.py": {"records", "errors", "site", "content"},
    "records": {"records", "site", "content"},
    "errors.py": set(),
    "settings.py": set(),
    "batch_processor.py": set(),
    "bootstrap.py": {"adapters", "api", "services", "settings", "ports", "records", "site", "content", "bucketpress"},
    "__init__.py": set(),
}
# All that `content` may import of `site`, and what that module itself rests on: nothing but the standard library.
LEAVES = {
    "bucketpress.site.layout",
    "bucketpress.site.artifact_keys",
    "bucketpress.site.section_kinds",
    "bucketpress.site.site_map",
    "bucketpress.site.text",
    "bucketpress.site.xml_document",
    *(f"bucketpress.site.feeds.{name}" for name in ("atom", "feed", "formats", "json_feed", "rss")),
}


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update(
                {node.module} if node.module != "bucketpress" else {f"bucketpress.{a.name}" for a in node.names}
            )
    return names


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_below_it(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    parts = [name.split(".") for name in _imports(path)]
    inside = {name[1] if len(name) > 1 else "bucketpress" for name in parts if name[0] == "bucketpress"}
    inside -= {"__version__"}
    outside = {name[0] for name in parts}

    assert layer in ALLOWED, f"say in this test what {layer} may import"
    assert inside <= ALLOWED[layer]
    if layer not in {"adapters", "batch_processor.py", "bootstrap.py"}:
        assert not outside & AWS
    if layer in {"content", "site", "services", "api", "ports.py", "records"}:
        assert "os" not in outside


def test_content_knows_of_the_site_only_its_layout() -> None:
    for path in (PACKAGE / "content").rglob("*.py"):
        assert {name for name in _imports(path) if name.startswith("bucketpress.site")} <= {
            "bucketpress.site.layout"
        }, path


@pytest.mark.parametrize("module", sorted(LEAVES))
def test_the_layout_of_the_site_rests_on_the_standard_library_alone(module: str) -> None:
    names = _imports(PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py"))

    assert {name for name in names if name.startswith("bucketpress")} <= LEAVES
    assert {name.split(".")[0] for name in names} <= {"bucketpress", *sys.stdlib_module_names}


def test_functions_and_the_command_never_reach_past_the_composition_root() -> None:
    for path in [*(ROOT / "functions").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]:
        reached = {name.split(".")[1] for name in _imports(path) if name.startswith("bucketpress.")}

        assert "adapters" not in reached, path


def test_only_settings_read_the_environment() -> None:
    readers = [path.name for path in _modules() if "os.environ" in path.read_text()]

    assert readers == ["settings.py"]
