"""Packages of npm, fetched once, kept in `.cache/npm` and known by their digest; none of their code runs."""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.environments import CACHE_FOLDER, alone
from tools.javascript.node import find_npm
from tools.tool_error import ToolError

FOLDER = CACHE_FOLDER / "npm"
FETCH_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One version of a package, and what npm calls its integrity."""

    name: str
    version: str
    integrity: str

    @property
    def archive_name(self) -> str:
        """Return the name `npm pack` gives to the archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


COMMONMARK_SPEC = Package(
    name="commonmark-spec",
    version="0.31.2",
    integrity="sha512-vXKxmclzJPymhOJYD26G0oBjVmIcKC8p5m2DvHIq1A1btr1m0r0dT/PzRA5/nwxUbCAPedMNPEoiQE+zvuOcOw==",
)
AXE_CORE = Package(
    name="axe-core",
    version="4.14.1",
    integrity="sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
NAUGHTY_STRINGS = Package(
    name="blns",
    version="2.0.4",
    integrity="sha512-ZEZZD8DvGJhTw9oE3uLjyThFDMRQbcH011YySUK+kAcueHvaUDRfWKp7QJrQblat8WzcegWwVFuNd+XZ49LROQ==",
)
CHROMIUM = Package(
    name="@sparticuz/chromium",
    version="153.0.0",
    integrity="sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
)


def fetch(package: Package) -> Path:
    """Return the archive of a package, fetching it first if need be. Raise ToolError where that fails."""
    archive = FOLDER / package.archive_name
    with alone("npm"):
        if not archive.exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=FOLDER) as arrivals:
                arrived = _pack(package, Path(arrivals))
                check_integrity(package, arrived.read_bytes())
                arrived.rename(archive)
    return archive


def read_file(package: Package, path: str) -> bytes:
    """Return one file of a package."""
    with tarfile.open(fetch(package)) as opened:
        member = opened.extractfile(f"package/{path}")
        if member is None:
            raise ToolError(f"{package.name} {package.version} has no file {path}")
        return member.read()


def check_integrity(package: Package, data: bytes) -> None:
    """Raise ToolError unless the data of an archive has the digest on record."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != package.integrity:
        raise ToolError(f"{package.name} {package.version} is not what it was: {found} instead of {package.integrity}")


def _pack(package: Package, folder: Path) -> Path:
    command = [find_npm(), "pack", "--silent", f"{package.name}@{package.version}", "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=FETCH_SECONDS, check=False)
    if done.returncode != 0:
        message = f"Could not fetch {package.name} {package.version} with npm; is the registry within reach?"
        raise ToolError(message, details=done.stdout + done.stderr)
    return folder / package.archive_name
