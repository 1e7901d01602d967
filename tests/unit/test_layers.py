"""Imports point one way: the table "Where code lives" in docs/architecture.md says which, and the code keeps to it."""

import ast
import re
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "shared" / "bucketpress"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
AWS = {"boto3", "botocore", "aws_lambda_powertools", "types_boto3_s3", "types_boto3_sqs", "types_boto3_dynamodb"}
OUTSIDE = {"functions", "cli", "tools"}
PURE = {"site/layout", "content", "site", "records", "ports", "services", "api"}


@cache
def _table() -> list[tuple[list[str], str]]:
    """Return the files and folders of each row of the table, and what it may import."""
    text = ARCHITECTURE.read_text().partition("\n## Where code lives\n")[2].partition("\n\n|")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
    return [(re.findall(r"`([^`]+)`", where), may) for where, _, may in rows]


def _name(place: str) -> str:
    return place.removesuffix("/").removesuffix(".py")


@cache
def _allowed() -> dict[str, frozenset[str]]:
    """Return what each row may import: names of other rows, and `AWS`."""
    rows = frozenset(_name(places[0]) for places, _ in _table())
    named = {_name(places[0]): frozenset(re.findall(r"[\w/]+", may)) - {"nothing"} for places, may in _table()}
    return {row: rows | {"AWS"} if names == {"everything"} else names for row, names in named.items()}


@cache
def _modules() -> list[Path]:
    outside = [path for folder in OUTSIDE for path in (ROOT / folder).rglob("*.py")]
    return sorted([*(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"), *outside])


@cache
def _row(path: Path) -> str:
    """Return the row of a module, that of the file before that of a folder, or its folder where no row has it."""
    name = path.relative_to(PACKAGE if path.is_relative_to(PACKAGE) else ROOT).as_posix()
    found = [(len(place), _name(places[0])) for places, _ in _table() for place in places if _holds(place, name)]
    return max(found)[1] if found else name.partition("/")[0]


def _holds(place: str, name: str) -> bool:
    return name.startswith(place) if place.endswith("/") else name == place


@cache
def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update(
                {node.module} if node.module != "bucketpress" else {f"bucketpress.{a.name}" for a in node.names}
            )
    return names - {"bucketpress.__version__"}


def _imports_one_by_one(path: Path) -> set[str]:
    """Return the modules of ours that a module imports: of `from package import module`, the latter."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in members if _file(name).exists()}
            names.update(modules or {node.module})
    return {name for name in names if _file(name).exists()}


def _rows_imported(path: Path) -> set[str]:
    names = _imports(path)
    rows = {_row(_file(name)) for name in names if name.startswith(("bucketpress.", "bucketpress_cli.", "tools."))}
    return rows | {"AWS" for name in names if name.partition(".")[0] in AWS}


def _file(name: str) -> Path:
    """Return the file of a module of ours, or that of its package for a package."""
    base = {"bucketpress": PACKAGE.parent, "bucketpress_cli": ROOT / "cli"}.get(name.partition(".")[0], ROOT)
    path = base.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def test_a_module_imports_only_what_its_row_names() -> None:
    allowed = _allowed()

    for path in _modules():
        row = _row(path)
        assert row in allowed, f"add a row for {row} to the table in docs/architecture.md"
        # Who may import a folder may import what has a row of its own below it.
        free = {*allowed[row], row}
        excess = {name for name in _rows_imported(path) - {row} if not {name, name.partition("/")[0]} & free}
        assert not excess, (
            f"{path.relative_to(ROOT)} imports {sorted(excess)}, which its row in docs/architecture.md forbids"
        )


def test_the_operations_do_not_import_each_other() -> None:
    operations = {f"services/{folder}" for folder in ("publish", "refresh", "upkeep", "queries")}
    sideways = {
        (path.parent.name, other.parent.name)
        for path in _modules()
        for other in map(_file, _imports(path))
        if {"/".join(folder.parent.parts[-2:]) for folder in (path, other)} <= operations
        and path.parent != other.parent
    }

    # The audit looks for what the rules of publish would have made otherwise.
    assert sideways == {("upkeep", "publish")}, "move what both need beside their folders, in services/ or records/"


def test_the_table_names_nothing_that_is_not_there_and_not_imported() -> None:
    allowed = _allowed()
    used = {row: {name for path in _modules() if _row(path) == row for name in _rows_imported(path)} for row in allowed}

    assert len(allowed) > 10
    assert sorted(row for row in allowed if not any(_row(path) == row for path in _modules())) == []
    for row, names in allowed.items():
        if row != "bootstrap":
            assert sorted(names - used[row]) == [], f"take from the row of {row} what it does not import"


def test_rows_lie_in_layers_without_a_circle() -> None:
    allowed = {row: set(names) - {"AWS", row} for row, names in _allowed().items()}
    allowed["bootstrap"] = set()
    while allowed:
        lowest = [row for row, names in allowed.items() if not names & allowed.keys()]
        assert lowest, f"these rows import each other: {sorted(allowed)}"
        for row in lowest:
            del allowed[row]


@pytest.mark.slow
def test_no_modules_import_each_other_in_a_circle() -> None:
    imported = {path: {_file(name) for name in _imports_one_by_one(path)} for path in _modules()}

    order = list(TopologicalSorter(imported).static_order())
    assert order.index(PACKAGE / "errors.py") < order.index(PACKAGE / "bootstrap.py")


def test_every_folder_with_modules_is_on_the_architecture_page() -> None:
    text = ARCHITECTURE.read_text()
    folders = {path.parent for path in _modules() if PACKAGE in path.parents or ROOT / "tools" in path.parents}
    named = {
        (folder.relative_to(PACKAGE) if folder.is_relative_to(PACKAGE) else folder.relative_to(ROOT)).as_posix() + "/"
        for folder in folders - {PACKAGE}
    }

    assert sorted(name for name in named if f"`{name}`" not in text) == []


def test_the_site_map_rests_on_the_standard_library_alone() -> None:
    for path in (path for path in _modules() if _row(path) == "site/layout"):
        assert {name.partition(".")[0] for name in _imports(path)} <= {"bucketpress", *sys.stdlib_module_names}, path


def test_the_pure_layers_do_not_ask_the_operating_system() -> None:
    asking = [path for path in _modules() if _row(path) in PURE and _imports(path) & {"os", "socket", "random", "time"}]

    assert asking == []


def test_only_one_module_reads_the_environment() -> None:
    readers = [path.name for path in PACKAGE.rglob("*.py") if "os.environ" in path.read_text()]

    assert readers == ["environment.py"]
