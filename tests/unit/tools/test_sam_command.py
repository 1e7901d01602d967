"""Parameters of samconfig.toml and of the command line reach SAM together, as SAM itself resolves them."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import sam_command
from tools.environments import sam_environment

ROOT = Path(__file__).parents[3]
CONFIG = """version = 0.1
[default.deploy.parameters]
stack_name = "blog"
parameter_overrides = "DomainName=blog.example.com AlarmEmail=\\"you@example.com\\" Architecture=x86_64"
[staging.deploy.parameters]
stack_name = "blog-staging"
parameter_overrides = ["DomainName=staging.example.com", "Runtime=python3.12"]
"""
OURS = {"DomainName": "blog.example.com", "AlarmEmail": "you@example.com", "Architecture": "x86_64"}
# Runs in SAM's environment: what our command makes of arguments, and what SAM's own options make of that.
RESOLVE = """
import importlib, json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
command = importlib.import_module("sam_command")
answers = []
for name, arguments, raw in json.loads(sys.argv[2]):
    line, variables = command.command_line(name, arguments, folder=Path.cwd())
    sam = importlib.import_module(f"samcli.commands.{name}.command").cli
    context = sam.make_context(name, raw or line[1:])
    answers.append([context.params["parameter_overrides"], context.params.get("stack_name"), variables])
print(json.dumps(answers))
"""
ASKED = """
import importlib, json
stacks = importlib.import_module("samcli.lib.providers.sam_stack_provider").SamLocalStackProvider.get_stacks(
    "template.yaml"
)[0]
print(json.dumps(importlib.import_module("samcli.commands.deploy.auth_utils").auth_per_resource(stacks)))
"""

pytestmark = pytest.mark.slow


def in_sams_environment(script: str, folder: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [sam_environment().command("python"), "-P", "-c", script, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "samconfig.toml").write_text(CONFIG)
    (folder / "template.yaml").write_text((ROOT / "template.yaml").read_text("utf-8"))
    return folder


def resolve(project: Path, *cases: tuple[str, Sequence[str], Sequence[str]]) -> list[Any]:
    folder = str(Path(sam_command.__file__).parent)
    answers: list[Any] = in_sams_environment(RESOLVE, project, folder, json.dumps(cases))
    return answers


def test_what_the_command_line_says_is_added_to_what_samconfig_says(project: Path) -> None:
    plain, added, replaced, spaced = resolve(
        project,
        ("deploy", [], []),
        ("deploy", ["LogRetentionDays=7"], []),
        ("deploy", ["DomainName=other.example.com"], []),
        ("deploy", ['CursorSecret=a "b" c=d, e', "ApiOrigins=https://a.example,https://b.example"], []),
    )

    assert plain[0] == OURS
    assert added[0] == OURS | {"LogRetentionDays": "7"}
    assert replaced[0] == OURS | {"DomainName": "other.example.com"}
    assert spaced[0] == OURS | {
        "CursorSecret": 'a "b" c=d, e',
        "ApiOrigins": "https://a.example,https://b.example",
    }
    assert {each[1] for each in (plain, added, replaced, spaced)} == {"blog"}


def test_sam_alone_would_forget_what_samconfig_says(project: Path) -> None:
    ((parameters, _, _),) = resolve(project, ("deploy", [], ["--parameter-overrides", "LogRetentionDays=7"]))

    assert parameters == {"LogRetentionDays": "7"}


def test_building_and_its_layers_makefile_get_what_will_be_deployed(project: Path) -> None:
    default, chosen, staging = resolve(
        project,
        ("build", ["Runtime=python3.11"], []),
        ("build", ["Architecture=arm64"], []),
        ("build", ["--", "--config-env", "staging", "--no-confirm-changeset"], []),
    )

    assert default[0] == OURS | {"Runtime": "python3.11"}
    assert default[2] == {"LAYER_ARCHITECTURE": "x86_64", "LAYER_PYTHON": "3.11"}
    assert chosen[2] == {"LAYER_ARCHITECTURE": "arm64", "LAYER_PYTHON": "3.13"}
    assert staging[0] == {"DomainName": "staging.example.com", "Runtime": "python3.12"}
    assert staging[2] == {"LAYER_ARCHITECTURE": "arm64", "LAYER_PYTHON": "3.12"}


@pytest.mark.parametrize("name", ["Blog", "my_blog", "2blog", "blog.one", "b" * 25, "bløg"])
def test_a_name_that_no_bucket_can_bear_is_refused_before_anything_is_made(name: str) -> None:
    with pytest.raises(sam_command.ImpossibleNameError, match=name):
        sam_command.check_stack_name(name)


@pytest.mark.parametrize("name", ["", "b", "bucketpress", "blog-2-staging", "b" * 24])
def test_names_that_buckets_can_bear_are_taken(name: str) -> None:
    bucket = f"{name}-content-{'1' * 12}-ap-southeast-2"

    sam_command.check_stack_name(name)

    assert len(bucket) <= 63


def test_a_second_environment_is_a_stack_of_its_own(project: Path) -> None:
    ((parameters, stack, _),) = resolve(project, ("deploy", ["LogRetentionDays=7", "--", "--config-env=staging"], []))

    assert stack == "blog-staging"
    assert parameters == {
        "DomainName": "staging.example.com",
        "Runtime": "python3.12",
        "LogRetentionDays": "7",
    }


def test_a_guided_deployment_asks_nothing_about_authentication() -> None:
    asked = in_sams_environment(ASKED, ROOT)

    assert len(asked) >= 11
    assert [name for name, declared in asked if not declared] == []


def test_the_layers_makefile_installs_uv_where_there_is_none(tmp_path: Path) -> None:
    for name in ("tools/uv.mk", "tools/bootstrap.lock", "layers/shared/Makefile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    copy = tmp_path / "copy"
    copy.mkdir()

    done = subprocess.run(
        ["make", "--dry-run", "--makefile", str(tmp_path / "layers/shared/Makefile"), "build-SharedLayer"],
        cwd=copy,
        env={"PATH": "/usr/bin:/bin", "ARTIFACTS_DIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert f'--require-hashes --requirement "{tmp_path}/tools/bootstrap.lock"' in done.stdout
    assert f'"{tmp_path}/.cache/uv/bin/uv" pip install' in done.stdout
