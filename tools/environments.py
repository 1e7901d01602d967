"""The tools' environments, each apart from the project's own because their pins disagree."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.locks import PROJECT_FOLDER
from tools.tool_error import ToolError

CACHE_FOLDER = PROJECT_FOLDER / ".cache"
LOCK_FOLDER = Path(__file__).parent
STAMP = "made-from.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEnvironment:
    """A virtual environment that holds one tool."""

    folder: Path

    @property
    def scripts(self) -> Path:
        """Return the folder of its commands."""
        return self.folder / "bin"

    def command(self, name: str) -> str:
        """Return the path of one of its commands."""
        return str(self.scripts / name)


def find_uv() -> str:
    """Return a uv that runs: the one named by UV, on the PATH, or beside this Python. Raise ToolError otherwise."""
    beside = Path(sys.executable).parent / "uv"
    for candidate in (os.environ.get("UV"), shutil.which("uv"), str(beside)):
        if candidate and runs(candidate):
            return candidate
    message = "uv is needed to install the tools; `make test` and `make demo` install it, and so does `pip install uv`."
    raise ToolError(message)


def runs(command: str) -> bool:
    """Return whether a command can say its version: some machines have one that only tells how to install it."""
    try:
        return subprocess.run([command, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def sam_environment() -> ToolEnvironment:
    """Return the environment of SAM CLI, installing it first if need be."""
    return prepare(LOCK_FOLDER / "local_cloud" / "sam.lock")


def ministack_environment() -> ToolEnvironment:
    """Return the environment of MiniStack, installing it first if need be."""
    return prepare(LOCK_FOLDER / "local_cloud" / "ministack.lock")


def api_environment() -> ToolEnvironment:
    """Return the environment of what the API's tests read its document with, installing it first if need be."""
    return prepare(LOCK_FOLDER / "local_cloud" / "api.lock")


def linters_environment() -> ToolEnvironment:
    """Return the environment of cfn-lint with its rules for serverless applications, installing it first if need be."""
    return prepare(LOCK_FOLDER / "template_checks" / "linters.lock")


def checkov_environment() -> ToolEnvironment:
    """Return the environment of checkov, installing it first if need be."""
    return prepare(LOCK_FOLDER / "template_checks" / "checkov.lock")


def node_environment() -> ToolEnvironment:
    """Return the environment of Node.js and npm, installing it first if need be."""
    return prepare(LOCK_FOLDER / "javascript" / "node.lock")


def prepare(lock: Path) -> ToolEnvironment:
    """Return the environment of a lock, installed as it says; quick when it already is."""
    stamp = hashlib.sha256(lock.read_bytes() + sys.version.encode() + sys.base_prefix.encode()).hexdigest()
    environment = ToolEnvironment(folder=CACHE_FOLDER / lock.stem)
    with alone(lock.stem):
        made_from = environment.folder / STAMP
        if not made_from.exists() or made_from.read_text() != stamp:
            _install(environment, lock)
            made_from.write_text(stamp)
    return environment


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold a lock between processes, which may want to install the same thing at once."""
    CACHE_FOLDER.mkdir(exist_ok=True)
    # The folder ignores itself, so .gitignore needs no rule for it.
    (CACHE_FOLDER / ".gitignore").write_text("*\n")
    with (CACHE_FOLDER / f"{name}.busy").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(environment: ToolEnvironment, lock: Path) -> None:
    uv = find_uv()
    python = environment.command("python")
    for arguments in (
        ["venv", "--clear", "--python", sys.executable, str(environment.folder)],
        ["pip", "sync", "--python", python, "--require-hashes", str(lock)],
    ):
        done = subprocess.run([uv, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            message = f"Could not install what {lock.name} names; is the package index within reach?"
            raise ToolError(message, details=done.stderr)
