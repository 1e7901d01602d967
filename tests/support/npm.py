"""Files of packages that npm has: fetched once for the tests, kept in `.cache`, and known by their digest."""

import hashlib
import subprocess
import tarfile
from functools import cache
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache"


@cache
def packaged_file(package: str, version: str, path: str, sha256: str) -> bytes:
    """Return a file of a package. Where `.cache` lacks the package, npm fetches it, and fails if it cannot."""
    archive = CACHE / f"{package}-{version}.tgz"
    if not archive.exists():
        CACHE.mkdir(exist_ok=True)
        command = ["npm", "pack", "--silent", f"{package}@{version}", "--pack-destination", str(CACHE)]
        subprocess.run(command, check=True, capture_output=True, cwd=CACHE, timeout=120)
    with tarfile.open(archive) as opened:
        member = opened.extractfile(f"package/{path}")
        assert member is not None
        data = member.read()
    assert hashlib.sha256(data).hexdigest() == sha256
    return data
