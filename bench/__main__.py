"""Runs every benchmark and writes the page of its figures, or runs those named: `python -m bench publish_cost`."""

import importlib
import sys
import time
from pathlib import Path

from bench.performance_page import write_page

FOLDER = Path(__file__).parent

if __name__ == "__main__":
    found = {path.stem: path for path in sorted(FOLDER.rglob("[a-z]*.py"))}
    for name in sys.argv[1:] or [name for name, path in found.items() if "\ndef main()" in path.read_text("utf-8")]:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        module = ".".join(("bench", *found[name].relative_to(FOLDER).with_suffix("").parts))
        importlib.import_module(module).main()
        print(f"-- {name}: {time.monotonic() - began:.0f} s", flush=True)
    if not sys.argv[1:]:
        write_page()
