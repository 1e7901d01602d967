"""Takes out of the unpacked layer what no function loads: `PYTHONPATH=FOLDER python slim_libraries.py FOLDER`.

The smaller a layer, the sooner a function that wakes up can begin. Any Python will do, and what comes out is the same
bytes on every machine.
"""

import ast
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from bucketpress.content.html.highlight import LEXERS

# Files and folders of libraries, as patterns of `Path.glob`; one that matches nothing stops the build.
NEEDLESS = (
    "**/*.pyi",
    "**/py.typed",
    "aws_lambda_powertools/event_handler/middlewares",
    # A page that shows OpenAPI documents, which the API does not serve: 1.7 MB of scripts and styles.
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/metadata",
    "aws_lambda_powertools/utilities/parameters",
    "aws_lambda_powertools/utilities/parser",
    "aws_lambda_powertools/utilities/streaming",
    "aws_lambda_powertools/utilities/validation",
    # Time zones: botocore knows UTC and the machine's own.
    "dateutil/zoneinfo/*.tar.gz",
    "markupsafe/_speedups.c",
    # Colours are in the theme's style sheet.
    "pygments/__main__.py",
    "pygments/cmdline.py",
    "pygments/formatters",
    "pygments/sphinxext.py",
    "pygments/styles",
    "urllib3/contrib/emscripten",
)
# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html and ch5.pheader.html, of 64 bits, little-endian
ELF, SECTIONS_AT, SECTION_COUNT_AT = b"\x7fELF\x02\x01", 40, 60
SEGMENTS_AT, SEGMENT_SIZES_AT, SEGMENT_HEADER = 32, 54, struct.Struct("<IIQQQQQQ")


class NothingToRemoveError(Exception):
    """A library has changed: what was to be taken out of it is not there."""


def slim(folder: Path) -> None:
    """Reduce the libraries in a folder. Raises NothingToRemoveError."""
    for pattern in NEEDLESS:
        found = sorted(folder.glob(pattern))
        if not found:
            raise NothingToRemoveError(pattern)
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    lexers = folder / "pygments" / "lexers"
    kept = needed_lexers(lexers, set(LEXERS.values()))
    for path in sorted(lexers.glob("*.py")):
        if path.stem not in kept:
            path.unlink()
    for path in sorted(folder.rglob("*.so")):
        path.write_bytes(without_symbols(path.read_bytes()))


def needed_lexers(lexers: Path, classes: set[str]) -> set[str]:
    """Return the modules in Pygments' folder of lexers that some lexers are made of."""
    table = ast.parse((lexers / "_mapping.py").read_text("utf-8")).body
    (mapping,) = (node.value for node in table if isinstance(node, ast.Assign))
    module_of = {name: str(row[0]).rpartition(".")[2] for name, row in ast.literal_eval(mapping).items()}
    needed = {"__init__", "_mapping"}
    ahead = sorted(module_of[name] for name in classes)
    while ahead:
        module = ahead.pop()
        if module not in needed:
            needed.add(module)
            names = set(_imported(ast.parse((lexers / f"{module}.py").read_text("utf-8"))))
            ahead += sorted({module_of.get(name, name) for name in names if name in module_of or _is_in(lexers, name)})
    return needed


def _imported(tree: ast.Module) -> Iterator[str]:
    """Return the modules of lexers that a module imports anywhere, and classes by whose names Pygments finds one."""
    package = "pygments.lexers"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{package}."):
            yield node.module.removeprefix(f"{package}.")
        elif isinstance(node, ast.Import):
            yield from (alias.name.removeprefix(f"{package}.") for alias in node.names if package in alias.name)


def _is_in(lexers: Path, name: str) -> bool:
    return (lexers / f"{name}.py").is_file()


def without_symbols(library: bytes) -> bytes:
    """Return a shared library without what only debuggers and linkers read: all that is in no segment."""
    if not library.startswith(ELF):
        return library  # of macOS, for a local cloud there
    (start,) = struct.unpack_from("<Q", library, SEGMENTS_AT)
    size, count = struct.unpack_from("<HH", library, SEGMENT_SIZES_AT)
    segments = [SEGMENT_HEADER.unpack_from(library, start + number * size) for number in range(count)]
    end = max(start + size * count, *(offset + length for _, _, offset, _, _, length, _, _ in segments))
    kept = bytearray(library[:end])
    struct.pack_into("<Q", kept, SECTIONS_AT, 0)
    struct.pack_into("<HH", kept, SECTION_COUNT_AT, 0, 0)
    return bytes(kept)


if __name__ == "__main__":
    slim(Path(sys.argv[1]))
