"""docs/cli.md and its recordings are what the commands say today."""

from pathlib import Path

import pytest

from bucketpress_cli.command_table import COMMANDS
from tools.cli_guide.__main__ import guide
from tools.cli_guide.command_reference import command_reference

ROOT = Path(__file__).parents[3]


# Every command is loaded, and two are run.
@pytest.mark.slow
def test_the_guide_is_what_the_commands_say() -> None:
    stale = [path.name for path, text in guide().items() if not path.exists() or path.read_text("utf-8") != text]

    assert stale == [], "run `make cli-guide` and look at what has changed"


@pytest.mark.slow
def test_the_guide_has_every_command_with_its_options() -> None:
    text = command_reference()

    for name in COMMANDS:
        assert f"\n## {name}\n" in text
        assert f"bucketpress {name} " in text or name == "version"
    assert "| `--dry-run` | Show the plan, and change nothing. |" in text


def test_no_recording_is_left_over() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")

    assert [path.name for path in (ROOT / "docs" / "cli").iterdir() if f"cli/{path.name}" not in text] == []
