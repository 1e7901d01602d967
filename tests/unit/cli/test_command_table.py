import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bucketpress_cli.command_table import COMMANDS, Command
from bucketpress_cli.main import app

REPOSITORY = Path(__file__).parents[3]
SAMPLE = REPOSITORY / "samples" / "packnet-blog"
AWS = {"boto3", "botocore", "s3transfer", "aws_lambda_powertools"}
RUN = """
import sys
sys.path[:0] = ["layers/shared", "cli"]
from bucketpress_cli.main import app
try:
    app(sys.argv[1:])
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_command_of_the_table_is_a_function_with_help_of_its_own(command: Command) -> None:
    function = getattr(import_module(f"bucketpress_cli.{command.module}"), command.function)

    result = CliRunner().invoke(app, [command.name, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})

    assert function.__doc__
    assert result.exit_code == 0
    assert function.__doc__.splitlines()[0] in result.stdout


def test_help_lists_every_command_with_its_line() -> None:
    result = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"})

    assert result.exit_code == 0
    for command in COMMANDS.values():
        assert f"  {command.name} " in result.stdout
        assert command.summary in " ".join(result.stdout.split())


def test_a_mistyped_command_is_told_which_one_was_meant() -> None:
    result = CliRunner().invoke(app, ["biuld"], env={"COLUMNS": "200", "TERM": "dumb"})

    assert result.exit_code == 2
    assert "'build'" in result.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["version"]])
def test_help_loads_nothing_but_typer(arguments: list[str]) -> None:
    assert not _loaded(arguments) & (AWS | {"rich", "jinja2", "comrak", "nh3", "yaml", "pygments", "multiprocessing"})


@pytest.mark.slow
@pytest.mark.parametrize("command", ["build", "check", "preview", "import", "verify", "export"])
def test_the_commands_of_authors_load_nothing_of_aws(command: str, tmp_path: Path) -> None:
    arguments = [str(SAMPLE), *([str(tmp_path / "out")] if command == "build" else [])]

    assert not _loaded([command, *(arguments if command in {"build", "check"} else ["--help"])]) & AWS


def _loaded(arguments: list[str]) -> set[str]:
    """Return the packages that a command has loaded by its end."""
    command = [sys.executable, "-c", RUN, *arguments]
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120)
    return set(result.stderr.splitlines()[-1].split())
