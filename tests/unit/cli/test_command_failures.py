"""What every command says when it cannot do what it was asked: what, and as its last line the command to run next."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bucketpress_cli.command_table import COMMANDS
from bucketpress_cli.main import app
from tests.support.desk import write
from tests.support.world import SITE_YAML, markdown

# Arguments by command, with the exit code. {good} and {wrong} are content folders, {full} one that is not empty,
# {none} is nowhere, {file} a file.
CASES: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "init": (
        (2, ()),
        (2, ("{full}",)),
        (2, ("{file}",)),
        (2, ("{file}/blog",)),
    ),
    "new": (
        (2, ()),
        (2, ("A title", "{none}")),
        (2, ("A title", "{file}")),
    ),
    "build": (
        (2, ("{none}", "{out}")),
        (2, ("{good}", "{full}")),
        (2, ("{good}", "{good}/out")),
        (2, ("{good}", "{file}")),
        (2, ("{good}", "{file}/out")),
        (1, ("{wrong}", "{out}")),
    ),
    "check": (
        (2, ("{none}",)),
        (1, ("{wrong}",)),
        (1, ("{wrong}", "--json")),
        (2, ("{good}", "--format", "odd")),
        (2, ("{good}", "--old-addresses", "{none}")),
    ),
    "preview": (
        (2, ("{none}",)),
        (2, ("{good}", "--port", "many")),
        (2, ("{good}", "--theme", "{none}")),
    ),
    "push": ((2, ("{none}",)),),
    "history": ((2, ()),),
    "restore": (
        (2, ()),
        (2, ("posts/a.md", "--all")),
        (2, ("--all",)),
    ),
    "import": (
        (2, ("{none}", "{out}")),
        (2, ("{full}", "{out}")),
        (2, ("{file}", "{out}")),
        (2, ("{file}", "{out}", "--from", "odd")),
        (2, ("{file}", "{out}", "--from", "ghost")),
    ),
    "export": (
        (2, ("{none}", "{out}")),
        (2, ("{good}", "{file}")),
        (2, ("{good}", "{good}/blog.zip")),
    ),
    "verify": (
        (2, ("{none}", "{file}")),
        (2, ("{good}", "{none}")),
        (1, ("{good}", "{addresses}")),
    ),
    "log": ((2, ()),),
    "purge": ((2, ()),),
    "version": ((2, ("surplus",)),),
}
RUNS = [(name, code, arguments) for name, cases in CASES.items() for code, arguments in cases]
RUNS += [(name, 2, ("--no-such-option",)) for name in COMMANDS]


@pytest.fixture
def places(tmp_path: Path) -> Mapping[str, str]:
    write(tmp_path / "good", {"site.yaml": SITE_YAML, "posts/a.md": markdown("A")})
    write(tmp_path / "wrong", {"site.yaml": SITE_YAML, "posts/b.md": markdown("B", "03/04/2010")})
    write(tmp_path / "full", {"notes/a.txt": b"x"})
    write(tmp_path, {"file": b"x", "addresses": b"https://blog.packnet.example/2010/01/lost/\n"})
    return {name: str(tmp_path / name) for name in ("good", "wrong", "full", "none", "file", "out", "addresses")}


@pytest.mark.parametrize(("name", "code", "arguments"), RUNS)
def test_an_error_ends_with_the_command_to_run_next(
    name: str, code: int, arguments: tuple[str, ...], places: Mapping[str, str]
) -> None:
    result = CliRunner().invoke(app, [name, *(argument.format(**places) for argument in arguments)])

    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    lines = result.stderr.splitlines()
    assert re.match(r"Next: bucketpress \S", lines[-1]), result.stderr
    assert [line.startswith("✗ ") for line in lines].count(True) == (1 if code == 2 else 0), result.stderr
