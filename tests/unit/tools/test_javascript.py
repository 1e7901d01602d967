"""What the tests need from outside is the machine's own where it runs, and known by its digest where it is fetched."""

from pathlib import Path

import pytest

from tools.environments import runs
from tools.javascript.chromium import find_chromium
from tools.javascript.node import find_node, find_npm
from tools.javascript.packages import CHROMIUM, COMMONMARK_SPEC, check_integrity, fetch
from tools.tool_error import ToolError


def command(folder: Path, name: str, *, status: int = 0) -> Path:
    """Write a command that ends with a status."""
    file = folder / name
    file.write_text(f"#!/bin/sh\nexit {status}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(("status", "works"), [(0, True), (1, False), (127, False)])
def test_a_command_that_cannot_say_its_version_does_not_run(tmp_path: Path, status: int, *, works: bool) -> None:
    assert runs(str(command(tmp_path, "tool", status=status))) == works
    assert not runs(str(tmp_path / "missing"))


def test_what_the_machine_has_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("node", "npm", "chromium"):
        command(tmp_path, name)

    assert (find_node(), find_npm()) == (str(tmp_path / "node"), str(tmp_path / "npm"))
    assert find_chromium().executable == str(tmp_path / "chromium")


def test_an_archive_is_what_it_was_or_nothing_of_it_is_used() -> None:
    data = fetch(COMMONMARK_SPEC).read_bytes()

    check_integrity(COMMONMARK_SPEC, data)
    with pytest.raises(ToolError, match="is not what it was"):
        check_integrity(COMMONMARK_SPEC, data + b"\0")


def test_an_archive_is_named_as_npm_names_it() -> None:
    assert CHROMIUM.archive_name == f"sparticuz-chromium-{CHROMIUM.version}.tgz"
