"""How a command ends that cannot do what it was asked."""

import ast
from pathlib import Path

import pytest
import typer
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    ProxyConnectionError,
    SSLError,
    TokenRetrievalError,
    UnknownServiceError,
)
from typer.testing import CliRunner

from bucketpress.ports import NoSuchStackError, TransientError
from bucketpress_cli import failure
from bucketpress_cli.aws_errors import explained
from bucketpress_cli.main import app

CLI = Path(failure.__file__).parent
ADDRESS = "https://s3.example"


def refused(code: str, operation: str = "ListObjectsV2") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "because"}}, operation)


ERRORS: tuple[tuple[Exception, str], ...] = (
    (NoSuchStackError("blog", ("other",)), "bucketpress status posts/a.md --stack other"),
    (NoSuchStackError("blog", ()), "aws cloudformation list-stacks"),
    (NoCredentialsError(), "aws configure"),
    (TokenRetrievalError(provider="sso", error_msg="x"), "aws sso login"),
    (ProfileNotFound(profile="odd"), "aws configure list-profiles"),
    (NoRegionError(), "aws configure set region REGION"),
    (EndpointConnectionError(endpoint_url=ADDRESS), "bucketpress status posts/a.md"),
    (ConnectTimeoutError(endpoint_url=ADDRESS), "bucketpress status posts/a.md"),
    (ProxyConnectionError(proxy_url=ADDRESS), "bucketpress status posts/a.md"),
    (SSLError(endpoint_url=ADDRESS, error="x"), "bucketpress status posts/a.md"),
    (UnknownServiceError(service_name="x", known_service_names=["y"]), "aws sts get-caller-identity"),
    (TransientError("slow down"), "bucketpress status posts/a.md"),
    (refused("AccessDenied"), "aws sts get-caller-identity"),
    (refused("ExpiredToken"), "aws configure"),
    (refused("ResourceNotFoundException", "Query"), "bucketpress recover --help"),
    (refused("ResourceNotFoundException", "FilterLogEvents"), "bucketpress status posts/a.md"),
    (refused("NoSuchBucket"), "aws s3 ls"),
    (refused("InternalError"), "bucketpress status posts/a.md"),
)


@pytest.mark.parametrize(("error", "command"), ERRORS, ids=lambda value: type(value).__name__)
def test_whatever_aws_says_no_to_ends_with_the_command_to_run_next(
    error: Exception, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    failure.note_command_line(["status", "posts/a.md"])

    with pytest.raises(typer.Exit) as stop, explained():
        raise error

    lines = capsys.readouterr().err.splitlines()
    assert stop.value.exit_code == failure.FAILED
    assert lines[0].startswith("✗ ")
    assert lines[-1] == f"Next: {command}"


def test_a_command_that_is_run_again_is_quoted_as_a_shell_reads_it() -> None:
    failure.note_command_line(["push", "my blog"])

    assert failure.this_command("--yes") == "bucketpress push 'my blog' --yes"
    assert failure.help_of_this_command() == "bucketpress push --help"


def test_nothing_that_a_terminal_obeys_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        failure.fail("a\x1b[2Jb", "c\u202ed", then="bucketpress status 'e\x07'")

    assert capsys.readouterr().err.splitlines() == [*("✗ a\\x1b[2Jb", "c\\u202ed", "Next: bucketpress status 'e\\x07'")]


@pytest.mark.parametrize("arguments", [["biuld"], ["--odd"], ["build"]])
def test_what_is_no_command_ends_with_the_help_to_read(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)

    assert result.exit_code == failure.FAILED
    assert result.stderr.splitlines()[-1].endswith("--help")
    assert result.stderr.startswith("✗ ")


def test_no_other_module_ends_a_command_that_has_failed() -> None:
    ends = [
        f"{file.relative_to(CLI)}:{node.lineno}"
        for file in sorted(CLI.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "typer.Exit"
        and node.args
        and ast.unparse(node.args[0]) in {"2", "FAILED", "130", "INTERRUPTED"}
    ]

    assert ends == []
