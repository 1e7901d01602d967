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

from tools.local_cloud.cloud_error import CloudError
from tools.locks import PROJECT_FOLDER

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
    """Return a uv that runs: the one named by UV, on the PATH, or beside this Python. Raise CloudError otherwise."""
    beside = Path(sys.executable).parent / "uv"
    for candidate in (os.environ.get("UV"), shutil.which("uv"), str(beside)):
        if candidate and _runs(candidate):
            return candidate
    message = "uv is needed to install SAM CLI and MiniStack; `make demo` installs it, and so does `pip install uv`."
    raise CloudError(message)


def _runs(command: str) -> bool:
    try:
        return subprocess.run([command, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def sam_environment() -> ToolEnvironment:
    """Return the environment of SAM CLI, installing it first if need be."""
    return prepare("sam")


def ministack_environment() -> ToolEnvironment:
    """Return the environment of MiniStack, installing it first if need be."""
    return prepare("ministack")


def api_environment() -> ToolEnvironment:
    """Return the environment of what the API's tests read its document with, installing it first if need be."""
    return prepare("api")


def prepare(name: str, *, cache: Path = CACHE_FOLDER) -> ToolEnvironment:
    """Return the environment `name`, installed as its lock says; quick when it already is."""
    lock = LOCK_FOLDER / f"{name}.lock"
    stamp = hashlib.sha256(lock.read_bytes() + sys.version.encode() + sys.base_prefix.encode()).hexdigest()
    environment = ToolEnvironment(folder=cache / name)
    cache.mkdir(exist_ok=True)
    # The folder ignores itself, so no project-wide rule has to know of it.
    (cache / ".gitignore").write_text("*\n")
    with _alone(cache / f"{name}.busy"):
        made_from = environment.folder / STAMP
        if not made_from.exists() or made_from.read_text() != stamp:
            _install(environment, lock)
            made_from.write_text(stamp)
    return environment


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock between processes: a demo and a test run may start together."""
    with path.open("w") as file:
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
            raise CloudError(message, details=done.stderr)
