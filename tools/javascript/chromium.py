"""Chromium: the machine's own where it runs, else the build that a package of npm holds, with all it needs."""

import io
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.environments import CACHE_FOLDER, STAMP, alone, runs
from tools.javascript.node import find_node
from tools.javascript.packages import CHROMIUM, read_file
from tools.tool_error import ToolError

FOLDER = CACHE_FOLDER / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# A software renderer, the shared libraries that a bare machine lacks, and fonts.
LIBRARIES = ("swiftshader.tar.br", "al2023.tar.br", "fonts.tar.br")
DECOMPRESS = "process.stdin.pipe(require('node:zlib').createBrotliDecompress()).pipe(process.stdout)"
# The machine's own fonts come first, as far as there are any.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chromium:
    """A browser that runs, and the flags and variables that only it needs."""

    executable: str
    flags: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """Return the browser, installing it first if need be. Raise ToolError where that fails."""
    found = next((path for name in NAMES if (path := shutil.which(name)) and runs(path)), None)
    return Chromium(executable=found) if found else _own()


def _own() -> Chromium:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise ToolError(
            f"There is no Chromium to install for {sys.platform} on {platform.machine()}: please install it."
        )
    with alone("chromium"):
        stamp = FOLDER / STAMP
        if not stamp.exists() or stamp.read_text() != CHROMIUM.integrity:
            shutil.rmtree(FOLDER, ignore_errors=True)
            _install()
            stamp.write_text(CHROMIUM.integrity)
    return Chromium(
        executable=str(FOLDER / "chromium"),
        flags=("--no-zygote",),
        environment={"LD_LIBRARY_PATH": str(FOLDER / "lib"), "FONTCONFIG_FILE": str(FOLDER / "fonts.conf")},
    )


def _install() -> None:
    FOLDER.mkdir(parents=True)
    executable = FOLDER / "chromium"
    executable.write_bytes(_decompressed("chromium.br"))
    executable.chmod(0o755)
    for name in LIBRARIES:
        _unpack(_decompressed(name))
    (FOLDER / "fonts.conf").write_text(FONTS.format(folder=FOLDER), "utf-8")


def _unpack(archive: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for member in opened:
            data, target = opened.extractfile(member), (FOLDER / member.name).resolve()
            if data is not None and target.is_relative_to(FOLDER):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data.read())


def _decompressed(name: str) -> bytes:
    packed = read_file(CHROMIUM, f"bin/{name}")
    # Python's own library does not know this compression; Node.js does.
    done = subprocess.run([find_node(), "--eval", DECOMPRESS], input=packed, capture_output=True, check=False)
    if done.returncode != 0:
        raise ToolError(f"Could not decompress {name} of {CHROMIUM.name}.", details=done.stderr.decode())
    return done.stdout
