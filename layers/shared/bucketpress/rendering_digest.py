"""A digest of all that decides what readers get, written into the layer when it is built.

    python -m bucketpress.rendering_digest PACKAGE REQUIREMENTS

It is part of the software's name: where it changes, every post and every section is made again.
"""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

FILE = Path(__file__).with_name("rendering.digest")
# Modules of these folders, templates and styles included, turn sources into artifacts.
RENDERING = ("content", "site")


def digest_of(package: Path, requirements: bytes, folders: Iterable[str] = RENDERING) -> str:
    """Return a digest of folders, those that render, and of the versions of the libraries they use."""
    files = [path for folder in folders for path in (package / folder).rglob("*") if path.is_file()]
    digest = hashlib.sha256(requirements)
    for path in sorted(path for path in files if not {"__pycache__", "compiled"} & set(path.parts)):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:10]


def written_digest(file: Path = FILE) -> str:
    """Return the digest that was written into the layer, "" where the package was not built into one."""
    return file.read_text("ascii").strip() if file.is_file() else ""


if __name__ == "__main__":
    # Not FILE: the makefile may run this module from where the package was copied from.
    package, requirements = map(Path, sys.argv[1:])
    (package / FILE.name).write_text(digest_of(package, requirements.read_bytes()), "ascii")
