"""Runs every benchmark, or those named: `python -m bench publish_cost`."""

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).parent

if __name__ == "__main__":
    found = {path.stem: path for path in sorted(FOLDER.rglob("[a-z]*.py"))}
    for name in sys.argv[1:] or [name for name, path in found.items() if "\ndef main()" in path.read_text("utf-8")]:
        print(f"== {name}")
        module = ".".join(("bench", *found[name].relative_to(FOLDER).with_suffix("").parts))
        importlib.import_module(module).main()
