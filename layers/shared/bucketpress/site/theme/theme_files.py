"""A theme folder: what may be in it, and a short name for its content. Light, for functions that draw nothing."""

import hashlib
from pathlib import Path

BUILT_IN = Path(__file__).parent / "templates"
# Where the layer's makefile puts the templates it has compiled (see `compiler.py`).
COMPILED = "compiled"
TEMPLATES = "*.j2"
STYLE, ADDITIONS = "style.css", "additions.css"


def theme_digest(folder: Path) -> str:
    """Return a digest of a theme folder's content, "" for a folder that changes nothing."""
    files = sorted([*folder.glob(TEMPLATES), *folder.glob("*.css")])
    digest = hashlib.sha256()
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:10] if files else ""
