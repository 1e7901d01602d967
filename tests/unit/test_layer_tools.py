"""What prepares the layer: libraries without what no function loads, and modules compiled without docstrings."""

import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from bucketpress.content.html.highlight import LEXERS

LAYER = Path(__file__).parents[2] / "layers" / "shared"
MODULE = '''"""What it is."""
from __future__ import annotations

class Empty:
    """A class with nothing else."""

def fail(value: int) -> None:
    """A function."""
    assert value, "no value"
    raise ValueError(value)
'''


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, LAYER / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def precompile(folder: Path, *kept: str) -> None:
    command = [sys.executable, "-B", str(LAYER / "precompile.py"), str(folder), "/opt/python", *kept]
    subprocess.run(command, check=True)


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=folder, capture_output=True, text=True, check=False, env={}
    )


def test_a_compiled_module_has_no_docstrings_and_keeps_its_checks_and_lines(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(MODULE)
    precompile(tmp_path)

    done = run(
        tmp_path, "import module; print(module.__doc__, module.Empty.__doc__, module.fail.__doc__); module.fail(0)"
    )

    assert [path.name for path in tmp_path.iterdir()] == ["module.pyc"]
    assert done.stdout == "None None None\n"
    assert 'File "/opt/python/module.py", line 9, in fail' in done.stderr
    assert done.stderr.endswith("AssertionError: no value\n")


def test_a_package_that_is_named_keeps_its_sources_and_is_loaded_without_them(tmp_path: Path) -> None:
    package = tmp_path / "kept"
    package.mkdir()
    (package / "__init__.py").write_text(MODULE)
    precompile(tmp_path, "kept")
    (package / "__init__.py").write_text("raise SystemExit('read again')\n")

    done = run(tmp_path, "import kept; print(kept.fail.__doc__)")

    assert (done.stdout, done.stderr) == ("None\n", "")


def test_a_library_without_symbols_still_loads(tmp_path: Path) -> None:
    (tmp_path / "yaml").mkdir()
    library = Path(yaml.__file__).parent / f"_yaml{sysconfig.get_config_var('EXT_SUFFIX')}"
    stripped = load("slim_libraries").without_symbols(library.read_bytes())
    for path in library.parent.glob("*.py"):
        shutil.copy(path, tmp_path / "yaml")
    (tmp_path / "yaml" / library.name).write_bytes(stripped)

    done = run(tmp_path, "import yaml; print(yaml.load('a: [1]', yaml.CSafeLoader))")

    assert (done.stdout, done.stderr) == ("{'a': [1]}\n", "")
    if stripped.startswith(b"\x7fELF"):
        assert len(stripped) < library.stat().st_size


def test_modules_of_lexers_bring_those_that_they_are_made_of(tmp_path: Path) -> None:
    slim = load("slim_libraries")
    (tmp_path / "_mapping.py").write_text("LEXERS = {'A': ('lexers.a', 'A'), 'B': ('lexers.b', 'B')}\n")
    (tmp_path / "a.py").write_text(
        "from pygments.lexers._words import W\ndef f():\n    from pygments.lexers import B\n"
    )
    (tmp_path / "b.py").write_text("import re\n")
    (tmp_path / "c.py").write_text("")
    (tmp_path / "_words.py").write_text("")

    assert slim.needed_lexers(tmp_path, {"A"}) == {"__init__", "_mapping", "a", "b", "_words"}


def test_what_is_needless_and_not_there_stops_the_build(tmp_path: Path) -> None:
    slim = load("slim_libraries")

    with pytest.raises(slim.NothingToRemoveError):
        slim.slim(tmp_path)


def test_every_lexer_of_the_table_is_one_of_pygments() -> None:
    import pygments.lexers  # noqa: PLC0415 - 40 ms

    assert set(LEXERS.values()) <= set(pygments.lexers.LEXERS)
