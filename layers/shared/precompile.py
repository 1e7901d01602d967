"""Compiles the unpacked layer for the Python that runs this: `python precompile.py FOLDER PREFIX PACKAGE ...`.

Bytecode is trusted without a look at its source, whose time a layer's zip does not keep. It holds no docstrings, which
nothing reads, and with `-X no_debug_ranges` no columns. The packages that are named keep their sources, from which
tracebacks quote lines; of all others only the bytecode stays, where Python finds it without sources. What comes out is
the same bytes on every machine.
"""

import ast
import marshal
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path, PurePosixPath
from types import CodeType

# https://peps.python.org/pep-0552/: named by a hash of the source, which is not to be checked.
FLAGS = (0b01).to_bytes(4, "little")
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def precompile(folder: Path, prefix: PurePosixPath, kept: frozenset[str]) -> None:
    """Compile every module of a folder that will lie at `prefix`. Raises SyntaxError."""
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder)
        source = path.read_bytes()
        code = compiled(source, str(prefix / place.as_posix()))
        data = MAGIC_NUMBER + FLAGS + source_hash(source) + marshal.dumps(code)
        if place.parts[0] in kept:
            cached = Path(cache_from_source(str(path)))
            cached.parent.mkdir(exist_ok=True)
            cached.write_bytes(data)
        else:
            path.with_suffix(".pyc").write_bytes(data)
            path.unlink()


def compiled(source: bytes, name: str) -> CodeType:
    """Return the code of a module without its docstrings. Raises SyntaxError."""
    tree = ast.parse(source, name)
    for node in ast.walk(tree):
        if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
            # What may not be empty: a class, a function. And imports from __future__ may only come first.
            del node.body[0]
            node.body = node.body or [ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)]
    return compile(tree, name, "exec", dont_inherit=True, optimize=0)


if __name__ == "__main__":
    precompile(Path(sys.argv[1]), PurePosixPath(sys.argv[2]), frozenset(sys.argv[3:]))
